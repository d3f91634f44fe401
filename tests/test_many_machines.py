"""Two application servers, a primary, a replica, an object store and Caddy in front: each part dies in turn.

Readers ask all the time, an editor writes in a browser, and the newsroom publishes.
"""

from __future__ import annotations

import http.client
import os
import re
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Page

from . import object_store
from .demo_site import GRANIAN, ROOT, WSGI, server_options
from .processes import wait_for
from .public.streaming import Postgres, allow_servers_in
from .public.web_servers import Server, free_port, wait_until_listening
from .with_postgres import place

pytestmark = pytest.mark.slow


@dataclass
class Readers:
    """Threads that read through the proxy: what they got, and whether anything was older than its publication."""

    port: int
    addresses: list[str]
    must_show: int = 0  # the number of the correction
    answers: Counter = field(default_factory=Counter)
    slowest: float = 0.0
    outdated: int = 0

    def __post_init__(self) -> None:
        self._over = threading.Event()
        self._threads = [threading.Thread(target=self._read, args=(n,)) for n in range(6)]
        for thread in self._threads:
            thread.start()

    def _read(self, number: int) -> None:
        while not self._over.wait(0.01):
            address = self.addresses[number % len(self.addresses)]
            number += 1
            wanted, began = self.must_show, time.monotonic()
            try:
                given = Server(self.port).get(address)
            except (OSError, http.client.HTTPException) as error:
                self.answers[type(error).__name__] += 1
                continue
            self.answers[given.status] += 1
            self.slowest = max(self.slowest, time.monotonic() - began)
            if address == self.addresses[0] and given.status == 200:
                shown = re.search(r"第(\d+)次更正以后", given.body.decode())
                self.outdated += wanted > (int(shown[1]) if shown else 0)

    def seen(self) -> tuple[dict[object, int], float]:
        """What was answered since the last call, and the longest time in seconds."""
        answers, self.answers = self.answers, Counter()
        slowest, self.slowest = self.slowest, 0.0
        return dict(answers), slowest

    def stop(self) -> None:
        self._over.set()
        for thread in self._threads:
            thread.join(60)


@dataclass
class Application:
    """One application server with a data folder of its own, as on a machine of its own."""

    environment: dict[str, str]
    port: int = field(default_factory=free_port)

    def start(self) -> None:
        command = [GRANIAN, "--host", "127.0.0.1", "--port", str(self.port), WSGI]
        self.process = subprocess.Popen(command, env=self.environment, cwd=ROOT, start_new_session=True)
        wait_until_listening(self.process, self.port)

    def kill(self) -> None:
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()


@dataclass
class Site:
    primary: Postgres
    replica: Postgres
    store: object_store.Line
    applications: list[Application]
    writer: subprocess.Popen
    port: int
    feature: str
    session: str
    published: int = 0

    def publish(self) -> int:
        """Publish a new edition, and return its number, which its text has."""
        self.published += 1
        assert self.order(f"第{self.published}次更正以后的正文。") == "published"
        return self.published

    def order(self, line: str) -> str:
        self.writer.stdin.write(f"{line}\n")
        self.writer.stdin.flush()
        return self.writer.stdout.readline().strip()


