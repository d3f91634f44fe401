"""Public pages from a streaming replica: never older than the last publication, whatever the replica does."""

from __future__ import annotations

import random
import signal
import tempfile
import threading
import time
from itertools import count
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from jinzhong_eco import databases
from tests.with_postgres import _place

from .streaming import replicated_site, wait_for

SITE, REPLICA = "postgresql://a@one/site", "postgresql://a@two/site"
numbers = count(1)


@pytest.fixture(scope="module")
def site():
    # A path of a socket is at most 107 bytes long.
    with tempfile.TemporaryDirectory(prefix="jinzhong-", dir=_place()) as folder, replicated_site(Path(folder)) as site:
        yield site


def source(site) -> str:
    """The server that a page which nobody has asked for is read from."""
    site.primary.statements(), site.replica.statements()
    assert site.get(f"/search/?q=%E7%A9%BA%E6%B0%94{next(numbers)}").status == 200
    read = {name for name in ("primary", "replica") if "interviews_published" in getattr(site, name).statements()}
    assert len(read) == 1
    return read.pop()


def text_of(site) -> str:
    given = site.get(f"/features/{site.feature}/")
    assert given.status == 200
    return given.body.decode()


def test_pages_come_from_the_replica_and_the_newsroom_from_the_primary(site):
    wait_for(lambda: source(site) == "replica")
    site.primary.statements(), site.replica.statements()
    assert site.get("/admin/interviews/feature/", Cookie=f"sessionid={site.session}").status == 200
    assert "interviews_feature" in site.primary.statements()
    assert "interviews_" not in site.replica.statements()


def test_publication_is_seen_before_it_is_replayed(site):
    wait_for(lambda: source(site) == "replica")
    site.replica.execute("SELECT pg_wal_replay_pause()")
    try:
        site.publish("尚未重放的话。")
        assert "尚未重放的话。" in text_of(site)
        assert source(site) == "primary"
    finally:
        site.replica.execute("SELECT pg_wal_replay_resume()")
    assert "尚未重放的话。" in text_of(site)
    wait_for(lambda: source(site) == "replica")
