import os

import pytest
from django.core.management.color import no_style
from django.db import connection
from django.test import TransactionTestCase
from hypothesis import settings as hypothesis
from playwright.sync_api import sync_playwright

from interviews.models import append_only

from . import chromium

# Playwright's event loop runs in the thread of the test; Django would refuse the database there.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")

# A busy machine is no fault of the code: times are the benchmarks'.
hypothesis.register_profile("untimed", deadline=None)
hypothesis.load_profile("untimed")


@pytest.fixture(autouse=True)
def quick_and_plain(settings):
    """Hashing passwords is slow on purpose; hashed names of static files need a collectstatic first."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }


@pytest.fixture(autouse=True)
def folder_of_its_own(settings, tmp_path):
    """Each test has its own files, and no thread that outlives it."""
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.PHOTO_THREADS = 0


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings, tmp_path_factory):
    """SQLite in a file, as in production: in memory, all threads share one connection and its transactions."""
    if connection.vendor == "sqlite":
        connection.settings_dict["TEST"]["NAME"] = str(tmp_path_factory.mktemp("database") / "test.sqlite3")


# What Django writes of its models after a migration: the same for every test.
KEPT = {"django_content_type", "auth_permission"}


@pytest.fixture(autouse=True, scope="session")
def emptied_tables():
    """A transactional test ends by emptying every table, which those on record refuse. Quicker than Django's flush,
    which writes all permissions anew."""

    def empty(case):
        tables = connection.introspection.django_table_names(only_existing=True, include_views=False)
        tables = [table for table in tables if table not in KEPT]
        with append_only.lifted(connection):
            connection.ops.execute_sql_flush(
                connection.ops.sql_flush(no_style(), tables, reset_sequences=True, allow_cascade=False)
            )

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", empty)
        yield


@pytest.fixture
def cast(db):
    from .cast import make_cast

    return make_cast()


@pytest.fixture(scope="session")
def browser():
    if not chromium.path():
        if os.environ.get("REQUIRE_BROWSER") == "1":
            pytest.fail("REQUIRE_BROWSER=1, but no Chromium is found")
        pytest.skip("no Chromium is found")
    with sync_playwright() as playwright:
        browser = chromium.launch(playwright)
        yield browser
        browser.close()


def pytest_collection_modifyitems(items):
    """What happens in a browser is marked, so that a run on a second database may leave it out. The longest begin
    first: at the end the other workers would wait for them."""
    for item in items:
        if "browser" in getattr(item, "fixturenames", ()):
            item.add_marker("browser")
    items.sort(key=lambda item: item.get_closest_marker("timeout") is None)
