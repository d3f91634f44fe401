
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('interviews', '0015_interview_speaker'),
    ]

    operations = [
        migrations.CreateModel(
            name='BackupRun',
            fields=[
                ('action', models.CharField(choices=[('backup', '备份'), ('check', '试恢复'), ('restore', '恢复')], max_length=10, primary_key=True, serialize=False, verbose_name='动作')),
                ('place', models.CharField(max_length=500, verbose_name='存放处')),
                ('started_at', models.DateTimeField(verbose_name='开始时间')),
                ('finished_at', models.DateTimeField(verbose_name='结束时间')),
                ('succeeded_at', models.DateTimeField(null=True, verbose_name='上次成功的时间')),
                ('error', models.CharField(blank=True, max_length=500, verbose_name='为何没有做成')),
                ('summary', models.CharField(blank=True, max_length=500, verbose_name='结果')),
            ],
            options={
                'verbose_name': '备份情况',
                'verbose_name_plural': '备份情况',
                'default_permissions': [],
            },
        ),
    ]
