"""Serve a temporary demo site like `make run`, for benchmarks and screenshots."""

import os
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path
from urllib.request import urlopen

ROOT = Path(__file__).parent.parent
GRANIAN = str(Path(sys.executable).parent / "granian")
WSGI = "jinzhong_eco.wsgi:application"


def server_options() -> dict[str, str]:
    """The server's options as `make run` and the units have them."""
    lines = (ROOT / "deploy" / "server.env").read_text(encoding="utf-8").splitlines()
    return dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))


@contextmanager
def demo_site(port: int):
    """Yield the address of a site whose data folder is deleted afterwards."""
    address = f"http://127.0.0.1:{port}"
    with tempfile.TemporaryDirectory() as folder:
        env = {**os.environ, "DATA_DIR": folder, "DEMO": "1", "DEBUG": "0", "SITE_URL": address}
        env.pop("DATABASE_URL", None)
        for command in ("migrate --verbosity 0", "demo", "collectstatic --noinput --verbosity 0"):
            manage = [sys.executable, str(ROOT / "manage.py"), *command.split()]
            subprocess.run(manage, env=env, check=True, stdout=subprocess.DEVNULL)
        granian = [GRANIAN, "--host", "127.0.0.1", "--port", str(port), WSGI]
        server = subprocess.Popen(granian, env=env | server_options(), cwd=ROOT)
        try:
            _wait(f"{address}/healthz")
            yield address
        finally:
            server.terminate()
            server.wait()


def _wait(address: str) -> None:
    for _ in range(200):
        try:
            urlopen(address, timeout=5).close()
            return
        except OSError:
            time.sleep(0.1)
    raise TimeoutError(f"{address} does not answer")
