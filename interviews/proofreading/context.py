"""The context of proofreading: house terms, office holders, people and contributors on record."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from interviews.document.credit_roles import RoleKinds

from .rules import Severity


class TermKind(StrEnum):
    FORBIDDEN = "forbidden"
    CAREFUL = "careful"
    PREFERRED = "preferred"


class Skip(StrEnum):
    """Places in which a term is not checked: “…” or 《…》."""

    QUOTATION = "quotation"
    TITLE = "title"


@dataclass(frozen=True, slots=True)
class Term:
    """A row of the house list. `word` is the word to find; for PREFERRED, `replacement` is the preferred one.

    `unless` are longer words in which it is correct (帐 in 帐篷). The row does not apply after `expires`.
    """

    word: str
    kind: TermKind
    severity: Severity
    replacement: str = ""
    reason: str = ""
    source: str = ""
    owner: str = ""
    expires: date | None = None
    skip: frozenset[Skip] = frozenset()
    unless: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Official:
    """The holder of a post (晋中市市长) from `since` to `until`, both inclusive; None is open."""

    name: str
    post: str
    since: date | None = None
    until: date | None = None
    source: str = ""

    def held_on(self, day: date | None) -> bool:
        if day is None:
            return self.until is None
        return (self.since is None or self.since <= day) and (self.until is None or day <= self.until)


@dataclass(frozen=True, slots=True)
class PersonOnRecord:
    """A speaker on record, with today's organisation and job title."""

    name: str
    organisation: str = ""
    job_title: str = ""
    id: int | None = None


@dataclass(frozen=True, slots=True)
class Context:
    """Context of a page. `today` is its date, unless the document has an issue date. `contributors` are the names
    allowed in bylines (not checked if empty). `disabled_rules` names rules to skip."""

    today: date | None = None
    terms: tuple[Term, ...] = ()
    officials: tuple[Official, ...] = ()
    people: tuple[PersonOnRecord, ...] = ()
    contributors: tuple[str, ...] = ()
    disabled_rules: frozenset[str] = frozenset()
    role_kinds: RoleKinds = field(default_factory=RoleKinds)
