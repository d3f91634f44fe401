from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.db import models
from django.utils import timezone

from .feature import Feature

# An open window asks every 10 seconds; a laptop's sleep or a slow line may skip one or two.
PRESENT = timedelta(seconds=35)


class WorkingCopyQuerySet(models.QuerySet):
    def present(self):
        """Of windows that are open now."""
        return self.filter(seen_at__gt=timezone.now() - PRESENT)

    def unsaved(self):
        """Those that hold text which no revision has."""
        return self.exclude(content="")


class WorkingCopy(models.Model):
    """One editing window on a feature: that it is open, and what was typed in it since the last saved revision.

    Apart from revisions: it is nobody's version until its owner saves it, and a save by somebody else leaves it alone.
    """

    feature = models.ForeignKey(Feature, models.CASCADE, related_name="working_copies", verbose_name="专题")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="working_copies", verbose_name="编辑者"
    )
    window = models.CharField("窗口", max_length=40)
    # Number of the revision that the window began from; 0 for none.
    base = models.PositiveIntegerField("所据修订", default=0)
    # What the form says, in the shape of a document's JSON but not checked: half a sentence must not be lost.
    content = models.TextField("内容", blank=True)
    changed_at = models.DateTimeField("最后改动", null=True)
    opened_at = models.DateTimeField("打开时间", default=timezone.now)
    seen_at = models.DateTimeField("最后在场", default=timezone.now)

    objects = WorkingCopyQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "未保存的改动"
        ordering = ["-changed_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["feature", "user", "window"], name="working_copy_a_window"),
        ]
        # Who else is in the feature now.
        indexes = [models.Index(fields=["feature", "seen_at"], name="working_copy_present")]

    def __str__(self):
        return f"{self.user} {self.feature}"

    @property
    def is_present(self):
        return self.seen_at > timezone.now() - PRESENT
