import os
from unittest import mock

import pytest
from django.conf import settings as django_settings
from django.core.management.color import no_style
from django.db import connection
from django.test import TransactionTestCase, override_settings
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis
from playwright.sync_api import sync_playwright

from interviews.models import append_only

from . import chromium, script_coverage
from .cast import make_cast, put_in_seeds
from .thorough import THOROUGH

# Playwright's event loop runs in the thread of the test; Django would refuse the database there.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")

# A busy machine is no fault of the code: times are the benchmarks'.
unhurried = {"deadline": None, "suppress_health_check": [HealthCheck.too_slow]}
# With fewer, Hypothesis begins with large documents of which its health check complains.
hypothesis.register_profile("fast", **unhurried, max_examples=100)
hypothesis.register_profile("thorough", **unhurried, max_examples=200)
hypothesis.load_profile("thorough" if THOROUGH else "fast")


@pytest.fixture(autouse=True, scope="session")
def quick_and_plain():
    """Hashing passwords is slow on purpose; hashed names of static files need a collectstatic first."""
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    with override_settings(
        PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"],
        STORAGES={**django_settings.STORAGES, "staticfiles": plain},
    ):
        yield


@pytest.fixture(autouse=True)
def folder_of_its_own(settings, tmp_path):
    """Each test has its own files, and no thread that outlives it."""
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.PHOTO_THREADS = 0


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings, tmp_path_factory):
    """SQLite in a file, as in production: in memory, all threads share one connection and its transactions.
    PostgreSQL as a copy of a database that is migrated already, where there is one."""
    test = connection.settings_dict["TEST"]
    if connection.vendor == "sqlite":
        test["NAME"] = str(tmp_path_factory.mktemp("database") / "test.sqlite3")
    elif "DATABASE_TEMPLATE" in os.environ:
        test["TEMPLATE"] = os.environ["DATABASE_TEMPLATE"]


# What Django writes of its models after a migration: the same for every test.
KEPT = {"django_content_type", "auth_permission"}


@pytest.fixture(autouse=True, scope="session")
def emptied_tables():
    """A transactional test ends by emptying every table, which those on record refuse. Quicker than Django's flush,
    which writes all permissions anew."""

    # The triggers are taken away and put back each time; the columns that they guard stay the same.
    known, rules_of = {}, append_only._rules

    def rules(connection, guard):
        if guard.table not in known:
            known[guard.table] = rules_of(connection, guard)
        return known[guard.table]

    def empty(case=None):
        tables = connection.introspection.django_table_names(only_existing=True, include_views=False)
        tables = [table for table in tables if table not in KEPT]
        with mock.patch.object(append_only, "_rules", rules), append_only.lifted(connection):
            connection.ops.execute_sql_flush(
                connection.ops.sql_flush(no_style(), tables, reset_sequences=True, allow_cascade=False)
            )

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", empty)
        yield empty


@pytest.fixture
def seeds(db):
    """What migrations put in, for tests without a cast."""
    put_in_seeds()


@pytest.fixture
def cast(db):
    return make_cast()


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


def pytest_collection_modifyitems(config, items):
    """Leave out the slow tests, unless thorough; mark those in a browser; begin with the longest, or the other workers
    would wait for them at the end."""
    slow = [item for item in items if not THOROUGH and item.get_closest_marker("slow")]
    if slow:
        config.hook.pytest_deselected(items=slow)
        items[:] = [item for item in items if item not in slow]
    for item in items:
        if "browser" in getattr(item, "fixturenames", ()):
            item.add_marker("browser")
    items.sort(key=lambda item: item.get_closest_marker("timeout") is None)
