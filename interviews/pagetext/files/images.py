"""Extract the pictures of a PDF as JPEG or PNG."""

from __future__ import annotations

import struct
import zlib
from typing import Any

from pdfminer.pdftypes import PDFStream, list_value, resolve1
from pdfminer.psparser import literal_name

from .geometry import Picture

MIN_SIDE = 40  # pixels; anything smaller is an ornament
MAX_PIXELS = 60_000_000
_CHANNELS = {"DeviceRGB": 3, "RGB": 3, "CalRGB": 3, "DeviceGray": 1, "G": 1, "CalGray": 1}
_JPEG = {"DCTDecode", "DCT"}


def picture(stream: PDFStream) -> Picture | None:
    """Return the picture, or None for ornaments and unsupported encodings."""
    width, height = _size(stream)
    if is_ornament(stream) or width * height > MAX_PIXELS:
        return None
    filters = [literal_name(name) for name, _ in stream.get_filters()]
    if filters and filters[-1] in _JPEG:
        data = stream.get_rawdata() if len(filters) == 1 else stream.get_data()
        return Picture(data, "image/jpeg", width, height) if data else None
    channels = _channels(resolve1(stream.get_any(("ColorSpace", "CS"))))
    if channels == 0 or _number(stream.get_any(("BitsPerComponent", "BPC"))) != 8:
        return None
    data = stream.get_data()
    if len(data) < width * height * channels:
        return None
    return Picture(_png(data, width, height, channels), "image/png", width, height)


def is_ornament(stream: PDFStream) -> bool:
    return min(_size(stream)) < MIN_SIDE or resolve1(stream.get_any(("ImageMask", "IM"))) is True


def _size(stream: PDFStream) -> tuple[int, int]:
    return _number(stream.get_any(("Width", "W"))), _number(stream.get_any(("Height", "H")))


def _number(value: Any) -> int:
    value = resolve1(value)
    return value if isinstance(value, int) else 0


def _channels(space: Any) -> int:
    if isinstance(space, list) and space:
        kind = literal_name(resolve1(space[0]))
        if kind == "ICCBased":
            return {1: 1, 3: 3}.get(_number(resolve1(list_value(space)[1]).get("N")), 0)
        return _CHANNELS.get(kind, 0)
    return _CHANNELS.get(literal_name(space), 0) if space is not None else 0


def _png(data: bytes, width: int, height: int, channels: int) -> bytes:
    """Encode as PNG (ISO/IEC 15948): 8 bits a channel, grey or RGB, no filter."""
    step = width * channels
    rows = b"".join(b"\0" + data[y * step : (y + 1) * step] for y in range(height))
    header = struct.pack(">IIBBBBB", width, height, 8, 0 if channels == 1 else 2, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(rows, 1)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body)) for kind, body in chunks
    )
