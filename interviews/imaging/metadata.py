"""Read embedded metadata: XMP, IPTC (IIM 4.2) and EXIF, in this order of precedence.

XMP is always UTF-8. IPTC is UTF-8 if declared or valid as such, else GB18030, which older tools of Chinese newsrooms
write. Texts are cleaned to one line and truncated to the columns' widths.
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

MAX_KEYWORDS = 50
MAX_XMP_BYTES = 1024 * 1024

# Default descriptions that cameras and phones write.
_CAMERA_DEFAULT = re.compile(
    r"(?i)^(olympus|samsung|sony|kodak|nikon|canon|konica|minolta|dcim|default|untitled|dav|edf|hdr|hdrpl|oznor|cof|"
    r"btf|mde|sdr|ptr|rbt|qrf|binary comment|screenshot|(olympus|samsung|sony) dsc|.*digital camera|"
    r"samsung camera pictures|charset=.*)$"
)


@dataclass(frozen=True)
class Metadata:
    """`taken_at` is aware only if the camera recorded its UTC offset."""

    caption: str = ""
    headline: str = ""
    byline: str = ""
    credit: str = ""
    rights: str = ""
    place: str = ""
    keywords: tuple[str, ...] = ()
    taken_at: datetime | None = None


def metadata_of(image: ImageFile.ImageFile) -> Metadata:
    """Read the metadata without decoding pixels. Broken blocks are skipped."""
    sources = [_xmp(image.info.get("xmp")), _iptc(image), _exif(image)]

    def first(name: str, limit: int) -> str:
        return next((text for source in sources if (text := _clean(source.get(name), limit))), "")

    keywords = next((source["keywords"] for source in sources if source.get("keywords")), ())
    return Metadata(
        caption=first("caption", CAPTION_LENGTH),
        headline=first("headline", TITLE_LENGTH),
        byline=first("byline", NAME_LENGTH),
        credit=first("credit", TITLE_LENGTH),
        rights=first("rights", TITLE_LENGTH),
        place=first("place", TITLE_LENGTH),
        keywords=_keywords(keywords),
        # EXIF first: the camera's clock is more reliable than dates typed later.
        taken_at=next((each["taken_at"] for each in reversed(sources) if each.get("taken_at")), None),
    )


def _clean(value: object, limit: int) -> str:
    text = clean_line(value) if isinstance(value, str) else ""
    return "" if _CAMERA_DEFAULT.match(text) else text[:limit].strip()


def _keywords(words: Iterable[object]) -> tuple[str, ...]:
    parts = (part for word in words if isinstance(word, str) for part in re.split(r"[;；,，、]", word))
    cleaned = dict.fromkeys(text for part in parts if (text := _clean(part, NAME_LENGTH)))
    return tuple(cleaned)[:MAX_KEYWORDS]


def decode(data: bytes) -> str:
    """Decode UTF-8 if valid, else GB18030: longer texts are hardly ever valid in both."""
    data = data.rstrip(b"\x00")
    for encoding in ("utf-8", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    # Truncated in the middle of a character, as in fields of fixed length.
    return data.decode("utf-8" if _mostly_utf8(data) else "gb18030", errors="ignore")


def _mostly_utf8(data: bytes) -> bool:
    return data.decode("utf-8", errors="replace").count("\ufffd") <= 1


# --- IPTC ------------------------------------------------------------------------------------------------------------

_IPTC = {"caption": 120, "headline": 105, "byline": 80, "credit": 110, "rights": 116}
_IPTC_PLACES = (101, 95, 90, 92)  # country, province, city, sublocation
_UTF8_ESCAPE = b"\x1b%G"


def _iptc(image: ImageFile.ImageFile) -> dict[str, Any]:
    try:
        found = IptcImagePlugin.getiptcinfo(image) or {}
    except Exception:  # Pillow raises various errors on truncated blocks
        return {}
    utf8 = _first(found.get((1, 90))) == _UTF8_ESCAPE

    def text(number: int) -> str:
        data = _first(found.get((2, number)))
        return data.decode("utf-8", errors="ignore") if utf8 else decode(data)

    fields: dict[str, Any] = {name: text(number) for name, number in _IPTC.items()}
    words = found.get((2, 25)) or []
    listed = words if isinstance(words, list) else [words]
    fields["keywords"] = [each.decode("utf-8", "ignore") if utf8 else decode(each) for each in listed]
    fields["place"] = _join_places(text(number) for number in _IPTC_PLACES)
    fields["taken_at"] = _parse_time(f"{text(55)[:8]} {text(60)[:6] or '000000'}", "%Y%m%d %H%M%S")
    return fields


def _first(value: bytes | list[bytes] | None) -> bytes:
    if isinstance(value, list):
        return value[0] if value else b""
    return value or b""


def _join_places(places: Iterable[str]) -> str:
    """Join place names from country to sublocation. Drop China, and a part that the next one starts with."""
    parts: list[str] = []
    for part in map(clean_line, places):
        if part and part not in {"中国", "China", "CHINA", "中华人民共和国"} and part not in parts:
            if parts and part.startswith(parts[-1]):
                parts.pop()
            parts.append(part)
    return "".join(parts) if all(not each.isascii() for each in parts) else " ".join(parts)


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
    if not isinstance(data, bytes) or not data or len(data) > MAX_XMP_BYTES:
        return {}
    try:
        root = defusedxml.ElementTree.fromstring(data.strip(b"\x00 \r\n\t"), forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError, LookupError, RecursionError):
        return {}
    descriptions = list(root.iter(_RDF + "Description"))
    fields: dict[str, Any] = {name: _property(descriptions, tag) for name, tag in _XMP.items()}
    fields["keywords"] = _items(descriptions, _DC + "subject")
    fields["place"] = _join_places(_property(descriptions, tag) for tag in _XMP_PLACES)
    fields["taken_at"] = _parse_iso(_property(descriptions, _PHOTOSHOP + "DateCreated"))
    return fields


def _property(descriptions: list[Element], tag: str) -> str:
    """Return an XMP property: an attribute, an element's text, or the first item of its list."""
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

