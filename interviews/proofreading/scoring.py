"""The error rate (差错率): weighted errors per 10,000 characters; newspapers are allowed 3."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from interviews.document import FeatureDocument

from .findings import Finding
from .passages import Kind, fields_of, kind_of
from .rules import RULES, Matter, Severity

LIMIT = 3.0
PORTION = 10_000
IMPORTANT = (Matter.NAME, Matter.TIME, Matter.PHOTO)
PLACES = (Kind.TITLE, Kind.NAME)


@dataclass(frozen=True)
class Weights:
    """Weights of findings, by 报纸编校差错率计算方法 (2020).

    A punctuation mark or form of numeral counts 0.1, at most 1 an issue; anything else 1; titles, names, times and
    photos double. Errors count, and warnings of rules marked `certain`. Of the factors of matter and place, the larger
    applies.
    """

    severity: dict[Severity, float] = field(default_factory=lambda: {Severity.ERROR: 1.0})
    matter: dict[Matter, float] = field(default_factory=lambda: {Matter.MARK: 0.1, Matter.NUMERAL: 0.1})
    most: dict[Matter, float] = field(default_factory=lambda: {Matter.MARK: 1.0, Matter.NUMERAL: 1.0})
    factor: dict[Matter, float] = field(default_factory=lambda: dict.fromkeys(IMPORTANT, 2.0))
    place: dict[Kind, float] = field(default_factory=lambda: dict.fromkeys(PLACES, 2.0))

    def of(self, found: Finding) -> float:
        """Return the weight of a finding; 0.0 if it does not count."""
        rule = RULES[found.rule]
        severity = Severity.ERROR if rule.certain and found.severity == Severity.WARNING else found.severity
        factor = max(self.factor.get(rule.matter, 1.0), self.place.get(kind_of(found.path), 1.0))
        return self.severity.get(severity, 0.0) * self.matter.get(rule.matter, 1.0) * factor


PLAIN = Weights(matter={}, most={})  # every error is one, important ones two


@dataclass(frozen=True, slots=True)
class Part:
    """The share of one matter in a score. `capped`: the matter's maximum was applied."""

    matter: Matter
    count: int
    points: float
    capped: bool


@dataclass(frozen=True, slots=True)
class Score:
    characters: int
    parts: tuple[Part, ...]

    @property
    def points(self) -> float:
        return sum(part.points for part in self.parts)

    @property
    def rate(self) -> float:
        """Weighted errors per 10,000 characters; 0.0 for an empty text."""
        return rate(self.points, self.characters)

    @property
    def passes(self) -> bool:
        return self.rate <= LIMIT


def score(findings: Iterable[Finding], characters: int, weights: Weights = PLAIN) -> Score:
    """Compute the score by matter. Findings of weight 0 are left out."""
    counts: dict[Matter, int] = {}
    sums: dict[Matter, float] = {}
    for found in findings:
        if weight := weights.of(found):
            matter = RULES[found.rule].matter
            counts[matter] = counts.get(matter, 0) + 1
            sums[matter] = sums.get(matter, 0.0) + weight
    return Score(characters, tuple(_part(matter, counts[matter], sums[matter], weights) for matter in sums))


def _part(matter: Matter, count: int, points: float, weights: Weights) -> Part:
    most = weights.most.get(matter, points)
    return Part(matter, count, min(points, most), capped=points > most)


def error_rate(findings: Iterable[Finding], characters: int, weights: Weights = PLAIN) -> float:
    """Return the weighted errors per 10,000 characters; 0.0 for an empty text."""
    return score(findings, characters, weights).rate


def rate(points: float, characters: int) -> float:
    return points * PORTION / characters if characters > 0 else 0.0


def characters_of(document: FeatureDocument) -> int:
    """Count the characters of the page, from headline to credits: marks included, whitespace excluded."""
    return sum(characters_in(field.text) for field in fields_of(document))


def characters_in(text: str) -> int:
    return len("".join(text.split()))
