"""A pressed site for tests: pressed in this process, or by the command in another one."""

from __future__ import annotations

import os
import subprocess
import sys
from io import StringIO
from pathlib import Path

from django.conf import settings
from django.core.management import call_command

from interviews.public.press import Press, Summary
from tests.processes import database_url

ROOT = Path(__file__).parent.parent.parent


def collect(folder: Path) -> None:
    """Copy the static files, as `collectstatic` does, and one of the newsroom's."""
    for source in (ROOT / "static").rglob("*.*"):
        copy = folder / source.relative_to(ROOT / "static")
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_bytes(source.read_bytes())


def press_once(folder: Path, search_url: str = "") -> Summary:
    press = Press(folder, search_url)
    with press.open():
        press.read()
        return press.work()


def run(folder: Path, *options: str) -> str:
    out = StringIO()
    call_command("press", str(folder), *options, stdout=out)
    return out.getvalue()


def started(folder: Path, *options: str, **environment: str) -> subprocess.Popen:
    """Start the command in a process of its own, on the test's database and data."""
    command = [sys.executable, "manage.py", "press", str(folder), *options]
    return subprocess.Popen(
        command,
        cwd=ROOT,
        env={**os.environ, **_environment(), **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def _environment() -> dict[str, str]:
    return {
        "DJANGO_SETTINGS_MODULE": "tests.public.press_settings",
        "DATABASE_URL": database_url(),
        "DATA_DIR": str(Path(settings.STATIC_ROOT).parent),
        "MEDIA_STORAGE": str(settings.MEDIA_ROOT),
    }


def tree(folder: Path) -> dict[str, bytes]:
    """The pressed files by name, without the press's own, except the servers' configuration."""
    paths = (path for path in folder.rglob("*") if path.is_file())
    names = {str(path.relative_to(folder)): path for path in paths}
    return {
        name: path.read_bytes() for name, path in names.items() if not name.startswith((".press.", ".press/incoming"))
    }
