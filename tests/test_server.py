"""The server as `make run` and the units start it: workers die, databases restart, people press Ctrl+C."""

from __future__ import annotations

import http.client
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest

from .demo_site import GRANIAN, ROOT, WSGI, server_options
from .processes import wait_for
from .public.streaming import Postgres, running_postgres
from .public.web_servers import Server, free_port, wait_until_listening

pytestmark = pytest.mark.slow


def migrated(folder: Path, **environment: str) -> dict[str, str]:
    """Create a site's data, with uncompressed static files: compressing them takes most of a minute."""
    env = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "tests.public.press_settings",
        **environment,
        "DATA_DIR": str(folder),
    }
    subprocess.run([sys.executable, "manage.py", "migrate", "--verbosity", "0"], env=env, cwd=ROOT, check=True)
    collect = [sys.executable, "manage.py", "collectstatic", "--noinput", "--verbosity", "0"]
    subprocess.run(collect, env=env, cwd=ROOT, check=True)
    return env


@pytest.fixture(scope="module")
def site(tmp_path_factory) -> dict[str, str]:
    return migrated(tmp_path_factory.mktemp("server") / "var", DATABASE_URL="")


@contextmanager
def served(environment: dict[str, str]) -> Iterator[tuple[psutil.Process, Server]]:
    """Granian in a group of its own, as in a terminal."""
    port = free_port()
    command = [GRANIAN, "--host", "127.0.0.1", "--port", str(port), WSGI]
    process = subprocess.Popen(command, env=environment | server_options(), cwd=ROOT, start_new_session=True)
    try:
        wait_until_listening(process, port)
        server = Server(port)
        assert server.get("/healthz").status == 200
        yield psutil.Process(process.pid), server
    finally:
        family = (
            [*psutil.Process(process.pid).children(), psutil.Process(process.pid)] if process.poll() is None else []
        )
        for each in family:
            each.kill()
        process.wait(20)


def test_ctrl_c_ends_server_within_five_seconds(site):
    for number in range(5):
        with served(site) as (process, server):
            assert server.get("/speakers/").status == 200
            family = [process, *process.children()]
            os.killpg(process.pid, signal.SIGINT)
            _, alive = psutil.wait_procs(family, timeout=5)
            assert not [each for each in alive if each.status() != psutil.STATUS_ZOMBIE], number


def test_killed_worker_is_replaced(site):
    with served(site) as (process, server):
        wait_for(lambda: len(process.children()) == 2)
        killed = {child.pid for child in process.children()}
        for pid in killed:
            os.kill(pid, signal.SIGKILL)
        wait_for(lambda: len(alive := {child.pid for child in process.children()}) == 2 and not alive & killed)
        wait_for(lambda: answers(server, "/speakers/"))


def answers(server: Server, address: str) -> bool:
    try:
        return server.get(address).status == 200
    except (OSError, http.client.HTTPException):
        return False


def test_reload_refuses_no_request(site):
    with served(site) as (process, server):
        wait_for(lambda: len(process.children()) == 2)
        former, done, failed, over = {child.pid for child in process.children()}, [], [], threading.Event()

        def read() -> None:
            while not over.is_set():
                (done if answers(server, "/speakers/") else failed).append(time.monotonic())

        readers = [threading.Thread(target=read) for _ in range(4)]
        for reader in readers:
            reader.start()
        process.send_signal(signal.SIGHUP)
        wait_for(lambda: len(now := {child.pid for child in process.children()}) == 2 and not now & former)
        over.set()
        for reader in readers:
            reader.join()
    assert not failed
    assert len(done) > 100


@pytest.fixture
def postgres() -> Iterator[Postgres]:
    with running_postgres() as server:
        yield server


def test_restarted_postgresql_costs_no_request(tmp_path, postgres):
    site = migrated(tmp_path / "var", DATABASE_URL=postgres.url)
    with served(site) as (_, server):
        assert [server.get(f"/search/?q={number}").status for number in range(8)] == [200] * 8
        postgres.stop()
        postgres.start()
        assert [server.get(f"/search/?q={number}").status for number in range(8, 16)] == [200] * 8


def test_data_is_for_the_sites_user_alone(site):
    with served(site) as (_, server):
        assert server.get("/").status == 200
    folder = Path(site["DATA_DIR"])
    open_to_others = [path for path in [folder, *folder.rglob("*")] if path.stat().st_mode & 0o077]
    assert not open_to_others


def test_collected_files_hold_nothing_private(tmp_path):
    site = migrated(tmp_path / "var", DATABASE_URL="", DJANGO_SETTINGS_MODULE="jinzhong_eco.settings")
    published = {path.name for path in Path(site["DATA_DIR"], "static").rglob("*")}
    assert "ckeditor.js" in published
    assert not published & {"staticfiles.json", "tests", "preview.html", "tmpFrameset.html", "ciframe.html"}
