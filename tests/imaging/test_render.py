import struct
import zlib
from pathlib import Path

import pytest
from PIL import Image, ImageChops, ImageStat

from interviews.imaging import CARD, FULL, PORTRAIT, SPECS, SQUARE, crop_box, probe, render, renditions

from . import pictures as p

HEIC = Path(__file__).parent / "turned.heic"
CORNERS = [(0.1, 0.1), (0.9, 0.1), (0.1, 0.9), (0.9, 0.9)]


def colours(image: Image.Image) -> list[tuple[int, int, int]]:
    return [image.getpixel((int(x * image.width), int(y * image.height))) for x, y in CORNERS]


def near(found, expected, most=4.0):
    return all(p.difference(a, b) < most for a, b in zip(found, expected, strict=True))


def test_renders_every_spec_size_and_format_once():
    made = list(renditions(p.saved(p.scenery(2400, 1600))))
    assert {each.spec for each in made} == set(SPECS)
    keys = [(each.spec, each.format, each.width) for each in made]
    assert len(keys) == len(set(keys)) == 2 * (3 + 3 + 3 + 5) + 1
    for each in made:
        image = p.read(each.data)
        assert image.size == (each.width, each.height)
        assert image.format == each.format.upper()
        assert image.mode == "RGB"


def test_never_upscales():
    made = list(renditions(p.saved(p.scenery(500, 400))))
    assert max(each.width for each in made) == 500
    assert {each.width for each in made if each.spec == "full"} == {500, 320}


def test_rendering_is_deterministic():
    data = p.saved(p.scenery(900, 700))
    assert list(renditions(data, focal=(0.3, 0.3))) == list(renditions(data, focal=(0.3, 0.3)))


def test_renders_avif_on_request():
    made = list(renditions(p.saved(p.scenery(400, 300)), specs=[FULL], formats=["avif"]))
    assert p.read(made[0].data).format == "AVIF"


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("size", [(240, 160), (3000, 2000)])
def test_applies_every_orientation(orientation, size):
    upright = p.quartered(*size)
    back = {1: None, 2: 0, 3: 3, 4: 1, 5: 5, 6: 2, 7: 6, 8: 4}[orientation]
    stored = upright if back is None else upright.transpose(back)
    image = p.read(render(p.saved(stored, exif=p.exif_of(orientation)), FULL, edge=640))
    assert image.width > image.height
    assert near(colours(image), [p.RED, p.GREEN, p.BLUE, p.YELLOW])


def test_crops_around_the_focal_point():
    data = p.saved(p.quartered(1600, 400), "PNG")
    left = p.read(render(data, SQUARE, (0.1, 0.5)))
    right = p.read(render(data, SQUARE, (0.9, 0.5)))
    assert near(colours(left), [p.RED, p.RED, p.BLUE, p.BLUE])
    assert near(colours(right), [p.GREEN, p.GREEN, p.YELLOW, p.YELLOW])


def test_chained_resizing_matches_direct_resizing():
    data = p.saved(p.scenery(3000, 2000), "PNG")
    chained = p.read(render(data, CARD, edge=480))
    box = crop_box(3000, 2000, CARD)
    direct = p.scenery(3000, 2000).resize(chained.size, Image.Resampling.LANCZOS, box=box)

    def mean_difference(one, other):
        return ImageStat.Stat(ImageChops.difference(one.convert("L"), other.convert("L"))).mean[0]

    assert mean_difference(chained, direct) < 1.5
    assert mean_difference(ImageChops.offset(chained, 1, 0), direct) > 2 * mean_difference(chained, direct)


# --- colour ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("colour", [(200, 60, 50), (90, 160, 70), (60, 90, 190), (128, 128, 128), (240, 220, 200)])
@pytest.mark.parametrize(("format", "mode"), [("PNG", "RGB"), ("JPEG", "RGB"), ("WEBP", "RGB")])
def test_converts_p3_to_srgb(colour, format, mode):
    options = {"lossless": True} if format == "WEBP" else {}
    data = p.saved(Image.new(mode, (400, 300), colour), format, icc_profile=p.p3_profile(), **options)
    image = p.read(render(data, FULL))
    assert p.difference(image.getpixel((100, 100)), p.p3_to_srgb(colour)) < 2
    assert p.difference(colour, p.p3_to_srgb(colour)) > 2 or colour[0] == colour[1]
    assert "icc_profile" not in image.info


def test_dominant_colour_of_a_p3_picture_is_srgb():
    data = p.saved(Image.new("RGB", (400, 300), (200, 60, 50)), "PNG", icc_profile=p.p3_profile())
    found = tuple(bytes.fromhex(probe(data).colour[1:]))
    assert p.difference(found, p.p3_to_srgb((200, 60, 50))) < 3


