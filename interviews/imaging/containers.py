"""What a file is by its first bytes, and how much of it is the picture: without decoding anything.

Segments are walked as their standards say: JPEG (ITU-T T.81, annex B), PNG (ISO 15948), WebP (RFC 9649).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from .errors import ImageRefusedError

TRUNCATED = "照片文件不完整（多半是没有传完），请重新传一次。"
# A marker within entropy-coded data: neither a stuffed byte nor a restart.
_MARKER = re.compile(rb"\xff[^\x00\xff\xd0-\xd7]")
_NO_LENGTH = frozenset({0x01, *range(0xD0, 0xD9)})
_HEIF_BRANDS = frozenset({b"heic", b"heix", b"heim", b"heis", b"mif1", b"msf1", b"hevc", b"hevx"})
# What a browser, a shell or an unpacker would run or open. A tail that is none of these may be a camera's own.
_PROGRAMS = re.compile(
    rb"PK\x03\x04|PK\x05\x06|Rar!\x1a|7z\xbc\xaf|\x7fELF|%PDF-"
    rb"|(?i:<\?php|<script|<html|<body|<iframe|<svg[\s/>]|<!doctype)",
)
# So short that a megabyte of a phone's clip holds dozens by chance: they count where a tail begins.
_SHORT_SIGNS = (b"<%", b"#!/")
# A burst of views; more of them are a puzzle to keep a server busy.
_MOST_BEHIND = 64
_OTHERS = (
    (b"GIF8", "GIF 图"),
    (b"BM", "BMP 图"),
    (b"II*\x00", "TIFF 图或相机原始文件"),
    (b"MM\x00*", "TIFF 图或相机原始文件"),
    (b"8BPS", "Photoshop 文件"),
    (b"%PDF", "PDF 文件"),
    (b"PK\x03\x04", "压缩包或 Office 文档"),
    (b"Rar!", "压缩包"),
    (b"\x00\x00\x01\x00", "图标文件"),
)
_MARKUP = (
    (b"<svg", "SVG 图"),
    (b"<?php", "程序文件"),
    (b"<html", "网页"),
    (b"<!doctype", "网页"),
    (b"<?xml", "XML 文件"),
)


@dataclass(frozen=True)
class Container:
    """`format` is Pillow's name for it. `end`: where the picture ends; what follows is a tail. `metadata`: bytes of it
    that are no pixels. `scans`: how often a JPEG is gone through before it is whole."""

    format: str
    end: int
    metadata: int
    scans: int = 1
    animated: bool = False


def container_of(data: bytes) -> Container:
    """Raises ImageRefusedError for what is no JPEG, PNG, WebP or HEIC, or ends too soon."""
    if not data:
        raise ImageRefusedError("文件是空的（0 字节），请重新选一次。")
    if data[:3] == b"\xff\xd8\xff":
        return _jpeg(data)
    if data[:8] == b"\x89PNG\r\n\x1a\n":
        return _png(data)
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return _webp(data)
    if data[4:8] == b"ftyp":
        return _heif(data)
    raise ImageRefusedError(f"这是{_name_of(data)}，不是照片。请传 JPEG、PNG、WebP 或 HEIC。")


def refuse_programs(data: bytes, container: Container) -> None:
    """A picture with a page, a script or an archive behind it was made to be taken for two things."""
    place = _behind_pictures(data, container.end)
    if data.startswith(_SHORT_SIGNS, place) or _PROGRAMS.search(data, place):
        raise ImageRefusedError("照片后面夹带了网页、程序或压缩包，不能收。请用看图软件另存一份再传。")


def _behind_pictures(data: bytes, place: int) -> int:
    """Behind what a phone keeps behind a picture: a gain map, a second view. Any sign may stand among their pixels."""
    for _ in range(_MOST_BEHIND):
        if not data.startswith(b"\xff\xd8\xff", place):
            break
        try:
            place = _jpeg(data, place).end
        except ImageRefusedError:  # it only begins like one
            break
    return place


def _name_of(data: bytes) -> str:
    head = data[:1024].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    for sign, name in _MARKUP:
        if head.startswith(sign):
            return "SVG 图" if b"<svg" in head else name
    for sign, name in _OTHERS:
        if data.startswith(sign):
            return name
    return "认不出的文件"


def _jpeg(data: bytes, start: int = 0) -> Container:
    place, metadata, scans = start + 2, 0, 0
    while True:
        while data[place : place + 2] == b"\xff\xff":  # fill bytes
            place += 1
        if place + 2 > len(data) or data[place] != 0xFF:
            raise ImageRefusedError(TRUNCATED)
        marker = data[place + 1]
        if marker == 0xD9:
            return Container("JPEG", place + 2, metadata, scans)
        place += 2
        if marker in _NO_LENGTH:
            continue
        length = int.from_bytes(data[place : place + 2])
        place += length
        if length < 2 or place > len(data):
            raise ImageRefusedError(TRUNCATED)
        if marker == 0xDA:
            scans += 1
            found = _MARKER.search(data, place)
            if found is None:
                raise ImageRefusedError(TRUNCATED)
            place = found.start()
        elif 0xE0 <= marker <= 0xEF or marker == 0xFE:
            metadata += length


def _png(data: bytes) -> Container:
    metadata, animated = 0, False
    for kind, start, length in _png_chunks(data):
        animated |= kind == b"acTL"
        if kind == b"IEND":
            return Container("PNG", start + 12, metadata, animated=animated)
        if kind not in {b"IHDR", b"IDAT", b"PLTE", b"fdAT"}:
            metadata += length
    raise ImageRefusedError(TRUNCATED)


def _png_chunks(data: bytes) -> Iterator[tuple[bytes, int, int]]:
    place = 8
    while place + 12 <= len(data):
        length = int.from_bytes(data[place : place + 4])
        yield data[place + 4 : place + 8], place, length
        place += 12 + length


def _webp(data: bytes) -> Container:
    end = 8 + int.from_bytes(data[4:8], "little")
    end += end % 2
    if end > len(data) + 1:
        raise ImageRefusedError(TRUNCATED)
    place, metadata, animated = 12, 0, False
    while place + 8 <= min(end, len(data)):
        kind, length = data[place : place + 4], int.from_bytes(data[place + 4 : place + 8], "little")
        animated |= kind in {b"ANIM", b"ANMF"}
        if kind not in {b"VP8 ", b"VP8L", b"VP8X", b"ALPH", b"ANIM", b"ANMF"}:
            metadata += length
        place += 8 + length + length % 2
    return Container("WEBP", min(end, len(data)), metadata, animated=animated)


def _heif(data: bytes) -> Container:
    brands = {data[8:12]} | {data[place : place + 4] for place in range(16, min(int.from_bytes(data[:4]), 128), 4)}
    # AVIF is built like HEIC, down to a brand that both bear.
    if brands & {b"avif", b"avis"} or not brands & _HEIF_BRANDS:
        raise ImageRefusedError("这是视频或 AVIF 一类的文件，不是照片。请传 JPEG、PNG、WebP 或 HEIC。")
    place, metadata, begun = 0, 0, False
    while place + 8 <= len(data):
        length, kind = int.from_bytes(data[place : place + 4]), data[place + 4 : place + 8]
        if not (kind.isalpha() and kind.isascii()):
            break
        if length == 1:  # a box of 64 bits
            length = int.from_bytes(data[place + 8 : place + 16])
        elif length == 0:  # to the end
            length = len(data) - place
        if length < 8 or place + length > len(data):
            raise ImageRefusedError(TRUNCATED)
        metadata += length if kind == b"meta" else 0
        begun |= kind == b"mdat"
        place += length
    if not begun:
        raise ImageRefusedError(TRUNCATED)
    return Container("HEIF", place, metadata, animated=data[8:12] in {b"msf1", b"hevc", b"hevx"})
