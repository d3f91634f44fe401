"""System checks that `migrate` runs before it looks at the migrations."""

from collections.abc import Sequence

from django.core.checks import Error, Tags, register
from django.db import connections
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

# The last with the migrations that today's replace.
LAST_COMMIT = "f52016b"


@register(Tags.database)
def replaced_migrations(app_configs, databases: Sequence[str] | None = None, **kwargs: object) -> list[Error]:
    """Refuse a database that has only some of the migrations that one of today's replaces: Django has no way on."""
    return [error for alias in databases or () for error in _halfway(alias)]


def _halfway(alias: str) -> list[Error]:
    applied = MigrationRecorder(connections[alias]).applied_migrations()
    replacements = MigrationLoader(None).replacements
    for replaced in [replacements[key].replaces for key in replacements if key[0] == "interviews"]:
        missing = [name for app, name in replaced if (app, name) not in applied]
        if missing and len(missing) < len(replaced):
            message = f"数据库停在较早的版本，还缺迁移 {'、'.join(missing)}。"
            hint = f"请先用提交 {LAST_COMMIT} 的代码运行 manage.py migrate，再换回现在的代码运行一次。"
            return [Error(f"{message}{hint}", id="interviews.E001")]
    return []
