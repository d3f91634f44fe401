"""nginx and Caddy serving a pressed folder with the configurations in deploy/."""

from __future__ import annotations

import http.client
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import pytest

DEPLOY = Path(__file__).parent.parent.parent / "deploy"
WRAPPER = """
{user}
daemon off;
pid {work}/nginx.pid;
error_log {work}/error.log;
events {{ worker_connections 64; }}
http {{
    access_log off;
    client_body_temp_path {work}/body;
    proxy_temp_path {work}/proxy;
    fastcgi_temp_path {work}/fastcgi;
    uwsgi_temp_path {work}/uwsgi;
    scgi_temp_path {work}/scgi;
    include {work}/site.conf;
}}
"""


class Given(NamedTuple):
    """What a server gave."""

    status: int
    headers: dict[str, str]
    body: bytes


class Server:
    def __init__(self, port: int) -> None:
        self.port = port

    def get(self, address: str, method: str = "GET", **headers: str) -> Given:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request(method, address, headers=named)
        response = connection.getresponse()
        body = response.read()
        connection.close()
        return Given(response.status, {name.lower(): value for name, value in response.getheaders()}, body)


@contextmanager
def serving(kind: str, folder: Path, work: Path) -> Iterator[Server]:
    """Serve the folder; skip the test if the server is not installed."""
    work.mkdir(exist_ok=True)
    port = free_port()
    process = {"nginx": _nginx, "caddy": _caddy}[kind](folder, work, port)
    try:
        wait_until_listening(process, port)
        yield Server(port)
    finally:
        process.terminate()
        process.wait(20)


def _nginx(folder: Path, work: Path, port: int) -> subprocess.Popen:
    text = (DEPLOY / "nginx.conf").read_text(encoding="utf-8")
    text = text.replace("/srv/press", str(folder)).replace("listen 80;", f"listen 127.0.0.1:{port};")
    (work / "site.conf").write_text(text, encoding="utf-8")
    user = "user root root;" if os.geteuid() == 0 else ""
    (work / "nginx.conf").write_text(WRAPPER.format(work=work, user=user), encoding="utf-8")
    program = _installed("nginx", "/usr/sbin/nginx")
    return subprocess.Popen([program, "-e", f"{work}/error.log", "-p", work, "-c", f"{work}/nginx.conf"])


def _caddy(folder: Path, work: Path, port: int) -> subprocess.Popen:
    program = _installed("caddy", str(Path(sys.executable).parent / "caddy"))
    environment = {
        **os.environ,
        "PRESS_DIR": str(folder),
        "PRESS_ADDRESS": f"http://127.0.0.1:{port}",
        "PRESS_ADMIN": "off",
        "HOME": str(work),
        "XDG_CONFIG_HOME": str(work),
        "XDG_DATA_HOME": str(work),
    }
    command = [program, "run", "--adapter", "caddyfile", "--config", str(DEPLOY / "Caddyfile")]
    return subprocess.Popen(command, env=environment, stderr=(work / "error.log").open("w"))


def _installed(name: str, usual: str) -> str:
    program = usual if Path(usual).exists() else shutil.which(name)
    if not program:
        if os.environ.get("REQUIRE_SERVERS") == "1":
            pytest.fail(f"REQUIRE_SERVERS=1, but {name} is not installed")
        pytest.skip(f"{name} is not installed")
    return program


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


def wait_until_listening(process: subprocess.Popen, port: int) -> None:
    for _ in range(400):
        assert process.poll() is None, "the server has ended: see its error.log"
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise TimeoutError(port)
