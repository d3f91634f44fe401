"""The error score (差错率): errors in ten thousand characters, at most 3 for a newspaper."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from .fields import Kind, kind_of
from .findings import Finding
from .rules import RULES, Matter, Severity

LIMIT = 3.0


@dataclass(frozen=True)
class Weights:
    """What one finding counts. By 报纸编校差错率计算方法 (2020): a mark or a form of numeral 0.1, at most 1 an issue;
    anything else 1; titles, names, times and photos twice that. Errors count, and warnings of rules that are certain:
    any other warning is still a question."""

    severity: dict[Severity, float] = field(default_factory=lambda: {Severity.ERROR: 1.0})
    matter: dict[Matter, float] = field(default_factory=lambda: {Matter.MARK: 0.1, Matter.NUMERAL: 0.1})
    most: dict[Matter, float] = field(default_factory=lambda: {Matter.MARK: 1.0, Matter.NUMERAL: 1.0})
    double: frozenset[Matter] = frozenset({Matter.NAME, Matter.TIME, Matter.PHOTO})
    doubled_kinds: frozenset[Kind] = frozenset({Kind.TITLE, Kind.NAME})
    factor: float = 2.0


PLAIN = Weights(matter={}, most={})  # every error is one, important ones two


def error_rate(findings: Iterable[Finding], characters: int, weights: Weights = PLAIN) -> float:
    """Weighted errors for each 10,000 of `characters`. 0.0 for an empty text."""
    sums: dict[Matter, float] = {}
    for found in findings:
        rule = RULES[found.rule]
        matter = rule.matter
        severity = Severity.ERROR if rule.certain and found.severity == Severity.WARNING else found.severity
        weight = weights.severity.get(severity, 0.0) * weights.matter.get(matter, 1.0)
        if matter in weights.double or kind_of(found.path) in weights.doubled_kinds:
            weight *= weights.factor
        sums[matter] = sums.get(matter, 0.0) + weight
    total = sum(min(value, weights.most.get(matter, value)) for matter, value in sums.items())
    return total * 10_000 / characters if characters > 0 else 0.0
