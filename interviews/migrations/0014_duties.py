from django.db import migrations

from interviews.seeds import install_duties


class Migration(migrations.Migration):

    dependencies = [
        ("auth", "0012_alter_user_first_name_max_length"),
        ("interviews", "0013_security_events"),
    ]

    operations = [migrations.RunPython(install_duties, migrations.RunPython.noop)]
