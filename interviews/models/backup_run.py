from __future__ import annotations

from django.db import models


class BackupRun(models.Model):
    """How the last backup, check or restore went: a row for each. Not in backups itself."""

    class Action(models.TextChoices):
        BACKUP = "backup", "备份"
        CHECK = "check", "试恢复"
        RESTORE = "restore", "恢复"

    action = models.CharField("动作", max_length=10, choices=Action.choices, primary_key=True)
    place = models.CharField("存放处", max_length=500)
    started_at = models.DateTimeField("开始时间")
    finished_at = models.DateTimeField("结束时间")
    # Of the last run that succeeded, whatever happened since.
    succeeded_at = models.DateTimeField("上次成功的时间", null=True)
    # Empty if the run succeeded.
    error = models.CharField("为何没有做成", max_length=500, blank=True)
    # What a successful run said.
    summary = models.CharField("结果", max_length=500, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "备份情况"
        default_permissions = []

    def __str__(self) -> str:
        return self.get_action_display()
