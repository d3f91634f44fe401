"""Count a page's findings when it is submitted and published, for the error report.

The use cases call this in their transaction. Counts are by passage: a statement, with the people of its byline, or the
rest of the page.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.utils import timezone

from interviews.document import Contributor as Named
from interviews.document import Credit, FeatureDocument
from interviews.document.credit_roles import RoleKinds
from interviews.document.walk import interview_at, placed_interviews
from interviews.models import Feature, Occasion, ProofCheck, ProofPassage, ProofTally, Revision
from interviews.proofreading import Weights, characters_in, score
from interviews.proofreading.passages import fields_of

from .context import house_weights
from .proofing import Checked, checked

Kind = tuple[str, str]  # rule, severity
REST = None  # key of the passage outside statements


@dataclass
class _Tally:
    open: int = 0
    dismissed: int = 0
    mended: int = 0
    points: float = 0.0


@dataclass
class _Passage:
    people: set[int] = field(default_factory=set)
    characters: int = 0
    tallies: dict[Kind, _Tally] = field(default_factory=lambda: defaultdict(_Tally))


def count_findings(
    feature: Feature,
    revision: Revision,
    occasion: Occasion,
    document: FeatureDocument,
    found: Sequence[Checked],
    kinds: RoleKinds,
) -> ProofCheck:
    """Record a revision's findings by statement and reporter. `document` is the revision's, read.

    The number of queries is fixed.
    """
    weights = house_weights()
    passages = _passages(document, found, weights, kinds)
    counted = list(feature.proof_checks.order_by("-pk").values_list("occasion", "revision"))
    _count_fixed(passages, _previous(feature, revision, [key for _, key in counted]), feature, kinds)
    page = score([each.finding for each in found if not each.dismissal], 0, weights)
    check = ProofCheck.objects.create(
        feature=feature,
        revision=revision,
        occasion=occasion,
        first=occasion not in {each for each, _ in counted},
        author_id=revision.author_id,
        characters=sum(passage.characters for passage in passages.values()),
        points=page.points,
        created_at=timezone.now(),
    )
    _write(check, passages)
    return check


def _passages(
    document: FeatureDocument, found: Iterable[Checked], weights: Weights, kinds: RoleKinds
) -> dict[int | None, _Passage]:
    passages: dict[int | None, _Passage] = defaultdict(_Passage)
    reporters = _reporters(document.credits, kinds)
    for placed in placed_interviews(document):
        passages[placed.interview.id].people = _reporters(placed.interview.credits, kinds) or reporters
    for text in fields_of(document):
        passages[_passage_of(text.path, document)].characters += characters_in(text.text)
    for each in found:
        finding = each.finding
        tally = passages[_passage_of(finding.path, document)].tallies[finding.rule, finding.severity.value]
        if each.dismissal:
            tally.dismissed += 1
        else:
            tally.open += 1
            tally.points += weights.of(finding)
    return passages


def _reporters(credits: Iterable[Credit], kinds: RoleKinds) -> set[int]:
    people: list[Named] = [person for credit in credits if kinds[credit.role].reports for person in credit.contributors]
    return {person.id for person in people if person.id}


def _passage_of(path: str, document: FeatureDocument) -> int | None:
    placed = interview_at(document, path)
    return placed.interview.id if placed else REST


def _previous(feature: Feature, revision: Revision, counted: Sequence[int]) -> Revision | None:
    """Return the revision to compare with: the last one counted, else the first; None if it is this one."""
    if counted[:1] == [revision.pk] or (not counted and revision.number == 1):
        return None
    candidates = feature.revisions.filter(pk=counted[0]) if counted else feature.revisions.order_by("number")
    return candidates.first()


def _count_fixed(
    passages: dict[int | None, _Passage], previous: Revision | None, feature: Feature, kinds: RoleKinds
) -> None:
    """Count as fixed how many more findings of a rule the passage had before. Deleted statements don't count."""
    if previous is None:
        return
    document = previous.read()
    before: dict[tuple[int | None, Kind], int] = defaultdict(int)
    for each in checked(document, feature, kinds):
        finding = each.finding
        before[_passage_of(finding.path, document), (finding.rule, finding.severity.value)] += 1
    for (place, kind), count in before.items():
        if place in passages:
            tally = passages[place].tallies[kind]
            tally.mended = max(0, count - tally.open - tally.dismissed)


def _write(check: ProofCheck, passages: dict[int | None, _Passage]) -> None:
    rows = ProofPassage.objects.bulk_create(
        ProofPassage(check_of=check, interview_id=place, characters=passage.characters)
        for place, passage in passages.items()
    )
    link = ProofPassage.people.through
    pairs = list(zip(rows, passages.values(), strict=True))
    link.objects.bulk_create(
        link(proofpassage=row, contributor_id=key) for row, passage in pairs for key in sorted(passage.people)
    )
    ProofTally.objects.bulk_create(
        ProofTally(passage=row, rule=rule, severity=severity, **vars(tally))
        for row, passage in pairs
        for (rule, severity), tally in passage.tallies.items()
        if tally.open or tally.dismissed or tally.mended
    )
