"""Read side: rows derived from an edition's document, in the transaction that creates the edition. Never edited.

Topics and interviews have their ids from the document instead of foreign keys to the working rows, which may be deleted
while the edition is still public.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import UTC, datetime
from typing import Self, TypeVar

from django.db import models
from django.db.models import F, OuterRef, Prefetch, Subquery
from django.db.models.functions import Left
from django.utils import timezone

from interviews import document
from interviews.text.folding import fold

from . import search_tokens
from .edition import Edition, shown
from .people import Contributor, Speaker, Subject

# Length of an excerpt of a statement on a card, in characters.
EXCERPT_LENGTH = 100
NO_PAGE_NUMBER = 32_767
LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)

_Row = TypeVar("_Row", bound=models.Model, covariant=True)


class PublishedQuerySet(models.QuerySet[_Row]):
    def public(self, at: datetime | None = None) -> Self:
        """Rows of the editions public now, or at a moment."""
        return self.filter(shown(at, "edition__"))

    def once_public(self, at: datetime | None = None) -> Self:
        """Rows of the editions that were public at any time until now, or until a moment."""
        return self.not_cancelled().filter(edition__published_from__lte=at or timezone.now())

    def not_cancelled(self) -> Self:
        """Exclude editions rescheduled or withdrawn before they became public: they end when they begin."""
        return self.exclude(edition__published_until=F("edition__published_from"))

    def newest_first(self) -> Self:
        """Order by date, newest first; within a date, by page number; within a page, by position. An index serves it:
        the rows of other editions are not read."""
        return self.order_by("-date", "page_order", "-feature_id", "position")

    def for_cards(self) -> Self:
        """Join edition and page: one query."""
        return self.select_related("edition", "edition__page")


class PublishedFeatureQuerySet(PublishedQuerySet["PublishedFeature"]):
    def for_cards(self) -> Self:
        """Fetch subjects and topics: three queries."""
        return self.select_related("edition").prefetch_related("subjects", "edition__topics")

    def with_words(self, words: Iterable[str]) -> Self:
        """Preselect the pages that may have all words in their head, topics or names. Callers compare the texts."""
        return self.filter(search_key__in=search_tokens.keys_with(map(fold, words), heads=True)).order_by()


class PublishedTopicQuerySet(PublishedQuerySet["PublishedTopic"]):
    def for_cards(self) -> Self:
        """Fetch the page, its subjects, and excerpts of the interviews: three queries."""
        interviews = Prefetch("edition__interviews", PublishedInterview.objects.for_excerpts())
        return super().for_cards().prefetch_related("edition__page__subjects", interviews)


class PublishedInterviewQuerySet(PublishedQuerySet["PublishedInterview"]):
    def for_excerpts(self) -> Self:
        """Load only the beginning of each statement, as `.opening`."""
        return self.defer("text", "searched").annotate(opening=Left("text", EXCERPT_LENGTH))

    def latest_of(self, speakers: Collection[int]) -> Self:
        """Each speaker's newest public row, which has the organisation and job title last printed. Without the text.

        Reads an index entry and a row for each speaker.
        """
        newest = PublishedInterview.objects.public().filter(speaker=OuterRef("pk")).newest_first()
        keys = Speaker.objects.order_by().annotate(newest=Subquery(newest.values("search_key")[:1]))
        return self.filter(search_key__in=keys.filter(pk__in=speakers).values("newest")).defer("text", "searched")


class OfPage(models.Model):
    """The page's columns that lists sort by, copied to every row of the page: an edition never changes them.

    Rows written without them come last in lists, until they are rebuilt.
    """

    feature_id = models.BigIntegerField(default=0)
    # Issue date, else the day of publication. Archives sort by it.
    date = models.DateField(default=LONG_AGO.date())
    # The page number; pages without one come last.
    page_order = models.PositiveSmallIntegerField(default=NO_PAGE_NUMBER)
    published_from = models.DateTimeField(default=LONG_AGO)

    class Meta:
        abstract = True


class PublishedFeature(OfPage):
    """The page of an edition, as lists show it."""

    edition = models.OneToOneField(Edition, models.CASCADE, primary_key=True, related_name="page")
    feature_id = models.BigIntegerField(db_index=True)
    headline = models.CharField(max_length=document.HEADLINE_LENGTH)
    subtitle = models.CharField(max_length=document.HEADLINE_LENGTH)
    summary = models.TextField()
    page_number = models.PositiveSmallIntegerField(null=True)
    page_name = models.CharField(max_length=document.TITLE_LENGTH)
    subjects = models.ManyToManyField(Subject, related_name="+")
    # Kicker, headline, subtitle, lead and credited names, folded for search. `search_key` as in interviews.
    searched = models.TextField()
    search_key = models.BigIntegerField(default=0, db_index=True)

    objects = PublishedFeatureQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "已发布专题"
        # Within a date, in the order of the paper.
        ordering = ["-date", "page_order", "-feature_id"]
        indexes = [
            models.Index(fields=["-date", "page_order", "-feature_id"], name="page_newest"),
            models.Index(fields=["-published_from", "-edition"], name="page_last_published"),
        ]

    def __str__(self) -> str:
        return self.headline


class PublishedTopic(OfPage):
    """A topic of an edition."""

    pk = models.CompositePrimaryKey("edition_id", "topic_id")
    edition = models.ForeignKey(Edition, models.CASCADE, related_name="topics")
    topic_id = models.BigIntegerField(db_index=True)
    position = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=document.TITLE_LENGTH)

    objects = PublishedTopicQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "已发布话题"
        ordering = ["edition", "position"]
        indexes = [
            models.Index(fields=["-date", "page_order", "-feature_id", "position"], name="topic_newest"),
            models.Index(fields=["-published_from", "-edition", "position"], name="topic_last_published"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def interviews(self) -> list[PublishedInterview]:
        """One query per topic, unless prefetched by `.for_cards()`."""
        return [row for row in self.edition.interviews.all() if row.topic_id == self.topic_id]


class PublishedInterview(OfPage):
    """An interview of an edition, with its plain text and what search needs."""

    pk = models.CompositePrimaryKey("edition_id", "interview_id")
    edition = models.ForeignKey(Edition, models.CASCADE, related_name="interviews")
    interview_id = models.BigIntegerField(db_index=True)
    topic_id = models.BigIntegerField()
    topic_title = models.CharField(max_length=document.TITLE_LENGTH)
    position = models.PositiveSmallIntegerField()
    speaker = models.ForeignKey(Speaker, models.PROTECT, related_name="published_interviews")
    speaker_name = models.CharField(max_length=document.NAME_LENGTH)
    organisation = models.CharField(max_length=document.ORGANISATION_LENGTH)
    job_title = models.CharField(max_length=document.JOB_TITLE_LENGTH)
    text = models.TextField()
    # Folded text for search: topic, organisation with job title and name, bylines (the first `search_head` characters),
    # then the statement. `search_key` is its integer key in the token index, stable across rebuilds.
    search_key = models.BigIntegerField(unique=True)
    search_head = models.PositiveIntegerField()
    searched = models.TextField()
    # For the facets of search: ids of the contributors credited for it, the page's included, and of the page's
    # subjects, in order, with commas between.
    credited = models.TextField(default="")
    subject_ids = models.TextField(default="")

    objects = PublishedInterviewQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "已发布访谈"
        ordering = ["edition", "position"]
        indexes = [
            models.Index(fields=["speaker", "-date", "page_order", "-feature_id", "position"], name="statement_newest"),
            models.Index(fields=["speaker", "-published_from"], name="statement_last_published"),
            # Hits of words that are nearly everywhere.
            models.Index(fields=["-date", "page_order", "-feature_id", "position"], name="statement_by_date"),
        ]

    def __str__(self) -> str:
        return self.speaker_name


class PhotoPlace(models.TextChoices):
    COVER = "cover", "封面"
    PORTRAIT = "portrait", "肖像"
    PLACED = "placed", "版面图片"


class PublishedPhoto(OfPage):
    """A photo of an edition, with its caption and credit as printed."""

    pk = models.CompositePrimaryKey("edition_id", "position")
    edition = models.ForeignKey(Edition, models.CASCADE, related_name="photos")
    position = models.PositiveSmallIntegerField()
    photo = models.ForeignKey("interviews.Photo", models.PROTECT, related_name="published")
    place = models.CharField(max_length=10, choices=PhotoPlace)
    caption = models.CharField(max_length=document.CAPTION_LENGTH, blank=True)
    credit_line = models.CharField(max_length=document.TITLE_LENGTH, blank=True)
    alt_text = models.CharField(max_length=document.ALT_LENGTH, blank=True)
    # Portraits only: the interview's id in the document.
    interview_id = models.BigIntegerField(null=True, db_index=True)

    objects = PublishedQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "已发布照片"
        ordering = ["edition", "position"]
        indexes = [
            models.Index(fields=["photo", "-date", "-edition", "position"], name="photo_newest_page"),
        ]

    def __str__(self) -> str:
        return self.caption or self.alt_text


class PublishedCredit(OfPage):
    """A credit of an edition."""

    pk = models.CompositePrimaryKey("edition_id", "position")
    edition = models.ForeignKey(Edition, models.CASCADE, related_name="credits")
    position = models.PositiveSmallIntegerField()
    role = models.CharField(max_length=document.ROLE_LENGTH)
    contributor = models.ForeignKey(Contributor, models.PROTECT, related_name="published_credits")
    contributor_name = models.CharField(max_length=document.NAME_LENGTH)
    # None for credits of the whole page.
    interview_id = models.BigIntegerField(null=True)
    topic_id = models.BigIntegerField(null=True)
    topic_title = models.CharField(max_length=document.TITLE_LENGTH, blank=True)
    speaker_name = models.CharField(max_length=document.NAME_LENGTH, blank=True)

    objects = PublishedQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "已发布署名"
        ordering = ["edition", "position"]
        indexes = [
            models.Index(
                fields=["contributor", "-date", "page_order", "-feature_id", "position"], name="credit_newest"
            ),
            models.Index(fields=["contributor", "-published_from"], name="credit_last_published"),
            # Roles that occur, of one contributor and at all.
            models.Index(fields=["contributor", "role"], name="credit_role"),
            models.Index(fields=["role"], name="credit_by_role"),
        ]

    def __str__(self) -> str:
        return f"{self.role} {self.contributor_name}"
