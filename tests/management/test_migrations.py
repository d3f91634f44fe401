"""Migrations are self-contained, match the models, and upgrade databases made before they were squashed."""

import ast
from pathlib import Path

import pytest
from django.core.management import call_command
from django.core.management.base import SystemCheckError
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.recorder import MigrationRecorder

import interviews

HOUSE = Path(interviews.__file__).parent
FILES = sorted(HOUSE.glob("migrations/0*.py"))


def test_numbers_have_no_gaps():
    assert [int(file.name[:4]) for file in FILES] == list(range(1, len(FILES) + 1))


@pytest.mark.parametrize("file", [*FILES, HOUSE / "seeds.py"], ids=lambda file: file.name)
def test_imports_are_frozen(file):
    nodes = list(ast.walk(ast.parse(file.read_text(encoding="utf-8"))))
    names = [name.name for node in nodes if isinstance(node, ast.Import) for name in node.names]
    names += [f"{'.' * node.level}{node.module or ''}" for node in nodes if isinstance(node, ast.ImportFrom)]
    assert [name for name in names if name.startswith((".", "interviews"))] in ([], ["interviews.seeds"])


def test_no_missing_migration(db):
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


def replaced():
    """Return the names of the squashed migrations, and of those that replace them."""
    loader = MigrationExecutor(connection).loader
    ours = [loader.disk_migrations[key] for key in loader.replacements if key[0] == "interviews"]
    return [name for each in ours for _, name in each.replaces], [each.name for each in ours]


def test_database_before_squash_is_up_to_date(db):
    earlier, todays = replaced()
    rows = MigrationRecorder(connection).migration_qs.filter(app="interviews")
    rows.filter(name__in=todays).delete()
    assert set(rows.values_list("name", flat=True)) >= set(earlier)
    executor = MigrationExecutor(connection)
    assert executor.migration_plan(executor.loader.graph.leaf_nodes()) == []


def test_partly_migrated_database_is_refused(db):
    _, todays = replaced()
    MigrationRecorder(connection).migration_qs.filter(
        app="interviews", name__in=[*todays, "0027_reprint", "0028_pages_of_one_day_in_their_order"]
    ).delete()
    with pytest.raises(SystemCheckError, match="还缺迁移 0027_reprint、0028_pages"):
        call_command("migrate", verbosity=0, skip_checks=False)
