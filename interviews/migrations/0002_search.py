"""The index of tokens behind the search: one table by the same name on both engines, no model.

SQLite: FTS5 without content and without positions. PostgreSQL: an array of text under GIN.
"""

from django.db import migrations

CREATE = {
    "sqlite": [
        "CREATE VIRTUAL TABLE interviews_searchtoken"
        " USING fts5(tokens, content='', detail=none, columnsize=0, tokenize='ascii')"
    ],
    # COLLATE "C": a token is compared by its bytes, whatever the database's locale knows of Han.
    # No pending list: what is published rarely is searched often.
    "postgresql": [
        'CREATE TABLE interviews_searchtoken (key bigint PRIMARY KEY, tokens text[] COLLATE "C" NOT NULL)',
        # Without statistics the planner takes every token for rare and asks the index: reading the arrays themselves
        # takes longer than reading the texts.
        "ALTER TABLE interviews_searchtoken ALTER COLUMN tokens SET STATISTICS 0",
        "CREATE INDEX interviews_searchtoken_tokens ON interviews_searchtoken"
        " USING gin (tokens) WITH (fastupdate = off)",
    ],
}


def create(apps, schema_editor):
    for statement in CREATE[schema_editor.connection.vendor]:
        schema_editor.execute(statement)


def drop(apps, schema_editor):
    schema_editor.execute("DROP TABLE interviews_searchtoken")


class Migration(migrations.Migration):
    replaces = [("interviews", "0026_search")]
    dependencies = [("interviews", "0001_schema")]
    operations = [migrations.RunPython(create, drop)]
