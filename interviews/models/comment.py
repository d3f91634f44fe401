from django.conf import settings
from django.db import models

from .feature import Feature
from .review import ReviewStep, Revision


class Comment(models.Model):
    """A reviewer's comment on a revision, optionally pinned to quoted text. Never edited or deleted.

    `path` (see `interviews.document.walk`) names ids, so the comment finds its passage in later revisions.
    """

    feature = models.ForeignKey(Feature, models.PROTECT, related_name="comments", verbose_name="专题")
    revision = models.ForeignKey(Revision, models.PROTECT, related_name="comments", verbose_name="修订")
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, verbose_name="作者", related_name="comments"
    )
    created_at = models.DateTimeField("时间")
    # The review step open at the time; None outside review.
    step = models.ForeignKey(ReviewStep, models.PROTECT, null=True, verbose_name="环节", related_name="comments")
    text = models.TextField("批注")
    path = models.CharField("位置", max_length=60, blank=True)
    quote = models.TextField("原文", blank=True)
    # Offset of the quote in the passage's text, in characters.
    start = models.PositiveIntegerField("起始", null=True)
    resolved_at = models.DateTimeField("处理时间", null=True)
    resolved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, verbose_name="处理人", related_name="+"
    )

    class Meta:
        verbose_name = verbose_name_plural = "批注"
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.text


class PreviewLink(models.Model):
    """A link that shows one revision without signing in, until it expires or is revoked."""

    revision = models.ForeignKey(Revision, models.CASCADE, related_name="preview_links", verbose_name="修订")
    maker = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, verbose_name="创建人", related_name="+"
    )
    created_at = models.DateTimeField("创建时间")
    expires_at = models.DateTimeField("有效期至")
    revoked_at = models.DateTimeField("撤销时间", null=True)
    revoked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, verbose_name="撤销人", related_name="+"
    )

    class Meta:
        verbose_name = verbose_name_plural = "预览链接"
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"第 {self.revision.number} 稿的预览链接"
