from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest

from interviews.imaging import ImageRefusedError, distance, probe

from . import pictures as p

HEIC = Path(__file__).parent / "turned.heic"


def test_identifies_a_photo():
    found = probe(p.saved(p.scenery(800, 600)), name="造林.jpg")
    assert (found.format, found.width, found.height, found.orientation) == ("JPEG", 800, 600, 1)
    assert len(found.sha256) == 64
    assert found.notes == ()


@pytest.mark.parametrize("orientation", range(1, 9))
def test_size_is_after_orientation(orientation):
    found = probe(p.saved(p.quartered(240, 160), exif=p.exif_of(orientation)))
    assert (found.width, found.height) == ((160, 240) if orientation >= 5 else (240, 160))
    assert found.orientation == orientation


@pytest.mark.parametrize(("format", "name"), [("PNG", "png"), ("WEBP", "webp"), ("JPEG", "jpg")])
def test_format_is_detected_from_content(format, name):
    found = probe(p.saved(p.scenery(200, 100), format), name="照片.tiff")
    assert found.format == format
    assert found.extension == name
    assert found.notes == (f"文件名的后缀是 .tiff，内容其实是 {format.replace('WEBP', 'WebP')}，已按内容收下。",)


def test_identifies_heic():
    found = probe(HEIC.read_bytes(), name="IMG_0231.HEIC")
    assert (found.format, found.extension) == ("HEIF", "heic")
    # Rotated by EXIF orientation, as phones do.
    assert (found.width, found.height) == (48, 64)
    assert found.metadata.taken_at == datetime(2025, 3, 12, 8, 30)
    assert found.notes == ()


def test_resized_copies_have_near_hashes():
    one = probe(p.saved(p.scenery(1600, 1200)))
    other = probe(p.saved(p.scenery(1600, 1200).resize((640, 480)), "JPEG", optimize=True))
    assert one.sha256 != other.sha256
    assert distance(one.perceptual_hash, other.perceptual_hash) <= 4


def test_other_pictures_have_distant_hashes():
    one, other = probe(p.saved(p.scenery())), probe(p.saved(p.scenery(seed=5).rotate(180)))
    assert distance(one.perceptual_hash, other.perceptual_hash) > 12


def test_hash_ignores_orientation():
    upright = probe(p.saved(p.scenery(800, 600)))
    rotated = p.saved(p.scenery(800, 600).transpose(2), exif=p.exif_of(6))  # ROTATE_90
    assert distance(upright.perceptual_hash, probe(rotated).perceptual_hash) <= 2


def test_distance_takes_signed_hashes():
    assert distance(-1, 2**64 - 1) == 0
    assert distance(-1, 0) == 64


def test_finds_the_dominant_colour():
    image = p.quartered()
    image.paste(p.BLUE, (0, 0, 200, 160))
    colour = probe(p.saved(image, "PNG")).colour
    assert p.difference(tuple(bytes.fromhex(colour[1:])), p.BLUE) < 3


# --- metadata --------------------------------------------------------------------------------------------------------

CAPTION = "三月十二日，干部群众在乌金山义务植树。"


def test_reads_exif_time_and_texts():
    details = {0x9003: "2025:03:12 08:30:00", 0x9011: "+08:00"}
    exif = p.exif_of(details=details, caption=CAPTION, byline="程婧", rights="晋中日报社")
    found = probe(p.saved(p.quartered(), exif=exif)).metadata
    assert found.taken_at == datetime(2025, 3, 12, 8, 30, tzinfo=timezone(timedelta(hours=8)))
    assert (found.caption, found.byline, found.rights) == (CAPTION, "程婧", "晋中日报社")


def test_exif_time_without_offset_is_naive():
    found = probe(p.saved(p.quartered(), exif=p.exif_of(details={0x9003: "2025:03:12 08:30:00"})))
    assert found.metadata.taken_at == datetime(2025, 3, 12, 8, 30)


@pytest.mark.parametrize("clock", ["0000:00:00 00:00:00", "    :  :     :  :  ", "2025:13:40 99:00:00", "上午"])
def test_ignores_an_invalid_exif_time(clock):
    found = probe(p.saved(p.quartered(), exif=p.exif_of(details={0x9003: clock})))
    assert found.metadata.taken_at is None


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_reads_iptc_in_utf8_and_gb18030(encoding):
    block = p.iptc_of(
        encoding,
        caption=CAPTION,
        headline="植绿正当时",
        byline="程婧",
        credit="晋中日报 程婧 摄",
        rights="晋中日报社",
        country="中国",
        state="山西省",
        city="晋中市",
        location="乌金山",
        keywords=["植树", "林草；绿化"],
        date="20250312",
        time="083000+0800",
    )
    found = probe(p.with_segments(p.saved(p.quartered()), block)).metadata
    assert (found.caption, found.headline, found.byline) == (CAPTION, "植绿正当时", "程婧")
    assert (found.credit, found.rights) == ("晋中日报 程婧 摄", "晋中日报社")
    assert found.place == "山西省晋中市乌金山"
    assert found.keywords == ("植树", "林草", "绿化")
    assert found.taken_at == datetime(2025, 3, 12, 8, 30)


