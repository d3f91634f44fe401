from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Self
from uuid import uuid4

from django.db import models
from django.utils import timezone

# Wait before each attempt, from the first; after the last one a task is given up.
DELAYS = (timedelta(0), timedelta(minutes=1), timedelta(minutes=10), timedelta(hours=1), timedelta(hours=6))


class TaskKind(models.TextChoices):
    """Kinds of background work. The label names a task's subject by its id."""

    RENDITIONS = "renditions", "照片 {} 的公开图"
    WEBHOOK = "webhook", "推送（订阅 {}）"
    WEBSUB = "websub", "WebSub 通知"
    INDEXNOW = "indexnow", "IndexNow 通知"
    BAIDU = "baidu", "百度收录推送"

    @property
    def channel_name(self) -> str:
        return self.label.partition("（")[0]


PHOTO_KINDS = (TaskKind.RENDITIONS,)
# One task a receiver, so that a slow one never has more than one worker.
DELIVERY_KINDS = (TaskKind.WEBHOOK, TaskKind.WEBSUB, TaskKind.INDEXNOW, TaskKind.BAIDU)


class TaskQuerySet(models.QuerySet["Task"]):
    def due(self, kinds: Iterable[TaskKind] = TaskKind) -> Self:
        """Tasks of some kinds to be done now, the longest waiting first."""
        return self.filter(not_before__lte=timezone.now(), kind__in=list(kinds)).order_by("not_before", "pk")

    def failed(self) -> Self:
        """Tasks whose last attempt failed: they are retried, or given up."""
        return self.exclude(error="")


class Task(models.Model):
    """Background work wanted on a subject. Deleted when done; see `interviews.tasks`."""

    kind = models.CharField("种类", max_length=20, choices=TaskKind.choices)
    subject = models.BigIntegerField("对象")
    # New with each request: work begun before the last request doesn't fulfil it.
    token = models.UUIDField(default=uuid4)
    created_at = models.DateTimeField("排入时间", default=timezone.now)
    # Attempts begun, so that a task that kills its process is given up, too.
    attempts = models.PositiveSmallIntegerField("次数", default=0)
    # None if given up.
    not_before = models.DateTimeField("不早于", null=True, default=timezone.now)
    error = models.CharField("上次为何没有做成", max_length=500, blank=True)

    objects = TaskQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "后台工作"
        default_permissions = []
        constraints = [models.UniqueConstraint(fields=["kind", "subject"], name="task_once")]
        indexes = [models.Index(fields=["not_before", "id"], name="task_next")]

    def __str__(self) -> str:
        return TaskKind(self.kind).label.format(self.subject)

    @property
    def is_given_up(self) -> bool:
        return self.not_before is None
