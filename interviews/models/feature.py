from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Self

from django.conf import settings
from django.db import models

from interviews import document

from .fields import LineField, MarkupField, ParagraphsField
from .people import Contributor, CreditRole, Speaker, Subject


class Stage(models.TextChoices):
    DRAFT = "draft", "撰写中"
    REVIEW = "review", "审稿中"


class Publication(models.TextChoices):
    NONE = "", "未公开"
    # Public or scheduled, and so is the newest revision; or a newer one is not.
    CURRENT = "current", "已发布"
    CHANGED = "changed", "已发布，有改动"


class FeatureQuerySet(models.QuerySet["Feature"]):
    def for_freezing(self) -> Self:
        """Prefetch the rows that make up a document: five queries, whatever the size."""
        return self.prefetch_related(
            models.Prefetch("credits", Credit.objects.select_related("role")),
            "topics",
            "topics__interviews",
            "placements",
        )


class Feature(models.Model):
    """A page of interviews in the newsroom: the working copy. Readers see editions only."""

    kicker = LineField("肩题", max_length=document.HEADLINE_LENGTH, blank=True)
    headline = LineField("主标题", max_length=document.HEADLINE_LENGTH, blank=True)
    subtitle = LineField(
        "副标题",
        max_length=document.HEADLINE_LENGTH,
        blank=True,
        help_text="不写破折号，版面上自动加。",
    )
    lead = ParagraphsField("导语", blank=True, help_text="每段一行。")
    issue_date = models.DateField("见报日期", null=True, blank=True)
    page_number = models.PositiveSmallIntegerField("版次", null=True, blank=True)
    page_name = LineField("版名", max_length=document.TITLE_LENGTH, blank=True)
    subjects = models.ManyToManyField(Subject, blank=True, verbose_name="领域")
    # Caption, credit and alt text as on this page: the photo's own may change later.
    cover = models.ForeignKey(
        "interviews.Photo", models.PROTECT, null=True, blank=True, verbose_name="封面", related_name="covers"
    )
    cover_caption = LineField("封面说明", max_length=document.CAPTION_LENGTH, blank=True)
    cover_credit = LineField("封面署名", max_length=document.TITLE_LENGTH, blank=True)
    cover_alt = LineField("封面替代文字", max_length=document.ALT_LENGTH, blank=True)
    # All empty unless the page is a reprint.
    reprint_source = LineField("转载来源", max_length=document.ORGANISATION_LENGTH, blank=True)
    reprint_author = LineField("原作者", max_length=document.TITLE_LENGTH, blank=True)
    reprint_title = LineField("原标题", max_length=document.HEADLINE_LENGTH, blank=True)
    reprint_url = LineField("原文网址", max_length=document.URL_LENGTH, blank=True)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        verbose_name="撰稿人",
        related_name="features",
    )
    shared_with = models.ManyToManyField(
        settings.AUTH_USER_MODEL,
        blank=True,
        verbose_name="共同撰稿",
        related_name="shared_features",
        help_text="他们在送审之前也可以修改。",
    )
    stage = models.CharField("阶段", max_length=10, choices=Stage.choices, default=Stage.DRAFT, editable=False)
    submitted_at = models.DateTimeField("送审时间", null=True, editable=False)
    # When a chief reopened a public feature to its writers and editors; None again once published or withdrawn.
    reopened_at = models.DateTimeField("交回更正的时间", null=True, editable=False)
    # What readers have of it, so that lists of pending work need not look at every page's editions and revisions, which
    # are the truth. Publishing, a new revision and a withdrawal set it.
    publication = models.CharField(
        "公开状态", max_length=10, choices=Publication, default=Publication.NONE, blank=True, editable=False
    )
    # The imported text, its SHA-256 (of a WordPress post, that of its guid), and the editor's labels by line number
    # ({"7": "topic"}).
    source_text = models.TextField("版面原文", blank=True, editable=False)
    source_digest = models.CharField("原文摘要", max_length=64, blank=True, editable=False, db_index=True)
    source_labels = models.JSONField("原文标定", default=dict, blank=True, editable=False)
    created_at = models.DateTimeField("创建时间", auto_now_add=True)
    updated_at = models.DateTimeField("修改时间", auto_now=True)

    objects = FeatureQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "专题"
        ordering = ["-updated_at", "-pk"]
        permissions = [
            ("change_any_feature", "修改任何未发布的专题"),
            ("correct_feature", "修改已发布的专题"),
            ("import_feature", "导入版面"),
            ("return_feature", "退回专题"),
            ("publish_feature", "发布专题"),
            ("withdraw_feature", "撤下专题"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(page_number__isnull=True) | models.Q(page_number__range=(1, 9999)),
                name="feature_page_number",
                violation_error_message="版次应在 1 至 9999 之间。",
            ),
        ]
        indexes = [
            # The newsroom's list.
            models.Index(fields=["-updated_at", "-id"], name="feature_newest"),
            models.Index(fields=["issue_date"], name="feature_by_issue"),
            # The dashboard: pages in review, drafts by their owner, public pages that changed.
            models.Index(fields=["submitted_at"], condition=models.Q(stage="review"), name="feature_in_review"),
            models.Index(fields=["owner", "-updated_at"], condition=models.Q(publication=""), name="feature_drafts"),
            models.Index(fields=["publication", "-updated_at"], name="feature_by_publication"),
        ]

    def __str__(self) -> str:
        return self.headline or "（无标题）"


