"""Caddy and nginx in front of the application, with the configurations in deploy/."""

from __future__ import annotations

import http.client
import os
import ssl
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from .demo_site import ROOT
from .public.web_servers import WRAPPER, Given, free_port, wait_until_listening
from .test_server import migrated, served

pytestmark = pytest.mark.slow
NGINX = "/usr/sbin/nginx"


@pytest.fixture(scope="module")
def data(tmp_path_factory) -> dict[str, str]:
    site = migrated(tmp_path_factory.mktemp("site") / "var", DATABASE_URL="", SITE_URL="http://127.0.0.1")
    demo = [sys.executable, "manage.py", "demo"]
    subprocess.run(demo, env={**site, "DEMO": "1"}, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    return site


class Proxy:
    def __init__(self, port: int, *, tls: bool) -> None:
        self.port, self.tls = port, tls

    def get(self, address: str, method: str = "GET", body: bytes | None = None, **headers: str) -> Given:
        if self.tls:
            trusting = ssl._create_unverified_context()  # noqa: S323 (a certificate made for this test)
            connection = http.client.HTTPSConnection("127.0.0.1", self.port, timeout=30, context=trusting)
        else:
            connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        connection.request(method, address, body, {"Host": "127.0.0.1", **headers})
        response = connection.getresponse()
        given = response.read()
        connection.close()
        return Given(response.status, {name.lower(): value for name, value in response.getheaders()}, given)


@contextmanager
def caddy(folder: Path, upstream: int) -> Iterator[Proxy]:
    port = free_port()
    environment = {
        **os.environ,
        "SITE_ADDRESS": f"http://127.0.0.1:{port}",
        "UPSTREAMS": f"127.0.0.1:{upstream}",
        "CADDY_ADMIN": "off",
        **dict.fromkeys(("HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME"), str(folder)),
    }
    command = [str(Path(sys.executable).parent / "caddy"), "run", "--adapter", "caddyfile"]
    command += ["--config", str(ROOT / "deploy" / "site.Caddyfile")]
    with (folder / "error.log").open("w") as log, running(command, port, log, environment):
        yield Proxy(port, tls=False)


@contextmanager
def nginx(folder: Path, upstream: int) -> Iterator[Proxy]:
    if not Path(NGINX).exists():
        pytest.skip("nginx is not installed")
    port, plain = free_port(), free_port()
    certificate = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=news.example.cn"]
    certificate += ["-keyout", str(folder / "key"), "-out", str(folder / "pem"), "-days", "2"]
    subprocess.run(certificate, check=True, capture_output=True)
    text = (ROOT / "deploy" / "site.nginx.conf").read_text(encoding="utf-8")
    for here, there in {
        "127.0.0.1:8000": f"127.0.0.1:{upstream}",
        "listen 80;": f"listen 127.0.0.1:{plain};",
        "listen 443 ssl": f"listen 127.0.0.1:{port} ssl",
        "/etc/ssl/news.example.cn.pem": str(folder / "pem"),
        "/etc/ssl/news.example.cn.key": str(folder / "key"),
        "/var/cache/nginx/jinzhong": str(folder / "cache"),
    }.items():
        assert here in text
        text = text.replace(here, there)
    (folder / "site.conf").write_text(text, encoding="utf-8")
    user = "user root root;" if os.geteuid() == 0 else ""
    (folder / "nginx.conf").write_text(WRAPPER.format(work=folder, user=user), encoding="utf-8")
    command = [NGINX, "-e", f"{folder}/error.log", "-p", str(folder), "-c", f"{folder}/nginx.conf"]
    with (folder / "output").open("w") as log, running(command, port, log, dict(os.environ)):
        redirected = Proxy(plain, tls=False).get("/features/?page=2")
        assert redirected.status == 301
        assert redirected.headers["location"] == "https://news.example.cn/features/?page=2"
        yield Proxy(port, tls=True)


@contextmanager
def running(command: list[str], port: int, log, environment: dict[str, str]) -> Iterator[None]:
    process = subprocess.Popen(command, env=environment, stderr=log, stdout=log)
    try:
        wait_until_listening(process, port)
        yield
    finally:
        process.terminate()
        process.wait(20)


@pytest.fixture(params=[caddy, nginx], ids=["caddy", "nginx"])
def site(request, data, tmp_path):
    with served(data) as (process, application), request.param(tmp_path, application.port) as proxy:
        yield process, application, proxy


def test_answers_are_the_applications(site):
    _, application, proxy = site
    for address in ("/", "/features/1/", "/features/?page=1", "/feeds/features.atom", "/nothing/", "/admin/login/"):
        direct, given = application.get(address), proxy.get(address)
        assert given.status == direct.status, address
        if not address.startswith("/admin/"):
            assert given.body == direct.body, address
    tag = proxy.get("/features/1/").headers["etag"]
    assert proxy.get("/features/1/", **{"If-None-Match": tag}).status == 304
    assert proxy.get("/metrics").status == proxy.get("/readyz").status == 404


def test_large_bodies_are_refused_outside_the_newsroom(site):
    _, _, proxy = site
    assert proxy.get("/", "POST", b"x" * 100_000).status in {405, 413}


def test_page_with_advertisers_parameters_is_the_page(site):
    _, _, proxy = site
    plain = proxy.get("/features/?page=1")
    marked = proxy.get("/features/?utm_source=a&page=1&utm_medium=b&utm_campaign=c")
    assert (marked.status, marked.body) == (200, plain.body)


def test_application_down(site, request):
    process, _, proxy = site
    known = proxy.get("/features/1/")
    for each in [*process.children(), process]:
        each.kill()
    process.wait(20)
    unknown = proxy.get("/speakers/")
    assert (unknown.status, unknown.headers["retry-after"]) == (503, "5")
    assert "稍后再试" in unknown.body.decode()
    if "nginx" in request.node.name:
        again = proxy.get("/features/1/?utm_source=a")
        assert (again.status, again.body) == (200, known.body)
