"""What a press depends on beside invalidations: the code, the settings and the database."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from pathlib import Path

import django
import jinja2
from django.conf import settings
from django.db import connection
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from interviews.models import Invalidation
from interviews.models.invalidation_triggers import KEPT_DAYS
from interviews.public.social_images import font

from .discovery import static_files

# Read by readers' pages or by the middleware that all answers pass.
SETTINGS = (
    *("SITE_NAME", "SITE_URL", "PUBLISHER", "ICP_NUMBER", "PUBLIC_SECURITY_NUMBER", "NEWS_LICENCE", "REPORT_CONTACT"),
    *("SECURE_CSP", "SECURE_REFERRER_POLICY", "X_FRAME_OPTIONS", "TIME_ZONE", "PHOTO_FORMATS", "STATIC_URL"),
    *("WEBSUB_HUB", "INDEXNOW_KEY"),
)
_SOURCES = (("interviews", "*.py"), ("jinzhong_eco", "*.py"), ("templates/jinja2", "*.*"), ("static", "*.*"))
# Invalidations are forgotten after KEPT_DAYS: half a day before, nothing can have been missed.
OLDEST = timedelta(days=KEPT_DAYS - 0.5)


def release(*options: str) -> str:
    """The digest of code, templates, static files and settings."""
    hashed = hashlib.sha256()
    base, static = Path(settings.BASE_DIR), Path(settings.STATIC_ROOT)
    files = [path for folder, pattern in _SOURCES for path in (base / folder).rglob(pattern) if path.is_file()]
    files += [static / address.removeprefix("/static/") for address in static_files()]
    for path in sorted(path for path in files if path.suffix != ".pyc"):
        hashed.update(f"\n{path}\n".encode() + hashlib.sha256(path.read_bytes()).digest())
    values = [getattr(settings, name) for name in SETTINGS]
    hashed.update(repr((django.VERSION, jinja2.__version__, font(), values, options)).encode())
    return hashed.hexdigest()


def database() -> str:
    """The identity of the database: another one, or a restored copy, has another."""
    if connection.vendor == "postgresql":
        query = "SELECT system_identifier, oid FROM pg_control_system(), pg_database WHERE datname = current_database()"
        with connection.cursor() as cursor:
            cursor.execute(query)
            return "postgresql {} {}".format(*cursor.fetchone())
    path = Path(connection.settings_dict["NAME"]).resolve()
    return f"sqlite {path} {path.stat().st_ino}"


def witness() -> str:
    """The last invalidation: a database that has been set back does not have it."""
    row = Invalidation.objects.order_by("-pk").values_list("pk", "tag", "created_at").first()
    return f"{row[0]} {row[2].isoformat()} {row[1]}" if row else ""


def confirmed(told: str) -> bool:
    """Whether the database still has the invalidation, or has forgotten it by age."""
    if not told:
        return True
    key, moment, tag = told.split(" ")
    created_at = parse_datetime(moment)
    if created_at is None or created_at < timezone.now() - OLDEST:
        return True
    return Invalidation.objects.filter(pk=key, tag=tag, created_at=created_at).exists()
