"""Append-only triggers: the database rejects changes of audit rows, through the ORM and in raw SQL."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import IntegrityError, connection, models, transaction
from django.utils import timezone

from interviews import publishing
from interviews.models import (
    Edition,
    Feature,
    LedgerEntry,
    LedgerHead,
    Revision,
    SignOff,
    Withdrawal,
    append_only,
    invalidation_triggers,
)
from tests.builders import a_draft, published, submitted
from tests.publishing.test_editions import next_version
from tests.shared_rows import built_once

pytestmark = [pytest.mark.django_db, pytest.mark.engine]
HOUR = timedelta(hours=1)
RECORDED = [Revision, SignOff, Edition, Withdrawal, LedgerEntry, LedgerHead]


@built_once
def edition(cast):
    edition = published(cast)
    publishing.withdraw(feature=edition.feature, actor=cast.chief, reason="核实中")
    edition.refresh_from_db()
    return edition


def run(sql, *parameters):
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)


def refused(change):
    with pytest.raises(IntegrityError, match="只能增加，不能改动或删除"), transaction.atomic():
        change()


@pytest.mark.parametrize("table", RECORDED)
def test_delete_is_rejected(edition, table):
    row = table.objects.last()
    refused(lambda: table.objects.filter(pk=row.pk)._raw_delete("default"))
    refused(lambda: run(f"DELETE FROM {table._meta.db_table}"))
    assert table.objects.filter(pk=row.pk).exists()


COLUMNS = [(table, column.attname) for table in RECORDED for column in table._meta.concrete_fields]


@pytest.mark.parametrize(("table", "column"), COLUMNS, ids=[f"{table.__name__}.{name}" for table, name in COLUMNS])
def test_update_of_any_column_is_rejected(edition, table, column):
    """For the chain's head: going back, and NULL. For an edition's end: a later time, and reopening."""
    field = table._meta.get_field(column)
    name = connection.ops.quote_name(field.column)
    if table is LedgerHead and column == "hash":
        pytest.skip("moves with the sequence, which moves forward only")
    if isinstance(field, models.BooleanField):
        value = f"NOT {name}"
    elif isinstance(field, models.DateTimeField):
        value = "'2099-01-01 00:00:00+00:00'" if connection.vendor == "postgresql" else "'2099-01-01 00:00:00'"
    elif isinstance(field, (models.IntegerField, models.ForeignKey)):
        value = f"COALESCE({name}, 2) - 1"
    else:
        value = "'x'"
    refused(lambda: run(f"UPDATE {table._meta.db_table} SET {name} = {value}"))


def test_edition_may_end_earlier_only(edition):
    refused(lambda: Edition.objects.update(published_until=None))
    refused(lambda: Edition.objects.update(published_until=edition.published_until + HOUR))
    Edition.objects.update(published_until=edition.published_from)


def test_future_end_may_be_postponed(cast):
    edition = published(cast)
    Edition.objects.update(published_until=timezone.now() + HOUR)
    Edition.objects.update(published_until=None)
    edition.refresh_from_db()
    assert edition.published_until is None


def test_allowed_change_does_not_cover_others(edition):
    refused(lambda: Edition.objects.update(publisher=None, note="改写"))
    refused(lambda: Edition.objects.update(published_until=edition.published_from, number=2))


def test_account_is_cleared_but_not_replaced(edition, cast):
    for person in (cast.reporter, cast.editor, cast.head, cast.chief):
        person.delete()
    assert not SignOff.objects.exclude(signer=None).exists()
    refused(lambda: SignOff.objects.update(signer=cast.superuser))


def test_chain_head_only_advances(edition):
    refused(lambda: LedgerHead.objects.update(hash="0" * 64))
    LedgerHead.objects.update(sequence=models.F("sequence") + 1, hash="0" * 64)


@pytest.mark.skipif(connection.vendor != "sqlite", reason="REPLACE is SQLite's")
@pytest.mark.parametrize("table", RECORDED)
def test_insert_or_replace_is_rejected(edition, table):
    name = table._meta.db_table
    refused(lambda: run(f"INSERT OR REPLACE INTO {name} SELECT * FROM {name}"))


@pytest.mark.skipif(connection.vendor != "sqlite", reason="REPLACE is SQLite's")
def test_replace_by_unique_number_is_rejected(edition):
    columns = "feature_id, number, document, digest, created_at"
    refused(
        lambda: run(f"INSERT OR REPLACE INTO interviews_revision ({columns}) SELECT {columns} FROM interviews_revision")
    )


@pytest.mark.skipif(connection.vendor != "postgresql", reason="TRUNCATE is PostgreSQL's")
@pytest.mark.parametrize("table", RECORDED)
def test_truncate_is_rejected(edition, table):
    connection.check_constraints()
    refused(lambda: run(f"TRUNCATE {table._meta.db_table} CASCADE"))


@pytest.mark.skipif(connection.vendor != "postgresql", reason="a PostgreSQL setting")
def test_triggers_fire_in_replica_role(edition):
    run("SET LOCAL session_replication_role = replica")
    refused(lambda: Edition.objects.update(note="改写"))


class TestDrafts:
    def test_draft_is_deleted_with_revisions(self, cast):
        feature = a_draft(cast)
        published(cast)
        feature.delete()
        assert Feature.objects.count() == 1

    def test_signed_draft_is_protected(self, cast):
        feature = submitted(cast)
        publishing.sign(feature=feature, actor=cast.editor)
        later = Revision.objects.create(feature=feature, number=2, document="{}", digest="0" * 64)
        refused(lambda: run("DELETE FROM interviews_revision WHERE id = %s", later.pk))

    def test_published_feature_is_protected(self, cast):
        feature = published(cast).feature
        later = Revision.objects.create(feature=feature, number=2, document="{}", digest="0" * 64)
        refused(lambda: run("DELETE FROM interviews_revision WHERE id = %s", later.pk))


class TestInstallation:
    def test_triggers_exist_after_migrations(self, db):
        assert {guard.table for guard in append_only.GUARDS} <= set(connection.introspection.table_names())
        assert append_only.faults(connection) == []

    def test_outdated_trigger_is_reported(self, db):
        run("ALTER TABLE interviews_withdrawal ADD COLUMN kind varchar(10)")
        # PostgreSQL's trigger compares whole rows, so it covers the new column already.
        assert len(append_only.faults(connection)) == (connection.vendor == "sqlite")
        append_only.install(connection)
        assert append_only.faults(connection) == []

    def test_new_column_is_covered(self, edition):
        connection.check_constraints()
        run("ALTER TABLE interviews_withdrawal ADD COLUMN kind varchar(10)")
        append_only.install(connection)
        refused(lambda: run("UPDATE interviews_withdrawal SET kind = 'x'"))

    @pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite cannot disable a trigger")
    def test_disabled_trigger_is_reported(self, db):
        run("ALTER TABLE interviews_edition DISABLE TRIGGER interviews_edition_no_change")
        assert "interviews_edition" in append_only.faults(connection)[0]

    def test_lifted_restores_triggers(self, edition):
        with append_only.lifted(connection):
            Edition.objects.update(note="恢复")
        refused(lambda: Edition.objects.update(note="改写"))


@pytest.mark.django_db(transaction=True)
class TestMigrating:
    def test_rebuilt_tables_get_triggers(self):
        """SQLite rebuilds a table to alter it, which drops its triggers."""
        for triggers in (append_only, invalidation_triggers):
            triggers.before_migrate(using="default", plan=["a migration"])
        for table in (Revision, SignOff, Edition):
            with connection.schema_editor() as editor:
                narrow = table._meta.get_field("id")
                wide = models.BigAutoField(primary_key=True, db_comment="rebuilt")
                wide.set_attributes_from_name("id")
                wide.model = table
                if connection.vendor == "sqlite":
                    editor._remake_table(table, alter_fields=[(narrow, wide)])
        append_only.after_migrate(using="default")
        invalidation_triggers.after_migrate(using="default", plan=[])
        assert append_only.faults(connection) == []

    def test_migrate_restores_triggers(self):
        append_only.remove(connection)
        assert append_only.faults(connection)
        call_command("migrate", verbosity=0)
        assert append_only.faults(connection) == []


def test_superseded_edition_end(cast):
    first = published(cast)
    second = publishing.publish(
        feature=next_version(cast, first.feature), actor=cast.chief, at=timezone.now() + HOUR, note="补充"
    )
    first.refresh_from_db()
    assert first.published_until == second.published_from
