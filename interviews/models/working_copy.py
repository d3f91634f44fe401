from __future__ import annotations

from datetime import timedelta
from typing import Self

from django.conf import settings
from django.db import models
from django.utils import timezone

from .feature import Feature

# Open windows poll every 10 seconds; tolerate one or two missed polls.
PRESENT = timedelta(seconds=35)


class WorkingCopyQuerySet(models.QuerySet["WorkingCopy"]):
    def present(self) -> Self:
        """Copies of windows open now."""
        return self.filter(seen_at__gt=timezone.now() - PRESENT)

    def unsaved(self) -> Self:
        """Copies with unsaved text."""
        return self.exclude(content="")


class WorkingCopy(models.Model):
    """A browser window editing a feature: its presence, and its autosaved text since the last revision.

    Autosaved text becomes a revision only when its owner saves it; saves by others leave it alone.
    """

    feature = models.ForeignKey(Feature, models.CASCADE, related_name="working_copies", verbose_name="专题")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="working_copies", verbose_name="编辑者"
    )
    window = models.CharField("窗口", max_length=40)
    # Number of the revision the window started from; 0 for none.
    base = models.PositiveIntegerField("所据修订", default=0)
    # The form as document JSON, unvalidated: half a sentence must not be lost.
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
        # For listing who else has the feature open.
        indexes = [models.Index(fields=["feature", "seen_at"], name="working_copy_present")]

    def __str__(self) -> str:
        return f"{self.user} {self.feature}"

    @property
    def is_present(self) -> bool:
        return self.seen_at > timezone.now() - PRESENT
