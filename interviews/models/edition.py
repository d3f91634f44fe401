from __future__ import annotations

from datetime import datetime
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Case, Exists, F, OuterRef, Q, When
from django.utils import timezone

from .feature import Feature
from .review import Revision


def shown(at: datetime | None = None, prefix: str = "") -> Q:
    """Condition for editions that are public at a moment: in [published_from, published_until)."""
    at = at or timezone.now()
    return Q(**{f"{prefix}published_from__lte": at}) & (
        Q(**{f"{prefix}published_until__isnull": True}) | Q(**{f"{prefix}published_until__gt": at})
    )


class EditionKind(models.TextChoices):
    """Why an edition was published; readers see it with every edition after the first."""

    FIRST = "", "首次发布"
    CORRECTION = "correction", "更正"
    UPDATE = "update", "更新"


class EditionQuerySet(models.QuerySet["Edition"]):
    def public(self, at: datetime | None = None) -> Self:
        """Editions public now, or at a moment. At most one per feature."""
        return self.filter(shown(at))

    def seen(self, at: datetime | None = None) -> Self:
        """Editions that were public at any time until now, or until a moment."""
        begun = self.filter(published_from__lte=at or timezone.now())
        return begun.exclude(published_until=F("published_from"))

    def with_text(self, at: datetime | None = None) -> Self:
        """Annotate `.text`: the document's JSON if the edition is public, else None."""
        return self.annotate(text=Case(When(shown(at), then=F("revision__document"))))

    def for_reading(self) -> Self:
        """Join the revision, which has the document: one query."""
        return self.select_related("revision")


class Edition(models.Model):
    """A revision published for an interval of time. Append-only, except that its end may be set."""

    feature = models.ForeignKey(Feature, models.PROTECT, related_name="editions", verbose_name="专题")
    number = models.PositiveIntegerField("版本号")
    revision = models.ForeignKey(Revision, models.PROTECT, related_name="editions", verbose_name="修订")
    published_from = models.DateTimeField("发布时间")
    published_until = models.DateTimeField("截止时间", null=True, blank=True)
    kind = models.CharField("类别", max_length=10, choices=EditionKind, default=EditionKind.FIRST, blank=True)
    note = models.TextField("说明（公开）", blank=True)
    # Corrections only: the wrong and the right text, and the topic or interview by its id in the document.
    wrong = models.TextField("原文有误处", blank=True)
    right = models.TextField("更正为", blank=True)
    topic_id = models.BigIntegerField("更正的话题", null=True, blank=True)
    interview_id = models.BigIntegerField("更正的访谈", null=True, blank=True)
    publisher = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, verbose_name="发布人", related_name="editions"
    )
    created_at = models.DateTimeField("登记时间")

    text: str | None  # only by `with_text()`

    objects = EditionQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "发布版本"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["feature", "number"], name="edition_number_once"),
            models.CheckConstraint(
                condition=Q(published_until__isnull=True) | Q(published_until__gte=F("published_from")),
                name="edition_interval",
            ),
        ]
        indexes = [
            # Public editions, newest first.
            models.Index(fields=["-published_from", "published_until"], name="edition_public"),
            # Whether a feature has an open edition.
            models.Index(fields=["feature"], condition=Q(published_until=None), name="edition_open"),
            # Editions that ended since a moment.
            models.Index(fields=["published_until"], condition=Q(published_until__isnull=False), name="edition_ended"),
            # The list of corrections.
            models.Index(fields=["-published_from", "-id"], condition=Q(kind="correction"), name="edition_corrections"),
        ]

    def __str__(self) -> str:
        return f"第 {self.number} 版"


class WithdrawalQuerySet(models.QuerySet["Withdrawal"]):
    def seen_by_readers(self, at: datetime | None = None) -> Self:
        """Withdrawals of features that were public before and aren't now, so that readers need the reason.

        An edition withdrawn before it became public ends when it begins: nobody saw it.
        """
        editions = Edition.objects.filter(feature=OuterRef("feature"))
        seen = editions.filter(published_from__lt=OuterRef("created_at"), published_until__gt=F("published_from"))
        return self.filter(Exists(seen), ~Exists(editions.public(at)))


class Withdrawal(models.Model):
    """The withdrawal of a feature, with the reason shown to readers. Append-only."""

    feature = models.ForeignKey(Feature, models.PROTECT, related_name="withdrawals", verbose_name="专题")
    reason = models.TextField("原因（公开）")
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, verbose_name="经手人", related_name="withdrawals"
    )
    created_at = models.DateTimeField("时间")

    objects = WithdrawalQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "撤稿"
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.reason
