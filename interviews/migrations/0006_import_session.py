from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("interviews", "0005_comment_paths"), migrations.swappable_dependency(settings.AUTH_USER_MODEL)]

    operations = [
        migrations.RenameModel("Intake", "ImportSession"),
        migrations.RenameModel("IntakePicture", "ImportedPicture"),
        migrations.RenameField("ImportedPicture", "intake", "session"),
        migrations.AlterField(
            "ImportSession",
            "user",
            models.ForeignKey(
                on_delete=models.CASCADE,
                related_name="import_sessions",
                to=settings.AUTH_USER_MODEL,
                verbose_name="导入者",
            ),
        ),
    ]
