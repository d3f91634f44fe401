"""Copy the columns that lists sort by to every row of a page, and say in each feature what readers have of it."""

import datetime

from django.db import migrations, models

TABLES = ["publishedfeature", "publishedtopic", "publishedinterview", "publishedcredit", "publishedphoto"]
NEVER = datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)


def column(table, name, field):
    return migrations.AddField(table, name, field, preserve_default=False)


def columns_of(table):
    yield migrations.AddField(table, "page_order", models.PositiveSmallIntegerField(default=32767))
    yield column(table, "published_from", models.DateTimeField(default=NEVER))
    if table != "publishedfeature":
        yield column(table, "feature_id", models.BigIntegerField(default=0))
        yield column(table, "date", models.DateField(default=NEVER.date()))


def copies(table):
    """One statement for each table; the page's own columns first."""
    values = ["page_order = COALESCE(page.page_number, 32767)", "published_from = edition.published_from"]
    if table != "publishedfeature":
        values += ["feature_id = page.feature_id", "date = page.date"]
    return migrations.RunSQL(
        f"UPDATE interviews_{table} SET {', '.join(values)}"
        " FROM interviews_publishedfeature page JOIN interviews_edition edition ON edition.id = page.edition_id"
        f" WHERE page.edition_id = interviews_{table}.edition_id",
        migrations.RunSQL.noop,
    )


# A public or scheduled page is current if its newest revision is the last edition's.
PUBLICATION = """
UPDATE interviews_feature SET publication = (
    SELECT CASE WHEN e.revision_id = (
        SELECT r.id FROM interviews_revision r WHERE r.feature_id = e.feature_id ORDER BY r.number DESC LIMIT 1
    ) THEN 'current' ELSE 'changed' END
    FROM interviews_edition e WHERE e.feature_id = interviews_feature.id AND {is_open}
    ORDER BY e.published_from DESC LIMIT 1
) WHERE EXISTS (SELECT 1 FROM interviews_edition e WHERE e.feature_id = interviews_feature.id AND {is_open})
""".format(
    is_open="(e.published_until IS NULL"
    " OR (e.published_until > CURRENT_TIMESTAMP AND e.published_until > e.published_from))"
)

# Ids in order, with commas between.
JOINED = """
UPDATE interviews_publishedinterview SET
    credited = COALESCE((SELECT {join}(CAST(c AS text), ',') FROM (
        SELECT DISTINCT contributor_id AS c FROM interviews_publishedcredit k
        WHERE k.edition_id = interviews_publishedinterview.edition_id
        AND (k.interview_id IS NULL OR k.interview_id = interviews_publishedinterview.interview_id) ORDER BY c
    ) credits), ''),
    subject_ids = COALESCE((SELECT {join}(CAST(s AS text), ',') FROM (
        SELECT subject_id AS s FROM interviews_publishedfeature_subjects
        WHERE publishedfeature_id = interviews_publishedinterview.edition_id ORDER BY s
    ) subjects), '')
"""
HEADS = "UPDATE interviews_publishedfeature SET search_key = edition_id * 65536 + 65535"


def join(apps, schema_editor):
    schema_editor.execute(JOINED.format(join="string_agg" if schema_editor.connection.vendor == "postgresql" else "group_concat"))


class Migration(migrations.Migration):
    dependencies = [("interviews", "0007_invalidation")]

    operations = [
        *(operation for table in TABLES for operation in columns_of(table)),
        migrations.AddField(
            "feature",
            "publication",
            models.CharField(
                blank=True,
                choices=[("", "未公开"), ("current", "已发布"), ("changed", "已发布，有改动")],
                default="",
                editable=False,
                max_length=10,
                verbose_name="公开状态",
            ),
        ),
        migrations.AddField("publishedfeature", "search_key", models.BigIntegerField(default=0), preserve_default=False),
        migrations.AddField("publishedinterview", "credited", models.TextField(default="")),
        migrations.AddField("publishedinterview", "subject_ids", models.TextField(default="")),
        *(copies(table) for table in TABLES),
        migrations.RunSQL(HEADS, migrations.RunSQL.noop),
        migrations.RunPython(join, migrations.RunPython.noop),
        migrations.RunSQL(PUBLICATION, migrations.RunSQL.noop),
    ]
