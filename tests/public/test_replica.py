"""Public pages from a streaming replica: never older than the last publication, whatever the replica does."""

from __future__ import annotations

import json
import random
import re
import signal
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import transaction

from interviews.models import Edition
from interviews.public.replica import Router, reading_from
from jinzhong_eco import databases
from tests.with_postgres import place

from .streaming import replicated_site, wait_for

SITE, REPLICA = "postgresql://a@one/site", "postgresql://a@two/site"
numbers = count(1)


@pytest.fixture(scope="module")
def site():
    # A path of a socket is at most 107 bytes long.
    with tempfile.TemporaryDirectory(prefix="jinzhong-", dir=place()) as folder, replicated_site(Path(folder)) as site:
        yield site


def source(site) -> str:
    """The server that a page which nobody has asked for is read from."""
    site.primary.statements(), site.replica.statements()
    assert site.get(f"/search/?q=%E7%A9%BA%E6%B0%94{next(numbers)}").status == 200
    read = {name for name in ("primary", "replica") if "interviews_published" in getattr(site, name).statements()}
    assert len(read) == 1
    return read.pop()


def status_of_new_page(site) -> int:
    """The status of a page that nobody has asked for."""
    return site.get(f"/search/?q=%E8%93%9D%E5%A4%A9{next(numbers)}").status


def text_of(site, host="localhost") -> str:
    given = site.get(f"/features/{site.feature}/", Host=host)
    assert given.status == 200
    return given.body.decode()


@pytest.mark.slow
def test_pages_come_from_the_replica_and_the_newsroom_from_the_primary(site):
    wait_for(lambda: source(site) == "replica")
    site.primary.statements(), site.replica.statements()
    assert site.get("/admin/interviews/feature/", Cookie=f"sessionid={site.session}").status == 200
    assert "interviews_feature" in site.primary.statements()
    assert "interviews_" not in site.replica.statements()


@contextmanager
def paused(replica):
    replica.execute("SELECT pg_wal_replay_pause()")
    try:
        yield
    finally:
        replica.execute("SELECT pg_wal_replay_resume()")


@pytest.mark.slow
def test_publication_is_seen_before_it_is_replayed(site):
    wait_for(lambda: source(site) == "replica")
    with paused(site.replica):
        site.publish("尚未重放的话。")
        assert "尚未重放的话。" in text_of(site)
        assert source(site) == "primary"
    assert "尚未重放的话。" in text_of(site)
    wait_for(lambda: source(site) == "replica")


@pytest.mark.slow
def test_new_connection_is_not_used_before_a_check(site):
    """A server that was restarted may be older than before."""
    assert site.order("reconnect") == "True False True\n"


@pytest.mark.slow
def test_write_of_another_host_is_seen_within_a_second(site):
    wait_for(lambda: source(site) == "replica")
    for number in range(5):
        with paused(site.replica):
            assert f"8848{number}" not in site.get("/features/").body.decode()
            site.primary.execute(f"UPDATE interviews_publishedfeature SET headline = '8848{number}'")
            time.sleep(1)
            assert f"8848{number}" in site.get("/features/").body.decode()
        wait_for(lambda: source(site) == "replica")


@pytest.mark.slow
def test_no_page_is_older_than_its_request(site):
    """Publish while the replica stops and goes on and is killed; readers ask all the time.

    Pages are kept by host, so there are always some that nobody has asked for.
    """
    chance, published, asked, ended = random.Random(8), [0], [0], threading.Event()
    site.publish("第0次的话。")

    def read():
        while not ended.is_set():
            before = published[0]
            [found] = set(re.findall(r"第(\d+)次的话", text_of(site, f"localhost:{chance.randrange(1, 300)}")))
            assert int(found) >= before
            asked[0] += 1

    def work():
        site.replica.execute(f"SELECT pg_wal_replay_{chance.choice(['pause', 'resume'])}()")
        site.publish(f"第{published[0] + 1}次的话。")
        published[0] += 1
        if published[0] % 10 == 5:
            site.replica.stop()
            site.replica.start()
        time.sleep(chance.choice([0, 0.05, 0.3, 0.7, 1.5]))

    with ThreadPoolExecutor(3) as readers:
        reading = [readers.submit(read) for _ in range(3)]
        try:
            while published[0] < 40 and not any(each.done() for each in reading):
                work()
        finally:
            ended.set()
        for each in reading:
            each.result()
    site.replica.execute("SELECT pg_wal_replay_resume()")
    assert asked[0] > 300
    assert "interviews_edition" in site.replica.statements()
    wait_for(lambda: source(site) == "replica")


