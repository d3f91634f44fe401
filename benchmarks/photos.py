"""Fifty photos like those of a 12-megapixel camera: upload latency, files with all renditions per minute, peak memory.

`PHOTOS=10` takes fewer. Compares with libvips if `pyvips` is installed. Figures depend on the machine.
"""

from __future__ import annotations

import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

COUNT = int(os.environ.get("PHOTOS", "50"))
SIZE = (4000, 3000)
NOISE = 24


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        photos = Path(folder) / "photos"
        photos.mkdir()
        # In a child process, so that its memory is not counted.
        subprocess.run([sys.executable, "-m", "benchmarks.photos", str(photos)], check=True)
        os.environ |= {"DATA_DIR": folder, "DJANGO_SETTINGS_MODULE": "jinzhong_eco.settings", "DEBUG": "0"}
        os.environ.pop("DATABASE_URL", None)
        import django

        django.setup()
        files = sorted(photos.iterdir())
        megabytes = sum(file.stat().st_size for file in files) / len(files) / 1024**2
        print(f"{len(files)} JPEGs of {SIZE[0]} × {SIZE[1]}, {megabytes:.1f} MB each; {os.cpu_count()} cores")
        desk(files)
        against_libvips(files)


def camera(folder: Path) -> None:
    """Write photos with the noise and metadata of a camera."""
    from PIL import Image

    from tests.imaging import pictures as p

    noise = Image.effect_noise(SIZE, NOISE).convert("RGB")
    for number in range(COUNT):
        scene = Image.blend(p.scenery(*SIZE, seed=number * 2 + 3), noise, 0.2)
        exif = p.exif_of(1, {0x9003: "2025:03:12 08:30:00"}, gps=True, byline="程婧")
        (folder / f"IMG_{number:04}.JPG").write_bytes(p.saved(scene, exif=exif))


def desk(files: list[Path]) -> None:
    from django.conf import settings
    from django.core.management import call_command

    from interviews import photodesk, tasks
    from interviews.models import Photo, Rendition
    from interviews.photodesk import intake
    from tests.cast import make_cast

    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    call_command("migrate", verbosity=0)
    cast = make_cast()
    before = memory()
    answers, begin = [], time.perf_counter()
    for file in files:
        start = time.perf_counter()
        with file.open("rb") as handle:
            assert intake(file=handle, actor=cast.photographer).created
        answers.append(time.perf_counter() - start)
    answered = time.perf_counter() - begin
    tasks.finish()
    whole = time.perf_counter() - begin
    assert (Photo.objects.count(), next(photodesk.missing(), None)) == (len(files), None)
    made = Rendition.objects.count() / len(files)
    print(f"an upload is answered in {statistics.median(answers):.2f} s (median), {max(answers):.2f} s (longest),")
    print(f"    while {settings.PHOTO_THREADS} threads make the renditions of those before; all after {answered:.0f} s")
    print(f"intake and {made:.0f} renditions each: {len(files) / whole * 60:.0f} files a minute ({whole:.0f} s)")
    print(f"peak of memory: {memory():.0f} MB, {before:.0f} MB of it before the first file")


def memory() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def against_libvips(files: list[Path]) -> None:
    """Compare the uncropped renditions of ten files, made sequentially, each file decoded once."""
    from interviews.imaging import FULL, renditions

    files = files[:10]
    begin = time.perf_counter()
    for file in files:
        list(renditions(file.read_bytes(), specs=[FULL]))
    ours = time.perf_counter() - begin
    print(f"the uncropped ones of {len(files)} files, one after another: {ours:.1f} s")
    try:
        import pyvips
    except ImportError:
        print("libvips: not compared (pip install pyvips pyvips-binary)")
        return
    begin = time.perf_counter()
    for file in files:
        data = file.read_bytes()
        image = pyvips.Image.thumbnail_buffer(data, max(FULL.edges), height=max(FULL.edges), export_profile="srgb")
        image = image.copy_memory()
        for edge in sorted(FULL.edges, reverse=True):
            image = image.thumbnail_image(edge, height=edge).copy_memory()
            image.jpegsave_buffer(Q=82, strip=True, optimize_coding=True, interlace=True)
            image.webpsave_buffer(Q=80, strip=True)
    theirs = time.perf_counter() - begin
    print(f"libvips, in the same way: {theirs:.1f} s; ours takes {ours / theirs:.2f} of that")


if __name__ == "__main__":
    camera(Path(sys.argv[1])) if sys.argv[1:] else main()
