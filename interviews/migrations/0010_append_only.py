"""What is on record can be added to, and neither edited nor deleted: not even past the application."""

from django.db import migrations

from interviews.models import append_only


def install(apps, schema_editor):
    append_only.install(schema_editor.connection, among_migrations=True)


def remove(apps, schema_editor):
    append_only.remove(schema_editor.connection)


class Migration(migrations.Migration):
    dependencies = [("interviews", "0003_editing")]
    operations = [migrations.RunPython(install, remove)]
