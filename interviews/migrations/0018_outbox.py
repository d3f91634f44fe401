import django.db.models.deletion
import django.utils.timezone
import uuid
from django.db import migrations, models


def grant_to_administrators(apps, schema_editor):
    from django.apps import apps as installed
    from django.contrib.auth.management import create_permissions

    create_permissions(installed.get_app_config("interviews"), apps=apps, verbosity=0, interactive=False)
    permissions = apps.get_model("auth", "Permission").objects.filter(
        content_type__app_label="interviews", content_type__model__in=["webhooksubscription", "delivery"]
    )
    for group in apps.get_model("auth", "Group").objects.filter(name="系统管理"):
        group.permissions.add(*permissions)


class Migration(migrations.Migration):

    dependencies = [
        ('interviews', '0017_observations'),
    ]

    operations = [
        migrations.CreateModel(
            name='WebhookSubscription',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=60, unique=True, verbose_name='名称')),
                ('url', models.URLField(max_length=500, verbose_name='地址')),
                ('secret', models.CharField(help_text='对方用它核对签名。已经填好一个新的，也可以换成对方给的。', max_length=120, verbose_name='密钥')),
                ('events', models.JSONField(default=list, verbose_name='事件')),
                ('active', models.BooleanField(default=True, help_text='停用以后，还没送到的也不再送。', verbose_name='启用')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='建立时间')),
            ],
            options={
                'verbose_name': '推送订阅',
                'verbose_name_plural': '推送订阅',
                'ordering': ['name'],
            },
        ),
        migrations.AlterField(
            model_name='task',
            name='kind',
            field=models.CharField(choices=[('renditions', '照片 {} 的公开图'), ('webhook', '推送（订阅 {}）'), ('websub', 'WebSub 通知'), ('indexnow', 'IndexNow 通知'), ('baidu', '百度收录推送')], max_length=20, verbose_name='种类'),
        ),
        migrations.CreateModel(
            name='OutboxMessage',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.UUIDField(default=uuid.uuid4, unique=True)),
                ('event', models.CharField(choices=[('feature.published', '发布'), ('feature.corrected', '更正'), ('feature.updated', '更新'), ('feature.withdrawn', '撤下')], max_length=30, verbose_name='事件')),
                ('data', models.JSONField(default=dict, verbose_name='内容')),
                ('moment', models.DateTimeField(db_index=True, verbose_name='生效时间')),
                ('edition', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='interviews.edition', verbose_name='发布版本')),
                ('feature', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='interviews.feature', verbose_name='专题')),
            ],
            options={
                'verbose_name': '对外消息',
                'verbose_name_plural': '对外消息',
                'default_permissions': [],
            },
        ),
        migrations.CreateModel(
            name='Delivery',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('channel', models.CharField(choices=[('webhook', '推送'), ('websub', 'WebSub 通知'), ('indexnow', 'IndexNow 通知'), ('baidu', '百度收录推送')], max_length=20, verbose_name='途径')),
                ('receiver', models.BigIntegerField(default=0, verbose_name='接收方')),
                ('state', models.CharField(choices=[('waiting', '等待'), ('delivered', '已送到'), ('given_up', '没有送到'), ('dropped', '不用送')], default='waiting', max_length=10, verbose_name='状态')),
                ('attempts', models.PositiveSmallIntegerField(default=0, verbose_name='次数')),
                ('next_at', models.DateTimeField(null=True, verbose_name='下次')),
                ('tried_at', models.DateTimeField(null=True, verbose_name='上次')),
                ('status', models.CharField(blank=True, max_length=300, verbose_name='上次的结果')),
                ('unanswered', models.BooleanField(default=False)),
                ('message', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='deliveries', to='interviews.outboxmessage', verbose_name='消息')),
            ],
            options={
                'verbose_name': '对外通知',
                'verbose_name_plural': '对外通知',
                'ordering': ['-pk'],
                'default_permissions': ['view', 'change'],
                'indexes': [models.Index(condition=models.Q(('state', 'waiting')), fields=['channel', 'receiver', 'next_at'], name='delivery_waiting'), models.Index(fields=['state'], name='delivery_state')],
                'constraints': [models.UniqueConstraint(fields=('message', 'channel', 'receiver'), name='delivery_once'), models.CheckConstraint(condition=models.Q(models.Q(('next_at__isnull', False), ('state', 'waiting')), models.Q(models.Q(('state', 'waiting'), _negated=True), ('next_at__isnull', True)), _connector='OR'), name='delivery_next')],
            },
        ),
        migrations.RunPython(grant_to_administrators, migrations.RunPython.noop),
    ]
