from django.conf import settings
from django.db import models

from .feature import Feature


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
