"""Share images: a feature's headline as a picture, drawn once for each edition and cached as a file."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from pathlib import Path

from django.conf import settings

from interviews.imaging.headlines import DESIGN_VERSION, draw_headline
from interviews.storage import Folder

# CJK fonts of Debian, Fedora, Arch and macOS: Song before Hei, bold before regular.
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
    """Path of a font with Chinese characters; empty if there is none, and then there are no share images."""
    if settings.SHARE_FONT == "none":
        return ""
    return settings.SHARE_FONT or _found()


@lru_cache(maxsize=1)
def _found() -> str:
    files = [file for folder in FOLDERS for file in Path(folder).expanduser().rglob("*.[ot]t[cf]")]
    by_name = {file.name: str(file) for file in reversed(files)}
    return next((by_name[name] for name in NAMES if name in by_name), "")


def version(headline: str, line: str) -> str:
    """Hash of the words in the picture, part of its URL."""
    words = "\n".join((headline, settings.SITE_NAME, line, font(), str(DESIGN_VERSION)))
    return hashlib.sha256(words.encode()).hexdigest()[:16]


def share_image(headline: str, line: str) -> bytes:
    """Return the cached picture, or draw it (about 0.1 s) and cache it. Raises OSError if the font is unreadable."""
    folder, name = Folder(Path(settings.DATA_DIR) / "share"), f"{version(headline, line)}.png"
    try:
        return folder.read(name)
    except FileNotFoundError:
        drawn = draw_headline(headline, settings.SITE_NAME, line, font())
    try:
        folder.write(name, drawn)
    except OSError:
        # A full disk only prevents caching.
        return drawn
    return drawn
