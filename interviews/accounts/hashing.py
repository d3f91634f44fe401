"""Password hashing that does not slow readers down."""

from __future__ import annotations

import base64
import json
import subprocess
import sys
import threading

from django.contrib.auth.hashers import PBKDF2PasswordHasher

# Standard library only, for a quick start.
WORKER = """
import hashlib, json, os, sys
os.nice(19)
password, salt, iterations = json.load(sys.stdin)
sys.stdout.write(hashlib.pbkdf2_hmac("sha256", password.encode(), salt.encode(), iterations).hex())
"""
TIMEOUT_SECONDS = 60

_one_at_a_time = threading.Lock()


class QuietPBKDF2PasswordHasher(PBKDF2PasswordHasher):
    """Django's PBKDF2, one password at a time in each server process, in a child of the lowest priority.

    A hash takes a core for a third of a second on purpose. At the lowest priority it takes only what readers leave. Not
    in a thread: one of low priority may be suspended while it holds the interpreter's lock, and readers with it.
    """

    def encode(self, password: str, salt: str, iterations: int | None = None) -> str:
        iterations = iterations or self.iterations
        with _one_at_a_time:
            digest = _hash(password, salt, iterations)
        return f"{self.algorithm}${iterations}${salt}${digest}"


def _hash(password: str, salt: str, iterations: int) -> str:
    """PBKDF2-HMAC-SHA256 in base64."""
    worker = subprocess.run(  # noqa: S603 - our own script
        [sys.executable, "-I", "-S", "-c", WORKER],
        input=json.dumps([password, salt, iterations]),
        capture_output=True,
        text=True,
        check=True,
        timeout=TIMEOUT_SECONDS,
    )
    return base64.b64encode(bytes.fromhex(worker.stdout)).decode()
