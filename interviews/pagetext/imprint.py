"""Read date and page number from a page's furniture: 晋中日报 2025年3月12日 星期三 第3版."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date

from interviews.document import Issue
from interviews.text.chinese import fold_width

_DATE = re.compile(
    r"(?P<year>(?:19|20)\d\d)\s?[年.\-/]\s?(?P<month>\d{1,2})\s?[月.\-/]\s?(?P<day>\d{1,2})(?:\s?日|(?!\d))"
)
_PAGE = re.compile(r"(?:第\s?(?P<page>\d{1,3})\s?版|(?<![\d年月日.\-])(?P<bare>\d{1,3})\s?版(?!次|权|本|面))")


def imprint(furniture: Iterable[str]) -> Issue:
    """Return the first valid date and the first page number in the furniture (`PageReading.unplaced`)."""
    text = "\n".join(map(fold_width, furniture))
    days = (_day(found) for found in _DATE.finditer(text))
    page = _PAGE.search(text)
    number = int(page["page"] or page["bare"]) if page else 0
    return Issue(date=next(filter(None, days), None), page=number or None)


def _day(found: re.Match[str]) -> str | None:
    try:
        return date(int(found["year"]), int(found["month"]), int(found["day"])).isoformat()
    except ValueError:
        return None
