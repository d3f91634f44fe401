"""Match the people named on an imported page with existing records. Writes only records confirmed as new."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import reduce
from operator import or_

from django.db.models import Q

from interviews import document as d
from interviews.document.edit import map_people
from interviews.errors import RefusedError
from interviews.models import Contributor, PersonKind, Speaker
from interviews.text.chinese import name_sort_key

from .duplicates import ONE_CHARACTER, SAME_NAME, SAME_SOUND, affiliation_of, one_character_apart
from .merging import TABLES, Person

NEW = 0


@dataclass(frozen=True)
class Mention:
    """A person as named on the page. Contributors have only a name."""

    kind: str
    name: str
    organisation: str = ""
    job_title: str = ""


@dataclass(frozen=True)
class Candidate:
    """A record that may be the person's, and the reason."""

    person: Person
    reason: str


@dataclass(frozen=True)
class Match:
    """A mention with its matching record (None: a new record will be created) and other candidates."""

    mention: Mention
    record: Person | None
    others: tuple[Candidate, ...] = field(default=())

    @property
    def is_ambiguous(self) -> bool:
        return bool(self.others)


def match_people(document: d.FeatureDocument) -> list[Match]:
    """Match everybody on the page, speakers first, in the order of the page. One query per kind of person."""
    mentions = list(dict.fromkeys(_mentions(document)))
    matches: list[Match] = []
    for kind in PersonKind.values:
        of_kind = [mention for mention in mentions if mention.kind == kind]
        records = _records(kind, of_kind)
        matches += [_match(mention, records) for mention in of_kind]
    return matches


def _mentions(document: d.FeatureDocument) -> list[Mention]:
    interviews = [interview for topic in document.topics for interview in topic.interviews]
    found = [_speaker(interview.speaker) for interview in interviews if interview.speaker.name]
    credits = [*document.credits, *(credit for interview in interviews for credit in interview.credits)]
    return found + [_contributor(person) for credit in credits for person in credit.contributors]


def _speaker(speaker: d.Speaker) -> Mention:
    return Mention(PersonKind.SPEAKER.value, speaker.name, speaker.organisation, speaker.job_title)


def _contributor(person: d.Contributor) -> Mention:
    return Mention(PersonKind.CONTRIBUTOR.value, person.name)


def _records(kind: str, mentions: Sequence[Mention]) -> list[Person]:
    """Find unmerged records with the same name or pinyin, or the same surname and, for speakers, organisation."""
    if not mentions:
        return []
    names = {mention.name for mention in mentions}
    wanted = Q(name__in=names) | Q(name_sort__in={name_sort_key(name) for name in names})
    surnames = reduce(or_, (Q(name__startswith=name[:1]) for name in names))
    if kind == PersonKind.SPEAKER:
        surnames &= Q(organisation__in={mention.organisation for mention in mentions} - {""})
    if kind == PersonKind.SPEAKER:
        return list(Speaker.objects.living().filter(wanted | surnames).order_by("pk"))
    return list(Contributor.objects.living().filter(wanted | surnames).order_by("pk").select_related("user"))


def _match(mention: Mention, records: Sequence[Person]) -> Match:
    namesakes = [record for record in records if record.name == mention.name]
    matched = next((record for record in namesakes if _has_same_organisation(record, mention)), None)
    if matched is None and len(namesakes) == 1 and not mention.organisation and not mention.job_title:
        matched = namesakes[0]
    others = [
        Candidate(record, reason)
        for record in records
        if record is not matched and (reason := _reason(record, mention))
    ]
    # Same name and organisation: certain, whatever other candidates there are.
    is_certain = matched is not None and _has_same_organisation(matched, mention)
    return Match(mention, matched, tuple(() if is_certain and mention.organisation else others))


def _has_same_organisation(record: Person, mention: Mention) -> bool:
    return not isinstance(record, Speaker) or record.organisation == mention.organisation


def _reason(record: Person, mention: Mention) -> str:
    """Return why the record may be the person's, or an empty string."""
    if record.name == mention.name:
        return f"{SAME_NAME}，单位不同" if isinstance(record, Speaker) else SAME_NAME
    if record.name_sort and record.name_sort == name_sort_key(mention.name):
        return SAME_SOUND
    if one_character_apart(record.name, mention.name):
        affiliation = affiliation_of(record)
        if isinstance(record, Contributor) or (affiliation and affiliation == mention.organisation):
            return ONE_CHARACTER if isinstance(record, Speaker) else "姓名差一字"
    return ""


def with_people(document: d.FeatureDocument, chosen: Mapping[Mention, int]) -> d.FeatureDocument:
    """Set the chosen ids in the document and create a record for each `NEW` person. Call in a transaction.

    Raises RefusedError if a chosen record was deleted or merged meanwhile.
    """
    keys = {mention: _key(mention, choice) for mention, choice in chosen.items()}
    return map_people(
        document,
        speaker=lambda each: each.model_copy(update={"id": keys.get(_speaker(each))}),
        contributor=lambda each: each.model_copy(update={"id": keys.get(_contributor(each))}),
    )


def _key(mention: Mention, choice: int) -> int:
    if choice != NEW:
        if not TABLES[mention.kind].objects.filter(pk=choice, merged_into=None).exists():
            raise RefusedError(f"选给“{mention.name}”的人员档案已经不在了，请重新选择。")
        return choice
    if mention.kind == PersonKind.CONTRIBUTOR:
        return Contributor.objects.create(name=mention.name).pk
    fields = {"organisation": mention.organisation, "job_title": mention.job_title}
    return Speaker.objects.create(name=mention.name, **fields).pk