@pytest.mark.parametrize("profile", [b"rubbish", b"", p.p3_profile()[:300], p.lab_profile()])
def test_ignores_invalid_profiles(profile):
    data = p.saved(p.quartered(), icc_profile=profile)
    assert near(colours(p.read(render(data, FULL))), [p.RED, p.GREEN, p.BLUE, p.YELLOW])


def test_scales_sixteen_bit_channels():
    grey = Image.new("I;16", (300, 200), 40_000)
    assert p.read(render(p.saved(grey, "PNG"), FULL)).getpixel((9, 9)) == pytest.approx((156,) * 3, abs=1)
    assert p.read(render(sixteen_bit_rgb((51_400, 12_850, 7_710)), FULL)).getpixel((9, 9)) == pytest.approx(
        (200, 50, 30), abs=2
    )


def sixteen_bit_rgb(colour, side=64) -> bytes:
    rows = (b"\x00" + struct.pack(">3H", *colour) * side) * side
    header = struct.pack(">IIBBBBB", side, side, 16, 2, 0, 0, 0)
    chunks = (b"IHDR", header), (b"IDAT", zlib.compress(rows)), (b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + b"".join(p.png_chunk(*each) for each in chunks)


def test_converts_cmyk_to_rgb():
    white = p.read(render(p.saved(Image.new("CMYK", (300, 200), (0, 0, 0, 0))), FULL)).getpixel((9, 9))
    cyan = p.read(render(p.saved(Image.new("CMYK", (300, 200), (255, 0, 0, 0))), FULL)).getpixel((9, 9))
    assert min(white) > 250
    assert cyan[0] < 20
    assert min(cyan[1:]) > 200


def test_puts_transparency_on_white():
    image = Image.new("RGBA", (300, 200), (*p.RED, 255))
    image.paste((0, 0, 0, 0), (0, 0, 150, 200))
    for made in (p.saved(image, "PNG"), p.saved(image, "WEBP", lossless=True), p.saved(image.quantize(8), "PNG")):
        found = p.read(render(made, FULL))
        assert min(found.getpixel((20, 20))) > 250
        assert p.difference(found.getpixel((280, 20)), p.RED) < 4


@pytest.mark.parametrize("mode", ["P", "L", "1", "LA"])
def test_renders_every_pixel_mode(mode):
    image = p.quartered().quantize(8) if mode == "P" else p.quartered().convert(mode)
    found = p.read(render(p.saved(image, "PNG"), FULL))
    expected = colours(image.convert("RGB"))
    assert near(colours(found), expected)


def test_renders_heic_upright():
    image = p.read(render(HEIC.read_bytes(), FULL))
    assert image.size == (48, 64)
    # The red corner is at the top left of the stored pixels.
    red = image.getpixel((40, 8))
    assert red[0] > 180
    assert red[2] < 90


# --- metadata --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("format", ["webp", "jpeg", "avif"])
def test_embeds_only_credit_and_copyright(format):
    details = {0x9003: "2025:03:12 08:30:00", 0xA431: "SERIAL-0099", 0xA433: "Camera", 0x927C: b"MAKERNOTE-77"}
    data = p.saved(
        p.scenery(800, 600),
        exif=p.exif_of(6, details, gps=True, caption="SECRET-CAPTION", byline="SECRET-NAME"),
        comment=b"SECRET-COMMENT",
        xmp=p.xmp_of("", ' photoshop:Headline="SECRET-HEADLINE"'),
        icc_profile=p.p3_profile(),
    )
    data = p.with_segments(data, p.iptc_of(caption="SECRET-IPTC"))
    made = list(renditions(data, formats=[format], credit="晋中日报 程婧 摄", rights="© 晋中日报社 <版权>"))
    assert len(made) > 8
    for each in made:
        image = p.read(each.data)
        assert not dict(image.getexif())
        assert not image.getexif().get_ifd(0x8825)
        assert not {"icc_profile", "comment", "photoshop"} & set(image.info)
        for word in (b"SECRET", b"SERIAL", b"MAKERNOTE", b"Camera", b"GPS"):
            assert word not in each.data
        again = probe(each.data).metadata if format != "avif" else None
        if again:
            assert (again.credit, again.rights) == ("晋中日报 程婧 摄", "© 晋中日报社 <版权>")
            assert (again.caption, again.byline, again.taken_at) == ("", "", None)


def test_embeds_no_metadata_without_credit():
    for each in renditions(p.saved(p.scenery(400, 300), exif=p.exif_of(byline="程婧")), specs=[PORTRAIT]):
        image = p.read(each.data)
        assert "xmp" not in image.info
        assert "exif" not in image.info
