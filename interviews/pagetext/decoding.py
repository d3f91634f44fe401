"""Decode text files."""

from __future__ import annotations

import codecs
import unicodedata
from collections import Counter

SIZE_LIMIT = 5_000_000
_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16: its BOM starts with UTF-16's
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_MAGIC = {
    b"%PDF": "PDF 文件",
    b"PK\x03\x04": "压缩包或 Word（docx）文件",
    b"\xd0\xcf\x11\xe0": "旧版 Word（doc）文件",
    b"\x89PNG": "图片",
    b"\xff\xd8\xff": "图片",
    b"GIF8": "图片",
    b"Rar!": "压缩包",
    b"{\\rtf": "RTF 文件",
}


class UnreadablePageError(ValueError):
    """The file cannot be read as a page. The message is a sentence for the editor."""


def read_bytes(data: bytes, *, limit: int = SIZE_LIMIT) -> str:
    """Decode a page: UTF-8 with or without BOM, UTF-16 or UTF-32 with BOM, else GB18030 (GB 18030-2022).

    Raises UnreadablePageError for more than `limit` bytes, empty and binary files.
    """
    if len(data) > limit:
        raise UnreadablePageError(f"文件有 {len(data) / 1e6:.1f} MB，超过了 {limit / 1e6:g} MB 的上限。")
    for magic, name in _MAGIC.items():
        if data.startswith(magic):
            raise UnreadablePageError(f"这是{name}，不是纯文本。")
    text = _decode(data)
    if not text.strip("\ufeff \t\r\n\f\v\u3000\x1a"):
        raise UnreadablePageError("文件是空的，没有文字。")
    if _is_binary(text):
        raise UnreadablePageError("这不像文本文件，里面有大量无法识别的字符。")
    return text


def _decode(data: bytes) -> str:
    for bom, encoding in _BOMS:
        if data.startswith(bom):
            try:
                return data[len(bom) :].decode(encoding)
            except UnicodeDecodeError as error:
                raise UnreadablePageError(f"文件在第 {error.start + len(bom) + 1} 个字节处损坏，无法解码。") from error
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        damaged = error
    # GB18030 decodes most damaged UTF-8 files to nonsense, so refuse files that are almost UTF-8.
    replaced = data.decode("utf-8", "replace")
    if replaced.count("\ufffd") * 20 < sum(not character.isascii() for character in replaced):
        raise UnreadablePageError(f"文件像是 UTF-8 编码，但在第 {damaged.start + 1} 个字节处损坏。")
    try:
        return data.decode("gb18030")
    except UnicodeDecodeError as error:
        raise UnreadablePageError("文件不是 UTF-8、UTF-16 或 GB18030 编码的文本。") from error


def _is_binary(text: str) -> bool:
    """Detect binary data: a NUL, more than 1 % controls, or more than 5 % unassigned or private-use characters."""
    if "\0" in text:
        return True
    counts = Counter(map(unicodedata.category, text))
    breaks = sum(map(text.count, "\t\n\v\f\r\x1a"))
    return (counts["Cc"] - breaks) * 100 > len(text) or (counts["Co"] + counts["Cn"] + counts["Cs"]) * 20 > len(text)
