"""Records of one person can be merged; credits have a weight; the work done has a screen."""

import django.core.validators
import django.db.models.deletion
import interviews.models.fields
from decimal import Decimal
from django.apps import apps as installed_apps
from django.conf import settings
from django.contrib.auth.management import create_permissions
from django.db import migrations, models

from interviews.models import append_only

# What the newsroom's own groups may do from now on, where they still exist.
PERMISSIONS = {
    "编辑": ["merge_people", "view_workload"],
    "部主任": ["view_workload"],
    "总编辑": ["merge_people", "view_workload"],
}


def permit(apps, schema_editor):
    config = installed_apps.get_app_config("interviews")
    create_permissions(config, apps=apps, verbosity=0, interactive=False)
    Group, Permission = apps.get_model("auth", "Group"), apps.get_model("auth", "Permission")
    for group in Group.objects.filter(name__in=PERMISSIONS):
        codenames = PERMISSIONS[group.name]
        group.permissions.add(
            *Permission.objects.filter(content_type__app_label="interviews", codename__in=codenames)
        )


def guard(apps, schema_editor):
    append_only.install(schema_editor.connection, among_migrations=True)


class Migration(migrations.Migration):

    dependencies = [
        ('interviews', '0010_append_only'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Merge',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('speaker', '受访者'), ('contributor', '采编人员')], max_length=20, verbose_name='类别')),
                ('merged_id', models.PositiveBigIntegerField(verbose_name='并入者编号')),
                ('merged_label', models.TextField(verbose_name='并入者')),
                ('kept_id', models.PositiveBigIntegerField(verbose_name='保留者编号')),
                ('kept_label', models.TextField(verbose_name='保留者')),
                ('moved', models.JSONField(verbose_name='移动的行')),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='时间')),
            ],
            options={
                'verbose_name': '人物合并',
                'verbose_name_plural': '人物合并',
                'ordering': ['-pk'],
                'permissions': [('merge_people', '合并重复的人物')],
                'default_permissions': ['view'],
            },
        ),
        migrations.CreateModel(
            name='MergeUndo',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='撤销时间')),
            ],
            options={
                'verbose_name': '合并撤销',
                'verbose_name_plural': '合并撤销',
                'default_permissions': [],
            },
        ),
        migrations.CreateModel(
            name='Workload',
            fields=[
            ],
            options={
                'verbose_name': '工作量',
                'verbose_name_plural': '工作量',
                'proxy': True,
                'default_permissions': ['view'],
                'indexes': [],
                'constraints': [],
            },
            bases=('interviews.contributor',),
        ),
        migrations.AddField(
            model_name='contributor',
            name='department',
            field=interviews.models.fields.LineField(blank=True, help_text='仅编辑部可见，用来分辨重名的人。', max_length=200, verbose_name='部门'),
        ),
        migrations.AddField(
            model_name='contributor',
            name='merged_into',
            field=models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='aliases', to='interviews.contributor', verbose_name='已并入'),
        ),
        migrations.AddField(
            model_name='creditrole',
            name='weight',
            field=models.DecimalField(decimal_places=2, default=Decimal('1'), help_text='工作量合计时，一次署名折算为多少。', max_digits=5, validators=[django.core.validators.MinValueValidator(Decimal('0'), '权重不能是负数。')], verbose_name='权重'),
        ),
        migrations.AddField(
            model_name='speaker',
            name='merged_into',
            field=models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='aliases', to='interviews.speaker', verbose_name='已并入'),
        ),
        migrations.AddConstraint(
            model_name='contributor',
            constraint=models.CheckConstraint(condition=models.Q(('merged_into', models.F('id')), _negated=True), name='contributor_not_its_own_alias'),
        ),
        migrations.AddConstraint(
            model_name='speaker',
            constraint=models.CheckConstraint(condition=models.Q(('merged_into', models.F('id')), _negated=True), name='speaker_not_its_own_alias'),
        ),
        migrations.AddField(
            model_name='merge',
            name='actor',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='经手人'),
        ),
        migrations.AddField(
            model_name='mergeundo',
            name='actor',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='撤销人'),
        ),
        migrations.AddField(
            model_name='mergeundo',
            name='merge',
            field=models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='undo', to='interviews.merge', verbose_name='合并'),
        ),
        migrations.AddIndex(
            model_name='merge',
            index=models.Index(fields=['kind', 'merged_id'], name='merge_by_merged'),
        ),
        migrations.RunPython(permit, migrations.RunPython.noop),
        migrations.RunPython(guard, migrations.RunPython.noop),
    ]
