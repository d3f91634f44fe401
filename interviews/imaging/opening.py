"""Open image files with Pillow, restricted to known formats, and normalise orientation and mode."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO

import pi_heif  # type: ignore[import-untyped]  # ships no types
from PIL import Image, ImageFile

from .errors import ImageRefusedError

# pi-heif only decodes: HEIC encoders are encumbered by patents.
pi_heif.register_heif_opener()

# Pillow warns above this and raises above twice as many pixels. `probing.Limits` has our own limits.
Image.MAX_IMAGE_PIXELS = 120_000_000

# Pillow opens a JPEG with a second picture appended as MPO.
OPENERS = {"JPEG": ("JPEG", "MPO"), "PNG": ("PNG",), "WEBP": ("WEBP",), "HEIF": ("HEIF",)}
BROKEN = "照片文件已损坏，打不开。请用看图软件另存一份再传。"
WHITE = (255, 255, 255)
ORIENTATION = 0x0112


@contextmanager
def translated_errors() -> Iterator[None]:
    """Translate the errors that Pillow raises on bad files to ImageRefusedError."""
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


def open_image(data: bytes, format: str) -> ImageFile.ImageFile:
    """Open an image lazily: only its header is read."""
    return Image.open(BytesIO(data), formats=OPENERS[format])


def orientation_of(image: Image.Image) -> int:
    """Return the EXIF orientation, 1 to 8; 1 if missing or invalid."""
    if image.format == "HEIF":
        return 1  # libheif has already applied it
    if image.format == "PNG":
        image.load()  # EXIF may follow the pixels; load outside the try, so that broken pixels raise
    try:
        value = image.getexif().get(ORIENTATION, 1)
    except Exception:  # broken EXIF is no reason to refuse a photo
        return 1
    return value if isinstance(value, int) and 1 <= value <= 8 else 1


def upright_size(image: Image.Image) -> tuple[int, int]:
    width, height = image.size
    return (height, width) if orientation_of(image) >= 5 else (width, height)


_TRANSPOSES = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


def transpose_upright(image: Image.Image, orientation: int) -> Image.Image:
    return image.transpose(_TRANSPOSES[orientation]) if orientation in _TRANSPOSES else image


def flatten(image: Image.Image) -> Image.Image:
    """Convert to L, RGB, CMYK or LAB: 8 bits a channel, no palette, transparency on white. Keeps the colour space."""
    if image.mode.startswith("I"):
        # Pillow clips 16-bit grey when converting; scale it.
        return image.convert("I").point(lambda value: value * (1 / 257) + 0.5).convert("L")
    if image.mode == "F":
        return image.convert("L")
    if image.mode == "P" or image.has_transparency_data:
        transparent = image.has_transparency_data
        image = image.convert("RGBA" if transparent else "RGB")
        return _on_white(image) if transparent else image
    if image.mode in {"L", "RGB", "CMYK", "LAB"}:
        return image
    return image.convert("L" if image.mode == "1" else "RGB")


def _on_white(image: Image.Image) -> Image.Image:
    background = Image.new("RGB", image.size, WHITE)
    background.paste(image, mask=image.getchannel("A"))
    background.info = dict(image.info)
    return background
