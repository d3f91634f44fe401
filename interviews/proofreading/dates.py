"""Check dates and times: days and times that do not exist, wrong weekdays, periods of five-year plans."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from .context import Context
from .findings import Fault
from .passages import Passage
from .rules import Severity

WEEKDAYS = "一二三四五六日"
_MONTH_LENGTHS = {2: 29, 4: 30, 6: 30, 9: 30, 11: 30}
_NUMERAL = "[一二三四五六七八九十]{1,3}"
_DATE = re.compile(
    rf"(?:(?P<year>(?<!\d)\d{{4}})年)?(?P<month>(?<![\d.])\d{{1,2}}|(?<![一二三四五六七八九十]){_NUMERAL})月"
    rf"(?:(?P<day>\d{{1,2}}|{_NUMERAL})[日号])?"
)
_PLAIN = re.compile(r"(?<![\d./-])(?P<year>(?:19|20)\d\d)([-./])(?P<month>\d{1,2})\2(?P<day>\d{1,2})(?![\d./-])")
_WEEKDAY = re.compile(r"[，、]?[（(]?(?:星期|周|礼拜)([一二三四五六日天])(?![里边围])")
_OTHER_YEAR = re.compile(r"(?:去年|明年|前年|次年|翌年|后年|当年|同年|第二年)[^。]{0,4}$")
_LUNAR = re.compile(r"(?:农历|阴历|旧历)[^，。]{0,6}$")


def check(passage: Passage, context: Context) -> Iterator[Fault]:
    text = passage.text
    for match in _DATE.finditer(text):
        yield from _date(text, match, context.today)
    for match in _PLAIN.finditer(text):
        fault = _no_such_day(match, *(int(match[name]) for name in ("year", "month", "day")))
        if fault:
            yield fault
    yield from _times(text)
    yield from _plans(text)


def _date(text: str, match: re.Match[str], today: date | None) -> Iterator[Fault]:
    year = int(match["year"]) if match["year"] else None
    month, day = number(match["month"]), number(match["day"]) if match["day"] else None
    if _LUNAR.search(text[max(0, match.start() - 8) : match.start()]):
        return
    if day is None and not match["month"].isdigit():
        return
    fault = _no_such_day(match, year, month, day)
    if fault:
        yield fault
    elif day is not None:
        yield from _weekday(text, match, year, month, day, today)


def _no_such_day(match: re.Match[str], year: int | None, month: int, day: int | None) -> Fault | None:
    if not 1 <= month <= 12:
        return Fault("date", match.start(), match.end(), f"没有 {month} 月，请核对。")
    if day is None:
        return None
    longest = _MONTH_LENGTHS.get(month, 31)
    if month == 2 and year is not None and not _leap(year):
        longest = 28
    if 1 <= day <= longest:
        return None
    which = f"{year} 年 {month} 月" if year is not None and month == 2 else f"{month} 月"
    return Fault("date", match.start(), match.end(), f"{which}没有 {day} 日，请核对。")


def _leap(year: int) -> bool:
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)


def _weekday(
    text: str, match: re.Match[str], year: int | None, month: int, day: int, today: date | None
) -> Iterator[Fault]:
    weekday = _WEEKDAY.match(text, match.end())
    is_certain = year is not None
    if not weekday or (
        not is_certain and (today is None or _OTHER_YEAR.search(text[max(0, match.start() - 8) : match.start()]))
    ):
        return
    year = year if year is not None else today.year if today else 1
    if not 1 <= year <= 9999 or (month == 2 and day == 29 and not _leap(year)):
        return
    expected = WEEKDAYS[date(year, month, day).weekday()]
    if weekday[1].replace("天", "日") != expected:
        message = f"{year} 年 {month} 月 {day} 日是星期{expected}，不是星期{weekday[1]}。"
        severity = None if is_certain else Severity.WARNING
        yield Fault("weekday", match.start(), weekday.end(1), message, severity=severity, about=str(year))


_CLOCK = re.compile(
    r"(?<![\d.:：])(\d{1,2})(?:时(\d{1,2})分|点(\d{1,2})分|[:：](\d{2})(?![\d:：.])|时(?![代间期候刻段长效空速])|点(?=[半到至前后钟，。]))"
)
_CUE = re.compile(
    r"(?:上午|下午|早上|早晨|清晨|凌晨|中午|晚上|晚间|傍晚|夜间|当晚|当日|今天|昨天|明天|[日号天]|时间|于|每晚|每天)[：:]?$"
)
_TILL = re.compile(r"\d{1,2}[:：]\d\d[—～~至到\-]{1,2}$")
_MORNING = re.compile(r"(上午|早上|早晨|清晨|凌晨)$")
_EVENING = re.compile(r"(下午|傍晚|晚上)$")


def _times(text: str) -> Iterator[Fault]:
    for match in _CLOCK.finditer(text):
        before = text[max(0, match.start() - 8) : match.start()]
        minute = match[2] or match[3] or match[4]
        if match[4] and not _CUE.search(before) and not _TILL.search(before):
            continue  # 3:2 is a ratio or a score
        hour, minutes = int(match[1]), int(minute or 0)
        if "点" in match[0] and hour > 24 and minute is None:
            continue
        if hour > 24 or minutes > 59 or (hour == 24 and minutes):
            yield Fault("time", match.start(), match.end(), f"没有“{match[0]}”这个时刻，请核对。")
        elif (morning := _MORNING.search(before)) and hour > 12:
            message = f"“{morning[1]}”与“{match[0]}”不符。"
            yield Fault("day-part", match.start() - len(morning[1]), match.end(), message)
        elif (evening := _EVENING.search(before)) and hour == 24 and evening[1] != "晚上":
            message = f"“{evening[1]}”与“{match[0]}”不符。"
            yield Fault("day-part", match.start() - len(evening[1]), match.end(), message)


_PLAN = re.compile(
    r"“?(十[二三四五六]?|十二|十三|十四|十五)五”?(?:规划|时期|期间)?（(\d{4})(年?[—～\-至]{1,2})(\d{4})年?）"
)
_PLANS = {"十二": 2011, "十三": 2016, "十四": 2021, "十五": 2026, "十六": 2031}


def _plans(text: str) -> Iterator[Fault]:
    for match in _PLAN.finditer(text):
        first = _PLANS.get(match[1])
        if first is None or (int(match[2]), int(match[4])) == (first, first + 4):
            continue
        message = f"“{match[1]}五”时期是 {first}—{first + 4} 年。"
        written = f"{first}{match[3]}{first + 4}"
        yield Fault("plan-period", match.start(2), match.end(4), message, written)


def number(text: str) -> int:
    """Parse a number below 100: 3, 十二, 二十一. Returns 0 for other text."""
    if text.isdigit():
        return int(text)
    tens, ten, ones = text.rpartition("十")
    if ten:
        left = "一二三四五六七八九".find(tens) + 1 if len(tens) == 1 else 0 if tens else 1
        return left * 10 + ("一二三四五六七八九".find(ones) + 1 if ones else 0) if left else 0
    return "一二三四五六七八九".find(text) + 1
