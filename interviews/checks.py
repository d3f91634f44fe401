"""System checks that `migrate` runs first."""

from collections.abc import Sequence

from django.core.checks import CheckMessage, Error, Tags, register
from django.db import connections
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

# The last commit with the migrations that were squashed.
LAST_COMMIT = "f52016b"


@register(Tags.database)
def squashed_migrations(
    app_configs: object, databases: Sequence[str] | None = None, **kwargs: object
) -> list[CheckMessage]:
    """Refuse databases with only part of the squashed migrations applied, which Django can't migrate."""
    return [error for alias in databases or () for error in _half_migrated(alias)]


def _half_migrated(alias: str) -> list[Error]:
    applied = MigrationRecorder(connections[alias]).applied_migrations()
    replacements = MigrationLoader(None).replacements
    for replaced in [replacements[key].replaces for key in replacements if key[0] == "interviews"]:
        missing = [name for app, name in replaced if (app, name) not in applied]
        if missing and len(missing) < len(replaced):
            message = f"数据库停在较早的版本，还缺迁移 {'、'.join(missing)}。"
            hint = f"请先用提交 {LAST_COMMIT} 的代码运行 manage.py migrate，再换回现在的代码运行一次。"
            return [Error(f"{message}{hint}", id="interviews.E001")]
    return []
