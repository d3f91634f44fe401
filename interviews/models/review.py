from functools import lru_cache

from django.conf import settings
from django.contrib.auth.models import Group
from django.db import models

from interviews.document import FeatureDocument

from .feature import Feature


class Revision(models.Model):
    """A feature's document, frozen at a save. Append-only."""

    feature = models.ForeignKey(Feature, models.CASCADE, related_name="revisions", verbose_name="专题")
    number = models.PositiveIntegerField("修订号")
    document = models.TextField("内容")
    digest = models.CharField("摘要", max_length=64)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, verbose_name="修订人", related_name="revisions"
    )
    created_at = models.DateTimeField("时间", auto_now_add=True)
    # The browser window it was saved from: parallel requests of one window don't conflict.
    window = models.CharField("窗口", max_length=40, blank=True, editable=False)
    # The earlier revision that this one restored.
    restored = models.ForeignKey("self", models.CASCADE, null=True, editable=False, related_name="+")

    class Meta:
        verbose_name = verbose_name_plural = "修订"
        ordering = ["feature", "number"]
        constraints = [models.UniqueConstraint(fields=["feature", "number"], name="revision_number_once")]

    def __str__(self) -> str:
        return f"第 {self.number} 次修订"

    def read(self) -> FeatureDocument:
        return stored_document(self.document)


@lru_cache(maxsize=256)
def stored_document(text: str) -> FeatureDocument:
    """Parse a revision's document. Many pages show the same ones, and neither text nor document ever changes."""
    return FeatureDocument.from_json(text)


class ReviewStep(models.Model):
    """A step of the review (三审), signed by members of its group."""

    name = models.CharField("名称", max_length=20, unique=True)
    position = models.PositiveSmallIntegerField("次序")
    group = models.ForeignKey(Group, models.PROTECT, verbose_name="由谁签发")
    # Used steps are deactivated instead of deleted: their sign-offs stay on record.
    active = models.BooleanField("启用", default=True, help_text="停用后不再要求签发；已签的仍留在记录里。")

    class Meta:
        verbose_name = verbose_name_plural = "审稿环节"
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return self.name


class Verdict(models.TextChoices):
    SIGNED = "signed", "签发"
    RETURNED = "returned", "退回"


class SignOff(models.Model):
    """A reviewer's verdict on a revision at one step. Append-only."""

    revision = models.ForeignKey(Revision, models.PROTECT, related_name="sign_offs", verbose_name="修订")
    step = models.ForeignKey(ReviewStep, models.PROTECT, verbose_name="环节")
    # The step's name at the time: steps can be renamed. Empty in old rows.
    step_name = models.CharField("环节名称", max_length=20, blank=True, editable=False)
    verdict = models.CharField("结论", max_length=10, choices=Verdict.choices, default=Verdict.SIGNED)
    signer = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, verbose_name="审稿人", related_name="sign_offs"
    )
    comment = models.TextField("意见", blank=True)
    # Signed by a superuser against the rules; the comment gives the reason.
    override = models.BooleanField("越权签发", default=False)
    created_at = models.DateTimeField("时间")

    class Meta:
        verbose_name = verbose_name_plural = "审稿记录"
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.step_name or self.step}{self.get_verdict_display()}"
