"""The site refuses to start with nonsense in its variables."""

import os
import subprocess
import sys

import pytest


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("REQUIRE_OTP", "maybe"),
        ("SESSION_IDLE_MINUTES", "0"),
        ("SESSION_IDLE_MINUTES_PUBLISHING", "half an hour"),
        ("EVENT_RETENTION_DAYS", "179"),
        ("PASSWORD_HISTORY", "-1"),
        ("TRUSTED_PROXIES", "many"),
        ("MAIL_URL", "mail.example.cn"),
        ("OIDC_URL", "https://id.example.cn"),
    ],
)
def test_nonsense_is_refused_by_name(tmp_path, name, value):
    environment = {
        **os.environ,
        "DATA_DIR": str(tmp_path),
        "DJANGO_SETTINGS_MODULE": "jinzhong_eco.settings",
        name: value,
    }
    command = [sys.executable, "-c", "import jinzhong_eco.settings"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert name.partition("_")[0] in done.stderr.splitlines()[-1]
