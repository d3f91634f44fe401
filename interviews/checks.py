"""System checks of the database, which `migrate` runs first, and of what expires."""

from collections.abc import Sequence

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register
from django.db import connections
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone

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


@register(Tags.security, deploy=True)
def security_contact_is_current(app_configs: object, **kwargs: object) -> list[CheckMessage]:
    """Warn of a security.txt that is no longer given."""
    if settings.SECURITY_EXPIRES and timezone.now() > settings.SECURITY_EXPIRES:
        sentence = "security.txt 过期了，网站不再给出：请核对 SECURITY_CONTACT，改 SECURITY_EXPIRES。"
        return [Warning(sentence, id="interviews.W001")]
    return []
