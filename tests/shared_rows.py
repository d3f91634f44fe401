"""Rows that many tests start from, built once in each worker instead of once a test."""

from __future__ import annotations

import inspect
import pickle
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.test import override_settings


@dataclass
class _Layer:
    """What one builder has built: rows in an open transaction, media files, and the value that it returned, pickled."""

    build: Callable
    connection: BaseDatabaseWrapper
    atomic: transaction.Atomic
    folder: Path
    value: bytes = b""


# From the bottom: each a savepoint in the one before.
_open: list[_Layer] = []
_unblock = None


def built_once(build):
    """Make a fixture from a function that creates rows and returns what can be pickled.

    Its parameters are other such fixtures. The rows stay in a transaction beneath the one that pytest-django rolls back
    after each test, and each test gets a copy of the value and of the media files. So no test sees the changes of
    another. Nor does it see rows that it does not ask for: those are rolled back first. Transactional tests need
    committed rows and have them built each time.

    Built before the fixtures of the test: these, such as a clock that is set, have no effect on the rows.
    """
    needed = inspect.signature(build).parameters.values()

    def rows(db, **values):
        layer = next((each for each in _open if each.build is build), None)
        if layer is None:
            return build(**values)
        if layer.folder.exists():
            shutil.copytree(layer.folder, settings.MEDIA_ROOT, dirs_exist_ok=True)
        return pickle.loads(layer.value)  # noqa: S301 - pickled below

    database = inspect.Parameter("db", inspect.Parameter.POSITIONAL_OR_KEYWORD)
    rows.__signature__ = inspect.Signature([database, *needed])
    rows.__doc__, rows.built_once = build.__doc__, build
    return pytest.fixture(name=build.__name__)(rows)


def is_transactional(item) -> bool:
    marker = item.get_closest_marker("django_db")
    fixtures = {"transactional_db", "live_server"} & set(item.fixturenames)
    return bool(fixtures or (marker and marker.kwargs.get("transaction")))


def wanted(item) -> list[Callable]:
    """Return the builders of a test's rows, in the order to build them; none if it is transactional."""
    if is_transactional(item):
        return []
    definitions = item._fixtureinfo.name2fixturedefs
    builders = [
        getattr(definitions[name][-1].func, "built_once", None) for name in item.fixturenames if name in definitions
    ]
    builders = {build.__name__: build for build in builders if build}
    ordered = []

    def add(build):
        for name in inspect.signature(build).parameters:
            add(builders[name])
        if build not in ordered:
            ordered.append(build)

    for build in builders.values():
        add(build)
    return ordered


def build_for(item, blocker) -> None:
    """Open the layers that the test needs. Call before its own transaction begins."""
    global _unblock
    _unblock = blocker.unblock
    with _unblock():
        for build in wanted(item)[len(_open) :]:
            _open.append(_built(build))


def roll_back_before(item) -> None:
    """Close the layers that the test does not need."""
    builders = wanted(item)
    while [layer.build for layer in _open] != builders[: len(_open)]:
        _close()


def close() -> None:
    """Close the connection that the layers are in, which rolls them back, at the end of the session.

    Not `_close`: after the browser's event loop has ended, Django would give another connection.
    """
    if _open:
        _open[0].connection.close()
    while _open:
        shutil.rmtree(_open.pop().folder.parent)


def _built(build) -> _Layer:
    folder = Path(tempfile.mkdtemp(prefix="rows-")) / "media"
    if _open and _open[-1].folder.exists():
        shutil.copytree(_open[-1].folder, folder)
    values = {layer.build.__name__: pickle.loads(layer.value) for layer in _open}  # noqa: S301
    layer = _Layer(build, transaction.get_connection(), transaction.atomic(), folder)
    layer.atomic._from_testcase = True  # as Django's own: blocks that must be outermost may stand in it
    layer.atomic.__enter__()
    try:
        with override_settings(MEDIA_ROOT=folder, PHOTO_THREADS=0, DELIVERY_THREADS=0):
            layer.value = pickle.dumps(build(**{name: values[name] for name in inspect.signature(build).parameters}))
        connection.check_constraints()  # now, not again after each test
    except BaseException:
        _undo(layer)
        raise
    return layer


def _close() -> None:
    with _unblock():
        _undo(_open.pop())


def _undo(layer) -> None:
    transaction.set_rollback(True)
    layer.atomic.__exit__(None, None, None)
    shutil.rmtree(layer.folder.parent)
