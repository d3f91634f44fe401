"""A rule that one regular expression can state: what it matches, what to write instead, what to say."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from interviews.document.credit_roles import REPORTERS
from interviews.pagetext import DEFAULT

from .findings import Fault
from .passages import Kind, Passage
from .rules import Severity

# 记者, 全媒体记者, 特约通讯员 …: the roles of a printed byline.
REPORTER = "|".join(sorted(role for role in DEFAULT.byline_roles if role.endswith(REPORTERS)))
Replacement = str | Callable[[re.Match[str]], str]


@dataclass(frozen=True, slots=True)
class Pattern:
    """`write` is a template for `match.expand`, or a function; "" says that nothing is safe. `kinds` empty: all."""

    rule: str
    find: re.Pattern[str]
    write: Replacement
    say: str
    severity: Severity | None = None
    kinds: frozenset[Kind] = frozenset()

    def faults(self, passage: Passage) -> Iterator[Fault]:
        if self.kinds and passage.kind not in self.kinds:
            return
        for match in self.find.finditer(passage.text):
            written = self.write(match) if callable(self.write) else match.expand(self.write)
            if written != match[0]:
                message = self.say.format(found=match[0], written=written)
                yield Fault(self.rule, match.start(), match.end(), message, written, self.severity)


def pattern(
    rule: str,
    find: str,
    write: Replacement,
    say: str,
    *,
    severity: Severity | None = None,
    kinds: tuple[Kind, ...] = (),
) -> Pattern:
    return Pattern(rule, re.compile(find), write, say, severity, frozenset(kinds))