class Topic(models.Model):
    """A topic of a feature, with its interviews."""

    feature = models.ForeignKey(Feature, models.CASCADE, related_name="topics", verbose_name="专题")
    position = models.PositiveSmallIntegerField("次序", default=0)
    title = LineField("话题", max_length=document.TITLE_LENGTH, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "话题"
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return self.title or "（无题）"


class Interview(models.Model):
    """A speaker's statement on a topic. Name, organisation and job title are as printed."""

    topic = models.ForeignKey(Topic, models.CASCADE, related_name="interviews", verbose_name="话题")
    position = models.PositiveSmallIntegerField("次序", default=0)
    # Without an index of its own: `interview_speaker` begins with it.
    speaker = models.ForeignKey(
        Speaker,
        models.PROTECT,
        null=True,
        blank=True,
        db_index=False,
        verbose_name="受访者",
        related_name="interviews",
    )
    speaker_name = LineField("姓名（见报）", max_length=document.NAME_LENGTH, blank=True)
    organisation = LineField(
        "单位（见报）",
        max_length=document.ORGANISATION_LENGTH,
        blank=True,
    )
    job_title = LineField("职务（见报）", max_length=document.JOB_TITLE_LENGTH, blank=True)
    body = MarkupField("谈话内容", blank=True)
    portrait = models.ForeignKey(
        "interviews.Photo", models.PROTECT, null=True, blank=True, verbose_name="肖像", related_name="portrayed"
    )
    portrait_credit = LineField("肖像署名", max_length=document.TITLE_LENGTH, blank=True)
    portrait_alt = LineField("肖像替代文字", max_length=document.ALT_LENGTH, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "访谈"
        ordering = ["position", "pk"]
        # The topics of speakers found by name, without reading the statements.
        indexes = [models.Index(fields=["speaker", "topic"], name="interview_speaker")]

    def __str__(self) -> str:
        return self.speaker_name or "（未填受访者）"

    def save(self, *, update_fields: Iterable[str] | None = None, **kwargs: Any) -> None:
        if self.speaker and not self.speaker_name:
            self.speaker_name = self.speaker.name
            update_fields = {*update_fields, "speaker_name"} if update_fields is not None else None
        super().save(update_fields=update_fields, **kwargs)


class Credit(models.Model):
    """A contributor's role in one interview or, without one, in the whole page."""

    feature = models.ForeignKey(Feature, models.CASCADE, related_name="credits", verbose_name="专题")
    interview = models.ForeignKey(
        Interview, models.CASCADE, null=True, blank=True, related_name="credits", verbose_name="访谈"
    )
    position = models.PositiveSmallIntegerField("次序", default=0)
    role = models.ForeignKey(CreditRole, models.PROTECT, verbose_name="角色", related_name="credits")
    contributor = models.ForeignKey(Contributor, models.PROTECT, verbose_name="姓名", related_name="credits")
    contributor_name = LineField("姓名（见报）", max_length=document.NAME_LENGTH, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "署名"
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return f"{self.role} {self.contributor_name}"

    def save(self, *, update_fields: Iterable[str] | None = None, **kwargs: Any) -> None:
        if not self.contributor_name:
            self.contributor_name = self.contributor.name
            update_fields = {*update_fields, "contributor_name"} if update_fields is not None else None
        if self.interview and not self.feature_id:
            self.feature_id = self.interview.topic.feature_id
        super().save(update_fields=update_fields, **kwargs)


class Placement(models.Model):
    """A picture of a page, with its caption and credit as printed. Imported pages may have only the caption."""

    feature = models.ForeignKey(Feature, models.CASCADE, related_name="placements", verbose_name="专题")
    position = models.PositiveSmallIntegerField("次序", default=0)
    caption = LineField("图片说明", max_length=document.CAPTION_LENGTH, blank=True)
    credit_line = LineField("图片署名", max_length=document.TITLE_LENGTH, blank=True)
    photo = models.ForeignKey(
        "interviews.Photo", models.PROTECT, null=True, blank=True, verbose_name="照片", related_name="placements"
    )
    alt_text = LineField("替代文字", max_length=document.ALT_LENGTH, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "图片说明"
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return self.caption
