"""Password guesses a second that strangers can make, and what a reader's page costs meanwhile.

The real server with its real password hasher. The strangers run at the lowest priority, because they have machines of
their own. A page is cold (rendered anew) or known (from the page store). Quiet and disturbed seconds alternate, so that
other load on the machine falls on both. `--before` serves without the limits and hashes as Django does.
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import re
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from collections import Counter
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from urllib.parse import urlencode

PORT = 8791
GUESSERS = 8
ROUNDS, SECONDS, PAUSE = 5, 6, 0.02
SITE = f"http://127.0.0.1:{PORT}"
PAGE = "/features/1/"
# Megabytes of the page store.
KINDS = {"cold": "0", "known": "64"}
BEFORE = """
from jinzhong_eco.settings import *
PASSWORD_HASHERS = ["django.contrib.auth.hashers.PBKDF2PasswordHasher"]
ACCOUNT_RATE_LIMITS = False
"""


@contextmanager
def site(before: bool, megabytes: str):
    """Serve a demo site as `make run` does, behind one trusted proxy."""
    with tempfile.TemporaryDirectory() as folder:
        environment = {**os.environ, "DATA_DIR": folder, "DEMO": "1", "TRUSTED_PROXIES": "1", "SITE_URL": SITE}
        environment["PAGE_STORE_MB"] = megabytes
        environment.pop("DATABASE_URL", None)
        application = "jinzhong_eco.wsgi:application"
        for command in ("migrate -v0", "demo", "collectstatic --noinput -v0"):
            subprocess.run(
                [sys.executable, "manage.py", *command.split()], env=environment, check=True, stdout=subprocess.DEVNULL
            )
        if before:
            Path(folder, "settings_before.py").write_text(BEFORE)
            environment |= {"PYTHONPATH": f"{folder}:.", "DJANGO_SETTINGS_MODULE": "settings_before"}
            application = "jinzhong_eco.wsgi:handler"
        command = [str(Path(sys.executable).parent / "granian"), "--interface", "wsgi", "--port", str(PORT)]
        command += ["--workers", "2", "--blocking-threads", "4", "--backpressure", "1024", "--log-level", "error"]
        server = subprocess.Popen([*command, application], env=environment)
        try:
            _wait()
            yield
        finally:
            server.terminate()
            server.wait(20)


def _wait() -> None:
    for _ in range(200):
        try:
            urllib.request.urlopen(f"{SITE}/healthz", timeout=5).close()  # noqa: S310 - our own server
            return
        except OSError:
            time.sleep(0.1)
    raise TimeoutError(SITE)


def guess_for(seconds: float, many_addresses: bool) -> None:
    """Guess with eight connections until the time is over; print how often each status came. Run as a process."""
    os.nice(19)
    counts: Counter[str] = Counter()
    end = time.monotonic() + seconds

    def guess(number: int) -> None:
        connection, cookie, token = _form()
        turn = 0
        while time.monotonic() < end:
            turn += 1
            address = f"10.{number}.{turn // 250 % 250}.{turn % 250}" if many_addresses else "10.0.0.1"
            name = f"guess-{number}-{turn}" if many_addresses else "chief"
            body = urlencode({"csrfmiddlewaretoken": token, "username": name, "password": "wrong"})
            headers = {
                "Cookie": cookie,
                "X-Forwarded-For": address,
                "Content-Type": "application/x-www-form-urlencoded",
            }
            try:
                connection.request("POST", "/admin/login/", body, headers)
                answer = connection.getresponse()
                answer.read()
            except (OSError, http.client.HTTPException):
                # The server closes the connection of a refused form. http.client opens another.
                connection.close()
                continue
            counts[str(answer.status)] += 1

    threads = [threading.Thread(target=guess, args=[number]) for number in range(GUESSERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    print(json.dumps(counts))


def _form() -> tuple[http.client.HTTPConnection, str, str]:
    """A connection, and the cookie and token of the sign-in form."""
    connection = http.client.HTTPConnection("127.0.0.1", PORT, timeout=60)
    connection.request("GET", "/admin/login/")
    page = connection.getresponse()
    cookie = page.getheader("Set-Cookie").split(";")[0]
    return connection, cookie, re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page.read().decode())[1]


def read(seconds: float) -> list[float]:
    """Read the page now and then until the time is over; return the milliseconds of each."""
    connection = http.client.HTTPConnection("127.0.0.1", PORT, timeout=60)
    took, end = [], time.monotonic() + seconds
    while time.monotonic() < end:
        start = time.perf_counter()
        connection.request("GET", PAGE)
        answer = connection.getresponse()
        answer.read()
        took.append((time.perf_counter() - start) * 1000)
        assert answer.status == 200, answer.status
        time.sleep(PAUSE)
    return took


def measure(addresses: str) -> tuple[list[float], list[float], Counter[str]]:
    """Milliseconds of reads in quiet and while others guess, and the guesses by status."""
    quiet, disturbed, guesses = [], [], Counter()
    for _ in range(ROUNDS):
        quiet += read(SECONDS)
        command = [sys.executable, "-m", "benchmarks.guessing", "--guess", str(SECONDS + 1), "--from", addresses]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        time.sleep(1)
        disturbed += read(SECONDS)
        guesses.update(json.loads(process.communicate()[0]))
    return quiet, disturbed, guesses


def report(before: bool) -> float:
    """Print the figures; return the worst ratio of medians."""
    worst = 0.0
    print(f"{'page':6} {'addresses':9} {'quiet ms':>9} {'p95':>7} {'guessed':>11} {'p95':>7} {'ratio':>6}   guesses/s")
    for kind, megabytes in KINDS.items():
        for addresses in ("one", "many"):
            with site(before, megabytes):
                read(2)
                quiet, disturbed, guesses = measure(addresses)
            ratio = median(disturbed) / median(quiet)
            worst = max(worst, ratio)
            rates = "  ".join(
                f"{status}: {count / ROUNDS / (SECONDS + 1):.1f}" for status, count in sorted(guesses.items())
            )
            figures = f"{median(quiet):9.2f} {p95(quiet):7.2f} {median(disturbed):11.2f} {p95(disturbed):7.2f}"
            print(f"{kind:6} {addresses:9} {figures} {ratio:6.2f}   {rates}", flush=True)
    return worst


def p95(values: list[float]) -> float:
    return sorted(values)[int(len(values) * 0.95)]


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--before", action="store_true")
    arguments.add_argument("--guess", type=float, help=argparse.SUPPRESS)
    arguments.add_argument("--from", dest="addresses", default="one", help=argparse.SUPPRESS)
    given = arguments.parse_args()
    if given.guess:
        guess_for(given.guess, given.addresses == "many")
        return
    worst = report(given.before)
    print(f"worst ratio to quiet: {worst:.2f} (wanted: at most 1.2)")


if __name__ == "__main__":
    main()
