"""Byte budgets of the sample page as served."""

import base64
import gzip
import hashlib
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command

from interviews.models import Feature

pytestmark = pytest.mark.django_db
KB = 1024


@pytest.fixture
def address(settings, seeds):
    settings.DEMO = True
    call_command("demo", verbosity=0)
    return f"/features/{Feature.objects.get().pk}/"


def fetched(client, address):
    """Return the page, and the transfer size of it and of each file it links."""
    response = client.get(address, headers={"Accept-Encoding": "gzip"})
    page = gzip.decompress(response.content).decode()
    files = re.findall(r'(?:href|src)="[^"]*/static/((?:css|js)/[\w.-]+)"', page)
    return page, len(response.content), {name: _sent(name) for name in files}


def _sent(name):
    """Return the size of the file as WhiteNoise compressed it."""
    return len(gzip.compress(Path(settings.BASE_DIR, "static", name).read_bytes(), 9))


def test_feature_page_budget(client, address):
    page, html, files = fetched(client, address)
    scripts = sum(size for name, size in files.items() if name.endswith(".js"))
    inline = len("".join(re.findall(r"<script>(.*?)</script>", page, re.DOTALL)))
    print(f"page with its styles: {html} bytes; print's styles and scripts: {files}; inline script: {inline}")
    assert html + sum(size for name, size in files.items() if name.endswith(".css")) <= 14 * KB
    assert 0 < scripts + inline <= 3 * KB


def test_nothing_blocks_first_paint(client, address):
    """No blocking style sheet or script: the first paint needs one response."""
    page, _, _ = fetched(client, address)
    assert re.findall(r'<link[^>]*rel="stylesheet"(?![^>]*media="print")', page) == []
    assert re.findall(r'<script[^>]*src=(?![^>]*type="module")', page) == []


def test_csp_hashes_cover_inline_scripts(client, address):
    response = client.get(address)
    page = response.content.decode()
    policy = response["Content-Security-Policy"]
    inline = re.findall(r"<(?:style|script)>(.*?)</(?:style|script)>", page, re.DOTALL)
    assert len(inline) > 5
    for text in inline:
        digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        assert f"'sha256-{digest}'" in policy
    assert "unsafe" not in policy


def test_lite_page_budget(client, address):
    page, html, files = fetched(client, f"{address}?lite=1")
    assert html + sum(files.values()) <= 10 * KB
    assert "<img" not in page
    assert "<script" not in page
    assert f'<link rel="canonical" href="{settings.SITE_URL}{address}">' in page


@pytest.mark.parametrize("query", ["", "?lite=1"])
def test_no_third_party_resources(client, address, query):
    page, _, _ = fetched(client, address + query)
    loaded = re.findall(r'<(?:link|script|img|source|iframe)\b[^>]*(?:href|src|srcset)="([^"]*)"', page)
    ours = (settings.SITE_URL, "/", "data:,")
    assert [each for each in loaded if not each.startswith(ours)] == []
