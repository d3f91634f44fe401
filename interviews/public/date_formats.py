"""Dates as pages write them. Moments are converted to local time, as by Django's `date` filter."""

from __future__ import annotations

from datetime import date as Date
from datetime import datetime

from django.utils.timezone import localtime

WEEKDAYS = "一二三四五六日"


def day(date: Date) -> str:
    """2025年3月12日"""
    date = _local(date)
    return f"{date.year:04}年{date.month}月{date.day}日"


def minute(moment: datetime) -> str:
    """2025年3月12日 08:05"""
    moment = localtime(moment)
    return f"{moment.year:04}年{moment.month}月{moment.day}日 {moment.hour:02}:{moment.minute:02}"


def weekday(date: Date) -> str:
    """星期三"""
    return f"星期{WEEKDAYS[_local(date).weekday()]}"


def iso_day(date: Date) -> str:
    """2025-03-12"""
    date = _local(date)
    return f"{date.year:04}-{date.month:02}-{date.day:02}"


def iso(moment: datetime) -> str:
    """2025-03-12T08:05:00+08:00"""
    return localtime(moment).isoformat()


def _local(date: Date) -> Date:
    return localtime(date) if isinstance(date, datetime) else date
