"""Checks that are one regular expression, with a replacement and a message."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from interviews.document.credit_roles import REPORTERS
from interviews.pagetext import DEFAULT

from .findings import Fault
from .passages import Kind, Passage
from .rules import Severity

# Roles in printed bylines: 记者, 全媒体记者, 特约通讯员 …
REPORTER = "|".join(sorted(role for role in DEFAULT.byline_roles if role.endswith(REPORTERS)))
Replacement = str | Callable[[re.Match[str]], str]


@dataclass(frozen=True, slots=True)
class Pattern:
    """A check by regular expression.

    `replacement` is a template for `match.expand` or a function; "" if no replacement is safe. The message may contain
    `{found}` and `{written}` (the replacement). `kinds` restricts the kinds of text unless empty.
    """

    rule: str
    regex: re.Pattern[str]
    replacement: Replacement
    message_template: str
    severity: Severity | None = None
    kinds: frozenset[Kind] = frozenset()

    def faults(self, passage: Passage) -> Iterator[Fault]:
        if self.kinds and passage.kind not in self.kinds:
            return
        for match in self.regex.finditer(passage.text):
            suggestion = self.replacement(match) if callable(self.replacement) else match.expand(self.replacement)
            if suggestion != match[0]:
                message = self.message_template.format(found=match[0], written=suggestion)
                yield Fault(self.rule, match.start(), match.end(), message, suggestion, self.severity)


def pattern(
    rule: str,
    regex: str,
    replacement: Replacement,
    message_template: str,
    *,
    severity: Severity | None = None,
    kinds: tuple[Kind, ...] = (),
) -> Pattern:
    return Pattern(rule, re.compile(regex), replacement, message_template, severity, frozenset(kinds))
