"""Directory of the public lists: how long they are and who is in them, at any moment. Rebuildable.

Derived from the published rows by `interviews.directory`. A row holds for an interval of time, so that scheduled pages
enter and leave lists by themselves.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, Self, TypeVar

from django.db import models
from django.db.models import Q, Sum
from django.utils import timezone

from interviews import document

from .edition import Edition
from .people import Speaker
from .published import OfPage

_Row = TypeVar("_Row", bound=models.Model, covariant=True)


class CountedList(models.TextChoices):
    FEATURES = "features", "专题"
    TOPICS = "topics", "话题"
    CREDITS = "credits", "署名"
    PHOTOS = "photos", "图片"


class ListCountQuerySet(models.QuerySet["ListCount"]):
    def months(
        self, name: CountedList, key: int = 0, at: datetime | None = None
    ) -> models.QuerySet[Any, tuple[str, int]]:
        """Count a list's rows by month, newest first. Reads a few rows a month."""
        begun = self.filter(list=name, key=key, since__lte=at or timezone.now())
        months = begun.values_list("month").annotate(rows=Sum("count")).filter(rows__gt=0)
        ordered: models.QuerySet[Any, tuple[str, int]] = months.order_by("-month")
        return ordered

    def keys_of(self, name: CountedList, at: datetime | None = None) -> models.QuerySet[Any, Any]:
        """Select the keys under which a list has rows."""
        begun = self.filter(list=name, since__lte=at or timezone.now())
        return begun.values("key").annotate(rows=Sum("count")).filter(rows__gt=0).values("key")


class ListCount(models.Model):
    """How many rows of a month a list gains or loses at a moment; the sum of those begun is what it has.

    `key` is the subject of features and topics, the contributor of credits, 0 for the whole list.
    """

    list = models.CharField(max_length=10, choices=CountedList)
    key = models.BigIntegerField(default=0)
    month = models.CharField(max_length=7)  # 2025-03
    since = models.DateTimeField()
    count = models.IntegerField()

    objects = ListCountQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "列表计数"
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["list", "key", "month", "since"], name="list_count_once")]
        # Counted anew by month.
        indexes = [models.Index(fields=["list", "month"], name="list_count_by_month")]

    def __str__(self) -> str:
        return f"{self.list} {self.key} {self.month}: {self.count:+}"


class ListedQuerySet(models.QuerySet[_Row]):
    def now(self, at: datetime | None = None) -> Self:
        """Rows that hold now, or at a moment."""
        at = at or timezone.now()
        return self.filter(Q(listed_until=None) | Q(listed_until__gt=at), listed_from__lte=at)


class ListedSpeaker(models.Model):
    """An interval in which a speaker has statements on public pages."""

    speaker = models.ForeignKey(Speaker, models.CASCADE, related_name="listed")
    listed_from = models.DateTimeField()
    listed_until = models.DateTimeField(null=True)

    objects = ListedQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "公开的受访者"
        default_permissions = ()
        ordering = ["speaker", "listed_from"]

    def __str__(self) -> str:
        return f"{self.speaker_id} {self.listed_from}"


class ListedPhoto(OfPage):
    """An interval in which a photo's newest public page is this one."""

    photo = models.ForeignKey("interviews.Photo", models.CASCADE, related_name="listed")
    edition = models.ForeignKey(Edition, models.CASCADE, related_name="+")
    position = models.PositiveSmallIntegerField()
    # As on that page.
    caption = models.CharField(max_length=document.CAPTION_LENGTH, blank=True)
    credit_line = models.CharField(max_length=document.TITLE_LENGTH, blank=True)
    alt_text = models.CharField(max_length=document.ALT_LENGTH, blank=True)
    listed_from = models.DateTimeField()
    listed_until = models.DateTimeField(null=True)

    objects = ListedQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "公开的图片"
        default_permissions = ()
        ordering = ["-date", "-edition", "position"]
        indexes = [models.Index(fields=["-date", "-edition", "position"], name="listed_photo_newest")]

    def __str__(self) -> str:
        return f"{self.photo_id} {self.listed_from}"
