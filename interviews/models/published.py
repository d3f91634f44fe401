"""The read side: rows made from an edition's document, in the transaction that makes the edition. Never edited.

Topics and interviews are known by the ids in the document. They carry no foreign key to the working rows, which may be
gone from the draft while the edition still shows them.
"""

from __future__ import annotations

from datetime import datetime

from django.db import models
from django.db.models import F, Prefetch, Window
from django.db.models.functions import Left, RowNumber
from django.utils import timezone

from interviews import document

from .edition import Edition, shown
from .people import Contributor, Speaker, Subject

# Of a statement, on a card.
OPENING_LENGTH = 100


class PublishedQuerySet(models.QuerySet):
    def public(self, at: datetime | None = None):
        """Rows of the editions that readers see now, or saw at a moment."""
        return self.filter(shown(at, "edition__"))

    def once_public(self, at: datetime | None = None):
        """Rows of the editions that readers saw at any time until now."""
        return self.not_called_off().filter(edition__published_from__lte=at or timezone.now())

    def not_called_off(self):
        """Without editions that ended as they began: given another time, or withdrawn, before anybody saw them."""
        return self.exclude(edition__published_until=F("edition__published_from"))

    def newest_first(self):
        """By the page's date; of one date, in the order of the paper; within a page, in the order of the page."""
        number = F("edition__page__page_number").asc(nulls_last=True)
        return self.order_by("-edition__page__date", number, "-edition__page__feature_id", "position")

    def for_cards(self):
        """With the page that the row stands on: one query."""
        return self.select_related("edition", "edition__page")


class PublishedFeatureQuerySet(PublishedQuerySet):
    def for_cards(self):
        """With its subjects and topics: three queries."""
        return self.select_related("edition").prefetch_related("subjects", "edition__topics")


class PublishedTopicQuerySet(PublishedQuerySet):
    def for_cards(self):
        """With its page, the page's subjects, and who speaks how: three queries."""
        interviews = Prefetch("edition__interviews", PublishedInterview.objects.for_excerpts())
        return super().for_cards().prefetch_related("edition__page__subjects", interviews)


class PublishedInterviewQuerySet(PublishedQuerySet):
    def for_excerpts(self):
        """With the beginning of each statement as `.opening`, without the rest of it."""
        return self.defer("text", "searched").annotate(opening=Left("text", OPENING_LENGTH))

    def latest_of_each_speaker(self):
        """One row a speaker, without the text: the newest, with the organisation and job title last printed."""
        newest_first = [F("edition__page__date").desc(), F("edition_id").desc(), F("position").asc()]
        place = Window(RowNumber(), partition_by=[F("speaker_id")], order_by=newest_first)
        return self.defer("text", "searched").annotate(place=place).filter(place=1)


class PublishedFeature(models.Model):
    edition = models.OneToOneField(Edition, models.CASCADE, primary_key=True, related_name="page")
    feature_id = models.BigIntegerField(db_index=True)
    headline = models.CharField(max_length=document.HEADLINE_LENGTH)
    subtitle = models.CharField(max_length=document.HEADLINE_LENGTH)
    summary = models.TextField()
    # The date of print; without one, the day of publication: what the archive is ordered by.
    date = models.DateField(db_index=True)
    page_number = models.PositiveSmallIntegerField(null=True)
    page_name = models.CharField(max_length=document.TITLE_LENGTH)
    subjects = models.ManyToManyField(Subject, related_name="+")
    # Kicker, headline, subtitle, lead and the names of the credits as search compares them.
    searched = models.TextField()

    objects = PublishedFeatureQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "已发布专题"
        # Of one date, in the order of the paper.
        ordering = ["-date", F("page_number").asc(nulls_last=True), "-feature_id"]

    def __str__(self):
        return self.headline


class PublishedTopic(models.Model):
    pk = models.CompositePrimaryKey("edition_id", "topic_id")
    edition = models.ForeignKey(Edition, models.CASCADE, related_name="topics")
    topic_id = models.BigIntegerField(db_index=True)
    position = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=document.TITLE_LENGTH)

    objects = PublishedTopicQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "已发布话题"
        ordering = ["edition", "position"]

    def __str__(self):
        return self.title

    @property
    def interviews(self) -> list[PublishedInterview]:
        """Asks the database once a topic, unless fetched by `.for_cards()`."""
        return [row for row in self.edition.interviews.all() if row.topic_id == self.topic_id]


class PublishedInterview(models.Model):
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
    # What search compares, folded: topic, organisation with job title and name, bylines, then the statement, before
    # which `search_head` characters stand. The key is one number for the index, the same after a rebuild.
    search_key = models.BigIntegerField(unique=True)
    search_head = models.PositiveIntegerField()
    searched = models.TextField()

    objects = PublishedInterviewQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "已发布访谈"
        ordering = ["edition", "position"]

    def __str__(self):
        return self.speaker_name


class PhotoPlace(models.TextChoices):
    COVER = "cover", "封面"
    PORTRAIT = "portrait", "肖像"
    PLACED = "placed", "版面图片"


class PublishedPhoto(models.Model):
    """A photo on a page, and what was printed with it there."""

    pk = models.CompositePrimaryKey("edition_id", "position")
    edition = models.ForeignKey(Edition, models.CASCADE, related_name="photos")
    position = models.PositiveSmallIntegerField()
    photo = models.ForeignKey("interviews.Photo", models.PROTECT, related_name="published")
    place = models.CharField(max_length=10, choices=PhotoPlace)
    caption = models.CharField(max_length=document.CAPTION_LENGTH, blank=True)
    credit_line = models.CharField(max_length=document.TITLE_LENGTH, blank=True)
    alt_text = models.CharField(max_length=document.ALT_LENGTH, blank=True)
    # Of a portrait: whose, by the id in the document.
    interview_id = models.BigIntegerField(null=True, db_index=True)

    objects = PublishedQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "已发布照片"
        ordering = ["edition", "position"]

    def __str__(self):
        return self.caption or self.alt_text


class PublishedCredit(models.Model):
    pk = models.CompositePrimaryKey("edition_id", "position")
    edition = models.ForeignKey(Edition, models.CASCADE, related_name="credits")
    position = models.PositiveSmallIntegerField()
    role = models.CharField(max_length=document.ROLE_LENGTH)
    contributor = models.ForeignKey(Contributor, models.PROTECT, related_name="published_credits")
    contributor_name = models.CharField(max_length=document.NAME_LENGTH)
    # The interview that the credit is for, or none: the whole page.
    interview_id = models.BigIntegerField(null=True)
    topic_id = models.BigIntegerField(null=True)
    topic_title = models.CharField(max_length=document.TITLE_LENGTH, blank=True)
    speaker_name = models.CharField(max_length=document.NAME_LENGTH, blank=True)

    objects = PublishedQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "已发布署名"
        ordering = ["edition", "position"]

    def __str__(self):
        return f"{self.role} {self.contributor_name}"
