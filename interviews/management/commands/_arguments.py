from datetime import datetime

from django.contrib.auth.models import User
from django.core.management.base import CommandError
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from interviews.models import Feature


def user_named(username: str) -> User:
    try:
        return User.objects.get(username=username)
    except User.DoesNotExist:
        raise CommandError(f"没有账号 {username}。") from None


def feature_numbered(key: int) -> Feature:
    try:
        return Feature.objects.get(pk=key)
    except (Feature.DoesNotExist, OverflowError):
        raise CommandError(f"没有专题 {key}。") from None


def moment(text: str) -> datetime:
    """Parse an ISO 8601 moment; without an offset it is Beijing time."""
    try:
        value = parse_datetime(text)
    except ValueError:
        value = None
    if value is None:
        raise CommandError(f"{text} 不是时间，请写作 2025-03-12T08:00。")
    return timezone.make_aware(value) if timezone.is_naive(value) else value
