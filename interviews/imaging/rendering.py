"""Make renditions: crops of a picture in several sizes and formats, in sRGB, without the camera's metadata."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from io import BytesIO
from typing import Any
from xml.sax.saxutils import escape

from PIL import Image

from .colour import to_srgb
from .containers import container_of
from .opening import flatten, open_image, orientation_of, translated_errors, transpose_upright, upright_size
from .specs import SPECS, Focal, Spec, crop_box, sizes

FORMATS = ("webp", "jpeg")
_SAVE_OPTIONS: dict[str, dict[str, Any]] = {
    "jpeg": {"format": "JPEG", "quality": 82, "optimize": True, "progressive": True},
    "webp": {"format": "WEBP", "quality": 80, "method": 4},
    "avif": {"format": "AVIF", "quality": 60, "speed": 6},
}
# Pillow's `reducing_gap`: shrink by an integer factor first; at 3.0 the result looks the same.
REDUCING_GAP = 3.0


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
    """Yield all renditions one by one, so that only one is in memory.

    Deterministic. Embeds only `credit` and `rights` as metadata. Raises ImageRefusedError if the source is broken.
    """
    specs, formats, packet = list(specs), list(formats), xmp_packet(credit, rights)
    with translated_errors():
        base = _base(data, specs)
        for spec in specs:
            for image in _crops(base, spec, focal):
                for format in formats if spec.formats is None else spec.formats:
                    yield Rendered(spec.name, format, *image.size, _encode(image, format, packet))


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
    """Make one rendition: the crop's largest size whose longer side is at most `edge`, else its smallest.

    Raises ImageRefusedError if the source is broken.
    """
    with translated_errors():
        crops = list(_crops(_base(data, [spec]), spec, focal))
        fitting = [image for image in crops if edge is None or max(image.size) <= edge]
        return _encode((fitting or crops[-1:])[0], format, xmp_packet(credit, rights))


@dataclass(frozen=True)
class _Base:
    """The picture, upright and in sRGB, reduced to what the renditions need. Width and height are the original's."""

    image: Image.Image
    width: int
    height: int


def _base(data: bytes, specs: list[Spec]) -> _Base:
    source = open_image(data, container_of(data).format)
    orientation, (width, height) = orientation_of(source), upright_size(source)
    profile = source.info.get("icc_profile")
    scale = max(_scale(width, height, spec) for spec in specs)
    if source.format in {"JPEG", "MPO"}:
        # Keep the proportions: the decoder scales both sides by the tighter one.
        source.draft(None, (max(1, int(source.width * scale)), max(1, int(source.height * scale))))
    source.load()
    image = flatten(source)
    # Scale before transposing and converting: both cost time per pixel.
    size = max(1, round(width * scale)), max(1, round(height * scale))
    stored_size = size[::-1] if orientation >= 5 else size
    if stored_size != image.size:
        image = image.resize(stored_size, Image.Resampling.LANCZOS, reducing_gap=REDUCING_GAP)
    image = transpose_upright(to_srgb(image, profile), orientation)
    image.info = {}
    return _Base(image, width, height)


def _scale(width: int, height: int, spec: Spec) -> float:
    left, top, right, bottom = crop_box(width, height, spec)
    return min(1.0, max(spec.edges) / max(right - left, bottom - top))


def _crops(base: _Base, spec: Spec, focal: Focal | None) -> Iterator[Image.Image]:
    """Yield the crop in all sizes, largest first, each resized from the one before."""
    left, top, right, bottom = crop_box(base.width, base.height, spec, focal)
    scale_x, scale_y = base.image.width / base.width, base.image.height / base.height
    box = (
        left * scale_x,
        top * scale_y,
        min(right * scale_x, base.image.width),
        min(bottom * scale_y, base.image.height),
    )
    image = base.image
    for size in sizes(right - left, bottom - top, spec):
        image = image.resize(size, Image.Resampling.LANCZOS, box=box, reducing_gap=REDUCING_GAP)
        box = (0, 0, *size)
        yield image


def _encode(image: Image.Image, format: str, packet: bytes) -> bytes:
    target = BytesIO()
    options = _SAVE_OPTIONS[format] | ({"xmp": packet} if packet else {})
    image.save(target, **options)
    return target.getvalue()


def xmp_packet(credit: str, rights: str) -> bytes:
    """Return credit and copyright as XMP (IPTC Photo Metadata Standard 2023.1); empty if both are."""
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