_EXIF_IFD = 0x8769
_TEXTS = {"caption": 0x010E, "byline": 0x013B, "rights": 0x8298}
# Written by Windows, in UTF-16: title, author, keywords.
_WINDOWS = {"caption": 0x9C9B, "byline": 0x9C9D, "keywords": 0x9C9E}


def _exif(image: ImageFile.ImageFile) -> dict[str, Any]:
    try:
        exif = image.getexif()
        details = exif.get_ifd(_EXIF_IFD)
        fields: dict[str, Any] = {name: _exif_text(exif.get(tag)) for name, tag in _TEXTS.items()}
        for name, tag in _WINDOWS.items():
            text = _windows_text(exif.get(tag))
            fields[name] = [text] if name == "keywords" else fields.get(name) or text
        time = _exif_text(details.get(0x9003)) or _exif_text(details.get(0x9004))
        offset = _exif_text(details.get(0x9011)) or _exif_text(details.get(0x9010))
    except Exception:  # broken EXIF is no reason to refuse a photo
        return {}
    fields["taken_at"] = _parse_exif_time(time, offset)
    return fields


def _exif_text(value: object) -> str:
    """Undo Pillow's Latin-1 decoding of ASCII fields: cameras and tools write UTF-8 or GB18030 into them."""
    if isinstance(value, bytes):
        return decode(value)
    if not isinstance(value, str):
        return ""
    try:
        return decode(value.encode("latin-1"))
    except UnicodeEncodeError:
        return value


def _windows_text(value: object) -> str:
    data = bytes(value) if isinstance(value, tuple | bytes) else b""
    return data.decode("utf-16-le", errors="ignore").rstrip("\x00")


def _parse_exif_time(time: str, offset: str) -> datetime | None:
    if re.fullmatch(r"[+-]\d\d:\d\d", offset.strip()):
        return _parse_time(f"{time.strip()} {offset.strip()}", "%Y:%m:%d %H:%M:%S %z")
    return _parse_time(time.strip(), "%Y:%m:%d %H:%M:%S")


def _parse_time(text: str, format: str) -> datetime | None:
    try:
        return _plausible(datetime.strptime(text, format))  # noqa: DTZ007 cameras without an offset give local time
    except ValueError:
        return None


def _parse_iso(text: str) -> datetime | None:
    try:
        return _plausible(datetime.fromisoformat(text.strip()))
    except ValueError:
        return None


def _plausible(time: datetime) -> datetime | None:
    return time if 1900 <= time.year <= 2999 else None
