import gc
import os
from itertools import chain, groupby

import pytest
from django.conf import settings as django_settings
from django.db import connection
from django.test import TransactionTestCase, override_settings
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis
from playwright.sync_api import sync_playwright
from pytest_django import fixtures

from . import chromium, object_store, script_coverage, shared_rows
from .builders import published
from .cast import make_cast, put_in_seeds
from .emptying import empty_tables, restart_ids
from .shared_rows import built_once, is_transactional
from .thorough import THOROUGH

# Playwright runs an event loop in the test's thread, where Django refuses synchronous queries.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")

# A busy machine is not a bug; benchmarks measure time.
unhurried = {"deadline": None, "suppress_health_check": list(HealthCheck)}
hypothesis.register_profile("fast", **unhurried, max_examples=50)
hypothesis.register_profile("thorough", **unhurried, max_examples=200)
hypothesis.load_profile("thorough" if THOROUGH else "fast")


def pytest_configure(config):
    if not hasattr(config, "workerinput"):
        object_store.prepare()


def pytest_unconfigure(config):
    if not hasattr(config, "workerinput"):
        object_store.finish()


@pytest.fixture
def bucket(settings):
    """Keep the test's photos in an empty place on the S3 server."""
    settings.MEDIA_BUCKET = object_store.shared().location()
    return settings.MEDIA_BUCKET


@pytest.fixture(autouse=True, scope="session")
def quick_and_plain():
    """Use a fast password hasher, no second factor, and static files without hashed names, which need collectstatic."""
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    with override_settings(
        PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"],
        REQUIRE_OTP="none",
        STORAGES={**django_settings.STORAGES, "staticfiles": plain},
    ):
        yield


@pytest.fixture(autouse=True)
def folder_of_its_own(settings, tmp_path):
    """Give each test its own media folder, and no background threads."""
    settings.MEDIA_ROOT, settings.MEDIA_BUCKET = tmp_path / "media", None
    settings.PHOTO_THREADS = settings.DELIVERY_THREADS = 0


# pytest-django would create no test database for a run of module fixtures only, and they would use the developer's.
fixtures._get_databases_for_setup = lambda items: ({"default"}, set())


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings, tmp_path_factory):
    """Put SQLite into a file, as in production; copy PostgreSQL from a migrated template if there is one.

    In memory, all threads would share SQLite's connection and its transactions.
    """
    test = connection.settings_dict["TEST"]
    if connection.vendor == "sqlite":
        test["NAME"] = str(tmp_path_factory.mktemp("database") / "test.sqlite3")
    elif "DATABASE_TEMPLATE" in os.environ:
        test["TEMPLATE"] = os.environ["DATABASE_TEMPLATE"]


@pytest.fixture(autouse=True, scope="session")
def emptied_tables():
    """Replace Django's flush after transactional tests."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", lambda case: empty_tables())
        yield empty_tables


@pytest.fixture(scope="session")
def no_rows_left(django_db_setup):
    """Roll back the last shared rows before the test database is deleted."""
    yield
    shared_rows.close()


@pytest.fixture
def rows_beneath(request, no_rows_left, django_db_blocker):
    shared_rows.build_for(request.node, django_db_blocker)
    if is_transactional(request.node):
        with django_db_blocker.unblock():
            restart_ids()


@pytest.fixture
def _django_db_helper(rows_beneath, _django_db_helper):
    """Build shared rows before pytest-django begins the transaction of the test in the fixture of this name."""


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item):
    shared_rows.roll_back_before(item)


@built_once
def seeds():
    """Install seed data for tests without a cast."""
    put_in_seeds()


@built_once
def cast(seeds):
    return make_cast()


@built_once
def edition(cast):
    """Publish a page."""
    return published(cast)


@pytest.fixture(scope="session")
def browser():
    if not chromium.path():
        if os.environ.get("REQUIRE_BROWSER") == "1":
            pytest.fail("REQUIRE_BROWSER=1, but no Chromium is found")
        pytest.skip("no Chromium is found")
    with sync_playwright() as playwright:
        browser = chromium.launch(playwright)
        script_coverage.record(browser)
        yield browser
        browser.close()


def pytest_collection_finish():
    """Spare the garbage collector what is there for good: it would walk through it thousands of times."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)


def pytest_collection_modifyitems(config, items):
    """Deselect slow tests unless thorough, mark browser tests, and run the longest first to keep workers busy.

    Within a module, tests that share rows follow each other.
    """
    slow = [item for item in items if not THOROUGH and item.get_closest_marker("slow")]
    if slow:
        config.hook.pytest_deselected(items=slow)
        items[:] = [item for item in items if item not in slow]
    for item in items:
        if "browser" in getattr(item, "fixturenames", ()):
            item.add_marker("browser")
    items.sort(key=lambda item: item.get_closest_marker("timeout") is None)
    modules = [list(group) for _, group in groupby(items, key=lambda item: (item.path, is_transactional(item)))]
    items[:] = chain.from_iterable(sorted(each, key=names_of_shared_rows) for each in modules)


def names_of_shared_rows(item):
    return [build.__name__ for build in shared_rows.wanted(item)]
