"""Take the screenshots in docs/images from a temporary site with the sample page: `make screenshots`."""

import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from tests import chromium  # noqa: E402
from tests.demo_site import demo_site  # noqa: E402

IMAGES = ROOT / "docs" / "images"
PORT = 8765
# Public pages: file name, path.
PUBLIC = {
    "front": "/",
    "feature": "/features/1/",
    "topic": "/topics/1/",
    "speakers": "/speakers/",
    "search": "/search/?q=生态",
}
NEWSROOM = {"newsroom-home": "/admin/", "newsroom-editor": "/admin/interviews/feature/2/change/"}
PAGE = ROOT / "tests" / "pagetext" / "files" / "chromium-1-sample-4.pdf"


def public(browser, site):
    for width, height in ((360, 740), (1280, 900)):
        for scheme in ("light", "dark"):
            page = browser.new_page(viewport={"width": width, "height": height}, color_scheme=scheme)
            for name, address in PUBLIC.items():
                page.goto(site + address)
                page.screenshot(path=IMAGES / f"{name}-{width}-{scheme}.png")
            page.close()
    # A4, with margins: `@page` margins apply on paper only.
    page = browser.new_page(viewport={"width": 794, "height": 1123}, bypass_csp=True)
    page.emulate_media(media="print")
    page.goto(site + PUBLIC["feature"])
    page.add_style_tag(content="body { margin: 13mm 12mm }")
    page.screenshot(path=IMAGES / "feature-print.png")
    page.close()


def newsroom(browser, site):
    page = browser.new_page(viewport={"width": 1280, "height": 800}, locale="zh-CN")
    page.goto(f"{site}/admin/login/?next=/admin/interviews/feature/import/")
    page.fill("#id_username", "reporter")
    page.fill("#id_password", "jinzhong-demo")
    page.press("#id_password", "Enter")
    page.set_input_files("#id_file", PAGE)
    page.click("input[value=读这一版]")
    page.wait_for_selector("#confirm")
    page.hover(".part-speaker >> nth=0")
    page.screenshot(path=IMAGES / "newsroom-intake.png")
    page.click("#confirm")
    page.wait_for_selector(".proof-score, #status")
    for name, address in NEWSROOM.items():
        page.goto(site + address)
        page.wait_for_timeout(2500)  # statement editors start one by one
        page.screenshot(path=IMAGES / f"{name}.png")


if __name__ == "__main__":
    with demo_site(PORT) as site, sync_playwright() as playwright:
        browser = chromium.launch(playwright)
        public(browser, site)
        newsroom(browser, site)
