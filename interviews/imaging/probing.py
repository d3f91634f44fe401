"""Identify an uploaded photo: format, size, hashes, colour and metadata; or refuse it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import cast

from PIL import Image, ImageFile

from .colour import to_srgb
from .containers import Container, container_of, refuse_polyglots
from .errors import ImageRefusedError
from .hashing import difference_hash, dominant_colour
from .metadata import Metadata, metadata_of
from .opening import flatten, open_image, orientation_of, translated_errors, transpose_upright, upright_size

MB = 1024 * 1024
EXTENSIONS = {"JPEG": {"jpg", "jpeg", "jpe", "jfif"}, "PNG": {"png"}, "WEBP": {"webp"}, "HEIF": {"heic", "heif", "hif"}}
# Cameras write one scan, or about ten in a progressive JPEG.
MAX_SCANS = 64
# Pixels along the longer side: enough for hash and colour. The whole file is still read.
THUMBNAIL_EDGE = 256


@dataclass(frozen=True)
class Limits:
    """Limits of an upload. `pixels` is for JPEGs, decoded at reduced scale; `whole_pixels` for all others."""

    bytes: int = 40 * MB
    pixels: int = 120_000_000
    whole_pixels: int = 64_000_000
    side: int = 30_000
    metadata: int = 8 * MB


@dataclass(frozen=True)
class Probe:
    """The facts about an upload. Width and height are in pixels, after orientation."""

    format: str
    width: int
    height: int
    orientation: int
    sha256: str
    perceptual_hash: int
    colour: str
    metadata: Metadata = field(default_factory=Metadata)
    notes: tuple[str, ...] = ()

    @property
    def extension(self) -> str:
        return {"JPEG": "jpg", "PNG": "png", "WEBP": "webp", "HEIF": "heic"}[self.format]


def probe(data: bytes, *, name: str = "", limits: Limits | None = None) -> Probe:
    """Identify a picture by its content. A file name with another format's extension gives a note.

    Decodes the whole file, so that truncated and broken ones are refused. Raises ImageRefusedError.
    """
    limits = limits or Limits()
    if len(data) > limits.bytes:
        raise ImageRefusedError(f"照片有 {_megabytes(len(data))}，上限是 {_megabytes(limits.bytes)}，请压缩后再传。")
    container = container_of(data)
    _check_container(container, limits)
    refuse_polyglots(data, container)
    with translated_errors():
        image = open_image(data, container.format)
        _check_size(image, container, limits)
        size, orientation = upright_size(image), orientation_of(image)
        metadata = metadata_of(image)
        thumbnail = _thumbnail(image, orientation)
        return Probe(
            format=container.format,
            width=size[0],
            height=size[1],
            orientation=orientation,
            sha256=hashlib.sha256(data).hexdigest(),
            perceptual_hash=difference_hash(thumbnail),
            colour=dominant_colour(thumbnail),
            metadata=metadata,
            notes=tuple(_notes(data, container, name)),
        )


def _check_container(container: Container, limits: Limits) -> None:
    if container.animated:
        raise ImageRefusedError("这是会动的图，不是照片，不能收。")
    if container.metadata > limits.metadata:
        raise ImageRefusedError(
            f"照片里夹带的说明数据有 {_megabytes(container.metadata)}，太大，请用看图软件另存一份再传。"
        )
    if container.scans > MAX_SCANS:
        raise ImageRefusedError("照片的编码不正常，不能收。请用看图软件另存一份再传。")


def _check_size(image: ImageFile.ImageFile, container: Container, limits: Limits) -> None:
    width, height = image.size
    limit = limits.pixels if container.format == "JPEG" else limits.whole_pixels
    if max(width, height) > limits.side:
        raise ImageRefusedError(f"照片有 {width}×{height} 像素，边长超过上限（{limits.side} 像素），请缩小后再传。")
    if width * height > limit:
        raise ImageRefusedError(f"照片有 {width}×{height} 像素，超过上限（{limit // 10_000} 万像素），请缩小后再传。")
    if getattr(image, "is_animated", False) and image.format not in {"MPO", "HEIF"}:
        raise ImageRefusedError("这是会动的图，不是照片，不能收。")


def _thumbnail(image: ImageFile.ImageFile, orientation: int) -> Image.Image:
    if image.format in {"JPEG", "MPO"}:
        image.draft(None, _scaled_size(image.size, THUMBNAIL_EDGE))
    image.load()
    profile = cast("bytes | None", image.info.get("icc_profile"))
    small: Image.Image = image
    if max(image.size) > 2 * THUMBNAIL_EDGE and image.mode in {"L", "RGB", "RGBA", "CMYK", "LA"}:
        small = image.reduce(max(1, max(image.size) // THUMBNAIL_EDGE))
    return transpose_upright(to_srgb(flatten(small), profile), orientation)


def _scaled_size(size: tuple[int, int], edge: int) -> tuple[int, int]:
    """Return the picture's size scaled down to `edge`, for `Image.draft`, which scales by the tighter side."""
    scale = min(1.0, edge / max(size))
    return max(1, int(size[0] * scale)), max(1, int(size[1] * scale))


def _notes(data: bytes, container: Container, name: str) -> list[str]:
    notes = []
    extension = name.rpartition(".")[2].lower() if "." in name else ""
    if extension and extension not in EXTENSIONS[container.format]:
        label = "HEIC" if container.format == "HEIF" else container.format.replace("WEBP", "WebP")
        notes.append(f"文件名的后缀是 .{extension[:10]}，内容其实是 {label}，已按内容收下。")
    if len(data) > container.end:
        notes.append(f"文件末尾有 {len(data) - container.end} 字节不属于这张照片，公开的图里不会有。")
    return notes


def _megabytes(count: int) -> str:
    return f"{count / MB:.1f} MB" if count < 10 * MB else f"{count // MB} MB"