def changes_logged(site):
    return [("primary" if "from the primary" in line else "replica") for line in site.log() if "Public pages" in line]


@pytest.mark.slow
def test_replica_that_is_killed_and_comes_back(site):
    wait_for(lambda: source(site) == "replica")
    before = len(site.log())
    site.replica.stop()
    for _ in range(40):
        assert status_of_new_page(site) == 200
        time.sleep(0.1)
    site.replica.start()
    wait_for(lambda: source(site) == "replica")
    levels = [json.loads(line)["level"] for line in site.log()[before:]]
    assert [level for level in levels if level != "INFO"] == ["WARNING", "WARNING"]
    assert changes_logged(site)[-2:] == ["primary", "replica"]


@pytest.mark.slow
def test_frozen_replica_delays_readers_once(site):
    wait_for(lambda: source(site) == "replica")
    site.replica.signal(signal.SIGSTOP)
    try:
        delays = []
        for _ in range(30):
            start = time.monotonic()
            assert status_of_new_page(site) == 200
            delays.append(time.monotonic() - start)
        assert sum(delay > 1 for delay in delays) <= 1
        assert max(delays) < 5
    finally:
        site.replica.signal(signal.SIGCONT)
    wait_for(lambda: source(site) == "replica")


@pytest.mark.slow
def test_checks_are_two_a_second(site):
    wait_for(lambda: source(site) == "replica")
    site.replica.statements()
    for _ in range(100):
        status_of_new_page(site)
        time.sleep(0.02)
    assert site.replica.statements().count("pg_last_wal_replay_lsn") <= 10


@pytest.mark.slow
def test_new_segment_of_an_idle_primary_is_no_delay(site):
    wait_for(lambda: source(site) == "replica")
    before = site.log()
    site.primary.execute("SELECT pg_switch_wal()")
    time.sleep(2)
    assert source(site) == "replica"
    assert site.log() == before


@pytest.mark.slow
def test_tally_of_a_search_is_stored_on_the_primary(site):
    wait_for(lambda: source(site) == "replica")
    assert site.order("store a tally") == "1\n"


class TestRouter:
    @pytest.mark.django_db(transaction=True)
    def test_reads_of_public_pages_only(self):
        router = Router()
        assert router.db_for_read(Edition) == "default"
        with reading_from(replica=True):
            assert (router.db_for_read(Edition), router.db_for_write(Edition)) == ("replica", "default")
            with reading_from(replica=False):
                assert router.db_for_read(Edition) == "default"
            with transaction.atomic():
                assert router.db_for_read(Edition) == "default"
        assert not router.allow_migrate("replica", "interviews")


class TestSettings:
    @pytest.fixture(autouse=True)
    def environment(self, monkeypatch):
        for name in ("DATABASE_URL", "DATABASE_URL_FILE", "DATABASE_REPLICA_URL", "DATABASE_REPLICA_URL_FILE"):
            monkeypatch.delenv(name, raising=False)

    def test_none(self):
        assert set(databases.configured("sqlite:///x")) == {"default"}

    def test_from_a_file(self, monkeypatch, tmp_path):
        (tmp_path / "url").write_text(f"{REPLICA}\n")
        monkeypatch.setenv("DATABASE_URL", SITE)
        monkeypatch.setenv("DATABASE_REPLICA_URL_FILE", str(tmp_path / "url"))
        found = databases.configured("sqlite:///x")
        assert found["replica"]["HOST"] == "two"
        assert found["replica"]["TEST"]["MIRROR"] == "default"

    @pytest.mark.parametrize(
        ("primary", "replica", "reason"),
        [
            (SITE, "nonsense", "is no database address"),
            (SITE, "mysql://a@two/site", "names mysql"),
            (SITE, "sqlite:///site", "names sqlite3"),
            (SITE, "postgresql://a@two/other", "names the database 'other'"),
            (SITE, SITE, "is the address of DATABASE_URL"),
            ("sqlite:///site", REPLICA, "DATABASE_URL is not postgresql"),
        ],
    )
    def test_refused(self, monkeypatch, primary, replica, reason):
        monkeypatch.setenv("DATABASE_URL", primary)
        monkeypatch.setenv("DATABASE_REPLICA_URL", replica)
        with pytest.raises(ImproperlyConfigured, match=rf"^DATABASE_REPLICA_URL .*{reason}"):
            databases.configured("")
