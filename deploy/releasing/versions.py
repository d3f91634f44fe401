"""Run checks and engine tests on other versions of Python and Django, as far as they can be had here.

Prints a line for each combination. Exits with 1 if one failed, not if one could not be had.
Interpreters are pyenv's, those on the path, and what uv can download.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from .lock import ROOT, pins

UV = str(Path(sys.executable).parent / "uv")
PYTHONS = ("3.11", "3.12", "3.13")
NEXT_DJANGO = "Django>=6,<7"


@dataclass(frozen=True)
class Combination:
    python: str
    django: str = ""  # a requirement; empty for the locked version

    def __str__(self) -> str:
        return f"Python {self.python}，{self.django or 'Django ' + pins()['django'].version}"


def combinations() -> list[Combination]:
    """Each Python with the locked Django, and the next Django with the newest Python."""
    return [*map(Combination, PYTHONS), Combination(PYTHONS[-1], NEXT_DJANGO)]


def interpreter(python: str) -> str:
    """The path of an interpreter; empty if there is none and none can be fetched."""
    pyenv = [str(path) for path in Path.home().glob(f".pyenv/versions/{python}.*/bin/python")]
    if found := [*pyenv, *_found(python)]:
        return found[0]
    subprocess.run([UV, "python", "install", "--quiet", python], capture_output=True, check=False)
    return "".join(_found(python))


def _found(python: str) -> list[str]:
    answer = subprocess.run([UV, "python", "find", python], capture_output=True, text=True, check=False)
    return answer.stdout.split() if answer.returncode == 0 else []


def run(combination: Combination, python: str, folder: Path) -> bool:
    """Whether everything passes in an environment of its own."""
    own = folder / "bin" / "python"
    engine = [str(path) for path in (ROOT / "tests").rglob("test_*.py") if "mark.engine" in path.read_text("utf-8")]
    commands = [
        [UV, "venv", "--quiet", "--python", python, str(folder)],
        _install(own, "--require-hashes", "--requirements", "requirements-dev.txt"),
        *([_install(own, combination.django)] if combination.django else []),
        [str(own), "manage.py", "check", "--fail-level", "ERROR"],
        [str(own), "manage.py", "makemigrations", "--check", "--dry-run"],
        [str(own), "-m", "pytest", "-m", "engine and not slow", "-p", "no:cacheprovider", *_workers(), *engine],
    ]
    environment = {**os.environ, "DATA_DIR": str(folder / "data"), "DATABASE_URL": ""}
    return all(subprocess.run(each, cwd=ROOT, env=environment, check=False).returncode == 0 for each in commands)


def _install(own: Path, *what: str) -> list[str]:
    links = [f"--find-links={each}" for each in os.environ.get("PIP_FIND_LINKS", "").split()]
    return [UV, "pip", "install", "--quiet", "--system-certs", "--python", str(own), *links, *what]


def _workers() -> list[str]:
    return ["-n", os.environ.get("WORKERS", "2"), "--dist", "worksteal"]


def main() -> int:
    results = {}
    for combination in combinations():
        if combination == Combination(f"{sys.version_info[0]}.{sys.version_info[1]}"):
            results[combination] = "就是这里的环境，make test-slow 全跑"
        elif python := interpreter(combination.python):
            with tempfile.TemporaryDirectory(prefix="jinzhong-versions-") as folder:
                passed = run(combination, python, Path(folder) / "venv")
            results[combination] = "跑过，都通过" if passed else "没有通过"
        else:
            results[combination] = f"没有跑：这里没有 Python {combination.python}，也下载不到"
    for combination, result in results.items():
        print(f"{combination}：{result}。")
    return int("没有通过" in results.values())


if __name__ == "__main__":
    sys.exit(main())