@contextmanager
def many_machines(folder: Path) -> Iterator[Site]:
    allow_servers_in(folder)
    primary, replica, store = Postgres(folder / "1"), Postgres(folder / "2"), object_store.Line()
    port = free_port()
    shared = {
        **os.environ,
        **server_options(),
        **object_store.environment(store.server.location()),
        "DJANGO_SETTINGS_MODULE": "tests.public.press_settings",
        "DATABASE_URL": primary.url,
        "DATABASE_REPLICA_URL": replica.url,
        "SECRET_KEY": "the same on every application server",
        "REQUIRE_OTP": "none",
        "SITE_URL": f"http://127.0.0.1:{port}",
    }
    with ExitStack() as stack:
        primary.create()
        primary.start()
        stack.callback(primary.stop)
        replica.copy_from(primary)
        replica.start()
        stack.callback(replica.stop)
        writer = subprocess.Popen(
            [sys.executable, "-m", "tests.public.replica_writer"],
            cwd=ROOT,
            env={**shared, "DATA_DIR": str(folder / "0")},
            text=True,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        stack.callback(writer.kill)
        feature, session = writer.stdout.readline().split()
        applications = [Application({**shared, "DATA_DIR": str(folder / f"app{n}")}) for n in (1, 2)]
        for application in applications:
            collect = [sys.executable, "manage.py", "collectstatic", "--noinput", "--verbosity", "0"]
            subprocess.run(collect, env=application.environment, cwd=ROOT, check=True)
            application.start()
            stack.callback(application.kill)
        stack.enter_context(_caddy(folder, port, applications))
        yield Site(primary, replica, store, applications, writer, port, feature, session)


@contextmanager
def _caddy(folder: Path, port: int, applications: list[Application]) -> Iterator[None]:
    environment = {
        **os.environ,
        "SITE_ADDRESS": f"http://127.0.0.1:{port}",
        "UPSTREAMS": " ".join(f"127.0.0.1:{each.port}" for each in applications),
        "CADDY_ADMIN": "off",
        **dict.fromkeys(("HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME"), str(folder)),
    }
    command = [str(Path(sys.executable).parent / "caddy"), "run", "--adapter", "caddyfile"]
    with (folder / "caddy.log").open("w") as log:
        command += ["--config", str(ROOT / "deploy" / "site.Caddyfile")]
        process = subprocess.Popen(command, env=environment, stderr=log)
    try:
        wait_until_listening(process, port)
        yield
    finally:
        process.terminate()
        process.wait(20)


def test_each_part_dies_in_turn(browser):
    with (
        tempfile.TemporaryDirectory(prefix="jinzhong-", dir=place()) as folder,
        many_machines(Path(folder)) as site,
        browser.new_context() as context,
    ):
        page = context.new_page()
        context.add_cookies([{"name": "sessionid", "value": site.session, "domain": "127.0.0.1", "path": "/"}])
        addresses = [f"/features/{site.feature}/", "/", "/features/", "/speakers/", "/search/?q=%E5%A4%A9"]
        readers = Readers(site.port, addresses)
        try:
            drill(site, page, readers)
        finally:
            readers.stop()


def drill(site: Site, page: Page, readers: Readers) -> None:
    page.goto(f"http://127.0.0.1:{site.port}/admin/interviews/feature/{site.order('draft')}/change/")
    page.locator("[contenteditable=true]").first.wait_for()
    heard: dict[str, object] = {}

    def step(name: str) -> dict[object, int]:
        """Publish, write and read for a while with things as they are; return what readers got."""
        number = site.publish()
        time.sleep(1)  # the other machines hear of it within a second
        readers.must_show = number
        write(page, f"{name}时写的。")
        time.sleep(2)
        answers, slowest = readers.seen()
        heard[name] = {"readers": answers, "slowest": round(slowest, 2), "outdated": readers.outdated}
        return answers

    assert set(step("一切正常")) == {200}
    for application in site.applications:
        application.kill()
        assert set(step("一台应用服务器停机")) == {200}
        application.start()
        # Both must be known to answer before the other dies.
        wait_for(lambda port=application.port: Server(port).get("/healthz").status == 200)
        time.sleep(3)
    site.replica.stop()
    assert set(step("从库停机")) == {200}
    site.replica.start()
    assert set(step("从库恢复")) == {200}
    site.store.cut()
    assert set(step("对象存储停机")) == {200}
    site.primary.stop()
    type_at_the_end(page, "主库停机时写的。")
    says(page, "连不上服务器", "没有存", "暂时")
    time.sleep(3)
    answers, slowest = readers.seen()
    heard["主库停机"] = {"readers": answers, "slowest": round(slowest, 2), "outdated": readers.outdated}
    # Known pages are given for a minute; what is not known is refused in words, never a 500.
    assert set(answers) <= {200, 503}, answers
    site.primary.start()
    says(page, "已自动保存")
    page.keyboard.press("Control+s")
    says(page, "存为第")
    site.writer.kill()
    for name, words in heard.items():
        print(name, words)
    assert readers.outdated == 0


def write(page: Page, text: str) -> None:
    type_at_the_end(page, text)
    says(page, "已自动保存")


def type_at_the_end(page: Page, text: str) -> None:
    page.locator("[contenteditable=true]").first.click()
    page.keyboard.press("Control+End")
    page.keyboard.type(text)


def says(page: Page, *any_of: str) -> None:
    page.wait_for_function(
        "any => any.some(text => document.getElementById('status').textContent.includes(text))",
        arg=list(any_of),
        timeout=60_000,
    )
