"""Processes for commands that write in bulk. Imports no models: a new process imports this before Django is set up."""

from __future__ import annotations

from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from typing import Any

import django
from django.conf import settings
from django.db import connection


def pool(count: int) -> ProcessPoolExecutor:
    """Return a pool of new processes, on the database and the photo storage of this one."""
    arguments = (connection.settings_dict["NAME"], settings.MEDIA_ROOT, settings.MEDIA_BUCKET)
    return ProcessPoolExecutor(count, get_context("spawn"), _set_up, arguments)


def _set_up(database: str, folder: Any, bucket: Any) -> None:
    django.setup()
    connection.settings_dict["NAME"] = database
    settings.MEDIA_ROOT, settings.MEDIA_BUCKET = folder, bucket
