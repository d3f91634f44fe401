from django.conf import settings
from django.db import models

from .feature import Feature
from .people import Contributor
from .review import Revision


class Dismissal(models.Model):
    """A finding of the proofreader dismissed as a false positive in one feature, with the reason.

    Identified by the finding's key, which depends on the words around it only: edits elsewhere don't change it.
    """

    feature = models.ForeignKey(Feature, models.CASCADE, related_name="dismissals", verbose_name="专题")
    key = models.CharField("标识", max_length=40)
    rule = models.CharField("规则", max_length=40)
    excerpt = models.TextField("原文")
    reason = models.TextField("理由")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, verbose_name="经手人", related_name="dismissals"
    )
    created_at = models.DateTimeField("时间", auto_now_add=True)

    class Meta:
        verbose_name = verbose_name_plural = "已忽略的校对提示"
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["feature", "key"], name="dismissal_once")]

    def __str__(self) -> str:
        return self.excerpt


class Occasion(models.TextChoices):
    """When findings are counted."""

    SUBMITTED = "submitted", "送审"
    PUBLISHED = "published", "发布"


class ProofCheck(models.Model):
    """A count of a page's findings when it was submitted or published. Never edited.

    Broken down into passages: each statement with the people of its byline, and the rest of the page.
    """

    feature = models.ForeignKey(Feature, models.CASCADE, related_name="proof_checks", verbose_name="专题")
    revision = models.ForeignKey(Revision, models.CASCADE, related_name="proof_checks", verbose_name="修订")
    occasion = models.CharField("时机", max_length=10, choices=Occasion)
    # Reports count a page once per occasion: first submission, first publication.
    first = models.BooleanField("首次")
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, verbose_name="修订人", related_name="+"
    )
    characters = models.PositiveIntegerField("字数")
    points = models.FloatField("计差错")
    created_at = models.DateTimeField("时间")

    class Meta:
        verbose_name = verbose_name_plural = "差错统计"
        ordering = ["-created_at", "-pk"]
        # For the report only; nobody edits rows.
        default_permissions = ["view"]
        # The report filters by occasion and month.
        indexes = [
            models.Index(fields=["occasion", "created_at"], condition=models.Q(first=True), name="proof_check_by_month")
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["feature", "occasion"], condition=models.Q(first=True), name="proof_check_first_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.feature}，{self.get_occasion_display()}"


class ProofPassage(models.Model):
    """A statement within a check, by its id in the document; None for headline, lead, captions and credits."""

    check_of = models.ForeignKey(ProofCheck, models.CASCADE, related_name="passages")
    interview_id = models.BigIntegerField(null=True)
    people = models.ManyToManyField(Contributor, related_name="+")
    characters = models.PositiveIntegerField()

    class Meta:
        default_permissions = []

    def __str__(self) -> str:
        return f"{self.check_of_id}:{self.interview_id or ''}"


class ProofTally(models.Model):
    """Findings of one rule and severity in a passage: open, dismissed, and fixed since the previous check (or since the
    first revision)."""

    passage = models.ForeignKey(ProofPassage, models.CASCADE, related_name="tallies")
    rule = models.CharField(max_length=40)
    severity = models.CharField(max_length=10)
    open = models.PositiveIntegerField()
    dismissed = models.PositiveIntegerField()
    mended = models.PositiveIntegerField()
    points = models.FloatField()

    class Meta:
        default_permissions = []
        constraints = [models.UniqueConstraint(fields=["passage", "rule", "severity"], name="proof_tally_once")]

    def __str__(self) -> str:
        return f"{self.rule} {self.open}"
