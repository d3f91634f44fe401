"""Bytes to a Pillow image, by a list of formats, and to 8-bit RGB. Whatever Pillow raises becomes a Refusal."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO

import pi_heif  # type: ignore[import-untyped]  # it ships no types
from PIL import Image, ImageFile

from .errors import ImageRefusedError

# Decoding only: pi-heif cannot write HEIC, whose encoders are burdened with patents.
pi_heif.register_heif_opener()

# Pillow warns from here on and refuses twice as many. What we take is asked by `Limits`.
Image.MAX_IMAGE_PIXELS = 120_000_000

# A JPEG from a camera with a second picture behind the first is an MPO to Pillow.
OPENERS = {"JPEG": ("JPEG", "MPO"), "PNG": ("PNG",), "WEBP": ("WEBP",), "HEIF": ("HEIF",)}
BROKEN = "照片文件已损坏，打不开。请用看图软件另存一份再传。"
WHITE = (255, 255, 255)
ORIENTATION = 0x0112


@contextmanager
def refusing() -> Iterator[None]:
    """Pillow raises all of these on bad files."""
    try:
        yield
    except ImageRefusedError:
        raise
    except Image.DecompressionBombError as error:
        raise ImageRefusedError("照片的尺寸大得不正常，不能收。") from error
    except MemoryError as error:
        raise ImageRefusedError("照片太大，服务器内存不够，不能收。") from error
    except (
        OSError, SyntaxError, ValueError, TypeError, KeyError, IndexError, EOFError, OverflowError, AttributeError,
        ArithmeticError, RuntimeError, AssertionError, struct.error,
    ) as error:  # fmt: skip
        raise ImageRefusedError(BROKEN) from error


def opened(data: bytes, format: str) -> ImageFile.ImageFile:
    """The header is read, no pixel yet."""
    return Image.open(BytesIO(data), formats=OPENERS[format])


def orientation_of(image: Image.Image) -> int:
    """1 to 8, as EXIF numbers them; 1 where it says nothing, or nonsense."""
    if image.format == "HEIF":
        return 1  # libheif has turned it already
    if image.format == "PNG":
        image.load()  # its EXIF may stand behind the pixels, and what is broken in those is not to be passed over
    try:
        value = image.getexif().get(ORIENTATION, 1)
    except Exception:  # broken EXIF is no reason to refuse a photo
        return 1
    return value if isinstance(value, int) and 1 <= value <= 8 else 1


def upright_size(image: Image.Image) -> tuple[int, int]:
    width, height = image.size
    return (height, width) if orientation_of(image) >= 5 else (width, height)


_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


def turned(image: Image.Image, orientation: int) -> Image.Image:
    return image.transpose(_TURNS[orientation]) if orientation in _TURNS else image


def plain(image: Image.Image) -> Image.Image:
    """8 bits a channel, no palette, nothing transparent: L, RGB, CMYK or LAB. Its colours are still the file's own."""
    if image.mode.startswith("I"):
        # 16 bits of grey: Pillow would cut them off, not scale them.
        return image.convert("I").point(lambda value: value * (1 / 257) + 0.5).convert("L")
    if image.mode == "F":
        return image.convert("L")
    if image.mode == "P" or image.has_transparency_data:
        transparent = image.has_transparency_data
        image = image.convert("RGBA" if transparent else "RGB")
        return on_white(image) if transparent else image
    if image.mode in {"L", "RGB", "CMYK", "LAB"}:
        return image
    return image.convert("L" if image.mode == "1" else "RGB")


def on_white(image: Image.Image) -> Image.Image:
    ground = Image.new("RGB", image.size, WHITE)
    ground.paste(image, mask=image.getchannel("A"))
    ground.info = dict(image.info)
    return ground
