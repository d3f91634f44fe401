"""Renditions: crops of a picture in several sizes and formats, in sRGB, without anything the camera wrote."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from io import BytesIO
from typing import Any
from xml.sax.saxutils import escape

from PIL import Image

from .colour import to_srgb
from .containers import container_of
from .opening import opened, orientation_of, plain, refusing, turned, upright_size
from .specs import SPECS, Focal, Spec, crop_box, sizes

FORMATS = ("webp", "jpeg")
_SAVING: dict[str, dict[str, Any]] = {
    "jpeg": {"format": "JPEG", "quality": 82, "optimize": True, "progressive": True},
    "webp": {"format": "WEBP", "quality": 80, "method": 4},
    "avif": {"format": "AVIF", "quality": 60, "speed": 6},
}
# Resizing far down, first by whole numbers: no difference is seen at this gap.
GAP = 3.0


@dataclass(frozen=True)
class Rendered:
    spec: str
    format: str
    width: int
    height: int
    data: bytes


def renditions(
    data: bytes,
    *,
    focal: Focal | None = None,
    specs: Iterable[Spec] = tuple(SPECS.values()),
    formats: Iterable[str] = FORMATS,
    credit: str = "",
    rights: str = "",
) -> Iterator[Rendered]:
    """All renditions, one after another, so that none waits in memory for the rest. The same bytes give the same
    renditions. Only `credit` and `rights` are written into them. Raises ImageRefusedError if the source is broken."""
    specs, formats, packet = list(specs), list(formats), xmp_packet(credit, rights)
    with refusing():
        base = _base(data, specs)
        for spec in specs:
            for image in _chain(base, spec, focal):
                for format in formats if spec.formats is None else spec.formats:
                    yield Rendered(spec.name, format, *image.size, _encoded(image, format, packet))


def render(
    data: bytes,
    spec: Spec,
    focal: Focal | None = None,
    *,
    edge: int | None = None,
    format: str = "jpeg",
    credit: str = "",
    rights: str = "",
) -> bytes:
    """One of them: of the crop's sizes the largest whose longer side is at most `edge`, or the smallest there is."""
    with refusing():
        chain = list(_chain(_base(data, [spec]), spec, focal))
        fitting = [image for image in chain if edge is None or max(image.size) <= edge]
        return _encoded((fitting or chain[-1:])[0], format, xmp_packet(credit, rights))


@dataclass(frozen=True)
class _Base:
    """The picture, upright and in sRGB, no larger than the renditions need; and its own size."""

    image: Image.Image
    width: int
    height: int


def _base(data: bytes, specs: list[Spec]) -> _Base:
    source = opened(data, container_of(data).format)
    orientation, (width, height) = orientation_of(source), upright_size(source)
    profile = source.info.get("icc_profile")
    scale = max(_scale(width, height, spec) for spec in specs)
    if source.format in {"JPEG", "MPO"}:
        # Proportional, or the decoder takes the tighter side for both.
        source.draft(None, (max(1, int(source.width * scale)), max(1, int(source.height * scale))))
    source.load()
    image = plain(source)
    # Scaled first and turned and converted after: both cost by the pixel.
    size = max(1, round(width * scale)), max(1, round(height * scale))
    lying = size[::-1] if orientation >= 5 else size
    if lying != image.size:
        image = image.resize(lying, Image.Resampling.LANCZOS, reducing_gap=GAP)
    image = turned(to_srgb(image, profile), orientation)
    image.info = {}
    return _Base(image, width, height)


def _scale(width: int, height: int, spec: Spec) -> float:
    left, top, right, bottom = crop_box(width, height, spec)
    return min(1.0, max(spec.edges) / max(right - left, bottom - top))


def _chain(base: _Base, spec: Spec, focal: Focal | None) -> Iterator[Image.Image]:
    """The crop, largest first, each made from the one before it."""
    left, top, right, bottom = crop_box(base.width, base.height, spec, focal)
    across, down = base.image.width / base.width, base.image.height / base.height
    box = (left * across, top * down, min(right * across, base.image.width), min(bottom * down, base.image.height))
    image = base.image
    for size in sizes(right - left, bottom - top, spec):
        image = image.resize(size, Image.Resampling.LANCZOS, box=box, reducing_gap=GAP)
        box = (0, 0, *size)
        yield image


def _encoded(image: Image.Image, format: str, packet: bytes) -> bytes:
    target = BytesIO()
    options = _SAVING[format] | ({"xmp": packet} if packet else {})
    image.save(target, **options)
    return target.getvalue()


def xmp_packet(credit: str, rights: str) -> bytes:
    """Credit and copyright as the IPTC Photo Metadata Standard 2023.1 names them in XMP; empty without both."""
    if not credit and not rights:
        return b""
    parts = [f"<photoshop:Credit>{escape(credit)}</photoshop:Credit>"] if credit else []
    if rights:
        item = f'<rdf:li xml:lang="x-default">{escape(rights)}</rdf:li>'
        parts.append(f"<dc:rights><rdf:Alt>{item}</rdf:Alt></dc:rights>")
    return (
        '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        '<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/"'
        ' xmlns:photoshop="http://ns.adobe.com/photoshop/1.0/">' + "".join(parts) + "</rdf:Description></rdf:RDF>"
        "</x:xmpmeta>"
    ).encode()
