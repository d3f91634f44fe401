"""Who is named on a page that is coming in, and whose records they may be. Reads; writes only who is said to be new."""

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

from .duplicates import ONE_CHARACTER, SAME_NAME, SAME_SOUND, one_character_apart, place_of
from .merging import TABLES, Person

NEW = 0


@dataclass(frozen=True)
class Mention:
    """A person as the page names them. Contributors have a name only."""

    kind: str
    name: str
    organisation: str = ""
    job_title: str = ""


@dataclass(frozen=True)
class Likely:
    """A record that may be theirs, and why it looks so."""

    person: Person
    reason: str


@dataclass(frozen=True)
class Entry:
    """A mention, the record that it is taken for (None: somebody new is made), and others that it might be."""

    mention: Mention
    taken_for: Person | None
    others: tuple[Likely, ...] = field(default=())

    @property
    def doubtful(self) -> bool:
        return bool(self.others)


def match_people(document: d.FeatureDocument) -> list[Entry]:
    """Everybody on the page, speakers first, in the order of print. Two queries a kind of person."""
    mentions = list(dict.fromkeys(_mentions(document)))
    entries: list[Entry] = []
    for kind in PersonKind.values:
        named = [mention for mention in mentions if mention.kind == kind]
        records = _records(kind, named)
        entries += [_entry(mention, records) for mention in named]
    return entries


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
    """Living records of the same name or sound, and those of the same place and surname. One query."""
    if not mentions:
        return []
    names = {mention.name for mention in mentions}
    wanted = Q(name__in=names) | Q(name_sort__in={name_sort_key(name) for name in names})
    surnames = reduce(or_, (Q(name__startswith=name[:1]) for name in names))
    if kind == PersonKind.SPEAKER:
        surnames &= Q(organisation__in={mention.organisation for mention in mentions} - {""})
    records = TABLES[kind].objects.living().filter(wanted | surnames).order_by("pk")
    return list(records.select_related("user") if kind == PersonKind.CONTRIBUTOR else records)


def _entry(mention: Mention, records: Sequence[Person]) -> Entry:
    namesakes = [record for record in records if record.name == mention.name]
    taken = next((record for record in namesakes if _is_theirs(record, mention)), None)
    if taken is None and len(namesakes) == 1 and not mention.organisation and not mention.job_title:
        taken = namesakes[0]
    others = [Likely(record, reason) for record in records if record is not taken and (reason := _why(record, mention))]
    # Who is found under the very name and place is no question, whoever else there is.
    sure = taken is not None and _is_theirs(taken, mention)
    return Entry(mention, taken, tuple(() if sure and mention.organisation else others))


def _is_theirs(record: Person, mention: Mention) -> bool:
    return not isinstance(record, Speaker) or record.organisation == mention.organisation


def _why(record: Person, mention: Mention) -> str:
    if record.name == mention.name:
        return f"{SAME_NAME}，单位不同" if isinstance(record, Speaker) else SAME_NAME
    if record.name_sort and record.name_sort == name_sort_key(mention.name):
        return SAME_SOUND
    if one_character_apart(record.name, mention.name):
        place = place_of(record)
        if isinstance(record, Contributor) or (place and place == mention.organisation):
            return ONE_CHARACTER if isinstance(record, Speaker) else "姓名差一字"
    return ""


def with_people(document: d.FeatureDocument, chosen: Mapping[Mention, int]) -> d.FeatureDocument:
    """The document with the ids that were chosen; who is said to be `NEW` gets a record. Inside a transaction."""
    keys = {mention: _key(mention, choice) for mention, choice in chosen.items()}

    return map_people(
        document,
        speaker=lambda each: each.model_copy(update={"id": keys.get(_speaker(each))}),
        contributor=lambda each: each.model_copy(update={"id": keys.get(_contributor(each))}),
    )


def _key(mention: Mention, choice: int) -> int:
    table = TABLES[mention.kind]
    if choice != NEW:
        if not table.objects.living().filter(pk=choice).exists():
            raise RefusedError(f"选给“{mention.name}”的人员档案已经不在了，请重新选择。")
        return choice
    fields = {"organisation": mention.organisation, "job_title": mention.job_title}
    return table.objects.create(name=mention.name, **(fields if mention.kind == PersonKind.SPEAKER else {})).pk
