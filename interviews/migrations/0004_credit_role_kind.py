"""Rows that the newsroom does not set have the kind of their name: none is written here."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('interviews', '0003_seeds'),
    ]

    operations = [
        migrations.AddField(
            model_name='creditrole',
            name='kind',
            field=models.CharField(blank=True, choices=[('reporting', '采写'), ('photo', '摄影'), ('reporting_photo', '采写兼摄影'), ('editing', '编辑'), ('planning', '策划统筹'), ('design', '美编版式'), ('proofreading', '校对审读'), ('other', '其他')], help_text='留空则按名称判断（全媒体记者是采写）。送审、差错统计、公开页面和图片库都以此为准。', max_length=20, verbose_name='类别'),
        ),
    ]