def test_reads_iptc_truncated_within_a_character():
    block = p.iptc_of("gb18030", caption=CAPTION)
    cut = block.replace(CAPTION.encode("gb18030"), CAPTION.encode("gb18030")[:-1] + b"\xa1")
    assert probe(p.with_segments(p.saved(p.quartered()), cut)).metadata.caption.startswith("三月十二日，干部群众在")


@pytest.mark.parametrize("format", ["JPEG", "PNG", "WEBP"])
def test_reads_xmp_in_each_format(format):
    packet = p.xmp_of(
        f'<dc:description><rdf:Alt><rdf:li xml:lang="x-default">{CAPTION}</rdf:li></rdf:Alt></dc:description>'
        "<dc:creator><rdf:Seq><rdf:li>程婧</rdf:li></rdf:Seq></dc:creator>"
        "<dc:subject><rdf:Bag><rdf:li>植树</rdf:li><rdf:li>林草</rdf:li></rdf:Bag></dc:subject>",
        ' photoshop:City="晋中" photoshop:Headline="植绿正当时" Iptc4xmpCore:Location="乌金山"',
    )
    if format == "PNG":
        from PIL.PngImagePlugin import PngInfo

        texts = PngInfo()
        texts.add_itxt("XML:com.adobe.xmp", packet.decode())
        data = p.saved(p.quartered(), "PNG", pnginfo=texts)
    else:
        data = p.saved(p.quartered(), format, xmp=packet)
    found = probe(data).metadata
    assert (found.caption, found.byline, found.headline) == (CAPTION, "程婧", "植绿正当时")
    assert (found.place, found.keywords) == ("晋中乌金山", ("植树", "林草"))


def test_xmp_takes_precedence_over_iptc():
    data = p.saved(p.quartered(), xmp=p.xmp_of("", ' photoshop:Headline="新题"'))
    found = probe(p.with_segments(data, p.iptc_of(headline="旧题", caption=CAPTION))).metadata
    assert (found.headline, found.caption) == ("新题", CAPTION)


def test_removes_invisible_characters_from_texts():
    found = probe(p.saved(p.quartered(), xmp=p.xmp_of("", ' photoshop:Headline="春\u202e耕&#x9;忙"'))).metadata
    assert found.headline == "春耕 忙"


@pytest.mark.parametrize("stock", ["OLYMPUS DIGITAL CAMERA", "SAMSUNG CAMERA PICTURES", "default", "oznorCOVER"[:5]])
def test_ignores_default_captions_of_cameras(stock):
    assert probe(p.saved(p.quartered(), exif=p.exif_of(caption=stock))).metadata.caption == ""


def test_truncates_texts_to_column_widths():
    found = probe(p.with_segments(p.saved(p.quartered()), p.iptc_of(caption="春" * 3000, byline="名" * 300))).metadata
    assert (len(found.caption), len(found.byline)) == (1000, 100)


ENTITIES = '<!DOCTYPE x [<!ENTITY a "春春春春"><!ENTITY b "&a;&a;&a;&a;">]>'


@pytest.mark.parametrize(
    "packet",
    [
        ENTITIES.encode() + p.xmp_of("<dc:creator>&b;</dc:creator>"),
        p.xmp_of("<dc:creator>程婧"),
        b"<?xpacket",
        b"\xff\xfe\x00",
        p.xmp_of("<a>" * 5000 + "</a>" * 5000),
        p.xmp_of("<dc:creator></dc:creator>"),
    ],
)
def test_ignores_bad_xmp(packet):
    assert probe(p.saved(p.quartered(), xmp=packet)).metadata.byline == ""


def test_accepts_broken_exif():
    data = p.with_segments(
        p.saved(p.quartered()), p.segment(0xE1, b"Exif\x00\x00II*\x00\xff\xff\xff\xff" + b"\x07" * 90)
    )
    assert probe(data).orientation == 1


def test_error_message_is_one_sentence():
    with pytest.raises(ImageRefusedError) as refusal:
        probe(b"")
    assert str(refusal.value) == "文件是空的（0 字节），请重新选一次。"
