from django.db import migrations

from interviews.seeds import install


class Migration(migrations.Migration):
    replaces = [("interviews", "0002_newsroom"), ("interviews", "0023_house_lists")]
    dependencies = [("interviews", "0002_search"), ("auth", "0012_alter_user_first_name_max_length")]
    operations = [migrations.RunPython(install, migrations.RunPython.noop)]
