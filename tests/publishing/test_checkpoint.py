from io import StringIO

import pytest
from django.core import signing
from django.core.management import CommandError, call_command
from django.db import connection

from interviews.models import LedgerEntry, Observation, Revision, append_only
from interviews.publishing import checkpoint
from tests.builders import published

pytestmark = [pytest.mark.django_db, pytest.mark.engine]


def verify(*arguments: str) -> str:
    out = StringIO()
    call_command("verify_editions", *arguments, stdout=out)
    return out.getvalue()


def verify_new() -> str:
    return verify("--new")


def test_second_verification_begins_at_the_checkpoint(cast):
    for _ in range(3):
        published(cast)
    verify_new()
    assert "这次核对" not in verify()
    assert "以后的新记录" in verify_new()


def test_new_entries_are_verified(cast):
    published(cast)
    verify_new()
    edition = published(cast)
    with append_only.lifted(connection):
        type(edition).objects.filter(pk=edition.pk).update(note="改")
    with pytest.raises(CommandError, match="被改动过"):
        verify_new()
    assert not Observation.objects.get(name="record").well


def test_change_before_the_checkpoint_is_found_by_a_full_verification(cast):
    edition = published(cast)
    verify_new()
    with append_only.lifted(connection):
        type(edition).objects.filter(pk=edition.pk).update(note="改")
    verify_new()
    with pytest.raises(CommandError, match="被改动过"):
        verify()


@pytest.mark.parametrize("signed", ["x", signing.dumps([9, "0" * 64, 9], salt="other")])
def test_forged_checkpoint_is_refused(cast, signed):
    published(cast)
    verify_new()
    Observation.objects.filter(name="record").update(data=signed)
    with pytest.raises(CommandError, match="凭据无效"):
        verify_new()


def test_checkpoint_must_be_in_the_chain(cast):
    published(cast)
    verify_new()
    with append_only.lifted(connection):
        LedgerEntry.objects.order_by("-sequence").first().delete()
    with pytest.raises(CommandError, match="不在了"):
        verify_new()


def test_after_a_fault_the_next_verification_is_full(cast):
    edition = published(cast)
    with append_only.lifted(connection):
        Revision.objects.filter(pk=edition.revision_id).update(digest="0" * 64)
    for _ in range(2):
        with pytest.raises(CommandError):
            verify_new()
    assert checkpoint.load() is None
