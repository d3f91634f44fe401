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
SERVER = ["--interface", "wsgi", "--workers", "2", "--blocking-threads", "4", "--no-access-log", "--log-level", "error"]


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
        granian = [str(Path(sys.executable).parent / "granian"), *SERVER, "--host", "127.0.0.1", "--port", str(port)]
        server = subprocess.Popen([*granian, "jinzhong_eco.wsgi:application"], env=env, cwd=ROOT)
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
