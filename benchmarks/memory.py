"""Memory of the server's workers in mixed use: readers, searches, the newsroom's screens, imports and photos.

    .venv/bin/python -m benchmarks.memory [--minutes 5] [--features 2000]

On a new PostgreSQL. Prints each worker's resident memory every minute; fails if one exceeds 300 MB.
"""

from __future__ import annotations

import argparse
import http.client
import os
import random
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from itertools import count
from pathlib import Path

from .serve import PORT, seeded, server

MOST = 300
# Seconds between a user's acts: a busy newsroom, not a load test.
PAUSE = 0.2
WORDS = "汾河太行蓝天碧水绿色生态环境保护治理森林湿地空气企业群众农村城市低碳"
SCREENS = ["/admin/", "/admin/interviews/feature/", "/admin/interviews/photo/", "/admin/interviews/speaker/"]
PAGES = Path(__file__).parent.parent / "tests" / "pagetext" / "files"


class Browser:
    """A signed-in user with a connection of their own."""

    def __init__(self, session: str) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", PORT, timeout=120)
        token = "a" * 32
        self._headers = {"Cookie": f"sessionid={session}; csrftoken={token}", "X-CSRFToken": token}

    def get(self, address: str) -> None:
        self._ask("GET", address, None, {"Accept-Encoding": random.choice(["br", "gzip", "identity"])})

    def upload(self, address: str, name: str, data: bytes) -> None:
        head = f'--cut\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'
        body = head.encode() + data + b"\r\n--cut--\r\n"
        self._ask("POST", address, body, {"Content-Type": "multipart/form-data; boundary=cut"})

    def _ask(self, method: str, address: str, body: bytes | None, headers: dict[str, str]) -> None:
        self._connection.request(method, address, body, {**self._headers, **headers})
        answer = self._connection.getresponse()
        answer.read()
        assert answer.status in {200, 302, 404, 410}, (method, address, answer.status)
        assert "/login/" not in answer.headers.get("Location", ""), address


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--features", type=int, default=2000)
    arguments.add_argument("--minutes", type=int, default=5)
    given = arguments.parse_args()
    with tempfile.TemporaryDirectory(prefix="jinzhong-memory-") as folder, seeded(folder, given.features) as site:
        os.environ |= {**site.environment, "REQUIRE_OTP": "none", "DJANGO_SETTINGS_MODULE": "jinzhong_eco.settings"}
        import django

        django.setup()
        with server("jinzhong_eco.wsgi:application", **site.environment) as pid:
            most = measure(given, pid)
    print(f"most: {most} MB")
    sys.exit(most > MOST)


def measure(given: argparse.Namespace, pid: int) -> int:
    until = time.monotonic() + 60 * given.minutes
    session = signed_in()
    users = [reading, reading, searching, editing, importing, photographing]
    threads = [threading.Thread(target=use, args=(user, Browser(session), given, until), daemon=True) for user in users]
    for thread in threads:
        thread.start()
    most, started = 0, time.monotonic()
    for minute in range(1, given.minutes + 1):
        while time.monotonic() < started + 60 * minute:
            time.sleep(2)
            most = max(most, *resident(pid))
        print(f"{minute:3} min  {resident(pid)} MB, most {most}, {ACTS} acts", flush=True)
    for thread in threads:
        thread.join(120)
    return most


def signed_in() -> str:
    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.auth.models import User
    from django.contrib.sessions.backends.db import SessionStore

    user = User.objects.create_superuser("memory")
    session = SessionStore()
    session[SESSION_KEY], session[HASH_SESSION_KEY] = str(user.pk), user.get_session_auth_hash()
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session.create()
    return session.session_key


ACTS: dict[str, int] = {}


def use(user, browser: Browser, given: argparse.Namespace, until: float) -> None:
    for _ in user(browser, given):
        ACTS[user.__name__] = ACTS.get(user.__name__, 0) + 1
        if time.monotonic() > until:
            return
        time.sleep(PAUSE)


def reading(browser: Browser, given: argparse.Namespace) -> Iterator[None]:
    while True:
        browser.get(f"/features/{random.randrange(1, given.features)}/")
        browser.get(f"/features/?page={random.randrange(1, 100)}")
        browser.get(f"/speakers/?page={random.randrange(1, 9)}")
        browser.get(f"/photos/?page={random.randrange(1, 9)}")
        yield


def searching(browser: Browser, given: argparse.Namespace) -> Iterator[None]:
    while True:
        start = random.randrange(len(WORDS) - 2)
        browser.get(f"/search/?q={''.join(f'%{byte:02X}' for byte in WORDS[start : start + 2].encode())}")
        yield


def editing(browser: Browser, given: argparse.Namespace) -> Iterator[None]:
    while True:
        for screen in SCREENS:
            browser.get(screen)
        key = random.randrange(1, given.features)
        for screen in ("change", "review", "history"):
            browser.get(f"/admin/interviews/feature/{key}/{screen}/")
        yield


def importing(browser: Browser, given: argparse.Namespace) -> Iterator[None]:
    files = sorted(each for each in PAGES.iterdir() if each.suffix in {".pdf", ".docx"})
    text = (Path(__file__).parent.parent / "interviews/pages/ecology-2025.txt").read_bytes()
    for number in count():
        file = files[number % len(files)]
        browser.upload("/admin/interviews/feature/import/", file.name, file.read_bytes())
        # A page of thirty.
        browser.upload("/admin/interviews/feature/import/", "long.txt", text * 30)
        yield


def photographing(browser: Browser, given: argparse.Namespace) -> Iterator[None]:
    from tests.photodesk.files import a_file

    photo = a_file(size=(4000, 3000)).read()
    for number in count():
        browser.upload("/admin/interviews/photo/take/", f"{number}.jpg", photo + str(number).encode())
        yield
        time.sleep(2)


def resident(pid: int) -> list[int]:
    """Megabytes of the server's workers."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            if int(stat.read_text().rpartition(")")[2].split()[1]) == pid:
                pages = int(stat.with_name("statm").read_text().split()[1])
                found.append(pages * os.sysconf("SC_PAGE_SIZE") // 2**20)
        except (OSError, IndexError):
            continue
    return sorted(found)[-2:] or [0]


if __name__ == "__main__":
    main()
