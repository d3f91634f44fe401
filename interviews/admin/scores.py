"""The error score (差错率) in words."""

from interviews.proofreading import LIMIT
from interviews.proofreading.rules import MATTER_NAMES
from interviews.proofreading.scoring import PORTION


def short(number):
    """Format with at most two decimals, without trailing zeros."""
    return f"{number:.2f}".rstrip("0").rstrip(".")


def in_words(score):
    return {
        "sentence": f"差错率 {short(score.rate)}/{PORTION:,}，合格线 {short(LIMIT)}/{PORTION:,}",
        "passes": score.passes,
        "made_of": f"{score.characters} 字，计差错 {short(score.points)}",
        "parts": [
            {
                "title": MATTER_NAMES[part.matter],
                "count": part.count,
                "points": short(part.points) + ("（已到上限）" if part.capped else ""),
            }
            for part in score.parts
        ],
    }
