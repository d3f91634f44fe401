"""Typography for templates: functions that return data for partials to mark up."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from interviews.document import FeatureDocument, Photo
from interviews.text import chinese, richtext

# Two-character surnames, so that the monogram of 欧阳修 is 欧阳.
COMPOUND_SURNAMES = frozenset(
    re.findall(
        "..",
        "欧阳司马上官诸葛夏侯皇甫尉迟公孙慕容令狐长孙宇文司徒司空东方独孤南宫闻人澹台公冶申屠太叔轩辕"
        "钟离鲜于闾丘赫连西门百里呼延端木万俟濮阳淳于单于拓跋第五仲孙左丘东郭纳兰",
    )
)
DIGITS = "一二三四五六七八九"
# Longest run that is kept on one line; a longer one may be wider than a phone.
HAN_WORD = re.compile("[\u3400-\u9fff]{2,6}")


def clauses(headline: str) -> list[tuple[str, str]]:
    """Split a headline into clauses, each with the gap before it; lines may break there."""
    parts = ["", *chinese.HEADLINE_GAP.split(headline.strip())]
    return list(zip(parts[::2], parts[1::2], strict=True))


# Segmenting takes most of a page's rendering. A line is 200 characters at most, so this is some megabytes.
@lru_cache(maxsize=4096)
def unbroken(line: str) -> SafeString:
    """Split a headline or name so that no line breaks within a word."""
    return mark_safe(  # noqa: S308 - escaped piece by piece
        "".join(
            f'<span class="word">{word}</span>' if HAN_WORD.fullmatch(word) else escape(word)
            for word in chinese.words(line)
        )
    )


def length_class(headline: str) -> str:
    """CSS class for the size of a headline, by its longest clause."""
    longest = max(len(clause) for _, clause in clauses(headline))
    if longest <= 8:
        return "short"
    return "middle" if longest <= 14 else "long"


def numeral(number: int) -> str:
    """一 for 1, 十二 for 12, up to 九十九; larger numbers stay as they are."""
    if not 0 < number < 100:
        return str(number)
    tens, ones = divmod(number, 10)
    ten = "" if not tens else "十" if tens == 1 else DIGITS[tens - 1] + "十"
    return ten + (DIGITS[ones - 1] if ones else "")


def surname(name: str) -> str:
    return name[:2] if len(name) > 2 and name[:2] in COMPOUND_SURNAMES else name[:1]


def excerpt(body: str, length: int = 72) -> str:
    """The beginning of a statement as plain text, cut at the end of a sentence where possible."""
    return shorten(richtext.plain_text(body), length)


def shorten(text: str, length: int = 72) -> str:
    text = chinese.in_one_line(text)
    if len(text) <= length:
        return text
    end = max(text.rfind(mark, length // 2, length) for mark in "。！？")
    return text[: end + 1] if end > 0 else text[: length - 1].rstrip("，、；：（“‘《 ") + "……"


def crop_of(pictures: dict[int, Any] | None, photo_id: int | None, spec: str) -> Any:
    """A photo's crop, or None if there is none that may be shown."""
    found = pictures.get(photo_id) if pictures and photo_id else None
    return found.crop(spec) if found else None


def figures(document: FeatureDocument, pictures: dict[int, Any] | None) -> list[tuple[Photo, Any]]:
    """Placed photos that may be shown, with their crops. Skips the cover, which is above already."""
    cover = document.cover.id if document.cover else None
    found = ((photo, crop_of(pictures, photo.id, "full")) for photo in document.photos if photo.id != cover)
    return [(photo, crop) for photo, crop in found if crop]
