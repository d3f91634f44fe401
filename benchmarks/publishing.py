"""Readers' waiting times and pages while the newsroom publishes: before, during and after.

    .venv/bin/python -m benchmarks.publishing [--features 2000] [--readers 64] [--seconds 10]

On a new PostgreSQL. Needs `wrk`. Readers load feature pages, lists and the front page; the newsroom publishes
corrections one after the other. After each verb has returned, the page, its history, the front page, the list and the
feed are asked for at once: they must show it.
"""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import tempfile
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path

from .serve import PORT, seeded, server

URL = f"http://127.0.0.1:{PORT}"
# Two hundred pages, and the lists, which every publication changes.
LISTS = [
    "/",
    "/features/",
    "/topics/",
    "/feeds/features.atom",
    *(f"/features/?page={number}" for number in range(2, 8)),
]
ROUND = """
local addresses = {%s}
local at = 0
request = function()
  at = at %% #addresses + 1
  return wrk.format("GET", addresses[at], {["Accept-Encoding"] = "gzip"})
end
"""


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--features", type=int, default=2000)
    arguments.add_argument("--readers", type=int, default=64)
    arguments.add_argument("--seconds", type=int, default=10)
    given = arguments.parse_args()
    with tempfile.TemporaryDirectory(prefix="jinzhong-publishing-") as folder, seeded(folder, given.features) as site:
        os.environ |= {**site.environment, "DJANGO_SETTINGS_MODULE": "jinzhong_eco.settings"}
        import django

        django.setup()
        script = Path(folder, "readers.lua")
        script.write_text(ROUND % ", ".join(f'"{address}"' for address in addresses()))
        with server("jinzhong_eco.wsgi:application", **site.environment):
            measure(given, script)


def addresses() -> list[str]:
    from interviews.models import Edition

    keys = Edition.objects.public().order_by("-published_from").values_list("feature_id", flat=True)[:200]
    return [*(f"/features/{key}/" for key in keys), *LISTS]


def measure(given: argparse.Namespace, script: Path) -> None:
    correct = corrections()
    read(given, script, 3)  # warm
    print(f"{given.features} features, {given.readers} readers: requests a second, p99, failed requests")
    report("before", read(given, script, given.seconds))
    readers = started(given, script, given.seconds)
    verbs, late, stale = [], [], 0
    while readers.poll() is None:
        took, wait, old = correct()
        verbs.append(took)
        late.append(wait)
        stale += old
    report("during", told(readers))
    report("after", read(given, script, given.seconds))
    print(f"{len(verbs)} corrections, {1000 * sum(verbs) / len(verbs):.0f} ms each (longest {1000 * max(verbs):.0f})")
    mean = 1000 * sum(late) / len(late)
    print(f"five pages afterwards: {mean:.0f} ms (longest {1000 * max(late):.0f}), {stale} outdated")
    assert stale == 0


def corrections() -> Callable[[], tuple[float, float, int]]:
    """Return a function that publishes a correction of a new page: seconds of the verb and of five pages, old ones."""
    from django.conf import settings

    from interviews import publishing
    from tests.builders import published
    from tests.cast import make_cast
    from tests.publishing.test_editions import next_version

    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    cast = make_cast()
    feature = published(cast).feature
    address = f"/features/{feature.pk}/"
    count = 0

    def correct() -> tuple[float, float, int]:
        nonlocal count
        count += 1
        revised = next_version(cast, feature, f"<p>第{count}次更正。</p>")
        start = time.perf_counter()
        publishing.publish(feature=revised, actor=cast.chief, wrong=f"误{count}处", right=f"正{count}处")
        done = time.perf_counter()
        word = f"正{count}处"
        shows = [f"第{count}次更正" in page(address), word in page(f"{address}history/"), word in page("/corrections/")]
        shows += [f"第{count}次更正" in page("/feeds/features.atom"), address in page("/features/")]
        return done - start, time.perf_counter() - done, shows.count(False)

    return correct


def page(address: str) -> str:
    return urllib.request.urlopen(URL + address, timeout=30).read().decode()  # noqa: S310 (our own server)


def read(given: argparse.Namespace, script: Path, seconds: int) -> str:
    return told(started(given, script, seconds))


def started(given: argparse.Namespace, script: Path, seconds: int) -> subprocess.Popen[str]:
    command = ["wrk", "-t1", f"-c{given.readers}", f"-d{seconds}", "--latency", "-s", str(script), URL]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def told(readers: subprocess.Popen[str]) -> str:
    return readers.communicate()[0]


def report(name: str, said: str) -> None:
    rate, slowest = re.search(r"Requests/sec:\s+(\S+)", said)[1], re.search(r"99%\s+(\S+)", said)[1]
    failed = re.search(r"Non-2xx or 3xx responses: (\d+)|Socket errors: (.*)", said)
    print(f"{name:10} {float(rate):9.0f} {slowest:>10}   {failed[0] if failed else 'none'}", flush=True)


if __name__ == "__main__":
    main()
