"""Find or create the records of the people and roles that a document names."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from interviews import document as d
from interviews.models import Contributor, CreditRole, Speaker


@dataclass
class People:
    """A document's people and roles as rows. `matched` and `created` list them for the user."""

    speakers: dict[d.Speaker, Speaker] = field(default_factory=dict)
    contributors: dict[d.Contributor, Contributor] = field(default_factory=dict)
    roles: dict[str, CreditRole] = field(default_factory=dict)
    created: list[str] = field(default_factory=list)
    matched: list[str] = field(default_factory=list)


def people_of(document: d.FeatureDocument) -> People:
    """Look people up by id if it exists, else speakers by name and organisation and contributors by name; create the
    rest."""
    interviews = [interview for topic in document.topics for interview in topic.interviews]
    credits = [*document.credits, *(credit for interview in interviews for credit in interview.credits)]
    people = People()
    _find_speakers(people, dict.fromkeys(interview.speaker for interview in interviews if interview.speaker.name))
    _find_contributors(people, dict.fromkeys(person for credit in credits for person in credit.contributors))
    _find_roles(people, dict.fromkeys(credit.role for credit in credits))
    return people


def _find_speakers(people: People, speakers: Iterable[d.Speaker]) -> None:
    speakers = list(speakers)
    by_key = Speaker.objects.in_bulk([speaker.id for speaker in speakers if speaker.id])
    known = Speaker.objects.filter(name__in={speaker.name for speaker in speakers}).for_matching()
    by_name = {(row.name, row.organisation): row for row in known}
    namesakes = Counter(row.name for row in known)
    # A bare name matches if only one record has it.
    bare = {row.name: row for row in known if namesakes[row.name] == 1}
    for speaker in speakers:
        name = (speaker.name, speaker.organisation)
        row = by_key.get(speaker.id or 0) or by_name.get(name)
        if row is None and not speaker.organisation and not speaker.job_title:
            row = bare.get(speaker.name)
        if row:
            people.matched.append(f"受访者 {row}")
        else:
            row = by_name[name] = Speaker.objects.create(
                name=speaker.name, organisation=speaker.organisation, job_title=speaker.job_title
            )
            people.created.append(f"受访者 {row}")
        people.speakers[speaker] = row


def _find_contributors(people: People, contributors: Iterable[d.Contributor]) -> None:
    contributors = list(contributors)
    by_key = Contributor.objects.in_bulk([person.id for person in contributors if person.id])
    known = Contributor.objects.filter(name__in={person.name for person in contributors}).for_matching()
    by_name = {row.name: row for row in known}
    for person in contributors:
        row = by_key.get(person.id or 0) or by_name.get(person.name)
        if row:
            people.matched.append(f"采编人员 {row.name}")
        else:
            row = by_name[person.name] = Contributor.objects.create(name=person.name)
            people.created.append(f"采编人员 {row.name}")
        people.contributors[person] = row


def _find_roles(people: People, names: Iterable[str]) -> None:
    names = list(names)
    people.roles = {role.name: role for role in CreditRole.objects.filter(name__in=names)}
    # Sorted, so that concurrent saves of the same names can't deadlock; get_or_create, since another may win.
    for name in sorted(set(names) - people.roles.keys()):
        people.roles[name], created = CreditRole.objects.get_or_create(name=name)
        (people.created if created else people.matched).append(f"署名角色 {name}")
