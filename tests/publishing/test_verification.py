"""The audit chain detects edited, deleted and moved rows."""

from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.db.models import F
from django.utils import timezone

from interviews import publishing, workflow
from interviews.models import Edition, LedgerEntry, Revision, SignOff, Withdrawal, append_only
from interviews.publishing import audit_chain, verify_editions
from tests.builders import a_document, a_draft, published, submitted
from tests.shared_rows import built_once

from .test_editions import next_version

pytestmark = pytest.mark.django_db


@built_once
def record(cast):
    """Create two features: one with two editions, withdrawn; one with a single edition."""
    first = published(cast)
    publishing.publish(feature=next_version(cast, first.feature), actor=cast.chief, note="更新")
    publishing.withdraw(feature=first.feature, actor=cast.chief, reason="核实中")
    published(cast, a_document(headline="另一版"))
    a_draft(cast, a_document(headline="草稿"))
    assert verify_editions() == []
    return first


def tampering():
    """Lift the triggers during the block, as an attacker could."""
    return append_only.lifted(connection)


def delete_row(row):
    """Delete with SQL, as from a database console."""
    with tampering(), connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {row._meta.db_table} WHERE {row._meta.pk.column} = %s", [row.pk])


EDITS = {
    "an edition's beginning": lambda: Edition.objects.filter(number=1).update(
        published_from=F("published_from") - timedelta(days=1)
    ),
    "an edition's end": lambda: Edition.objects.filter(number=2).update(published_until=None),
    "an open edition closed": lambda: Edition.objects.filter(published_until=None).update(
        published_until=timezone.now() + timedelta(days=1)
    ),
    "an edition's number": lambda: Edition.objects.filter(number=2).update(number=3),
    "an edition's note": lambda: Edition.objects.filter(number=2).update(note="改写"),
    "an edition's revision": lambda: Edition.objects.filter(number=2).update(
        revision=Edition.objects.filter(number=1).first().revision
    ),
    "a published document": lambda: Revision.objects.filter(editions__number=2).update(
        document=a_document(headline="偷换").to_json()
    ),
    "a signature's comment": lambda: SignOff.objects.filter(step__name="终审").update(comment="同意"),
    "a withdrawal's reason": lambda: Withdrawal.objects.update(reason="别的理由"),
    "an entry's payload": lambda: LedgerEntry.objects.filter(verb="published").update(payload="{}"),
    "a draft's revision": lambda: Revision.objects.filter(editions=None).update(document=a_document().to_json()),
    "an entry's row": lambda: LedgerEntry.objects.filter(verb="published").update(row=F("row") + 1),
    "an entry's hash": lambda: LedgerEntry.objects.filter(sequence=2).update(hash="0" * 64),
}


def test_edited_row(record):
    missed = []
    for name, edit in EDITS.items():
        with transaction.atomic():
            with tampering():
                edit()
            if not verify_editions():
                missed.append(name)
            transaction.set_rollback(True)
        assert verify_editions() == [], name
    assert missed == []


def test_deleted_edition(record):
    withdrawn = Edition.objects.filter(number=2).get()
    for table in (withdrawn.page.subjects.through,):
        table.objects.filter(publishedfeature=withdrawn.page).delete()
    for rows in (withdrawn.topics, withdrawn.interviews, withdrawn.credits):
        rows.all().delete()
    withdrawn.page.delete()
    delete_row(withdrawn)
    assert "已被删去" in verify_editions()[0]


@pytest.mark.parametrize("place", ["first", "middle", "last"])
def test_deleted_entry(record, place):
    entries = list(LedgerEntry.objects.order_by("sequence"))
    delete_row({"first": entries[0], "middle": entries[4], "last": entries[-1]}[place])
    assert verify_editions()


def test_deleted_sign_off(record):
    delete_row(SignOff.objects.last())
    assert "审稿记录" in verify_editions()[0]


def test_reordered_entries(record):
    one, two = LedgerEntry.objects.filter(sequence__in=[2, 3]).order_by("sequence")
    with tampering():
        LedgerEntry.objects.filter(pk__in=[2, 3]).delete()
        LedgerEntry.objects.bulk_create([_moved(one, 3), _moved(two, 2)])
    assert verify_editions()


def _moved(entry, sequence):
    entry.sequence = sequence
    return entry


def test_reordered_editions(record):
    first, second = Edition.objects.filter(feature=record.feature).order_by("number")
    with tampering():
        Edition.objects.filter(pk=first.pk).update(number=9)
        Edition.objects.filter(pk=second.pk).update(number=1)
        Edition.objects.filter(pk=first.pk).update(number=2)
    assert verify_editions()


def test_edition_without_entry(record):
    fields = {"published_from": timezone.now(), "created_at": timezone.now()}
    Edition.objects.create(feature=record.feature, number=7, revision=record.revision, **fields)
    assert "没有登记" in verify_editions()[0]


def test_first_fault_is_listed_first(record):
    with tampering():
        Edition.objects.filter(number=1, feature=record.feature).update(note="甲")
        Edition.objects.filter(number=2).update(note="乙")
    assert f"编号 {record.pk}" in verify_editions()[0]


def test_override_without_reason(cast):
    """Sealed that way, so entry and row agree."""
    feature = submitted(cast)
    sign_off = SignOff.objects.create(
        revision=workflow.latest_revision(feature),
        step=workflow.next_step(workflow.latest_revision(feature)),
        signer=cast.superuser,
        override=True,
        created_at=timezone.now(),
    )
    audit_chain.append(sign_off, cast.superuser)
    assert "没有写明理由" in verify_editions()[0]


def test_return_with_reason_in_comments(cast):
    feature = submitted(cast)
    publishing.comment(feature=feature, actor=cast.editor, text="数字请核对")
    publishing.send_back(feature=feature, actor=cast.editor)
    assert verify_editions() == []
    cast.editor.delete()
    assert verify_editions() == []


def test_edition_of_foreign_revision(cast):
    """Sealed that way, so entry and row agree."""
    here, there = a_draft(cast), a_draft(cast)
    revision = workflow.latest_revision(there)
    moment = timezone.now()
    edition = Edition.objects.create(
        feature=here, number=1, revision=revision, published_from=moment, publisher=cast.chief, created_at=moment
    )
    audit_chain.append(edition, cast.chief)
    assert "另一个专题" in verify_editions()[0]


def test_duplicate_entry(record, cast):
    audit_chain.append(record, cast.chief)
    assert any("登记了两次" in fault for fault in verify_editions())


def test_entry_with_wrong_actor(record, cast):
    with tampering():
        LedgerEntry.objects.filter(verb="published").update(actor=cast.reporter)
    assert "经手人" in verify_editions()[0]


def test_renamed_and_deleted_accounts_verify(record, cast):
    cast.editor.username = "renamed"
    cast.editor.save()
    cast.chief.delete()
    assert verify_editions() == []


def test_missing_triggers_are_reported(record):
    append_only.remove(connection)
    faults = verify_editions()
    append_only.install(connection)
    tables = set(connection.introspection.table_names())
    guarded = [guard.table for guard in append_only.GUARDS if guard.table in tables]
    assert [fault.split(" ")[0] for fault in faults] == guarded
    assert verify_editions() == []
