"""Draw the social image (og:image) of a feature: its headline on rice paper, under the site's name.

Deterministic: the same words in the same font give the same bytes.
"""

from __future__ import annotations

from functools import lru_cache
from io import BytesIO

from PIL import Image, ImageDraw, ImageFont

from interviews.text.chinese import HEADLINE_GAP, words

# Version of the design, part of cache keys. Increment when the same words give another picture.
DESIGN_VERSION = 2
# 1.91:1, which no Open Graph consumer crops.
WIDTH, HEIGHT = 1200, 630
PAPER, INK, SOFT, AZURITE, CINNABAR = "#f8f4e9", "#1b1f1e", "#4d524d", "#1d4e78", "#b02e1c"
MARGIN = 90
MAX_SIZE, MIN_CLAUSE_SIZE, MIN_SIZE = 96, 64, 44
MAX_LINES = 4
LEADING = 1.35
# Heights of the site's name above and the line below; the headline is centred between them.
TOP, BOTTOM = 160, 130
MAX_FACES = 16
# Marks that must not begin a line (CLREQ 3.1.3).
NOT_LINE_START = "，。、；：？！）》」』”’…—·"


def draw_headline(headline: str, site: str, line: str, font: str) -> bytes:
    """Draw a PNG of WIDTH × HEIGHT, with `line` set small at the bottom. Raises OSError if the font is unreadable."""
    image = Image.new("RGB", (WIDTH, HEIGHT), PAPER)
    pen = ImageDraw.Draw(image)
    pen.rectangle((0, 0, WIDTH, 14), fill=AZURITE)
    pen.rectangle((MARGIN, 84, MARGIN + 10, 84 + 40), fill=CINNABAR)
    pen.text((MARGIN + 30, 84), site, font=_font(font, 36), fill=SOFT)
    lines, size = _fit(headline, font)
    height = round(size * LEADING)
    top = TOP + (HEIGHT - TOP - BOTTOM - height * len(lines)) // 2
    for number, text in enumerate(lines):
        pen.text((MARGIN, top + number * height), text, font=_font(font, size), fill=INK)
    pen.line((MARGIN, HEIGHT - 110, WIDTH - MARGIN, HEIGHT - 110), fill="#d3cab4", width=2)
    pen.text((MARGIN, HEIGHT - 92), line, font=_font(font, 30), fill=SOFT)
    file = BytesIO()
    image.quantize(64).save(file, "PNG", optimize=True)
    return file.getvalue()


def _font(path: str, size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(path, size, index=_face(path))


@lru_cache
def _face(path: str) -> int:
    """Return the index of the Simplified Chinese face in a font collection, else 0."""
    for index in range(MAX_FACES if path.endswith(".ttc") else 0):
        try:
            family = ImageFont.truetype(path, 10, index=index).getname()[0] or ""
        except OSError:
            break
        if family.endswith(" SC"):
            return index
    return 0


def _fit(headline: str, path: str) -> tuple[list[str], int]:
    """Break the headline into lines in the largest size that fits. Prefer one line per clause if that size is at least
    MIN_CLAUSE_SIZE; if nothing fits, truncate with an ellipsis."""
    clauses = HEADLINE_GAP.split(headline.strip())[::2]
    lines_by_size: dict[int, list[str]] = {}
    for size in range(MAX_SIZE, MIN_SIZE - 1, -4):
        font = _font(path, size)
        lines = [line for clause in clauses for line in _wrap(clause, font)]
        if len(lines) <= MAX_LINES and len(lines) * size * LEADING <= HEIGHT - TOP - BOTTOM:
            lines_by_size[size] = lines
    clause_sizes = [
        size for size in lines_by_size if size >= MIN_CLAUSE_SIZE and len(lines_by_size[size]) == len(clauses)
    ]
    if lines_by_size:
        size = max(clause_sizes or lines_by_size)
        return lines_by_size[size], size
    truncated = lines[:MAX_LINES]
    return [*truncated[:-1], truncated[-1][:-1] + "…"], MIN_SIZE


def _wrap(text: str, font: ImageFont.FreeTypeFont) -> list[str]:
    """Wrap between words, or within a word that is wider than a line."""
    lines = [""]
    for word in words(text):
        for part in [word] if font.getlength(word) <= WIDTH - 2 * MARGIN else word:
            if font.getlength(lines[-1] + part) <= WIDTH - 2 * MARGIN or part in NOT_LINE_START:
                lines[-1] += part
            else:
                lines.append(part)
    return lines
