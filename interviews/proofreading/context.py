"""What the proofreader is told besides the page: house terms, office holders, people and bylines on record. Values."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date as Date
from enum import StrEnum

from interviews.document.credit_roles import RoleKinds

from .rules import Severity


class TermKind(StrEnum):
    FORBIDDEN = "forbidden"
    CAREFUL = "careful"
    PREFERRED = "preferred"


class Skip(StrEnum):
    """Where a term is let be: inside “…”, or inside 《…》."""

    QUOTATION = "quotation"
    TITLE = "title"


@dataclass(frozen=True, slots=True)
class Term:
    """A row of the house list. `word` is what to look for, also for PREFERRED (whose `replacement` is preferred).

    `unless` holds longer words in which it is right (帐 in 帐篷). After `expires` the row no longer counts.
    """

    word: str
    kind: TermKind
    severity: Severity
    replacement: str = ""
    reason: str = ""
    source: str = ""
    owner: str = ""
    expires: Date | None = None
    skip: frozenset[Skip] = frozenset()
    unless: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Official:
    """Who held a post (晋中市市长), from `since` up to and including `until`; None is open."""

    name: str
    post: str
    since: Date | None = None
    until: Date | None = None
    source: str = ""

    def held_on(self, day: Date | None) -> bool:
        if day is None:
            return self.until is None
        return (self.since is None or self.since <= day) and (self.until is None or day <= self.until)


@dataclass(frozen=True, slots=True)
class PersonOnRecord:
    """A speaker as the house knows him or her today."""

    name: str
    organisation: str = ""
    job_title: str = ""
    id: int | None = None


@dataclass(frozen=True, slots=True)
class Context:
    """`today` is the day that the page is for; a document's own issue date goes before it. `contributors` are the
    names of those who may sign (none given: nobody is asked for). `switched_off` names rules to leave out."""

    today: Date | None = None
    terms: tuple[Term, ...] = ()
    officials: tuple[Official, ...] = ()
    people: tuple[PersonOnRecord, ...] = ()
    contributors: tuple[str, ...] = ()
    switched_off: frozenset[str] = frozenset()
    role_kinds: RoleKinds = field(default_factory=RoleKinds)
