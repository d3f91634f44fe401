from __future__ import annotations

from django.conf import settings
from django.db import models

from .. import document
from .fields import LineField


class Intake(models.Model):
    """A printed page that somebody is bringing in: its text, and what they said of its lines and people so far.

    Nothing else is written until they confirm; then it becomes a feature, and this row goes.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="intakes", verbose_name="导入者")
    text = models.TextField("版面文字")
    digest = models.CharField("原文摘要", max_length=64)
    # The file itself, for its pictures.
    file = models.BinaryField("文件", null=True, editable=True)
    file_name = LineField("文件名", max_length=200, blank=True)
    issue_date = models.DateField("见报日期", null=True, blank=True)
    page_number = models.PositiveIntegerField("版次", null=True, blank=True)
    # {"7": "topic"}: by the number of the printed line, from 1.
    labels = models.JSONField("标定", default=dict, blank=True)
    # What the file itself said, in sentences.
    notes = models.JSONField("读取说明", default=list, blank=True)
    created_at = models.DateTimeField("导入时间", auto_now_add=True)
    changed_at = models.DateTimeField("最后改动", auto_now=True)

    class Meta:
        verbose_name = verbose_name_plural = "没有完成的导入"
        ordering = ["-changed_at", "-pk"]
        default_permissions: list[str] = []

    def __str__(self):
        first = next((line.strip() for line in self.text.splitlines() if line.strip()), "")
        return first[: document.TITLE_LENGTH] or self.file_name or "未命名的版面"

    def save(self, **kwargs):
        self.digest = document.digest_of(self.text)
        super().save(**kwargs)
