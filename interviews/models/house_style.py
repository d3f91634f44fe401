"""House style: terms and officials for the proofreader, words for the page parser, weights of the error score."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q

from interviews import document, proofreading
from interviews.pagetext import DEFAULT
from interviews.proofreading.lists import KIND_NAMES, SEVERITY_NAMES, listed
from interviews.proofreading.rules import MATTER_NAMES

from .fields import LineField

WORD_LENGTH = 50


def _choices(names: Mapping[Any, str]) -> list[tuple[str, str]]:
    return [(choice.value, name) for choice, name in names.items()]


class Term(models.Model):
    """A term of the house list: what the proofreader looks for, and its advice."""

    word = LineField("词语", max_length=WORD_LENGTH, unique=True, help_text="要找的词；推荐词写不作首选的那个写法。")
    kind = models.CharField("类别", max_length=10, choices=_choices(KIND_NAMES), default="careful")
    severity = models.CharField(
        "级别",
        max_length=10,
        choices=_choices(SEVERITY_NAMES),
        default="warning",
        help_text="差错：不处理不能送审；警告、提示不拦。",
    )
    replacement = LineField("改为", max_length=WORD_LENGTH, blank=True, help_text="慎用词不自动改，只作参考。")
    reason = LineField("理由", max_length=200, blank=True)
    source = LineField("出处", max_length=200, blank=True)
    owner = LineField("负责人", max_length=document.NAME_LENGTH, blank=True, help_text="谁提出、谁答疑。")
    expires = models.DateField("有效期至", null=True, blank=True, help_text="当天仍有效；过后不再提示。")
    skip_quotations = models.BooleanField("引语里不查", default=False, help_text="“…”里面。")
    skip_titles = models.BooleanField("书名里不查", default=False, help_text="《…》里面。")
    unless = LineField(
        "例外", max_length=500, blank=True, help_text="含有它而并没有错的较长的词，用 | 隔开：公园满|校园满。"
    )

    class Meta:
        verbose_name = verbose_name_plural = "用语表"
        ordering = ["word"]

    def __str__(self) -> str:
        return self.word

    def clean(self) -> None:
        self.unless = "|".join(listed(self.unless.replace("｜", "|")))
        if self.replacement and self.replacement == self.word:
            raise ValidationError({"replacement": "与要找的词相同。"})
        if self.kind == proofreading.TermKind.PREFERRED and not self.replacement:
            raise ValidationError({"replacement": "推荐词要写明改为什么。"})
        if any(self.word not in longer or self.word == longer for longer in listed(self.unless)):
            raise ValidationError({"unless": f"每一个例外都要含有“{self.word}”，而且比它长。"})

    def as_value(self) -> proofreading.Term:
        skips = {proofreading.Skip.QUOTATION: self.skip_quotations, proofreading.Skip.TITLE: self.skip_titles}
        return proofreading.Term(
            word=self.word,
            kind=proofreading.TermKind(self.kind),
            severity=proofreading.Severity(self.severity),
            replacement=self.replacement,
            reason=self.reason,
            source=self.source,
            owner=self.owner,
            expires=self.expires,
            skip=frozenset(skip for skip, skipped in skips.items() if skipped),
            unless=tuple(listed(self.unless)),
        )

    @staticmethod
    def values_of(term: proofreading.Term) -> dict[str, object]:
        """Return the columns for a term, the inverse of `as_value`."""
        plain = ("word", "replacement", "reason", "source", "owner", "expires")
        return {
            **{name: getattr(term, name) for name in plain},
            "kind": term.kind.value,
            "severity": term.severity.value,
            "skip_quotations": proofreading.Skip.QUOTATION in term.skip,
            "skip_titles": proofreading.Skip.TITLE in term.skip,
            "unless": "|".join(term.unless),
        }


class Official(models.Model):
    """A person's term in a post, both dates inclusive."""

    name = LineField("姓名", max_length=document.NAME_LENGTH)
    post = LineField("职务", max_length=document.JOB_TITLE_LENGTH, help_text="紧接在姓名前的全称：晋中市市长。")
    since = models.DateField("任职日期", null=True, blank=True)
    until = models.DateField("离任日期", null=True, blank=True, help_text="在任的留空。当天仍算在任。")
    source = LineField("出处", max_length=200, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "职务表"
        ordering = ["post", F("since").desc(nulls_last=True), "name"]
        constraints = [
            models.UniqueConstraint(
                fields=["name", "post", "since"], name="official_once", violation_error_message="这一任已经在表里。"
            ),
            # NULLs are distinct in a unique constraint.
            models.UniqueConstraint(
                fields=["name", "post"],
                condition=Q(since=None),
                name="official_once_without_day",
                violation_error_message="这一任已经在表里。",
            ),
            models.CheckConstraint(
                condition=Q(since=None) | Q(until=None) | Q(until__gte=F("since")),
                name="official_until_after_since",
                violation_error_message="离任日期早于任职日期。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.post}{self.name}"

    def as_value(self) -> proofreading.Official:
        return proofreading.Official(self.name, self.post, self.since, self.until, self.source)

    @staticmethod
    def values_of(official: proofreading.Official) -> dict[str, object]:
        return {name: getattr(official, name) for name in ("name", "post", "since", "until", "source")}


class GrammarTable(models.TextChoices):
    """The tables of `pagetext.Grammar` that the newsroom may extend."""

    TOPIC_WORDS = "topic_words", "话题标记"
    BULLETS = "bullets", "项目符号"
    SPEAKER_LABELS = "speaker_labels", "受访者标签"
    LEAD_LABELS = "lead_labels", "导语标签"
    POSTS = "posts", "职务"
    POST_PREFIXES = "post_prefixes", "职务前缀"
    POST_FIELDS = "post_fields", "职务前的业务词"
    BYLINE_ROLES = "byline_roles", "记者署名角色"
    CREDIT_LABELS = "credit_labels", "本版署名角色"
    SELF_REFERENCES = "self_references", "本报自称"
    SURNAMES = "surnames", "姓氏"
    COMPOUND_SURNAMES = "compound_surnames", "复姓"
    NOT_NAMES = "not_names", "不是人名的词"
    SPEECH_VERBS = "speech_verbs", "“说”一类的词"
    CAPTION_MARKS = "caption_marks", "图说标记"
    FURNITURE = "furniture", "版面杂项"

    @property
    def shortest(self) -> int:
        """Minimum length of a word, in characters: a one-character label would match everywhere."""
        names = {"bullets": 1, "surnames": 1, "speech_verbs": 1, "byline_roles": 1, "post_prefixes": 1}
        return names.get(self.value, 2)

    @property
    def longest(self) -> int:
        return {"bullets": 1, "surnames": 1, "compound_surnames": 2}.get(self.value, 20)

    @property
    def shipped(self) -> tuple[str, ...]:
        """The built-in words. None for furniture, which is built in as patterns."""
        return () if self is GrammarTable.FURNITURE else tuple(sorted(getattr(DEFAULT, self.value)))


class GrammarWord(models.Model):
    """A word added to, or removed from, one of the page parser's tables."""

    table = models.CharField("词表", max_length=20, choices=GrammarTable.choices)
    word = LineField("词", max_length=20)
    removes = models.BooleanField("停用", default=False, help_text="勾选后，系统自带的这个词不再使用。")
    note = LineField("备注", max_length=200, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "版面词表"
        ordering = ["table", "word"]
        constraints = [
            models.UniqueConstraint(
                fields=["table", "word"], name="grammar_word_once", violation_error_message="这个词已经在表里。"
            )
        ]

    def __str__(self) -> str:
        return self.word

    def clean(self) -> None:
        if self.table in GrammarTable.values and self.word:
            _check_word(GrammarTable(self.table), self.word, self.removes)


def _check_word(table: GrammarTable, word: str, removes: bool) -> None:
    if any(character.isspace() for character in word):
        raise ValidationError({"word": "词里不能有空格。"})
    if not table.shortest <= len(word) <= table.longest:
        size = f"{table.shortest} 至 {table.longest}" if table.longest > table.shortest else f"{table.longest}"
        raise ValidationError({"word": f"“{table.label}”里的词应是 {size} 个字。"})
    if table is GrammarTable.BULLETS and word.isalnum():
        raise ValidationError({"word": "项目符号不能是文字或数字。"})
    if table is not GrammarTable.BULLETS and not any(character.isalnum() for character in word):
        raise ValidationError({"word": "词里要有文字。"})
    shipped = word in table.shipped
    if removes and not shipped:
        raise ValidationError({"word": f"系统自带的“{table.label}”里没有这个词，不用停用。"})
    if shipped and not removes:
        raise ValidationError({"word": "系统已经自带这个词。"})


class ScoreWeight(models.Model):
    """The weight in the error score of one category of findings, or of one kind of place."""

    # Places have a factor only; points go by category.
    PLACES = {"in-title": "各级标题", "in-name": "姓名栏"}

    subject = models.CharField(
        "项目",
        max_length=10,
        unique=True,
        editable=False,
        choices=[*_choices(MATTER_NAMES), *PLACES.items()],
    )
    points = models.DecimalField(
        "一处计",
        max_digits=5,
        decimal_places=2,
        default=Decimal(1),
        validators=[MinValueValidator(Decimal(0), "不能是负数。")],
    )
    factor = models.DecimalField(
        "倍数",
        max_digits=5,
        decimal_places=2,
        default=Decimal(1),
        validators=[MinValueValidator(Decimal(0), "不能是负数。")],
        help_text="项目与位置都有倍数的，取大的一个。",
    )
    most = models.DecimalField(
        "一版最多计",
        max_digits=6,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(Decimal(0), "不能是负数。")],
        help_text="留空则不设上限。",
    )

    class Meta:
        verbose_name = verbose_name_plural = "差错权重"
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.get_subject_display()

    def clean(self) -> None:
        if self.subject in self.PLACES and (self.points != 1 or self.most is not None):
            raise ValidationError("位置只有倍数：“一处计”写 1，“一版最多计”留空。")
