"""Hostile files are refused; unusual ones are accepted."""

import struct
import zipfile
import zlib
from io import BytesIO
from random import Random

import pytest
from PIL import Image

from interviews.imaging import ImageRefusedError, Limits, probe, renditions
from interviews.imaging.containers import container_of

from . import pictures as p

JPEG = p.saved(p.scenery(400, 300))
PNG = p.saved(p.scenery(400, 300), "PNG")
SIZE = struct.pack(">HH", 300, 400)
WEBP = p.saved(p.scenery(400, 300), "WEBP")


def archive() -> bytes:
    target = BytesIO()
    with zipfile.ZipFile(target, "w") as file:
        file.writestr("META-INF/MANIFEST.MF", "Main-Class: Evil")
    return target.getvalue()


def animated(format) -> bytes:
    frames = [Image.new("RGB", (40, 40), colour) for colour in (p.RED, p.BLUE)]
    return p.saved(frames[0], format, save_all=True, append_images=frames[1:], duration=100)


def many_scans() -> bytes:
    """Build a progressive JPEG with its last scan repeated: each scan makes a decoder process the whole picture."""
    data = p.saved(p.scenery(400, 300), progressive=True)
    start = data.rindex(b"\xff\xda")
    return data[:start] + data[start:-2] * 500 + data[-2:]


def big_metadata() -> bytes:
    return p.with_segments(JPEG, *[p.segment(0xE1, b"x" * 65000) for _ in range(200)])


def with_chunk(kind: bytes, content: bytes) -> bytes:
    return PNG[:33] + p.png_chunk(kind, content) + PNG[33:]


