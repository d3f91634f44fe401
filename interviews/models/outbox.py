from __future__ import annotations

import base64
import secrets
from datetime import datetime, timedelta
from typing import Self
from uuid import uuid4

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from .edition import Edition
from .feature import Feature
from .fields import LineField
from .task import DELIVERY_KINDS, TaskKind

SECRET_PREFIX = "whsec_"  # noqa: S105 (the prefix of the standard-webhooks specification)
SECRET_BYTES = (24, 64)


class PublicEvent(models.TextChoices):
    """What happened to a feature, as readers see it."""

    PUBLISHED = "feature.published", "发布"
    CORRECTED = "feature.corrected", "更正"
    UPDATED = "feature.updated", "更新"
    WITHDRAWN = "feature.withdrawn", "撤下"


def new_secret() -> str:
    return SECRET_PREFIX + base64.b64encode(secrets.token_bytes(32)).decode()


def secret_bytes(secret: str) -> bytes:
    """Decode a signing key as standard-webhooks writes it. Raises ValidationError for the field `secret`."""
    try:
        if not secret.startswith(SECRET_PREFIX):
            raise ValueError
        key = base64.b64decode(secret.removeprefix(SECRET_PREFIX), validate=True)
    except ValueError:
        raise ValidationError({"secret": "密钥以 whsec_ 开头，后面是 Base64 编码。"}) from None
    if not SECRET_BYTES[0] <= len(key) <= SECRET_BYTES[1]:
        raise ValidationError({"secret": f"密钥要有 {SECRET_BYTES[0]} 到 {SECRET_BYTES[1]} 个字节。"})
    return key


class WebhookSubscription(models.Model):
    """Another system that is told of public events by a signed POST."""

    name = LineField("名称", max_length=60, unique=True)
    url = models.URLField("地址", max_length=500)
    secret = models.CharField(
        "密钥", max_length=120, help_text="对方用它核对签名。已经填好一个新的，也可以换成对方给的。"
    )
    # Values of PublicEvent.
    events = models.JSONField("事件", default=list)
    active = models.BooleanField("启用", default=True, help_text="停用以后，还没送到的也不再送。")
    created_at = models.DateTimeField("建立时间", default=timezone.now, editable=False)

    class Meta:
        verbose_name = verbose_name_plural = "推送订阅"
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        secret_bytes(self.secret)


class OutboxMessage(models.Model):
    """A public event that other systems are told of, written in the transaction of the verb."""

    # The id that receivers see, the same in every attempt.
    key = models.UUIDField(default=uuid4, unique=True)
    event = models.CharField("事件", max_length=30, choices=PublicEvent.choices)
    # Messages about a feature reach each receiver in the order of their moments.
    feature = models.ForeignKey(Feature, models.CASCADE, null=True, related_name="+", verbose_name="专题")
    # Nobody is told of an edition that ended before it was public.
    edition = models.ForeignKey(Edition, models.CASCADE, null=True, related_name="+", verbose_name="发布版本")
    data = models.JSONField("内容", default=dict)
    # When it is, or will be, true for readers: never sent before.
    moment = models.DateTimeField("生效时间", db_index=True)

    class Meta:
        verbose_name = verbose_name_plural = "对外消息"
        default_permissions = []

    def __str__(self) -> str:
        about = f"专题 {self.feature_id} " if self.feature_id else ""
        return f"{about}{self.get_event_display()}"

    @property
    def was_public(self) -> bool:
        """Whether readers saw the edition, or will have at its moment."""
        edition = self.edition
        return edition is None or edition.published_until is None or edition.published_until > edition.published_from


class DeliveryState(models.TextChoices):
    WAITING = "waiting", "等待"
    DELIVERED = "delivered", "已送到"
    GIVEN_UP = "given_up", "没有送到"
    DROPPED = "dropped", "不用送"


class DeliveryQuerySet(models.QuerySet["Delivery"]):
    def waiting(self) -> Self:
        return self.filter(state=DeliveryState.WAITING)

    def of(self, channel: str, receiver: int) -> Self:
        return self.filter(channel=channel, receiver=receiver)

    def heads(self) -> Self:
        """Waiting deliveries that no earlier one about the same feature to the same receiver holds back."""
        same = Delivery.objects.waiting().filter(channel=OuterRef("channel"), receiver=OuterRef("receiver"))
        same = same.filter(message__feature=OuterRef("message__feature"))
        sooner = Q(message__moment__lt=OuterRef("message__moment"))
        sooner |= Q(message__moment=OuterRef("message__moment"), message__lt=OuterRef("message"))
        return self.waiting().filter(~Exists(same.filter(sooner)))

    def overdue(self, margin: timedelta) -> Self:
        return self.waiting().filter(next_at__lt=timezone.now() - margin)


class Delivery(models.Model):
    """A message to one receiver by one channel: how often it was tried, and how that ended."""

    message = models.ForeignKey(OutboxMessage, models.CASCADE, related_name="deliveries", verbose_name="消息")
    channel = models.CharField(
        "途径", max_length=20, choices=[(kind.value, kind.channel_name) for kind in DELIVERY_KINDS]
    )
    # Whom the channel knows by this number: a subscription's id; 0 if there is only one.
    receiver = models.BigIntegerField("接收方", default=0)
    state = models.CharField("状态", max_length=10, choices=DeliveryState, default=DeliveryState.WAITING)
    attempts = models.PositiveSmallIntegerField("次数", default=0)
    # None unless waiting.
    next_at = models.DateTimeField("下次", null=True)
    tried_at = models.DateTimeField("上次", null=True)
    status = models.CharField("上次的结果", max_length=300, blank=True)
    # The last attempt failed because the receiver was away, not because of this message.
    unanswered = models.BooleanField(default=False)

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "对外通知"
        default_permissions = ["view", "change"]
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["message", "channel", "receiver"], name="delivery_once"),
            models.CheckConstraint(
                condition=Q(state=DeliveryState.WAITING, next_at__isnull=False)
                | (~Q(state=DeliveryState.WAITING) & Q(next_at__isnull=True)),
                name="delivery_next",
            ),
        ]
        indexes = [
            # What a receiver waits for.
            models.Index(
                fields=["channel", "receiver", "next_at"],
                condition=Q(state=DeliveryState.WAITING),
                name="delivery_waiting",
            ),
            models.Index(fields=["state"], name="delivery_state"),
        ]

    def __str__(self) -> str:
        return f"{self.message}（{self.get_channel_display()}）"

    def end(self, state: DeliveryState, status: str, at: datetime | None = None) -> None:
        self.state, self.status, self.next_at = state, status[:300], None
        self.tried_at = at or self.tried_at

    @property
    def kind(self) -> TaskKind:
        return TaskKind(self.channel)
