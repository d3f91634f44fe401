"""The picture of a feature for those who share it: drawn once an edition, then a file."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from pathlib import Path

from django.conf import settings

from interviews.imaging.headlines import DRAWING, draw_headline
from interviews.photodesk.storage import Folder

# Where systems keep a CJK font, Song before Hei, bold before regular: Debian, Fedora, Arch, macOS.
FOLDERS = ("/usr/share/fonts", "/usr/local/share/fonts", "~/.local/share/fonts", "~/.fonts", "/System/Library/Fonts")
NAMES = (
    "NotoSerifCJK-Bold.ttc",
    "NotoSerifCJKsc-Bold.otf",
    "NotoSerifSC-Bold.otf",
    "SourceHanSerifSC-Bold.otf",
    "NotoSerifCJK-Regular.ttc",
    "Songti.ttc",
    "NotoSansCJK-Bold.ttc",
    "NotoSansCJK-Regular.ttc",
    "wqy-zenhei.ttc",
    "wqy-microhei.ttc",
    "PingFang.ttc",
)


def font() -> str:
    """The file of a font with Chinese characters, or nothing: then there are no share images."""
    if settings.SHARE_FONT == "none":
        return ""
    return settings.SHARE_FONT or _found()


@lru_cache(maxsize=1)
def _found() -> str:
    files = [file for folder in FOLDERS for file in Path(folder).expanduser().rglob("*.[ot]t[cf]")]
    by_name = {file.name: str(file) for file in reversed(files)}
    return next((by_name[name] for name in NAMES if name in by_name), "")


def version(headline: str, line: str) -> str:
    """Stands in the picture's address: other words, another picture."""
    words = "\n".join((headline, settings.SITE_NAME, line, font(), str(DRAWING)))
    return hashlib.sha256(words.encode()).hexdigest()[:16]


def share_image(headline: str, line: str) -> bytes:
    """From the folder of drawn ones, else drawn (some 0.1 s) and kept. Raises OSError if the font is unreadable."""
    folder, name = Folder(Path(settings.DATA_DIR) / "share"), f"{version(headline, line)}.png"
    try:
        return folder.read(name)
    except FileNotFoundError:
        drawn = draw_headline(headline, settings.SITE_NAME, line, font())
    try:
        folder.write(name, drawn)
    except OSError:
        # A full disk costs time, not the picture.
        return drawn
    return drawn
