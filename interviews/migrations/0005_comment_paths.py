"""Comments name their passage by the document's one grammar of paths: `interview:33.body`, not `interview:33:body`."""

from django.db import migrations
from django.db.models import F, Value
from django.db.models.functions import Replace

PARTS = ("title", "speaker", "body", "credits")


def respell(apps, before, after):
    comments = apps.get_model("interviews", "Comment").objects
    for part in PARTS:
        rows = comments.filter(path__endswith=f"{before}{part}")
        rows.update(path=Replace(F("path"), Value(f"{before}{part}"), Value(f"{after}{part}")))


def forwards(apps, schema_editor):
    respell(apps, ":", ".")
    apps.get_model("interviews", "Comment").objects.filter(path="captions").update(path="photos")


def backwards(apps, schema_editor):
    respell(apps, ".", ":")
    apps.get_model("interviews", "Comment").objects.filter(path="photos").update(path="captions")


class Migration(migrations.Migration):
    dependencies = [("interviews", "0004_credit_role_kind")]

    operations = [migrations.RunPython(forwards, backwards)]
