"""What two pictures are compared by, and the colour that stands for one before it is loaded."""

from __future__ import annotations

from PIL import Image

WIDTH, HEIGHT = 9, 8


def difference_hash(image: Image.Image) -> int:
    """64 bits, row by row: whether each of 8 × 8 cells is brighter than the one to its right (dHash)."""
    grey = image.convert("L").resize((WIDTH, HEIGHT), Image.Resampling.BOX).tobytes()
    bits = 0
    for row in range(HEIGHT):
        for column in range(WIDTH - 1):
            place = row * WIDTH + column
            bits = bits << 1 | (grey[place] > grey[place + 1])
    return bits


def distance(one: int, other: int) -> int:
    """How many of the 64 bits differ. Signed numbers, as a database keeps them, are the same bits."""
    return ((one ^ other) & (2**64 - 1)).bit_count()


def dominant_colour(image: Image.Image) -> str:
    """The most frequent of five colours, as #rrggbb."""
    small = image.convert("RGB").resize((48, 48), Image.Resampling.BOX).quantize(5)
    counts = small.getcolors() or [(1, 0)]
    index = max(counts)[1]
    assert isinstance(index, int)  # a quantized image has a palette
    palette = small.getpalette() or [0, 0, 0]
    red, green, blue = palette[index * 3 : index * 3 + 3]
    return f"#{red:02x}{green:02x}{blue:02x}"
