"""The commands of docs/operations.md, Point-in-time recovery, on a real PostgreSQL."""

import re
import subprocess
from datetime import timedelta, timezone
from pathlib import Path

import psycopg
import pytest

from tests.public.streaming import PROGRAMS, USER, Postgres, allow_servers_in, wait_for

pytestmark = pytest.mark.slow
ROOT = Path(__file__).parent.parent.parent
BEIJING = timezone(timedelta(hours=8))
MOMENT = "2026-12-01 14:32:00+08"


def documented(start: str) -> list[str]:
    """Return the commands of the code block that follows a sentence."""
    text = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    section = text[text.index("### Point-in-time recovery") :]
    block = re.search(r"\n\n((?:    .+\n)+)", section[section.index(start) :])
    return [line.strip() for line in block[1].splitlines() if not line.strip().startswith("#")]


class Server(Postgres):
    def adapted(self, line: str) -> str:
        """Put this server's folders, and what the test needs to start it, into a documented line."""
        line = line.replace("/srv", str(self.folder)).replace(
            "-h primary -U replication", f"-h {self.folder} -U postgres"
        )
        return line.replace("-w start", f"""-w -l {self.log} -o "-h '' -k {self.folder}" start""")

    def shell(self, line: str) -> None:
        environment = {"PATH": f"{PROGRAMS}:/usr/bin:/bin", "PGDATA": str(self.data)}
        output, command = self.folder / "shell", ["/bin/sh", "-c", self.adapted(line)]
        with output.open("w") as file:  # a server that is started keeps it open
            pipes = {"stdout": file, "stderr": file}
            done = subprocess.run(command, env=environment, user=USER, cwd=self.folder, **pipes, check=False)
        assert done.returncode == 0, (line, output.read_text(), self.log.read_text()[-2000:])

    def query(self, statement: str) -> object:
        with psycopg.connect(self.url, autocommit=True) as connection:
            return connection.execute(statement).fetchone()[0]


@pytest.fixture
def server(tmp_path):
    allow_servers_in(tmp_path)
    server = Server(tmp_path / "server")
    server.create()
    for name in ("wal", "base"):
        server.shell(f"mkdir /srv/{name}")
    with (server.data / "postgresql.conf").open("a") as configuration:
        configuration.writelines(f"{server.adapted(line)}\n" for line in documented("Set up once"))
    server.start()
    yield server
    server.stop()


def test_back_to_a_moment(server):
    server.execute("CREATE TABLE statement (body text)")
    for command in documented("a base backup"):
        server.shell(command)
    server.execute("INSERT INTO statement VALUES ('之前')")
    moment = server.query("SELECT clock_timestamp()").astimezone(BEIJING)
    server.execute("DELETE FROM statement")
    server.execute("INSERT INTO statement VALUES ('误改')")
    wal = server.query("SELECT pg_walfile_name(pg_switch_wal())")
    wait_for((server.folder / "wal" / wal).exists)
    commands = documented("To go back to")
    assert sum(MOMENT in command for command in commands) == 1
    for command in commands:
        server.shell(command.replace(MOMENT, f"{moment:%Y-%m-%d %H:%M:%S.%f}+08"))
    wait_for(lambda: not server.query("SELECT pg_is_in_recovery()"))
    assert server.query("SELECT string_agg(body, ',') FROM statement") == "之前"
    assert "recovery stopping before commit of transaction" in server.log.read_text()
    server.execute("INSERT INTO statement VALUES ('之后')")
