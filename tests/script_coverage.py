"""Coverage of the scripts in static/ by browser tests: Chromium's block coverage over CDP.

With SCRIPT_COVERAGE set to a folder, each page writes its coverage there. Run as a command, print the share of covered
characters. Inline scripts (comfort.js) are not measured.
"""

import json
import os
from pathlib import Path
from uuid import uuid4

FOLDER = os.environ.get("SCRIPT_COVERAGE")
STATIC = Path(__file__).parent.parent / "static"


def record(browser) -> None:
    """Make every page of the browser write its coverage before it navigates or closes."""
    if FOLDER:
        new_context, new_page = browser.new_context, browser.new_page
        browser.new_context = lambda **options: _recording(new_context(**options))
        browser.new_page = lambda **options: _watched(new_page(**options))


def _recording(context):
    new_page, close = context.new_page, context.close
    pages = []

    def page():
        pages.append(_watched(new_page()))
        return pages[-1]

    def close_all():
        for each in pages:
            if not each.is_closed():
                each.close()
        close()

    context.new_page, context.close = page, close_all
    return context


def _watched(page):
    session = page.context.new_cdp_session(page)
    session.send("Profiler.enable")
    session.send("Profiler.startPreciseCoverage", {"callCount": False, "detailed": True})

    def leaving(call):
        def kept(*arguments, **options):
            found = session.send("Profiler.takePreciseCoverage")["result"]
            found = [each for each in found if "/static/" in each["url"]]
            if found:
                Path(FOLDER).mkdir(parents=True, exist_ok=True)
                Path(FOLDER, f"{uuid4().hex}.json").write_text(json.dumps(found))
            return call(*arguments, **options)

        return kept

    page.goto, page.reload, page.close = map(leaving, (page.goto, page.reload, page.close))
    return page


def main() -> None:
    ran: dict[Path, bytearray] = {}
    for file in Path(FOLDER or "").glob("*.json"):
        for script in json.loads(file.read_text()):
            source = STATIC / script["url"].partition("/static/")[2].partition("?")[0]
            if source.exists():  # skips Django's scripts and the rich text editor's
                seen = ran.setdefault(source, bytearray(len(source.read_text())))
                _add(seen, script["functions"])
    sizes = {path: len(path.read_text()) for path in STATIC.rglob("*.js")}
    for path, size in sorted(sizes.items()):
        print(f"{sum(ran.get(path, ())) / size:7.1%}  {path.relative_to(STATIC)}")
    print(f"{sum(sum(each) for each in ran.values()) / sum(sizes.values()):7.1%}  脚本覆盖率（Chromium）")


def _add(seen, functions):
    """Mark the ranges that ran. Inner blocks come after outer ones and override them."""
    now = bytearray(len(seen))
    for function in functions:
        for block in function["ranges"]:
            start, end = block["startOffset"], min(block["endOffset"], len(seen))
            now[start:end] = bytes([min(block["count"], 1)]) * (end - start)
    for place, hit in enumerate(now):
        seen[place] |= hit


if __name__ == "__main__":
    main()
