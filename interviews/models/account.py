from django.conf import settings
from django.db import models
from django.utils import timezone


class PastPassword(models.Model):
    """The hash of a password that an account has had: see `interviews.accounts.passwords`."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name="账号")
    password = models.CharField("密码", max_length=128)
    created_at = models.DateTimeField("时间", default=timezone.now)

    class Meta:
        verbose_name = verbose_name_plural = "用过的密码"
        default_permissions = []

    def __str__(self) -> str:
        return str(self.pk)


class CacheEntry(models.Model):
    """The table of Django's database cache, in which attempts to sign in are counted for all processes together."""

    cache_key = models.CharField(max_length=255, primary_key=True)
    value = models.TextField()
    expires = models.DateTimeField(db_index=True)

    class Meta:
        db_table = "interviews_cache"
        verbose_name = verbose_name_plural = "缓存"
        default_permissions = []

    def __str__(self) -> str:
        return self.cache_key
