from django.conf import settings
from django.db import models

from .feature import Feature
from .people import Contributor
from .review import Revision


class Dismissal(models.Model):
    """A person's word that one finding of the proofreader is no fault here, with the reason.

    Known by the finding's key, which stays the same while the words around it do: it survives edits of other text.
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

    def __str__(self):
        return self.excerpt


class Occasion(models.TextChoices):
    """At which moments findings are counted."""

    SUBMITTED = "submitted", "送审"
    PUBLISHED = "published", "发布"


class ProofCheck(models.Model):
    """The findings of a page as they were counted at one moment. Never edited.

    Its passages are the statements, each with the people of its byline, and the rest of the page.
    """

    feature = models.ForeignKey(Feature, models.CASCADE, related_name="proof_checks", verbose_name="专题")
    revision = models.ForeignKey(Revision, models.CASCADE, related_name="proof_checks", verbose_name="修订")
    occasion = models.CharField("时机", max_length=10, choices=Occasion)
    # A page counts once an occasion: as it was first handed in, and as it was first published.
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
        # Only the report's own permission: the rows are made by the verbs.
        default_permissions = ["view"]
        # The report reads the months of one occasion.
        indexes = [
            models.Index(fields=["occasion", "created_at"], condition=models.Q(first=True), name="proof_check_by_month")
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["feature", "occasion"], condition=models.Q(first=True), name="proof_check_first_once"
            )
        ]

    def __str__(self):
        return f"{self.feature}，{self.get_occasion_display()}"


class ProofPassage(models.Model):
    """A statement at that moment, by the id in the document; or none: headline, lead, captions and credits."""

    check_of = models.ForeignKey(ProofCheck, models.CASCADE, related_name="passages")
    interview_id = models.BigIntegerField(null=True)
    people = models.ManyToManyField(Contributor, related_name="+")
    characters = models.PositiveIntegerField()

    class Meta:
        default_permissions = []

    def __str__(self):
        return f"{self.check_of_id}:{self.interview_id or ''}"


class ProofTally(models.Model):
    """The findings of one rule and severity in a passage: left open, dismissed with a reason, and mended since the
    count before (or since the first revision)."""

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

    def __str__(self):
        return f"{self.rule} {self.open}"
