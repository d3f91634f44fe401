"""A site goes from SQLite to PostgreSQL and back."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.public.streaming import running_postgres

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1200)]
ROOT = Path(__file__).parent.parent.parent
SUMS = """
import json
from tests.backup.sites import derived, files, rows
print(json.dumps([rows(), derived(), sorted(files())]))
"""


class Site:
    def __init__(self, folder: Path, database_url: str) -> None:
        folder.mkdir()
        names = {name: value for name, value in os.environ.items() if not name.startswith(("DATABASE_", "MEDIA_"))}
        self.environment = {**names, "DATABASE_URL": database_url, "DATA_DIR": str(folder), "DEMO": "0"}
        self.manage("migrate", "--verbosity", "0")

    def manage(self, *arguments: object) -> str:
        return self._run("manage.py", *map(str, arguments))

    def sums(self) -> list:
        return json.loads(self._run("manage.py", "shell", "-v", "0", "-c", SUMS))

    def _run(self, *arguments: str) -> str:
        done = subprocess.run(
            [sys.executable, *arguments], cwd=ROOT, env=self.environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        return done.stdout


@pytest.fixture
def postgres():
    with running_postgres() as server:
        yield server


def test_there_and_back(tmp_path, postgres):
    first = Site(tmp_path / "first", f"sqlite:///{tmp_path}/first.sqlite3")
    first.manage("seed_scale", "--features", 60)
    before = first.sums()
    first.manage("backup", tmp_path / "1.tar")
    middle = Site(tmp_path / "middle", postgres.url)
    assert "发布记录相符" in middle.manage("restore", tmp_path / "1.tar")
    assert middle.sums()[0] == before[0]
    assert middle.sums()[2] == before[2]
    middle.manage("verify_editions")
    middle.manage("backup", tmp_path / "2.tar")
    last = Site(tmp_path / "last", f"sqlite:///{tmp_path}/last.sqlite3")
    last.manage("restore", tmp_path / "2.tar")
    assert last.sums() == before
