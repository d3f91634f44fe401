from __future__ import annotations

from datetime import datetime

from django.db import models
from django.utils import timezone


class Observation(models.Model):
    """The last outcome of something that runs outside requests: the record's check, a backup, a damaged revision."""

    name = models.CharField("名称", max_length=40, unique=True)
    at = models.DateTimeField("时间", default=timezone.now)
    well = models.BooleanField("正常")
    sentence = models.CharField("结果", max_length=500, blank=True)
    # The signed checkpoint of the record's check.
    data = models.TextField(blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "运行状况"
        default_permissions = ["view"]

    def __str__(self) -> str:
        return self.name

    @classmethod
    def note(cls, name: str, *, well: bool, sentence: str = "", data: str = "", at: datetime | None = None) -> None:
        """Replace what was known of a name."""
        facts = {"at": at or timezone.now(), "well": well, "sentence": sentence[:500], "data": data}
        cls.objects.update_or_create(name=name, defaults=facts)
