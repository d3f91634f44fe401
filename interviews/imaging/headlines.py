"""A picture that stands for a page where it is shared: the headline on rice paper, under the site's name.

The same words in the same font give the same bytes.
"""

from __future__ import annotations

from functools import lru_cache
from io import BytesIO

from PIL import Image, ImageDraw, ImageFont

from interviews.text.chinese import HEADLINE_GAP, words

# Raised when the picture of the same words becomes another.
DRAWING = 2
# What Open Graph's readers crop nothing from.
WIDTH, HEIGHT = 1200, 630
PAPER, INK, SOFT, AZURITE, CINNABAR = "#f8f4e9", "#1b1f1e", "#4d524d", "#1d4e78", "#b02e1c"
MARGIN = 90
LARGEST, LARGE, SMALLEST = 96, 64, 44
MOST_LINES = 4
LEADING = 1.35
# Between the site's name and the line below.
TOP, BOTTOM = 160, 130
FACES = 16
# No line begins with one of these (CLREQ 3.1.3).
CLOSING = "，。、；：？！）》」』”’…—·"


def draw_headline(headline: str, site: str, line: str, font: str) -> bytes:
    """A PNG of WIDTH by HEIGHT. `line` is small, below. Raises OSError if the font cannot be read."""
    image = Image.new("RGB", (WIDTH, HEIGHT), PAPER)
    pen = ImageDraw.Draw(image)
    pen.rectangle((0, 0, WIDTH, 14), fill=AZURITE)
    pen.rectangle((MARGIN, 84, MARGIN + 10, 84 + 40), fill=CINNABAR)
    pen.text((MARGIN + 30, 84), site, font=_font(font, 36), fill=SOFT)
    lines, size = _set(headline, font)
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
    """In a collection, the face with the mainland's forms of characters; else the first."""
    for index in range(FACES if path.endswith(".ttc") else 0):
        try:
            family = ImageFont.truetype(path, 10, index=index).getname()[0] or ""
        except OSError:
            break
        if family.endswith(" SC"):
            return index
    return 0


def _set(headline: str, path: str) -> tuple[list[str], int]:
    """The lines, and the largest size in which they fit. Its clauses are lines of their own, if need be in smaller
    type, as long as that is large."""
    clauses = HEADLINE_GAP.split(headline.strip())[::2]
    fitting: dict[int, list[str]] = {}
    for size in range(LARGEST, SMALLEST - 1, -4):
        font = _font(path, size)
        lines = [line for clause in clauses for line in _break(clause, font)]
        if len(lines) <= MOST_LINES and len(lines) * size * LEADING <= HEIGHT - TOP - BOTTOM:
            fitting[size] = lines
    whole = [size for size in fitting if size >= LARGE and len(fitting[size]) == len(clauses)]
    if fitting:
        size = max(whole or fitting)
        return fitting[size], size
    kept = lines[:MOST_LINES]
    return [*kept[:-1], kept[-1][:-1] + "…"], SMALLEST


def _break(text: str, font: ImageFont.FreeTypeFont) -> list[str]:
    """Between words, where they are no wider than a line."""
    lines = [""]
    for word in words(text):
        for part in [word] if font.getlength(word) <= WIDTH - 2 * MARGIN else word:
            if font.getlength(lines[-1] + part) <= WIDTH - 2 * MARGIN or part in CLOSING:
                lines[-1] += part
            else:
                lines.append(part)
    return lines
