"""Identify a file by its signature and find where the picture in it ends, without decoding pixels.

Segments are parsed by their standards: JPEG (ITU-T T.81, annex B), PNG (ISO 15948), WebP (RFC 9649).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from .errors import ImageRefusedError

TRUNCATED = "照片文件不完整（多半是没有传完），请重新传一次。"
# A marker in entropy-coded data, other than a stuffed byte or a restart marker.
_MARKER = re.compile(rb"\xff[^\x00\xff\xd0-\xd7]")
_NO_LENGTH = frozenset({0x01, *range(0xD0, 0xD9)})
_HEIF_BRANDS = frozenset({b"heic", b"heix", b"heim", b"heis", b"mif1", b"msf1", b"hevc", b"hevx"})
# Content that a browser, a shell or an unpacker would open. Other trailing data may be the camera's own.
_ACTIVE_CONTENT = re.compile(
    rb"PK\x03\x04|PK\x05\x06|Rar!\x1a|7z\xbc\xaf|\x7fELF|%PDF-"
    rb"|(?i:<\?php|<script|<html|<body|<iframe|<svg[\s/>]|<!doctype)",
)
# Too short to search for: random data holds them by chance. They only count at the start of the trailing data.
_SHORT_SIGNATURES = (b"<%", b"#!/")
# Cameras append a few previews or gain maps; more are an attempt to keep the server busy.
_MAX_APPENDED = 64
_SIGNATURES = (
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
    """The structure of a picture file.

    `format` is Pillow's name. `end` is the offset after the picture; trailing data may follow. `metadata` counts the
    bytes of non-pixel segments, `scans` the scans of a JPEG (many if progressive).
    """

    format: str
    end: int
    metadata: int
    scans: int = 1
    animated: bool = False


def container_of(data: bytes) -> Container:
    """Parse the structure of a JPEG, PNG, WebP or HEIC file. Raises ImageRefusedError for others and truncated ones."""
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
    raise ImageRefusedError(f"这是{_describe(data)}，不是照片。请传 JPEG、PNG、WebP 或 HEIC。")


def refuse_polyglots(data: bytes, container: Container) -> None:
    """Refuse polyglots: pictures with a web page, a script or an archive appended. Raises ImageRefusedError."""
    position = _skip_appended_pictures(data, container.end)
    if data.startswith(_SHORT_SIGNATURES, position) or _ACTIVE_CONTENT.search(data, position):
        raise ImageRefusedError("照片后面夹带了网页、程序或压缩包，不能收。请用看图软件另存一份再传。")


def _skip_appended_pictures(data: bytes, position: int) -> int:
    """Skip JPEGs that phones append (gain map, second view): their pixels may match any signature by chance."""
    for _ in range(_MAX_APPENDED):
        if not data.startswith(b"\xff\xd8\xff", position):
            break
        try:
            position = _jpeg(data, position).end
        except ImageRefusedError:  # a JPEG signature, but no JPEG
            break
    return position


def _describe(data: bytes) -> str:
    head = data[:1024].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    for signature, name in _MARKUP:
        if head.startswith(signature):
            return "SVG 图" if b"<svg" in head else name
    for signature, name in _SIGNATURES:
        if data.startswith(signature):
            return name
    return "认不出的文件"


def _jpeg(data: bytes, start: int = 0) -> Container:
    position, metadata, scans = start + 2, 0, 0
    while True:
        while data[position : position + 2] == b"\xff\xff":  # fill bytes
            position += 1
        if position + 2 > len(data) or data[position] != 0xFF:
            raise ImageRefusedError(TRUNCATED)
        marker = data[position + 1]
        if marker == 0xD9:
            return Container("JPEG", position + 2, metadata, scans)
        position += 2
        if marker in _NO_LENGTH:
            continue
        length = int.from_bytes(data[position : position + 2])
        position += length
        if length < 2 or position > len(data):
            raise ImageRefusedError(TRUNCATED)
        if marker == 0xDA:
            scans += 1
            found = _MARKER.search(data, position)
            if found is None:
                raise ImageRefusedError(TRUNCATED)
            position = found.start()
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
    position = 8
    while position + 12 <= len(data):
        length = int.from_bytes(data[position : position + 4])
        yield data[position + 4 : position + 8], position, length
        position += 12 + length


def _webp(data: bytes) -> Container:
    end = 8 + int.from_bytes(data[4:8], "little")
    end += end % 2
    if end > len(data) + 1:
        raise ImageRefusedError(TRUNCATED)
    position, metadata, animated = 12, 0, False
    while position + 8 <= min(end, len(data)):
        kind, length = data[position : position + 4], int.from_bytes(data[position + 4 : position + 8], "little")
        animated |= kind in {b"ANIM", b"ANMF"}
        if kind not in {b"VP8 ", b"VP8L", b"VP8X", b"ALPH", b"ANIM", b"ANMF"}:
            metadata += length
        position += 8 + length + length % 2
    return Container("WEBP", min(end, len(data)), metadata, animated=animated)


def _heif(data: bytes) -> Container:
    brands = {data[8:12]} | {
        data[position : position + 4] for position in range(16, min(int.from_bytes(data[:4]), 128), 4)
    }
    # AVIF files may also carry the brand mif1.
    if brands & {b"avif", b"avis"} or not brands & _HEIF_BRANDS:
        raise ImageRefusedError("这是视频或 AVIF 一类的文件，不是照片。请传 JPEG、PNG、WebP 或 HEIC。")
    position, metadata, has_pixels = 0, 0, False
    while position + 8 <= len(data):
        length, kind = int.from_bytes(data[position : position + 4]), data[position + 4 : position + 8]
        if not (kind.isalpha() and kind.isascii()):
            break
        if length == 1:  # a 64-bit length follows (ISO/IEC 14496-12)
            length = int.from_bytes(data[position + 8 : position + 16])
        elif length == 0:  # the box extends to the end of the file
            length = len(data) - position
        if length < 8 or position + length > len(data):
            raise ImageRefusedError(TRUNCATED)
        metadata += length if kind == b"meta" else 0
        has_pixels |= kind == b"mdat"
        position += length
    if not has_pixels:
        raise ImageRefusedError(TRUNCATED)
    return Container("HEIF", position, metadata, animated=data[8:12] in {b"msf1", b"hevc", b"hevx"})
