"""The record of a page: revisions, sign-offs, editions and withdrawals, with the entries of the audit chain."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.contrib.auth.models import User

from interviews.document import FeatureDocument
from interviews.models import Edition, EditionKind, LedgerEntry, ReviewStep, Revision, SignOff, Verdict, Withdrawal
from interviews.models.bulk import insert
from interviews.publishing import audit_chain

from .pages import revised
from .plan import COMING, EDITIONS, REVISIONS, SIGN_OFFS, Fate, Plan

# Number of steps signed in the first round; -1 for all.
_SIGNED = {Fate.DRAFT: 0, Fate.RETURNED: 1, Fate.SUBMITTED: 0, Fate.HALF_SIGNED: 1}
_SECOND_EDITION = {Fate.CORRECTED, Fate.UPDATED}
_SECOND_REVISION = {*_SECOND_EDITION, Fate.RETURNED, Fate.REVISED, Fate.REOPENED}
_UNPUBLISHED = {*_SIGNED, Fate.SIGNED}


@dataclass(frozen=True)
class Staff:
    """The accounts of the newsroom: reporters, the reviewer of each step, the chief."""

    reporters: Sequence[User]
    steps: Sequence[tuple[ReviewStep, User]]
    chief: User


@dataclass
class Record:
    """The recorded rows of some pages, and their entries in order, not linked yet."""

    staff: Staff
    revisions: list[Revision] = field(default_factory=list)
    sign_offs: list[SignOff] = field(default_factory=list)
    editions: list[Edition] = field(default_factory=list)
    withdrawals: list[Withdrawal] = field(default_factory=list)
    entries: list[LedgerEntry] = field(default_factory=list)

    def add(self, page: Plan, document: FeatureDocument, author: User) -> FeatureDocument:
        """Add what befell a page. Returns its newest document."""
        fate = page.fate
        first = self._revise(page, document, author, 0)
        self._sign(page, first, _SIGNED.get(fate, len(self.staff.steps)), 10)
        if fate is Fate.RETURNED:
            self._return(page, first)
        if fate not in _UNPUBLISHED:
            self._publish(page, first, fate in (Fate.SCHEDULED, Fate.CALLED_OFF))
        if fate in _SECOND_REVISION:
            document = revised(document)
            second = self._revise(page, document, author, 1)
            if fate in _SECOND_EDITION:
                self._sign(page, second, len(self.staff.steps), 35)
                self._supersede(page, second)
        if fate in (Fate.WITHDRAWN, Fate.CALLED_OFF):
            self._withdraw(page)
        return document

    def _revise(self, page: Plan, document: FeatureDocument, author: User, place: int) -> Revision:
        revision = Revision(
            pk=page.key(REVISIONS, place),
            feature_id=page.feature,
            number=place + 1,
            document=document.to_json(),
            digest=document.digest,
            author=author,
            created_at=page.at(30 * place),
        )
        self.revisions.append(revision)
        return revision

    def _sign(self, page: Plan, revision: Revision, steps: int, minute: int) -> None:
        for place, (step, signer) in enumerate(self.staff.steps[:steps]):
            self._give_verdict(page, revision, step, signer, page.at(minute + place))

    def _return(self, page: Plan, revision: Revision) -> None:
        step, signer = self.staff.steps[-1]
        self._give_verdict(page, revision, step, signer, page.at(20), "导语再压一压，数据请核实。")

    def _give_verdict(
        self, page: Plan, revision: Revision, step: ReviewStep, signer: User, at: datetime, returned: str = ""
    ) -> None:
        place = sum(each.revision.feature_id == page.feature for each in self.sign_offs[-SIGN_OFFS:])
        sign_off = SignOff(
            pk=page.key(SIGN_OFFS, place),
            revision=revision,
            step=step,
            step_name=step.name,
            verdict=Verdict.RETURNED if returned else Verdict.SIGNED,
            signer=signer,
            comment=returned,
            created_at=at,
        )
        self.sign_offs.append(sign_off)
        self.entries.append(audit_chain.entry_of(sign_off, signer, at))

    def _publish(self, page: Plan, revision: Revision, scheduled: bool) -> None:
        start = COMING + (page.day - page.day.replace(month=1, day=1)) if scheduled else page.at(25)
        self._add_edition(page, revision, 0, start, page.at(25))

    def _supersede(self, page: Plan, revision: Revision) -> None:
        """Publish a second edition, with a correction of a topic or a note on an update."""
        start = page.at(45)
        self.editions[-1].published_until = start
        if page.fate is Fate.UPDATED:
            self._add_edition(page, revision, 1, start, start, kind=EditionKind.UPDATE, note="补充了最新数据。")
        else:
            said = {"wrong": "285 天", "right": "297 天", "topic_id": page.first_topic}
            self._add_edition(page, revision, 1, start, start, kind=EditionKind.CORRECTION, **said)

    def _add_edition(
        self, page: Plan, revision: Revision, place: int, start: datetime, at: datetime, **said: object
    ) -> None:
        edition = Edition(
            pk=page.key(EDITIONS, place),
            feature_id=page.feature,
            number=place + 1,
            revision=revision,
            published_from=start,
            publisher=self.staff.chief,
            created_at=at,
            **said,
        )
        self.editions.append(edition)
        self.entries.append(audit_chain.entry_of(edition, self.staff.chief, at))

    def _withdraw(self, page: Plan) -> None:
        at, edition = page.at(55), self.editions[-1]
        edition.published_until = max(edition.published_from, at)
        withdrawal = Withdrawal(
            pk=page.feature,
            feature_id=page.feature,
            reason="经核实，文中数据有误，现予撤下。",
            actor=self.staff.chief,
            created_at=at,
        )
        self.withdrawals.append(withdrawal)
        self.entries.append(audit_chain.entry_of(withdrawal, self.staff.chief, at))

    def save(self) -> None:
        insert(self.revisions)
        insert(self.sign_offs)
        insert(self.editions)
        insert(self.withdrawals)
