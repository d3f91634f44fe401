"""Time travel: `?at=` shows pages as they were at a moment, to those who may publish or correct."""

from __future__ import annotations

from datetime import datetime

from django.http import HttpRequest
from django.utils import timezone
from django.utils.dateparse import parse_datetime

MAY_ASK = ("interviews.publish_feature", "interviews.correct_feature")


class TimeTravelError(Exception):
    """`?at=` was refused: a status and a sentence for the user."""

    def __init__(self, status: int, title: str, sentence: str):
        self.status, self.title, self.sentence = status, title, sentence
        super().__init__(sentence)


def requested_moment(request: HttpRequest) -> datetime | None:
    """Parse `?at=` (Beijing time by default). Without it, return None and touch no session."""
    if "at" not in request.GET:
        return None
    if not any(request.user.has_perm(permission) for permission in MAY_ASK):
        raise TimeTravelError(403, "不能查阅", "查阅某一时刻公开的版面，须以有发布或更正权限的账号登录。")
    # An unescaped plus sign arrives as a space.
    text = request.GET["at"].strip().replace(" ", "+" if "T" in request.GET["at"] else "T")
    try:
        moment = parse_datetime(text)
        if moment and timezone.is_naive(moment):
            moment = timezone.make_aware(moment)
        # Moments at either end of the calendar overflow in some time zones.
        in_range = moment is not None and 1900 <= moment.year <= 2999
    except (ValueError, OverflowError):
        in_range = False
    if not in_range:
        raise TimeTravelError(400, "时间没有看懂", "时间写作 2025-03-12T08:00（北京时间）。")
    return moment
