from django.conf import settings
from django.db import models


class LedgerEntry(models.Model):
    """A recorded act (sign-off, edition, withdrawal …) in the hash chain: see `interviews.publishing.audit_chain`."""

    sequence = models.PositiveBigIntegerField("序号", primary_key=True)
    verb = models.CharField("动作", max_length=20)
    feature_id = models.PositiveBigIntegerField("专题", db_index=True)
    # Canonical JSON of the recorded row; `row` is its primary key.
    row = models.PositiveBigIntegerField("行")
    payload = models.TextField("内容")
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, verbose_name="经手人", related_name="+"
    )
    created_at = models.DateTimeField("时间")
    previous_hash = models.CharField("前一条的散列值", max_length=64)
    hash = models.CharField("散列值", max_length=64)

    class Meta:
        verbose_name = verbose_name_plural = "发布记录"
        ordering = ["sequence"]

    def __str__(self) -> str:
        return f"{self.sequence} {self.verb}"


class LedgerHead(models.Model):
    """The end of the chain, in one row: the lock for appending, and evidence if the last entry is deleted."""

    sequence = models.PositiveBigIntegerField(default=0)
    hash = models.CharField(max_length=64, default="0" * 64)

    class Meta:
        verbose_name = verbose_name_plural = "发布记录末端"

    def __str__(self) -> str:
        return str(self.sequence)
