"""The page store by itself: what it keeps, drops and evicts, in any interleaving of readers and writers."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta

import pytest

from interviews.models.invalidation import EVERYTHING, Due
from interviews.public import freshness
from interviews.public.freshness import Freshness
from interviews.public.page_store import OVERHEAD, Page, PageStore
from tests.thorough import THOROUGH


def a_page(body=b"text", tags=("feature:1",), until=1e12):
    return Page("200 OK", [], {"": body}, tags=frozenset(tags), until=until)


def keep(store, key, page):
    render, mine = store.begin(key)
    assert mine
    store.end(key, render, key, page)


class TestStore:
    def test_drops_pages_by_tag(self):
        store = PageStore(10**6)
        keep(store, "a", a_page(tags=["feature:1", "photo:2"]))
        keep(store, "b", a_page(tags=["feature:3"]))
        keep(store, "c", a_page(tags=[EVERYTHING]))
        store.outdate(["photo:2"])
        assert [bool(store.get(key, 0)) for key in "abc"] == [False, True, False]
        store.outdate([EVERYTHING])
        assert store.get("b", 0) is None

    def test_page_ends(self):
        store = PageStore(10**6)
        keep(store, "a", a_page(until=100))
        assert store.get("a", 99)
        assert store.get("a", 100) is None

    def test_least_recently_used_goes_first(self):
        store = PageStore(3 * (OVERHEAD + 1000))
        for key in "abc":
            keep(store, key, a_page(bytes(1000)))
        store.get("a", 0)
        keep(store, "d", a_page(bytes(1000)))
        assert [bool(store.get(key, 0)) for key in "abcd"] == [True, False, True, True]

    def test_bytes_are_bounded_and_tags_forgotten(self):
        store = PageStore(50_000)
        for number in range(1000):
            keep(store, number, a_page(bytes(number % 7 * 1000), tags=[f"feature:{number}"]))
            assert store._bytes <= 50_000
        assert len(store._keys) == len(store._pages)

    def test_too_large_page_is_not_kept(self):
        store = PageStore(5_000)
        keep(store, "a", a_page(bytes(10_000)))
        assert store.get("a", 0) is None
        assert store._bytes == 0

    def test_page_outdated_while_rendered_is_not_kept(self):
        store = PageStore(10**6)
        render, _ = store.begin("a")
        store.outdate(["feature:1"])
        store.end("a", render, "a", a_page())
        assert store.get("a", 0) is None

    def test_failed_render_wakes_others(self):
        store = PageStore(10**6)
        render, _ = store.begin("a")
        assert store.begin("a") == (render, False)
        store.end("a", render)
        assert render.done.is_set()
        assert store.begin("a")[1]


class TestPage:
    @pytest.mark.parametrize("first", ["br", "gzip"])
    def test_each_encoding_gives_the_same_text(self, first):
        page = a_page("清新的空气".encode() * 100)
        plain = page.body("")
        sizes = [len(page.body(encoding)) for encoding in (first, "gzip", "br", "")]
        assert page.body("") == plain
        assert max(sizes[:3]) < len(plain)
        assert set(page.bodies) == {"br", "gzip"}


class World:
    """A database of versioned rows, their invalidations, and the stamp, as a store sees them."""

    def __init__(self):
        self.versions, self.log, self.touches = dict.fromkeys("abc", 0), [], 0
        # What the answers of verbs have promised.
        self.answered = dict(self.versions)
        self.now = datetime(2025, 1, 1, tzinfo=UTC)
        self.scheduled = []

    def read(self):
        for moment, row in [each for each in self.scheduled if each[0] <= self.now]:
            self.versions[row] += 1
            self.answered[row] = self.versions[row]
            self.scheduled.remove((moment, row))
        return dict(self.versions)


class WorldReader:
    def __init__(self, world):
        self.world, self.read = world, len(world.log)

    def unread(self):
        found, self.read = self.world.log[self.read :], len(self.world.log)
        return found


class Reader:
    """One request for a page that shows two rows, taken step by step."""

    def __init__(self, world, store, fresh, rows):
        self.world, self.rows = world, rows
        self.steps = self._steps(store, fresh)

    def _steps(self, store, fresh):
        self.world.read()
        promised = {row: self.world.answered[row] for row in self.rows}
        fresh.check()
        page = store.get(self.rows, 0)
        if page is None:
            render, mine = store.begin(self.rows)
            yield
            shown = self.world.read()
            yield
            page = a_page(tags=self.rows)
            page.shows = {row: shown[row] for row in self.rows}
            if mine:
                fresh.check()
                yield
                store.end(self.rows, render, self.rows, page)
        assert all(page.shows[row] >= promised[row] for row in self.rows), (page.shows, promised)


class Writer:
    """A transaction: commits, then touches the stamp, then answers."""

    def __init__(self, world, row, later):
        self.steps = self._later(world, row) if later else self._now(world, row)

    def _now(self, world, row):
        world.versions[row] += 1
        version = world.versions[row]
        world.log.append(Due(row))
        yield
        world.touches += 1
        yield
        world.answered[row] = max(world.answered[row], version)

    def _later(self, world, row):
        moment = world.now + timedelta(seconds=random.randint(1, 3))
        world.log.append(Due(row, moment))
        world.touches += 1
        world.scheduled.append((moment, row))
        yield


@pytest.mark.parametrize("seed", range(20))
def test_no_interleaving_gives_an_outdated_page(seed, monkeypatch):
    """Ten thousand interleavings of readers, writers and schedules; each answer shows what was promised before it."""
    random.seed(seed)
    answers = 0
    for _ in range(2500 if THOROUGH else 500):
        world, store = World(), PageStore(10**6)
        monkeypatch.setattr(freshness, "stamp", lambda world=world: (0, world.touches))
        monkeypatch.setattr(freshness, "_release", lambda: None)
        monkeypatch.setattr(freshness.timezone, "now", lambda world=world: world.now)
        fresh = Freshness(store.outdate)
        fresh._reader = WorldReader(world)
        running = []
        for _ in range(60):
            choice = random.random()
            if choice < 0.2:
                running.append(Reader(world, store, fresh, random.choice(["ab", "bc", "a"])))
            elif choice < 0.3:
                running.append(Writer(world, random.choice("abc"), later=random.random() < 0.4))
            elif choice < 0.34:
                world.now += timedelta(seconds=1)
            elif running:
                one = random.choice(running)
                if next(one.steps, "ended") == "ended":
                    running.remove(one)
                    answers += 1
    assert answers > 500
