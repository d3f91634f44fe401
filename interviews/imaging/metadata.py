"""What a picture says of itself: IPTC (IIM 4.2), XMP and EXIF.

XMP is always UTF-8 and comes first; IPTC is UTF-8 where it says so or reads as such, else GB18030, which Chinese
newsrooms' older tools write; EXIF comes last. Everything is cleaned to one line and cut.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from xml.etree.ElementTree import Element, ParseError

import defusedxml.ElementTree
from defusedxml.common import DefusedXmlException
from PIL import ImageFile, IptcImagePlugin

from interviews.document import CAPTION_LENGTH, NAME_LENGTH, TITLE_LENGTH
from interviews.text.chinese import clean_line

MOST_KEYWORDS = 50
LARGEST_XMP = 1024 * 1024

# What cameras write where a caption belongs.
_STOCK = re.compile(
    r"(?i)^(olympus|samsung|sony|kodak|nikon|canon|konica|minolta|dcim|default|untitled|dav|edf|hdr|hdrpl|oznor|cof|"
    r"btf|mde|sdr|ptr|rbt|qrf|binary comment|screenshot|(olympus|samsung|sony) dsc|.*digital camera|"
    r"samsung camera pictures|charset=.*)$"
)


@dataclass(frozen=True)
class Metadata:
    """`taken_at` has an offset only where the camera says which."""

    caption: str = ""
    headline: str = ""
    byline: str = ""
    credit: str = ""
    rights: str = ""
    place: str = ""
    keywords: tuple[str, ...] = ()
    taken_at: datetime | None = None


def metadata_of(image: ImageFile.ImageFile) -> Metadata:
    """Before any pixel is read. What is broken is left out."""
    sources = [_xmp(image.info.get("xmp")), _iptc(image), _exif(image)]

    def first(name: str, most: int) -> str:
        return next((text for source in sources if (text := _line(source.get(name), most))), "")

    keywords = next((source["keywords"] for source in sources if source.get("keywords")), ())
    return Metadata(
        caption=first("caption", CAPTION_LENGTH),
        headline=first("headline", TITLE_LENGTH),
        byline=first("byline", NAME_LENGTH),
        credit=first("credit", TITLE_LENGTH),
        rights=first("rights", TITLE_LENGTH),
        place=first("place", TITLE_LENGTH),
        keywords=_keywords(keywords),
        # The camera's clock is nearer to the moment than what was typed later.
        taken_at=next((each["taken_at"] for each in reversed(sources) if each.get("taken_at")), None),
    )


def _line(value: object, most: int) -> str:
    text = clean_line(value) if isinstance(value, str) else ""
    return "" if _STOCK.match(text) else text[:most].strip()


def _keywords(words: Iterable[object]) -> tuple[str, ...]:
    parts = (part for word in words if isinstance(word, str) for part in re.split(r"[;；,，、]", word))
    cleaned = dict.fromkeys(text for part in parts if (text := _line(part, NAME_LENGTH)))
    return tuple(cleaned)[:MOST_KEYWORDS]


def decoded(data: bytes) -> str:
    """UTF-8 where it is valid, else GB18030: a text of some length is hardly ever both."""
    data = data.rstrip(b"\x00")
    for encoding in ("utf-8", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    # Cut off in the middle of a character, as fields of fixed length are.
    return data.decode("utf-8" if _mostly_utf8(data) else "gb18030", errors="ignore")


def _mostly_utf8(data: bytes) -> bool:
    return data.decode("utf-8", errors="replace").count("\ufffd") <= 1


# --- IPTC ------------------------------------------------------------------------------------------------------------

_IPTC = {"caption": 120, "headline": 105, "byline": 80, "credit": 110, "rights": 116}
_IPTC_PLACES = (101, 95, 90, 92)  # country, province, city, sublocation
_UTF8_MARK = b"\x1b%G"


def _iptc(image: ImageFile.ImageFile) -> dict[str, Any]:
    try:
        found = IptcImagePlugin.getiptcinfo(image) or {}
    except Exception:  # a block that is cut off
        return {}
    utf8 = _first(found.get((1, 90))) == _UTF8_MARK

    def text(number: int) -> str:
        data = _first(found.get((2, number)))
        return data.decode("utf-8", errors="ignore") if utf8 else decoded(data)

    facts: dict[str, Any] = {name: text(number) for name, number in _IPTC.items()}
    words = found.get((2, 25)) or []
    listed = words if isinstance(words, list) else [words]
    facts["keywords"] = [each.decode("utf-8", "ignore") if utf8 else decoded(each) for each in listed]
    facts["place"] = _place(text(number) for number in _IPTC_PLACES)
    facts["taken_at"] = _moment(f"{text(55)[:8]} {text(60)[:6] or '000000'}", "%Y%m%d %H%M%S")
    return facts


def _first(value: bytes | list[bytes] | None) -> bytes:
    if isinstance(value, list):
        return value[0] if value else b""
    return value or b""


def _place(parts: Iterable[str]) -> str:
    """From the country inwards; a part that the next one begins with is not said twice."""
    kept: list[str] = []
    for part in map(clean_line, parts):
        if part and part not in {"中国", "China", "CHINA", "中华人民共和国"} and part not in kept:
            if kept and part.startswith(kept[-1]):
                kept.pop()
            kept.append(part)
    return "".join(kept) if all(not each.isascii() for each in kept) else " ".join(kept)


# --- XMP -------------------------------------------------------------------------------------------------------------

_RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
_DC = "{http://purl.org/dc/elements/1.1/}"
_PHOTOSHOP = "{http://ns.adobe.com/photoshop/1.0/}"
_CORE = "{http://iptc.org/std/Iptc4xmpCore/1.0/xmlns/}"
_XMP = {
    "caption": _DC + "description",
    "headline": _PHOTOSHOP + "Headline",
    "byline": _DC + "creator",
    "credit": _PHOTOSHOP + "Credit",
    "rights": _DC + "rights",
}
_XMP_PLACES = (_PHOTOSHOP + "Country", _PHOTOSHOP + "State", _PHOTOSHOP + "City", _CORE + "Location")


def _xmp(packet: object) -> dict[str, Any]:
    data = packet.encode() if isinstance(packet, str) else packet
    if not isinstance(data, bytes) or not data or len(data) > LARGEST_XMP:
        return {}
    try:
        root = defusedxml.ElementTree.fromstring(data.strip(b"\x00 \r\n\t"), forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError, LookupError, RecursionError):
        return {}
    descriptions = list(root.iter(_RDF + "Description"))
    facts: dict[str, Any] = {name: _property(descriptions, tag) for name, tag in _XMP.items()}
    facts["keywords"] = _items(descriptions, _DC + "subject")
    facts["place"] = _place(_property(descriptions, tag) for tag in _XMP_PLACES)
    facts["taken_at"] = _iso(_property(descriptions, _PHOTOSHOP + "DateCreated"))
    return facts


def _property(descriptions: list[Element], tag: str) -> str:
    """An attribute, the text of an element, or the first item of a list in it."""
    for description in descriptions:
        if value := description.get(tag):
            return value
    items = _items(descriptions, tag)
    return items[0] if items else ""


def _items(descriptions: list[Element], tag: str) -> list[str]:
    for description in descriptions:
        for element in description.findall(tag):
            items = [item.text or "" for item in element.iter(_RDF + "li")] or [element.text or ""]
            if any(item.strip() for item in items):
                return items
    return []


# --- EXIF ------------------------------------------------------------------------------------------------------------

_DETAILS = 0x8769
_TEXTS = {"caption": 0x010E, "byline": 0x013B, "rights": 0x8298}
# Written by Windows, in UTF-16: title, author, keywords.
_WINDOWS = {"caption": 0x9C9B, "byline": 0x9C9D, "keywords": 0x9C9E}


def _exif(image: ImageFile.ImageFile) -> dict[str, Any]:
    try:
        exif = image.getexif()
        details = exif.get_ifd(_DETAILS)
        facts: dict[str, Any] = {name: _exif_text(exif.get(tag)) for name, tag in _TEXTS.items()}
        for name, tag in _WINDOWS.items():
            text = _windows_text(exif.get(tag))
            facts[name] = [text] if name == "keywords" else facts.get(name) or text
        moment = _exif_text(details.get(0x9003)) or _exif_text(details.get(0x9004))
        offset = _exif_text(details.get(0x9011)) or _exif_text(details.get(0x9010))
    except Exception:  # broken EXIF is no reason to refuse a photo
        return {}
    facts["taken_at"] = _iso_with(moment, offset)
    return facts


def _exif_text(value: object) -> str:
    """Pillow reads ASCII fields as Latin-1; cameras and tools write UTF-8 or GB18030 into them."""
    if isinstance(value, bytes):
        return decoded(value)
    if not isinstance(value, str):
        return ""
    try:
        return decoded(value.encode("latin-1"))
    except UnicodeEncodeError:
        return value


def _windows_text(value: object) -> str:
    data = bytes(value) if isinstance(value, tuple | bytes) else b""
    return data.decode("utf-16-le", errors="ignore").rstrip("\x00")


def _iso_with(moment: str, offset: str) -> datetime | None:
    if re.fullmatch(r"[+-]\d\d:\d\d", offset.strip()):
        return _moment(f"{moment.strip()} {offset.strip()}", "%Y:%m:%d %H:%M:%S %z")
    return _moment(moment.strip(), "%Y:%m:%d %H:%M:%S")


def _moment(text: str, form: str) -> datetime | None:
    try:
        return _sensible(datetime.strptime(text, form))
    except ValueError:
        return None


def _iso(text: str) -> datetime | None:
    try:
        return _sensible(datetime.fromisoformat(text.strip()))
    except ValueError:
        return None


def _sensible(moment: datetime) -> datetime | None:
    return moment if 1900 <= moment.year <= 2999 else None
