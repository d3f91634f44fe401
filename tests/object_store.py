"""A real S3 server (SeaweedFS) on 127.0.0.1: one for all tests of a run, started when the first one wants it."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

from filelock import FileLock

from interviews.storage import Bucket, Location, StorageError, parse

from .processes import wait_for
from .with_postgres import place

# Set in the process that began the run: its workers share the folder.
FOLDER = "OBJECT_STORE_FOLDER"
WEED = Path(sys.executable).parent / "weed"
DOMAIN = "s3.test"
ACCESS_KEY, SECRET_KEY = "site", "secret-of-tests"
IDENTITY = {
    "name": "site",
    "credentials": [{"accessKey": ACCESS_KEY, "secretKey": SECRET_KEY}],
    "actions": ["Admin", "Read", "Write", "List"],
}
# Each listens to HTTP and to gRPC.
PARTS = ("master", "volume", "filer", "s3")


@dataclass(frozen=True)
class Server:
    pid: int
    port: int

    def address(self) -> str:
        """The address of an empty place in it."""
        return f"s3://photos/{uuid4().hex}?endpoint=http://127.0.0.1:{self.port}"

    def takes_files(self) -> bool:
        """The first write makes the bucket and its volumes, which takes seconds."""
        try:
            Bucket(self.location(), "first").write("first", b"first")
        except StorageError:
            return False
        return True

    def location(self) -> Location:
        return parse(self.address(), ACCESS_KEY, SECRET_KEY)


def environment(location: Location) -> dict[str, str]:
    """The environment of a process with its photos there."""
    return {
        "MEDIA_STORAGE": f"{location}?endpoint={location.endpoint}",
        "MEDIA_ACCESS_KEY": location.access_key,
        "MEDIA_SECRET_KEY": location.secret_key,
    }


def shared() -> Server:
    folder = Path(os.environ[FOLDER])
    state = folder / "server.json"
    with FileLock(folder / "lock"):
        if not state.exists():
            server = started(folder)
            state.write_text(json.dumps([server.pid, server.port]))
        return Server(*json.loads(state.read_text()))


def prepare() -> None:
    os.environ.setdefault(FOLDER, tempfile.mkdtemp(prefix="jinzhong-s3-", dir=place()))


def finish() -> None:
    """Stop the shared server. Call in the process that began the run."""
    folder = Path(os.environ.pop(FOLDER))
    state = folder / "server.json"
    if state.exists():
        os.kill(json.loads(state.read_text())[0], signal.SIGKILL)
    shutil.rmtree(folder, ignore_errors=True)


def started(folder: Path) -> Server:
    """Start a server with its data in the folder, and wait until it answers."""
    (folder / "s3.json").write_text(json.dumps({"identities": [IDENTITY]}))
    (folder / "data").mkdir()
    free = _free_ports(2 * len(PARTS))
    ports = [f"-{part}.port={free[n]}" for n, part in enumerate(PARTS)]
    ports += [f"-{part}.port.grpc={free[n + len(PARTS)]}" for n, part in enumerate(PARTS)]
    sockets = [f"-{part}.localSocket={folder}/{part}.sock" for part in ("filer", "s3")]
    where = ["-ip=127.0.0.1", "-ip.bind=127.0.0.1", f"-dir={folder}/data", f"-s3.config={folder}/s3.json"]
    less = ["-master.telemetry=false", "-s3.port.iceberg=0", "-s3.port.lance=0", "-volume.max=20"]
    # Buckets of this domain are named by the host.
    where.append(f"-s3.domainName={DOMAIN}")
    small = ["-master.volumeSizeLimitMB=64", "-s3.cacheCapacityMB=0"]
    command = [str(WEED), "-logtostderr=true", "server", "-filer", "-s3", *where, *ports, *sockets, *less, *small]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(command, cwd=folder, stdout=log, stderr=log, start_new_session=True)
    port = free[PARTS.index("s3")]
    wait_for(lambda: process.poll() is not None or _answers(port))
    assert process.poll() is None, (folder / "log").read_text()[-2000:]
    server = Server(process.pid, port)
    wait_for(server.takes_files)
    return server


def _answers(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), 1).close()
    except OSError:
        return False
    return True


def _free_ports(count: int) -> list[int]:
    taken = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [each.getsockname()[1] for each in taken]
    for each in taken:
        each.close()
    return ports


class Line:
    """A connection to the shared server (Caddy in between) that a test may break."""

    def __init__(self) -> None:
        (port,) = _free_ports(1)
        to = f"127.0.0.1:{shared().port}"
        caddy = [str(WEED.parent / "caddy"), "reverse-proxy", "--from", f"http://127.0.0.1:{port}", "--to", to]
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        self._process = subprocess.Popen([*caddy, "--disable-redirects"], **quiet)
        self.server = Server(self._process.pid, port)
        wait_for(lambda: self._process.poll() is not None or _answers(port))

    def cut(self) -> None:
        """Refuse connections from now on."""
        self._process.kill()
        self._process.wait()

    def hold(self) -> None:
        """Accept connections and never answer."""
        os.kill(self._process.pid, signal.SIGSTOP)

    def release(self) -> None:
        os.kill(self._process.pid, signal.SIGCONT)
