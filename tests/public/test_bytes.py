"""What a reader's phone has to fetch for the sample page, as the server sends it."""

import gzip
import re
from pathlib import Path

import brotli
import pytest
from django.conf import settings
from django.core.management import call_command

from interviews.models import Feature

pytestmark = pytest.mark.django_db
KB = 1024


@pytest.fixture
def address(settings):
    settings.DEMO = True
    call_command("demo", verbosity=0)
    return f"/features/{Feature.objects.get().pk}/"


def fetched(client, address):
    """The page, and the bytes that it and each file that it links take on the way."""
    response = client.get(address, headers={"Accept-Encoding": "gzip"})
    page = gzip.decompress(response.content).decode()
    files = re.findall(r'(?:href|src)="/static/((?:css|js)/[\w.-]+)"', page)
    return page, len(response.content), {name: _sent(name) for name in files}


def _sent(name):
    """As WhiteNoise has compressed it beforehand: with Brotli, which every browser of the last ten years takes."""
    return len(brotli.compress(Path(settings.BASE_DIR, "static", name).read_bytes(), quality=11))


def test_the_feature_page(client, address):
    _, html, files = fetched(client, address)
    styles = sum(size for name, size in files.items() if name.endswith(".css"))
    scripts = sum(size for name, size in files.items() if name.endswith(".js"))
    assert html + styles <= 14 * KB, (html, styles)
    assert scripts <= 3 * KB


def test_the_light_version(client, address):
    page, html, files = fetched(client, f"{address}?lite=1")
    assert html + sum(files.values()) <= 10 * KB
    assert "<img" not in page
    assert "<script" not in page
    assert f'<link rel="canonical" href="{settings.SITE_URL}{address}">' in page


@pytest.mark.parametrize("query", ["", "?lite=1"])
def test_nothing_comes_from_elsewhere(client, address, query):
    page, _, _ = fetched(client, address + query)
    loaded = re.findall(r'<(?:link|script|img|source|iframe)\b[^>]*(?:href|src|srcset)="([^"]*)"', page)
    ours = (settings.SITE_URL, "/", "data:,")
    assert [each for each in loaded if not each.startswith(ours)] == []
