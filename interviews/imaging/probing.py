from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import cast

from PIL import Image, ImageFile

from .colour import to_srgb
from .containers import Container, container_of, refuse_programs
from .errors import ImageRefusedError
from .hashing import difference_hash, dominant_colour
from .metadata import Metadata, metadata_of
from .opening import opened, orientation_of, plain, refusing, turned, upright_size

MB = 1024 * 1024
EXTENSIONS = {"JPEG": {"jpg", "jpeg", "jpe", "jfif"}, "PNG": {"png"}, "WEBP": {"webp"}, "HEIF": {"heic", "heif", "hif"}}
# A camera stores a picture in one scan, or in ten.
MOST_SCANS = 64
# Half the picture's detail is more than a hash and a colour need; the whole file is read all the same.
GLANCE = 256


@dataclass(frozen=True)
class Limits:
    """`pixels` of a JPEG, which is decoded at the size that is needed; `whole_pixels` of what is decoded whole."""

    bytes: int = 40 * MB
    pixels: int = 120_000_000
    whole_pixels: int = 64_000_000
    side: int = 30_000
    metadata: int = 8 * MB


@dataclass(frozen=True)
class Probe:
    """What an upload is. Width and height are those a reader sees, in pixels."""

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
    """Identify a picture by its content; `name` is only checked against it. Raises ImageRefusedError (in Chinese).

    The whole file is decoded once, so that one that is cut off or broken is refused.
    """
    limits = limits or Limits()
    if len(data) > limits.bytes:
        raise ImageRefusedError(f"照片有 {_megabytes(len(data))}，上限是 {_megabytes(limits.bytes)}，请压缩后再传。")
    container = container_of(data)
    _refuse(container, limits)
    refuse_programs(data, container)
    with refusing():
        image = opened(data, container.format)
        _refuse_size(image, container, limits)
        size, orientation = upright_size(image), orientation_of(image)
        metadata = metadata_of(image)
        glance = _glance(image, orientation)
        return Probe(
            format=container.format,
            width=size[0],
            height=size[1],
            orientation=orientation,
            sha256=hashlib.sha256(data).hexdigest(),
            perceptual_hash=difference_hash(glance),
            colour=dominant_colour(glance),
            metadata=metadata,
            notes=tuple(_notes(data, container, name)),
        )


def _refuse(container: Container, limits: Limits) -> None:
    if container.animated:
        raise ImageRefusedError("这是会动的图，不是照片，不能收。")
    if container.metadata > limits.metadata:
        raise ImageRefusedError(
            f"照片里夹带的说明数据有 {_megabytes(container.metadata)}，太大，请用看图软件另存一份再传。"
        )
    if container.scans > MOST_SCANS:
        raise ImageRefusedError("照片的编码不正常，不能收。请用看图软件另存一份再传。")


def _refuse_size(image: ImageFile.ImageFile, container: Container, limits: Limits) -> None:
    width, height = image.size
    most = limits.pixels if container.format == "JPEG" else limits.whole_pixels
    if max(width, height) > limits.side:
        raise ImageRefusedError(f"照片有 {width}×{height} 像素，边长超过上限（{limits.side} 像素），请缩小后再传。")
    if width * height > most:
        raise ImageRefusedError(f"照片有 {width}×{height} 像素，超过上限（{most // 10_000} 万像素），请缩小后再传。")
    if getattr(image, "is_animated", False) and image.format not in {"MPO", "HEIF"}:
        raise ImageRefusedError("这是会动的图，不是照片，不能收。")


def _glance(image: ImageFile.ImageFile, orientation: int) -> Image.Image:
    if image.format in {"JPEG", "MPO"}:
        image.draft(None, _covering(image.size, GLANCE))
    image.load()
    profile = cast("bytes | None", image.info.get("icc_profile"))
    small: Image.Image = image
    if max(image.size) > 2 * GLANCE and image.mode in {"L", "RGB", "RGBA", "CMYK", "LA"}:
        small = image.reduce(max(1, max(image.size) // GLANCE))
    return turned(to_srgb(plain(small), profile), orientation)


def _covering(size: tuple[int, int], edge: int) -> tuple[int, int]:
    """A box of the picture's own proportions: JPEG's decoder scales by the tighter side of it."""
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
