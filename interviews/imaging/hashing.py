"""Perceptual hash (dHash) and dominant colour."""

from __future__ import annotations

from PIL import Image

WIDTH, HEIGHT = 9, 8


def difference_hash(image: Image.Image) -> int:
    """Return the 64-bit dHash: row by row, whether each of 8 × 8 cells is brighter than its right neighbour."""
    grey = image.convert("L").resize((WIDTH, HEIGHT), Image.Resampling.BOX).tobytes()
    bits = 0
    for row in range(HEIGHT):
        for column in range(WIDTH - 1):
            index = row * WIDTH + column
            bits = bits << 1 | (grey[index] > grey[index + 1])
    return bits


def distance(one: int, other: int) -> int:
    """Return the Hamming distance of two hashes, 0 to 64. Signed numbers, as databases store them, work too."""
    return ((one ^ other) & (2**64 - 1)).bit_count()


def dominant_colour(image: Image.Image) -> str:
    """Quantize to five colours and return the most frequent, as #rrggbb."""
    small = image.convert("RGB").resize((48, 48), Image.Resampling.BOX).quantize(5)
    counts = small.getcolors() or [(1, 0)]
    index = max(counts)[1]
    assert isinstance(index, int)  # noqa: S101 - narrows: a palette image has numbers
    palette = small.getpalette() or [0, 0, 0]
    red, green, blue = palette[index * 3 : index * 3 + 3]
    return f"#{red:02x}{green:02x}{blue:02x}"
