"""Workers in processes of their own, stopped in the middle of a photo until the test lets them go on."""

from __future__ import annotations

import os
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings

from tests.processes import PATIENCE, database_url

ROOT = Path(__file__).parent.parent.parent
# `manage.py work` that says when it has begun a photo, and goes on when told.
HELD = """
import importlib, sys
import django
django.setup()
from django.core.management import call_command
module = importlib.import_module("interviews.photodesk.renditions")
make = module.renditions

def held(*arguments, **options):
    print("begun", flush=True)
    sys.stdin.readline()
    return make(*arguments, **options)

module.renditions = held
call_command("work", *sys.argv[1:])
"""


class Worker:
    def __init__(self, *options: str):
        environment = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "jinzhong_eco.settings",
            "DATABASE_URL": database_url(),
            "DATA_DIR": str(Path(settings.MEDIA_ROOT).parent / "data"),
            "MEDIA_STORAGE": str(settings.MEDIA_ROOT),
        }
        self.process = subprocess.Popen(
            [sys.executable, "-c", HELD, *options],
            cwd=ROOT,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def wait_until_begun(self) -> None:
        assert self.process.stdout.readline() == "begun\n"

    def release(self, photos: int = 1) -> None:
        """Let it make the photo that it has begun, and the ones after it."""
        self.process.stdin.write("\n" * photos)
        self.process.stdin.flush()

    def line(self) -> str:
        return self.process.stdout.readline()

    def end(self) -> tuple[int, list[str]]:
        """Wait for its end and return its exit code and the lines about tasks."""
        out, err = self.process.communicate(timeout=PATIENCE)
        assert not err, err
        return self.process.returncode, [line for line in out.splitlines() if line != "begun"]


@contextmanager
def worker(*options: str):
    """Start a worker that has begun a photo."""
    started = Worker(*options)
    try:
        started.wait_until_begun()
        yield started
    finally:
        started.process.kill()
        started.process.communicate()
