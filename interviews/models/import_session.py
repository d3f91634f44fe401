from __future__ import annotations

from django.conf import settings
from django.db import models

from interviews import document

from .fields import LineField


class ImportSession(models.Model):
    """An import session: the text of a printed page and a user's labels of its lines.

    Nothing else is written until the user confirms; then the page becomes a feature, and this row is deleted.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="import_sessions", verbose_name="导入者"
    )
    text = models.TextField("版面文字")
    file_name = LineField("文件名", max_length=200, blank=True)
    issue_date = models.DateField("见报日期", null=True, blank=True)
    page_number = models.PositiveIntegerField("版次", null=True, blank=True)
    # {"7": "topic"}: by line number, from 1.
    labels = models.JSONField("标定", default=dict, blank=True)
    # Reasons of the labels inferred from the file's typography, by line number.
    reasons = models.JSONField("标定依据", default=dict, blank=True)
    # Sentences from reading the file.
    notes = models.JSONField("读取说明", default=list, blank=True)
    created_at = models.DateTimeField("导入时间", auto_now_add=True)
    changed_at = models.DateTimeField("最后改动", auto_now=True)

    class Meta:
        verbose_name = verbose_name_plural = "没有完成的导入"
        ordering = ["-changed_at", "-pk"]
        default_permissions = []

    def __str__(self) -> str:
        first = next((line.strip() for line in self.text.splitlines() if line.strip()), "")
        return first[: document.TITLE_LENGTH] or self.file_name or "未命名的版面"


class ImportedPicture(models.Model):
    """A picture extracted from the imported file, with the nearest caption. Confirming moves it to the library."""

    session = models.ForeignKey(ImportSession, models.CASCADE, related_name="pictures", verbose_name="导入")
    position = models.PositiveSmallIntegerField("次序")
    data = models.BinaryField("图片")
    media_type = models.CharField("类型", max_length=20)
    width = models.PositiveIntegerField("宽")
    height = models.PositiveIntegerField("高")
    caption = LineField("图片说明", max_length=document.CAPTION_LENGTH, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "版面文件里的图"
        ordering = ["position"]
        default_permissions = []

    def __str__(self) -> str:
        return self.caption or f"图 {self.position + 1}"
