"""The house lists, the words of printed pages, the weights of the error score, and the counts of findings, as rows."""

import django.core.validators
import django.db.models.deletion
import interviews.models.fields
from decimal import Decimal
from django.apps import apps as installed_apps
from django.conf import settings
from django.contrib.auth.management import create_permissions
from django.db import migrations, models

from interviews.proofreading import PLAIN, Skip, sample_terms
from interviews.proofreading.rules import Matter
from interviews.proofreading.scoring import PLACES

LISTS = ["term", "official", "grammarword"]
LOOKING = [f"view_{name}" for name in [*LISTS, "scoreweight"]]
KEEPING = [*LOOKING, *(f"{verb}_{name}" for verb in ("add", "change", "delete") for name in LISTS)]
# What the newsroom's own groups may do from now on, where they still exist.
PERMISSIONS = {
    "记者": LOOKING,
    "编辑": KEEPING,
    "部主任": [*KEEPING, "change_scoreweight", "view_proofcheck"],
    "总编辑": [*KEEPING, "change_scoreweight", "view_proofcheck"],
}


def permit(apps):
    Group, Permission = apps.get_model("auth", "Group"), apps.get_model("auth", "Permission")
    if not Permission.objects.filter(codename="view_proofcheck").exists():
        config = installed_apps.get_app_config("interviews")
        create_permissions(config, apps=apps, verbosity=0, interactive=False)
    for group in Group.objects.filter(name__in=PERMISSIONS):
        codenames = PERMISSIONS[group.name]
        group.permissions.add(
            *Permission.objects.filter(content_type__app_label="interviews", codename__in=codenames)
        )


def fill(apps):
    """Where there are no rows yet."""
    Term, Weight = apps.get_model("interviews", "Term"), apps.get_model("interviews", "ScoreWeight")
    if not Term.objects.exists():
        Term.objects.bulk_create(Term(**columns(term)) for term in sample_terms())
    if not Weight.objects.exists():
        weights = [Weight(subject=matter.value, **weight_of(matter)) for matter in Matter]
        places = [Weight(subject=f"in-{place.value}", factor=PLAIN.place.get(place, 1)) for place in PLACES]
        Weight.objects.bulk_create([*weights, *places])


def columns(term):
    plain = ["word", "replacement", "reason", "source", "owner", "expires"]
    return {
        **{name: getattr(term, name) for name in plain},
        "kind": term.kind.value,
        "severity": term.severity.value,
        "skip_quotations": Skip.QUOTATION in term.skip,
        "skip_titles": Skip.TITLE in term.skip,
        "unless": "|".join(term.unless),
    }


def weight_of(matter):
    return {
        "points": PLAIN.matter.get(matter, 1),
        "factor": PLAIN.factor.get(matter, 1),
        "most": PLAIN.most.get(matter),
    }


def install(apps, schema_editor=None):
    permit(apps)
    fill(apps)


