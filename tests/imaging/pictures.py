"""Build pictures in memory, as cameras, phones, printers and attackers make them."""

from __future__ import annotations

import struct
import zlib
from io import BytesIO

from PIL import Image, ImageCms, ImageDraw

RED, GREEN, BLUE, YELLOW = (200, 30, 30), (30, 160, 60), (30, 60, 200), (230, 210, 40)


def quartered(width=240, height=160) -> Image.Image:
    """Red, green / blue, yellow: every corner shows the orientation."""
    image = Image.new("RGB", (width, height), RED)
    image.paste(GREEN, (width // 2, 0, width, height))
    image.paste(BLUE, (0, height // 2, width // 2, height))
    image.paste(YELLOW, (width // 2, height // 2, width, height))
    return image


def scenery(width=1600, height=1200, seed=3) -> Image.Image:
    """Hills, a sky and a sun: smooth and detailed areas, as in a photograph."""
    image = Image.linear_gradient("L").resize((width, height)).convert("RGB")
    draw = ImageDraw.Draw(image)
    for place in range(40):
        left = (place * 397 * seed) % width
        top = height // 3 + (place * 151 * seed) % (height // 2)
        colour = (60 + place * 3, 120 - place, 40 + (place * 7) % 90)
        draw.ellipse((left - 200, top - 60, left + 200, top + 260), fill=colour)
    draw.ellipse((width - 300, 80, width - 140, 240), fill=(250, 210, 120))
    return image


def saved(image: Image.Image, format="JPEG", **options) -> bytes:
    target = BytesIO()
    image.save(target, format, **({"quality": 95} if format == "JPEG" else {}), **options)
    return target.getvalue()


def read(data: bytes) -> Image.Image:
    image = Image.open(BytesIO(data))
    image.load()
    return image


# --- metadata --------------------------------------------------------------------------------------------------------


def exif_of(orientation: int | None = None, details: dict | None = None, gps: bool = False, **texts) -> Image.Exif:
    exif = Image.Exif()
    if orientation is not None:
        exif[0x0112] = orientation
    for tag, value in {"caption": 0x010E, "byline": 0x013B, "rights": 0x8298}.items():
        if value and tag in texts:
            exif[value] = texts[tag].encode()
    exif[0x8769] = details or {}
    if gps:
        exif[0x8825] = {1: "N", 2: (37.0, 41.0, 12.5), 3: "E", 4: (112.0, 44.0, 9.1)}
    return exif


def iptc_of(encoding="utf-8", **fields: str | list[str]) -> bytes:
    """Build a Photoshop resource block with an IPTC record; UTF-8 is declared in dataset 1:90."""
    numbers = {"caption": 120, "headline": 105, "byline": 80, "credit": 110, "rights": 116, "keywords": 25}
    numbers |= {"country": 101, "state": 95, "city": 90, "location": 92, "date": 55, "time": 60}
    record = b"\x1c\x01\x5a\x00\x03\x1b%G" if encoding == "utf-8" else b""
    for name, value in fields.items():
        for text in value if isinstance(value, list) else [value]:
            data = text.encode(encoding)
            record += struct.pack(">BBBH", 0x1C, 2, numbers[name], len(data)) + data
    block = b"8BIM\x04\x04\x00\x00" + struct.pack(">I", len(record)) + record + b"\x00" * (len(record) % 2)
    return segment(0xED, b"Photoshop 3.0\x00" + block)


def segment(marker: int, content: bytes) -> bytes:
    return bytes([0xFF, marker]) + struct.pack(">H", len(content) + 2) + content


def with_segments(jpeg: bytes, *segments: bytes) -> bytes:
    return jpeg[:2] + b"".join(segments) + jpeg[2:]


def xmp_of(inner="", attributes="") -> bytes:
    return (
        '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/">'
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about=""'
        ' xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:photoshop="http://ns.adobe.com/photoshop/1.0/"'
        f' xmlns:Iptc4xmpCore="http://iptc.org/std/Iptc4xmpCore/1.0/xmlns/"{attributes}>{inner}'
        '</rdf:Description></rdf:RDF></x:xmpmeta><?xpacket end="w"?>'
    ).encode()


# --- colour ----------------------------------------------------------------------------------------------------------

# Primaries and D50 white as XYZ columns, and sRGB's curve: Display P3 (ICC, "Display P3" registration).
P3_COLUMNS = ((0.51512, 0.24120, -0.00105), (0.29198, 0.69225, 0.04189), (0.15710, 0.06657, 0.78407))


def p3_profile() -> bytes:
    """Build a Display P3 profile: header, tag table, matrix and curve (ICC.1:2022)."""
    curve = [round(65535 * _linear(step / 1023)) for step in range(1024)]
    tags = {
        b"desc": b"desc\x00\x00\x00\x00" + struct.pack(">I", 11) + b"Display P3\x00" + b"\x00" * 78,
        b"cprt": b"text\x00\x00\x00\x00CC0\x00",
        b"wtpt": _xyz(0.9642, 1.0, 0.8249),
        **{name: _xyz(*column) for name, column in zip((b"rXYZ", b"gXYZ", b"bXYZ"), P3_COLUMNS, strict=True)},
        **dict.fromkeys((b"rTRC", b"gTRC", b"bTRC"), b"curv\x00\x00\x00\x00" + struct.pack(">I1024H", 1024, *curve)),
    }
    table, body, offset = struct.pack(">I", len(tags)), b"", 128 + 4 + 12 * len(tags)
    for name, data in tags.items():
        data += b"\x00" * (-len(data) % 4)
        table += name + struct.pack(">II", offset + len(body), len(data))
        body += data
    header = struct.pack(">I4sI4s4s4s", offset + len(body), b"lcms", 0x02400000, b"mntr", b"RGB ", b"XYZ ")
    header += struct.pack(">6H4s4sI", 2025, 3, 12, 0, 0, 0, b"acsp", b"APPL", 0) + b"\x00" * 16
    header += b"\x00" * 4 + struct.pack(">3i", 63190, 65536, 54061)
    return header.ljust(128, b"\x00") + table + body


def _xyz(*values: float) -> bytes:
    return b"XYZ \x00\x00\x00\x00" + struct.pack(">3i", *(round(value * 65536) for value in values))


def _linear(value: float) -> float:
    return value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4


def p3_to_srgb(colour: tuple[int, int, int]) -> tuple[float, ...]:
    """Reference conversion: P3 to XYZ (D50) to sRGB by the published matrices, 0 to 255, clipped to the gamut."""
    linear = [_linear(channel / 255) for channel in colour]
    xyz = [sum(P3_COLUMNS[c][row] * linear[c] for c in range(3)) for row in range(3)]
    matrix = (
        (3.1338561, -1.6168667, -0.4906146),
        (-0.9787684, 1.9161415, 0.0334540),
        (0.0719453, -0.2289914, 1.4052427),
    )
    back = [min(max(sum(m * v for m, v in zip(row, xyz, strict=True)), 0), 1) for row in matrix]
    return tuple(255 * (12.92 * v if v <= 0.0031308 else 1.055 * v ** (1 / 2.4) - 0.055) for v in back)


def difference(one: tuple[float, ...], other: tuple[float, ...]) -> float:
    """Return ΔE (CIE 1976) of two sRGB colours."""
    return sum((a - b) ** 2 for a, b in zip(_lab(one), _lab(other), strict=True)) ** 0.5


def _lab(colour: tuple[float, ...]) -> tuple[float, float, float]:
    red, green, blue = (_linear(channel / 255) for channel in colour)
    x = (0.4124 * red + 0.3576 * green + 0.1805 * blue) / 0.9505
    y = 0.2126 * red + 0.7152 * green + 0.0722 * blue
    z = (0.0193 * red + 0.1192 * green + 0.9505 * blue) / 1.089
    fx, fy, fz = (v ** (1 / 3) if v > 0.008856 else 7.787 * v + 16 / 116 for v in (x, y, z))
    return 116 * fy - 16, 500 * (fx - fy), 200 * (fy - fz)


def lab_profile() -> bytes:
    """Return a valid profile of the wrong colour space for an RGB picture."""
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()


# --- hostile ---------------------------------------------------------------------------------------------------------


def png_chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def png_bomb(side=30_000) -> bytes:
    """Build a small PNG that decompresses to `side` × `side` pixels of zeros."""
    header = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    pixels = zlib.compress(b"\x00" * 10_000_000, 9)
    chunks = png_chunk(b"IHDR", header) + png_chunk(b"IDAT", pixels) + png_chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + chunks


def webp_bomb(side=30_000) -> bytes:
    """Build a WebP whose extended header claims a larger canvas than a frame can have."""
    frame = saved(Image.new("RGB", (16, 16)), "WEBP", lossless=True)[12:]
    size = (side - 1).to_bytes(3, "little")
    extended = b"VP8X" + struct.pack("<I", 10) + b"\x00\x00\x00\x00" + size + size
    return b"RIFF" + struct.pack("<I", 4 + len(extended) + len(frame)) + b"WEBP" + extended + frame


def truncated(data: bytes, part: float) -> bytes:
    return data[: int(len(data) * part)]