# Bytes, or a function that builds them when they are tested: bombs take a second.
HOSTILE = {
    "empty": (b"", "0 字节"),
    "html named jpg": (b"<html><script>alert(1)</script></html>", "网页"),
    "html with a doctype": (b"\xef\xbb\xbf\n<!DOCTYPE html><p>", "网页"),
    "svg": (b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>', "SVG"),
    "svg without xml": (b"<svg onload=alert(1)>", "SVG"),
    "php": (b"<?php system($_GET[0]); ?>", "程序"),
    "gif": (p.saved(p.quartered(), "GIF"), "GIF"),
    "gifar": (p.saved(p.quartered(), "GIF") + archive(), "GIF"),
    "jpeg with a zip behind it": (JPEG + archive(), "夹带"),
    "jpeg with a page behind it": (JPEG + b"\n<HTML><script>1</script>", "夹带"),
    "jpeg with php behind it": (JPEG + b"<?php phpinfo(); ?>", "夹带"),
    "jpeg with a page of active server behind it": (JPEG + b"<% Execute %>", "夹带"),
    "jpeg with a shell script behind it": (JPEG + b"#!/bin/sh", "夹带"),
    "jpeg with a jpeg and a page behind it": (JPEG + JPEG + bytes(9) + b"<Script>1</script>", "夹带"),
    "jpeg with a jpeg and a shell script behind it": (JPEG + JPEG + b"#!/bin/sh", "夹带"),
    "jpeg with what begins like a jpeg behind it": (JPEG + b"\xff\xd8\xff<html>", "夹带"),
    "jpeg with a drawing behind it": (JPEG + b"\n<svg onload=alert(1)>", "夹带"),
    "png with a zip behind it": (PNG + archive(), "夹带"),
    "webp with a page behind it": (WEBP + b"<!doctype html>", "夹带"),
    "pdf": (b"%PDF-1.7 ...", "PDF"),
    "tiff": (p.saved(p.quartered(), "TIFF"), "TIFF"),
    "bmp": (p.saved(p.quartered(), "BMP"), "BMP"),
    "zip": (archive(), "压缩包"),
    "psd": (b"8BPS\x00\x01" + b"\x00" * 99, "Photoshop"),
    "ico": (p.saved(p.quartered(), "ICO"), "图标"),
    "raw": (b"II*\x00\x10\x00\x00\x00CR\x02\x00" + b"\x00" * 99, "原始文件"),
    "avif": (p.saved(p.quartered(), "AVIF"), "AVIF"),
    "jpeg 2000": (b"\x00\x00\x00\x0cjP  \r\n\x87\n" + b"\x00" * 99, "认不出"),
    "a text": ("图片说明：义务植树。".encode(), "认不出"),
    "nothing but zeros": (b"\x00" * 100_000, "认不出"),
    "a page after a jpeg's first bytes": (b"\xff\xd8\xff<html><script>alert(1)</script>", "不完整"),
    "noise": (bytes(range(256)) * 9, "认不出"),
    "mp4": (b"\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42isom" + b"\x00" * 99, "视频"),
    "heic without pixels": (b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic", "不完整"),
    "png bomb": (p.png_bomb, "尺寸"),
    "webp bomb": (p.webp_bomb, ""),
    "jpeg bomb": (JPEG.replace(SIZE, struct.pack(">HH", 65_500, 65_500), 1), "尺寸"),
    "jpeg that claims to be a strip": (JPEG.replace(SIZE, struct.pack(">HH", 1, 65_500), 1), "边长"),
    "webp with a canvas of 16 million a side": (
        b"RIFF" + struct.pack("<I", 22) + b"WEBPVP8X" + struct.pack("<I", 10) + b"\x00" * 4 + b"\xff" * 6,
        "尺寸",
    ),
    "png profile bomb": (lambda: with_chunk(b"iCCP", b"x\x00\x00" + zlib.compress(b"\x00" * 200_000_000)), "损坏"),
    "jpeg of many scans": (many_scans, "编码"),
    "gigantic metadata": (big_metadata, "说明数据"),
    "gigantic text in a png": (
        PNG[:33] + b"".join(p.png_chunk(b"tEXt", b"Comment\x00" + b"x" * 500_000) for _ in range(20)) + PNG[33:],
        "说明数据",
    ),
    "png text bomb": (lambda: with_chunk(b"zTXt", b"Comment\x00\x00" + zlib.compress(b"x" * 200_000_000)), "损坏"),
    "animated png": (animated("PNG"), "会动"),
    "animated webp": (animated("WEBP"), "会动"),
    "only a jpeg's first bytes": (JPEG[:3], "不完整"),
    "a jpeg header and nothing": (JPEG[:200], "不完整"),
    "png cut off": (p.truncated(PNG, 0.6), "不完整"),
    "webp cut off": (p.truncated(WEBP, 0.6), "不完整"),
    "png without pixels": (
        b"\x89PNG\r\n\x1a\n"
        + p.png_chunk(b"IHDR", struct.pack(">IIBBBBB", 40, 40, 8, 2, 0, 0, 0))
        + p.png_chunk(b"IEND", b""),
        "损坏",
    ),
    "png with rubbish for pixels": (
        b"\x89PNG\r\n\x1a\n"
        + p.png_chunk(b"IHDR", struct.pack(">IIBBBBB", 40, 40, 8, 2, 0, 0, 0))
        + p.png_chunk(b"IDAT", b"rubbish")
        + p.png_chunk(b"IEND", b""),
        "损坏",
    ),
    "jpeg of no size": (JPEG.replace(SIZE, struct.pack(">HH", 0, 0), 1), "损坏"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_refuses_with_one_sentence(name):
    data, word = HOSTILE[name]
    data = data() if callable(data) else data
    with pytest.raises(ImageRefusedError) as refusal:
        probe(data, name="照片.jpg")
    sentence = str(refusal.value)
    assert word in sentence
    assert sentence.endswith("。")
    assert "\n" not in sentence


@pytest.mark.parametrize("part", [0.2, 0.5, 0.8, 0.97, 0.999])
@pytest.mark.parametrize("progressive", [False, True])
def test_refuses_truncated_jpegs(part, progressive):
    data = p.saved(p.scenery(400, 300), progressive=progressive)
    with pytest.raises(ImageRefusedError, match="不完整"):
        probe(p.truncated(data, part))


def test_refuses_more_bytes_than_allowed():
    with pytest.raises(ImageRefusedError, match=r"上限是 0\.0 MB"):
        probe(JPEG, limits=Limits(bytes=1000))


def test_corrupted_bytes_raise_only_image_refused_error():
    data = p.saved(p.scenery(64, 48))
    for place in range(2, len(data), 7):
        broken = bytearray(data)
        broken[place] ^= 0xFF
        try:
            probe(bytes(broken))
            list(renditions(bytes(broken)))
        except ImageRefusedError:
            pass


def test_accepts_an_appended_picture_with_a_note():
    found = probe(JPEG + p.saved(p.quartered(64, 48)))
    assert (found.width, found.height) == (400, 300)
    assert "字节不属于这张照片" in found.notes[0]


def test_renditions_drop_html_in_comments():
    data = p.saved(p.quartered(), comment=b"<script>alert(1)</script>")
    assert all(b"script" not in made.data for made in renditions(data))


ODD = {
    "exif that is its own details": p.segment(
        0xE1,
        b"Exif\x00\x00II*\x00\x08\x00\x00\x00\x01\x00\x69\x87\x04\x00\x01\x00\x00\x00\x08\x00\x00\x00\x08\x00\x00\x00",
    ),
    "a profile in no parts": p.segment(0xE2, b"ICC_PROFILE\x00\x00\x00" + b"\x11" * 999),
    "half of a profile": p.segment(0xE2, b"ICC_PROFILE\x00\x01\x02" + b"\x11" * 999),
    "a program in a comment": p.segment(0xFE, b"<?php system($_GET[0]); ?>"),
    "five thousand empty comments": p.segment(0xFE, b"") * 5000,
}


@pytest.mark.parametrize("name", ODD)
def test_ignores_odd_segments(name):
    data = p.with_segments(JPEG, ODD[name])
    assert (probe(data).width, probe(data).height) == (400, 300)
    plain, found = list(renditions(JPEG)), list(renditions(data))
    assert found == plain


def test_accepts_a_phone_s_second_picture_with_a_note():
    """Noise contains every short signature by chance."""
    noise = Image.frombytes("RGB", (900, 700), Random(3).randbytes(900 * 700 * 3))
    data = p.saved(noise, "MPO", save_all=True, append_images=[noise.rotate(180)], quality=95)
    end = container_of(data).end
    assert b"<%" in data[end:]
    assert probe(data).notes == (f"文件末尾有 {len(data) - end} 字节不属于这张照片，公开的图里不会有。",)


def test_accepts_a_phone_s_video_clip_with_a_note():
    clip = b"\x00\x00\x00\x18ftypmp42" + Random(3).randbytes(100_000) + b"<%#!/<SvG"
    assert f"{len(clip)} 字节" in probe(JPEG + clip).notes[0]
