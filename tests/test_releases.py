"""One version, said alike everywhere; and files of a newer version beside an older process."""

from __future__ import annotations

import re
import subprocess
import sys

from django.http import HttpResponse
from django.test import RequestFactory

from jinzhong_eco import __version__
from jinzhong_eco.static_files import StaticFiles

from .demo_site import ROOT


def test_command_line_says_version():
    command = [sys.executable, "manage.py", "--version"]
    answer = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert answer.startswith(f"jinzhong_eco {__version__} (Django ")


def test_newest_entry_of_changelog_is_of_this_version():
    headings = re.findall(r"^## (.+)$", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.MULTILINE)
    released = [each for each in headings if each != "Unreleased"]
    assert re.fullmatch(rf"{re.escape(__version__)} \(20\d\d-\d\d-\d\d\)", released[0])


def test_files_collected_since_the_start_are_served(settings, tmp_path):
    settings.STATIC_ROOT = tmp_path / "static"
    settings.STATIC_ROOT.mkdir()
    (tmp_path / "secret.0123456789ab.css").write_text("secret")
    serve = StaticFiles(lambda request: HttpResponse(status=404))
    ask = RequestFactory().get
    assert serve(ask("/static/new.0123456789ab.css")).status_code == 404
    (settings.STATIC_ROOT / "plain.css").write_text("p {}")
    (settings.STATIC_ROOT / "new.0123456789ab.css").write_text("p {}")
    answer = serve(ask("/static/new.0123456789ab.css"))
    assert (answer.status_code, b"".join(answer)) == (200, b"p {}")
    for wrong in ("../secret.0123456789ab.css", "/secret.0123456789ab.css", "%00.0123456789ab.css", "plain.css"):
        assert serve(ask(f"/static/{wrong}")).status_code == 404
