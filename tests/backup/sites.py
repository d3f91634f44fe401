"""A site with something of everything, and the commands on it."""

import json
import shutil
from io import BytesIO, StringIO
from pathlib import Path

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.db import connection

from interviews import photodesk
from interviews.backup import tables
from interviews.backup.tar_stream import Member, members, packed
from interviews.models import Observation, Photo, Rendition, SecurityEvent, SecurityEventHead, append_only
from interviews.photodesk import storage
from tests.builders import a_document_with, published
from tests.photodesk.files import taken

PAPER = b"%PDF-1.7\n1 0 obj\n%%EOF\n"


def a_site(cast) -> Photo:
    """Publish a page with a photo that has a consent form."""
    photo = taken(cast.photographer)
    changes = {"caption": "干部群众在乌金山植树", "alt_text": "植树的人", "credit_line": "程婧 摄"}
    photo = photodesk.describe(photo=photo, actor=cast.photographer, changes=changes)
    photo = photodesk.attach_consent(photo=photo, file=BytesIO(PAPER), actor=cast.photographer)
    published(cast, a_document_with(photo))
    return photo


def run(command, *arguments) -> str:
    out = StringIO()
    call_command(command, *map(str, arguments), stdout=out, stderr=out)
    return out.getvalue()


def rows() -> dict[str, dict]:
    """Hash the rows of every table in backups, but for the events that backups and restores are themselves."""
    events = {SecurityEvent._meta.db_table, SecurityEventHead._meta.db_table}
    archived = tables.archived().items()
    wanted = {name: tables.columns_of(model) for name, model in archived if name not in events}
    return tables.sums(wanted, lambda: None)


def derived() -> dict[str, list]:
    """The rows that a restore itself makes again, without their ids."""
    found = {}
    for model in tables.DERIVED - {Rendition, Session, UserSession, Observation}:
        names = [each.attname for each in model._meta.concrete_fields if not each.primary_key]
        found[model._meta.db_table] = sorted(map(repr, model._base_manager.values_list(*names)))
    return found


def files() -> dict[str, bytes]:
    kept = {kind: storage.files(kind, storage.place()) for kind in (storage.Kind.ORIGINALS, storage.Kind.CONSENTS)}
    return {f"{kind}/{name}": files.read(name) for kind, files in kept.items() for name in files.names()}


def members_of(path: Path) -> list[Member]:
    with path.open("rb") as file:
        return list(members(file))


def rewritten(path: Path, name: str, change) -> None:
    """Change the JSON of a member and seal the archive anew."""
    changed = [
        Member(each.name, json.dumps(change(json.loads(each.data))).encode()) if each.name == name else each
        for each in members_of(path)
    ]
    path.write_bytes(b"".join(packed(changed)))


def lose_everything() -> None:
    with append_only.lifted(connection):
        tables.empty()
    shutil.rmtree(settings.MEDIA_ROOT, ignore_errors=True)
