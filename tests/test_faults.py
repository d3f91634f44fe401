"""A full disk, a missing database and slow senders, on real servers."""

from __future__ import annotations

import json
import re
import socket
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlencode

import psutil
import pytest
import requests

from .demo_site import ROOT
from .processes import wait_for
from .public.streaming import running_postgres
from .test_server import migrated, served

pytestmark = pytest.mark.slow
SECRET = "jinzhong-demo"
TYPED = "磁盘满了也不能丢的一句话"


@contextmanager
def small_disk(folder: Path, size: str):
    folder.mkdir()
    done = subprocess.run(["/bin/mount", "-t", "tmpfs", "-o", f"size={size}", "none", folder], check=False)
    if done.returncode:
        pytest.skip("file systems cannot be mounted here")
    try:
        yield folder
    finally:
        subprocess.run(["/bin/umount", "-l", folder], check=True)


def fill(folder: Path) -> Path:
    filler = folder / "filler"
    with filler.open("wb", buffering=0) as file:
        for piece in (64 * 1024, 4096, 512):
            try:
                while True:
                    file.write(bytes(piece))
            except OSError:
                continue
    return filler


def demo(folder: Path, **environment: str) -> dict[str, str]:
    site = migrated(folder, **environment, DEMO="1")
    subprocess.run([sys.executable, "manage.py", "demo"], env=site, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    return site


class Browser:
    def __init__(self, port: int) -> None:
        self.base = f"http://127.0.0.1:{port}"
        self.session = requests.Session()

    def get(self, path: str):
        return self.session.get(self.base + path, timeout=30)

    def post(self, path: str, **sent):
        # A connection whose body was refused is closed by the server.
        headers = {"X-CSRFToken": self.session.cookies.get("csrftoken", ""), "Connection": "close"}
        return self.session.post(self.base + path, headers=headers, timeout=30, **sent)

    def sign_in(self, name: str):
        self.get("/admin/login/")
        return self.post("/admin/login/?next=/admin/", data={"username": name, "password": SECRET})

    def a_feature(self) -> str:
        path = self.get("/admin/interviews/feature/?all=1")
        return re.findall(r"/admin/interviews/feature/(\d+)/", path.text)[0]


def kept(browser: Browser, feature: str, headline: str):
    content = {"headline": headline, "topics": []}
    return browser.post(
        f"/admin/interviews/feature/{feature}/keep/", json={"window": "w", "base": 1, "content": content}
    )


def test_full_disk_is_said_in_words_and_loses_nothing(tmp_path):
    with small_disk(tmp_path / "disk", "60m") as disk:
        site = demo(disk / "var", DATABASE_URL="")
        with served(site) as (_, server):
            editor, later = Browser(server.port), Browser(server.port)
            editor.sign_in("admin")
            later.get("/admin/login/")
            for _ in range(20):
                assert server.get("/").status == 200  # known to both workers
            feature = editor.a_feature()
            assert kept(editor, feature, "先").status_code == 200
            filler = fill(disk)
            answers = [kept(editor, feature, TYPED * number) for number in range(200, 260)]
            refused = next(answer for answer in answers if answer.status_code != 200)
            assert (refused.status_code, "磁盘满了" in refused.json()["reasons"][0]["text"]) == (503, True)
            sign_in = later.post("/admin/login/", data={"username": "editor", "password": SECRET})
            assert (sign_in.status_code, "磁盘满了" in sign_in.text) == (503, True)
            ready = server.get("/readyz")
            assert (ready.status, json.loads(ready.body)["checks"]["disk"]) == (503, "failed")
            assert server.get("/livez").status == 200
            assert server.get("/").status == 200
            filler.unlink()
            assert kept(editor, feature, "后").status_code == 200


@pytest.fixture
def postgres():
    with running_postgres() as server:
        yield server


def test_missing_database_is_said_in_words(tmp_path, postgres):
    site = demo(tmp_path / "var", DATABASE_URL=postgres.url)
    with served(site) as (_, server):
        editor = Browser(server.port)
        editor.sign_in("admin")
        feature = editor.a_feature()
        for _ in range(20):
            assert server.get("/").status == 200  # known to both workers
        postgres.stop()
        try:
            assert {server.get("/").status for _ in range(10)} == {200}
            began = time.monotonic()
            cold = server.get("/search/?" + urlencode({"q": "空气"}))
            waited = time.monotonic() - began
            assert (cold.status, cold.headers["retry-after"]) == (503, "10")
            assert "请稍后再试" in cold.body.decode()
            answer = kept(editor, feature, TYPED)
            assert (answer.status_code, "数据库" in answer.json()["reasons"][0]["text"]) == (503, True)
            ready = server.get("/readyz")
            assert (ready.status, json.loads(ready.body)["checks"]["database"]) == (503, "failed")
            assert waited < 5
        finally:
            postgres.start()
        began = time.monotonic()
        wait_for(lambda: kept(editor, feature, TYPED).status_code == 200)
        assert time.monotonic() - began < 10


def test_slow_strangers_leave_threads_to_readers_and_editors(tmp_path):
    site = demo(tmp_path / "var", DATABASE_URL="")
    with served(site) as (process, server):
        editor = Browser(server.port)
        editor.sign_in("admin")
        feature = editor.a_feature()
        head = "POST /admin/login/ HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: csrftoken=" + "a" * 32
        head += "\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 1000\r\n\r\na="
        senders = [socket.create_connection(("127.0.0.1", server.port)) for _ in range(16)]
        try:
            for sender in senders:
                sender.sendall(head.encode())
            assert {server.get("/speakers/").status for _ in range(30)} == {200}
            assert {kept(editor, feature, f"{TYPED}{number}").status_code for number in range(10)} == {200}
        finally:
            for sender in senders:
                sender.close()
        assert psutil.pid_exists(process.pid)
