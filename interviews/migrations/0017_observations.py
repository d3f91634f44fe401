import django.utils.timezone
from django.db import migrations, models


def grant_to_administrators(apps, schema_editor):
    from django.apps import apps as installed
    from django.contrib.auth.management import create_permissions

    create_permissions(installed.get_app_config("interviews"), apps=apps, verbosity=0, interactive=False)
    permission = apps.get_model("auth", "Permission").objects.get(
        content_type__app_label="interviews", codename="view_observation"
    )
    for group in apps.get_model("auth", "Group").objects.filter(name="系统管理"):
        group.permissions.add(permission)


class Migration(migrations.Migration):
    dependencies = [("interviews", "0016_backup_runs")]

    operations = [
        migrations.CreateModel(
            name="Observation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=40, unique=True, verbose_name="名称")),
                ("at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="时间")),
                ("well", models.BooleanField(verbose_name="正常")),
                ("sentence", models.CharField(blank=True, max_length=500, verbose_name="结果")),
                ("data", models.TextField(blank=True)),
            ],
            options={
                "verbose_name": "运行状况",
                "verbose_name_plural": "运行状况",
                "default_permissions": ["view"],
            },
        ),
        migrations.RunPython(grant_to_administrators, migrations.RunPython.noop),
    ]
