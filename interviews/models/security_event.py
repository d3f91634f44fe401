from __future__ import annotations

from django.conf import settings
from django.db import models


class SecurityEventKind(models.TextChoices):
    """What can happen to accounts, and to what only some may see or set."""

    SIGNED_IN = "signed_in", "登录"
    SIGN_IN_FAILED = "sign_in_failed", "登录失败"
    LOCKED_OUT = "locked_out", "暂停登录"
    SIGNED_OUT = "signed_out", "退出"
    IDLED_OUT = "idled_out", "闲置退出"
    SESSIONS_ENDED = "sessions_ended", "结束其他登录"
    FACTOR_ADDED = "factor_added", "添加第二因素"
    FACTOR_REMOVED = "factor_removed", "删除第二因素"
    FACTOR_RESET = "factor_reset", "重置第二因素"
    FACTOR_USED = "factor_used", "使用第二因素"
    FACTOR_FAILED = "factor_failed", "第二因素不对"
    PASSWORD_CHANGED = "password_changed", "改密码"
    PASSWORD_LINK = "password_link", "重设密码的链接"
    ACCOUNT_ADDED = "account_added", "建账号"
    ACCOUNT_CHANGED = "account_changed", "改账号"
    ACCOUNT_REMOVED = "account_removed", "删账号"
    ROLES_CHANGED = "roles_changed", "改角色"
    PERMISSIONS_CHANGED = "permissions_changed", "改权限"
    SETTINGS_CHANGED = "settings_changed", "改设置"
    EXPORTED = "exported", "导出"
    ORIGINAL_DOWNLOADED = "original_downloaded", "下载原图"
    CONSENT_DOWNLOADED = "consent_downloaded", "下载授权书"
    BACKED_UP = "backed_up", "备份"
    RESTORED = "restored", "恢复备份"
    PRUNED = "pruned", "清理旧记录"


class SecurityEvent(models.Model):
    """A security event in its own hash chain: see `interviews.accounts.events`. Never changed; deleted when old."""

    sequence = models.PositiveBigIntegerField("序号", primary_key=True)
    kind = models.CharField("事件", max_length=30, choices=SecurityEventKind.choices)
    created_at = models.DateTimeField("时间", db_index=True)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, verbose_name="经手人", related_name="+"
    )
    # Usernames of the time: accounts are renamed and deleted.
    actor_name = models.CharField("经手账号", max_length=150, blank=True)
    subject = models.CharField("对象", max_length=200, blank=True)
    address = models.GenericIPAddressField("网络地址", null=True)
    browser = models.CharField("浏览器", max_length=300, blank=True)
    # Canonical JSON.
    details = models.TextField("详情", default="{}")
    previous_hash = models.CharField("前一条的散列值", max_length=64)
    hash = models.CharField("散列值", max_length=64)

    class Meta:
        verbose_name = verbose_name_plural = "安全记录"
        ordering = ["-sequence"]
        default_permissions = ["view"]
        indexes = [models.Index(fields=["kind", "-sequence"], name="security_event_kind")]

    def __str__(self) -> str:
        return f"{self.sequence} {self.get_kind_display()}"


class SecurityEventHead(models.Model):
    """The end of the chain, in one row: the lock for appending, and evidence if the last event is deleted."""

    sequence = models.PositiveBigIntegerField(default=0)
    hash = models.CharField(max_length=64, default="0" * 64)

    class Meta:
        verbose_name = verbose_name_plural = "安全记录末端"
        default_permissions = []

    def __str__(self) -> str:
        return str(self.sequence)