class Migration(migrations.Migration):

    dependencies = [
        ('interviews', '0022_reopened'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='ScoreWeight',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('subject', models.CharField(choices=[('mark', '标点'), ('numeral', '数字用法'), ('word', '文字、词语'), ('name', '人名、单位、职务'), ('time', '时间'), ('photo', '图片'), ('fact', '数据、事实'), ('in-title', '各级标题'), ('in-name', '姓名栏')], editable=False, max_length=10, unique=True, verbose_name='项目')),
                ('points', models.DecimalField(decimal_places=2, default=Decimal('1'), max_digits=5, validators=[django.core.validators.MinValueValidator(Decimal('0'), '不能是负数。')], verbose_name='一处计')),
                ('factor', models.DecimalField(decimal_places=2, default=Decimal('1'), help_text='项目与位置都有倍数的，取大的一个。', max_digits=5, validators=[django.core.validators.MinValueValidator(Decimal('0'), '不能是负数。')], verbose_name='倍数')),
                ('most', models.DecimalField(blank=True, decimal_places=2, help_text='留空则不设上限。', max_digits=6, null=True, validators=[django.core.validators.MinValueValidator(Decimal('0'), '不能是负数。')], verbose_name='一版最多计')),
            ],
            options={
                'verbose_name': '差错权重',
                'verbose_name_plural': '差错权重',
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='Term',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('word', interviews.models.fields.LineField(help_text='要找的词；推荐词写不作首选的那个写法。', max_length=50, unique=True, verbose_name='词语')),
                ('kind', models.CharField(choices=[('forbidden', '禁用'), ('careful', '慎用'), ('preferred', '推荐')], default='careful', max_length=10, verbose_name='类别')),
                ('severity', models.CharField(choices=[('error', '差错'), ('warning', '警告'), ('hint', '提示')], default='warning', help_text='差错：不处理不能送审；警告、提示不拦。', max_length=10, verbose_name='级别')),
                ('replacement', interviews.models.fields.LineField(blank=True, help_text='慎用词不自动改，只作参考。', max_length=50, verbose_name='改为')),
                ('reason', interviews.models.fields.LineField(blank=True, max_length=200, verbose_name='理由')),
                ('source', interviews.models.fields.LineField(blank=True, max_length=200, verbose_name='出处')),
                ('owner', interviews.models.fields.LineField(blank=True, help_text='谁提出、谁答疑。', max_length=100, verbose_name='负责人')),
                ('expires', models.DateField(blank=True, help_text='当天仍有效；过后不再提示。', null=True, verbose_name='有效期至')),
                ('skip_quotations', models.BooleanField(default=False, help_text='“…”里面。', verbose_name='引语里不查')),
                ('skip_titles', models.BooleanField(default=False, help_text='《…》里面。', verbose_name='书名里不查')),
                ('unless', interviews.models.fields.LineField(blank=True, help_text='含有它而并没有错的较长的词，用 | 隔开：公园满|校园满。', max_length=500, verbose_name='例外')),
            ],
            options={
                'verbose_name': '用语表',
                'verbose_name_plural': '用语表',
                'ordering': ['word'],
            },
        ),
        migrations.CreateModel(
            name='GrammarWord',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('table', models.CharField(choices=[('topic_words', '话题标记'), ('bullets', '项目符号'), ('speaker_labels', '受访者标签'), ('lead_labels', '导语标签'), ('posts', '职务'), ('post_prefixes', '职务前缀'), ('post_fields', '职务前的业务词'), ('byline_roles', '记者署名角色'), ('credit_labels', '本版署名角色'), ('self_references', '本报自称'), ('surnames', '姓氏'), ('compound_surnames', '复姓'), ('not_names', '不是人名的词'), ('speech_verbs', '“说”一类的词'), ('caption_marks', '图说标记'), ('furniture', '版面杂项')], max_length=20, verbose_name='词表')),
                ('word', interviews.models.fields.LineField(max_length=20, verbose_name='词')),
                ('removes', models.BooleanField(default=False, help_text='勾选后，系统自带的这个词不再使用。', verbose_name='停用')),
                ('note', interviews.models.fields.LineField(blank=True, max_length=200, verbose_name='备注')),
            ],
            options={
                'verbose_name': '版面词表',
                'verbose_name_plural': '版面词表',
                'ordering': ['table', 'word'],
                'constraints': [models.UniqueConstraint(fields=('table', 'word'), name='grammar_word_once', violation_error_message='这个词已经在表里。')],
            },
        ),
        migrations.CreateModel(
            name='Official',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', interviews.models.fields.LineField(max_length=100, verbose_name='姓名')),
                ('post', interviews.models.fields.LineField(help_text='紧接在姓名前的全称：晋中市市长。', max_length=200, verbose_name='职务')),
                ('since', models.DateField(blank=True, null=True, verbose_name='任职日期')),
                ('until', models.DateField(blank=True, help_text='在任的留空。当天仍算在任。', null=True, verbose_name='离任日期')),
                ('source', interviews.models.fields.LineField(blank=True, max_length=200, verbose_name='出处')),
            ],
            options={
                'verbose_name': '职务表',
                'verbose_name_plural': '职务表',
                'ordering': ['post', models.OrderBy(models.F('since'), descending=True, nulls_last=True), 'name'],
                'constraints': [models.UniqueConstraint(fields=('name', 'post', 'since'), name='official_once', violation_error_message='这一任已经在表里。'), models.UniqueConstraint(condition=models.Q(('since', None)), fields=('name', 'post'), name='official_once_without_day', violation_error_message='这一任已经在表里。'), models.CheckConstraint(condition=models.Q(('since', None), ('until', None), ('until__gte', models.F('since')), _connector='OR'), name='official_until_after_since', violation_error_message='离任日期早于任职日期。')],
            },
        ),
        migrations.CreateModel(
            name='ProofCheck',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('occasion', models.CharField(choices=[('submitted', '送审'), ('published', '发布')], max_length=10, verbose_name='时机')),
                ('first', models.BooleanField(verbose_name='首次')),
                ('characters', models.PositiveIntegerField(verbose_name='字数')),
                ('points', models.FloatField(verbose_name='计差错')),
                ('created_at', models.DateTimeField(verbose_name='时间')),
                ('author', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='修订人')),
                ('feature', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='proof_checks', to='interviews.feature', verbose_name='专题')),
                ('revision', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='proof_checks', to='interviews.revision', verbose_name='修订')),
            ],
            options={
                'verbose_name': '差错统计',
                'verbose_name_plural': '差错统计',
                'ordering': ['-created_at', '-pk'],
                'default_permissions': ['view'],
            },
        ),
        migrations.CreateModel(
            name='ProofPassage',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('interview_id', models.BigIntegerField(null=True)),
                ('characters', models.PositiveIntegerField()),
                ('check_of', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='passages', to='interviews.proofcheck')),
                ('people', models.ManyToManyField(related_name='+', to='interviews.contributor')),
            ],
            options={
                'default_permissions': [],
            },
        ),
        migrations.CreateModel(
            name='ProofTally',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('rule', models.CharField(max_length=40)),
                ('severity', models.CharField(max_length=10)),
                ('open', models.PositiveIntegerField()),
                ('dismissed', models.PositiveIntegerField()),
                ('mended', models.PositiveIntegerField()),
                ('points', models.FloatField()),
                ('passage', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='tallies', to='interviews.proofpassage')),
            ],
            options={
                'default_permissions': [],
            },
        ),
        migrations.AddIndex(
            model_name='proofcheck',
            index=models.Index(condition=models.Q(('first', True)), fields=['occasion', 'created_at'], name='proof_check_by_month'),
        ),
        migrations.AddConstraint(
            model_name='proofcheck',
            constraint=models.UniqueConstraint(condition=models.Q(('first', True)), fields=('feature', 'occasion'), name='proof_check_first_once'),
        ),
        migrations.AddConstraint(
            model_name='prooftally',
            constraint=models.UniqueConstraint(fields=('passage', 'rule', 'severity'), name='proof_tally_once'),
        ),
        migrations.RunPython(install, migrations.RunPython.noop),
    ]
