"""`make upgrade` of a running site that readers read all the time."""

from __future__ import annotations

import http.client
import os
import re
import shutil
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from .demo_site import GRANIAN, ROOT, WSGI, server_options
from .public.web_servers import Server, free_port, wait_until_listening

pytestmark = pytest.mark.slow
NEXT = "99.0.0"


def git(folder: Path, *words: str) -> str:
    person = ["-c", "user.name=test", "-c", "user.email=test@example.cn", "-c", "core.hooksPath=/dev/null"]
    command = [shutil.which("git"), *person, *words]
    return subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True).stdout.strip()


@pytest.fixture(scope="module")
def checkout(tmp_path_factory) -> Path:
    """The commit before this one, `before`, and v99.0.0: this one with another version and another style sheet."""
    folder = tmp_path_factory.mktemp("upgrade") / "site"
    git(ROOT, "clone", "--quiet", str(ROOT), str(folder))
    try:
        # What came before this script lost requests.
        git(folder, "cat-file", "-e", "HEAD^:deploy/upgrade")
        git(folder, "tag", "before", "HEAD^")
    except subprocess.CalledProcessError:
        git(folder, "tag", "before", "HEAD")
    init = folder / "jinzhong_eco" / "__init__.py"
    init.write_text(re.sub(r'"[0-9.]+"', f'"{NEXT}"', init.read_text()))
    with (folder / "static" / "css" / "base.css").open("a") as file:
        file.write("\n.of-the-next-version { color: inherit; }\n")
    git(folder, "commit", "--quiet", "--all", "--message", "Next version")
    git(folder, "tag", f"v{NEXT}")
    git(folder, "checkout", "--quiet", "before")
    (folder / ".venv").symlink_to(Path(sys.executable).parent.parent)
    return folder


def environment_of(data: Path) -> dict[str, str]:
    """Without what this test run has set for itself."""
    settings = {"DATA_DIR": str(data), "METRICS": "loopback", "DATABASE_URL": "", "ENV_FILE": "", "DEMO": "1"}
    settings |= {
        "GRANIAN_PID_FILE": f"{data}.pid",
        "GRANIAN_RESPAWN_INTERVAL": "3",
        "DJANGO_SETTINGS_MODULE": "jinzhong_eco.settings",
    }
    inherited = {name: value for name, value in os.environ.items() if name != "DJANGO_ALLOW_ASYNC_UNSAFE"}
    return {**inherited, **settings, "SITE_URL": "http://127.0.0.1"}


@pytest.fixture(scope="module")
def installed(checkout, tmp_path_factory) -> Path:
    """The data of a demo site of the commit before."""
    data = tmp_path_factory.mktemp("installed") / "var"
    for command in ("migrate --verbosity 0", "demo", "collectstatic --noinput --verbosity 0"):
        manage = [sys.executable, "manage.py", *command.split()]
        subprocess.run(manage, cwd=checkout, env=environment_of(data), check=True)
    return data


@pytest.fixture
def site(checkout, installed, tmp_path) -> dict[str, str]:
    git(checkout, "checkout", "--quiet", "before")
    shutil.copytree(installed, tmp_path / "var")
    return environment_of(tmp_path / "var")


@contextmanager
def served(folder: Path, environment: dict[str, str]) -> Iterator[Server]:
    port = free_port()
    command = [GRANIAN, "--host", "127.0.0.1", "--port", str(port), WSGI]
    process = subprocess.Popen(command, env=server_options() | environment, cwd=folder)
    try:
        wait_until_listening(process, port)
        yield Server(port)
    finally:
        process.terminate()
        process.wait(20)


def upgrade(folder: Path, environment: dict[str, str], to: str = f"v{NEXT}") -> subprocess.CompletedProcess[str]:
    """Run this commit's script, since the commit before may have none."""
    command = ["bash", str(ROOT / "deploy" / "upgrade")]
    return subprocess.run(command, cwd=folder, env={**environment, "TO": to}, capture_output=True, text=True)


class Readers:
    """Threads that read pages and the style sheets that these name."""

    def __init__(self, port: int) -> None:
        self.answers: Counter[object] = Counter()
        self._port, self._over = port, threading.Event()
        self._threads = [threading.Thread(target=self._read) for _ in range(4)]

    def __enter__(self) -> Readers:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        for thread in self._threads:
            thread.join(60)

    def _read(self) -> None:
        while not self._over.wait(0.005):
            for page in ("/features/1/", "/", "/speakers/", "/admin/login/"):
                for sheet in re.findall(r'"(/static/[^"]+\.css)"', self._ask(page)):
                    self._ask(sheet)

    def _ask(self, address: str) -> str:
        try:
            given = Server(self._port).get(address)
        except (OSError, http.client.HTTPException) as error:
            self.answers[type(error).__name__, address] += 1
            return ""
        self.answers[given.status] += 1
        if given.status != 200:
            self.answers[given.status, address] += 1
        return given.body.decode()


def test_upgrade_loses_no_request(checkout, site):
    with served(checkout, site) as server, Readers(server.port) as readers:
        first = upgrade(checkout, site)
        second = upgrade(checkout, site)
        metrics = server.get("/metrics").body.decode()
    assert first.returncode == second.returncode == 0, first.stderr + second.stderr
    assert f"升级完成：jinzhong_eco {NEXT}" in first.stdout
    assert f'version="{NEXT}"' in metrics
    assert set(readers.answers) == {200}, readers.answers
    assert readers.answers[200] > 1000
    print("读者的请求", readers.answers[200])
    assert Path(site["DATA_DIR"], "before-upgrade.backup").stat().st_size > 10_000


def test_upgrade_stops_at_first_failure_and_continues(checkout, site):
    broken = {**site, "BACKUP_TO": "/proc/nowhere/"}
    for environment, to, sentence in (
        (site, "v0.0.none", "没有版本 v0.0.none"),
        (broken, f"v{NEXT}", "备份没有做成"),
        ({**site, "REVIEW_STEPS": "nonsense"}, f"v{NEXT}", "检查不过"),
    ):
        refused = upgrade(checkout, environment, to)
        assert (refused.returncode, "升级停下了" in refused.stderr, sentence in refused.stderr) == (1, True, True)
        assert git(checkout, "rev-parse", "HEAD") == git(checkout, "rev-parse", "before")
    static = Path(site["DATA_DIR"], "static")
    static.rename(static.with_name("aside"))
    static.write_text("a file where the folder should be")
    stopped = upgrade(checkout, site)
    assert (stopped.returncode, "静态文件没有写成" in stopped.stderr) == (1, True)
    static.unlink()
    finished = upgrade(checkout, site)
    assert finished.returncode == 0, finished.stderr
    assert "接着上次没有做完的升级" in finished.stdout
    assert "网站没有在运行" in finished.stdout


def test_changed_files_are_not_overwritten(checkout, site):
    manage = checkout / "manage.py"
    before = manage.read_text()
    manage.write_text(before + "# mended here\n")
    try:
        refused = upgrade(checkout, site)
        assert (refused.returncode, "被改动过" in refused.stderr) == (1, True)
        assert manage.read_text().endswith("# mended here\n")
    finally:
        manage.write_text(before)
