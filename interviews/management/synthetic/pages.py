"""The documents of the synthetic newsroom, with the ids that drafting would have given their parts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from interviews import document as d

from . import plan, words
from .plan import Plan


@dataclass(frozen=True)
class House:
    """What pages refer to: subjects by id, and roles by name."""

    total: int
    subjects: Sequence[tuple[int, str]]
    roles: dict[str, int]


def document_of(page: Plan, house: House) -> d.FeatureDocument:
    random = Random(page.number)  # noqa: S311 - not a secret
    day, photo = page.day.date(), _cover(page)
    matter = random.choice(words.MATTERS)
    return d.FeatureDocument(
        headline=f"{random.choice(words.HEADLINES)}\u3000{matter}系列之{page.feature}",
        subtitle=f"{random.choice(words.COUNTIES)}各界人士就{matter}畅所欲言",
        lead=(words.sentence(random) + words.sentence(random),),
        issue=d.Issue(date=day.isoformat(), page=page.place + 1, page_name="专版"),
        topics=_topics(page, house.total, random),
        cover=photo,
        photos=(photo,) if photo and page.number % 20 == 0 else (),
        subjects=_subjects(page, house.subjects),
        credits=_page_credits(page, house.total),
    )


def revised(document: d.FeatureDocument) -> d.FeatureDocument:
    """The next revision of a page: one sentence more."""
    return document.model_copy(update={"lead": (*document.lead, "本报将继续关注。")})


def _subjects(page: Plan, subjects: Sequence[tuple[int, str]]) -> tuple[d.Subject, ...]:
    """One subject, on every third page two; the fourth subject is rare."""
    places = [page.number % 3] + ([(page.number + 1) % 3] if page.number % 3 == 0 else [])
    if page.number % 50 == 0:
        places.append(3)
    chosen = [subjects[place] for place in places if place < len(subjects)]
    return tuple(d.Subject(id=key, name=name) for key, name in chosen)


def _cover(page: Plan) -> d.Photo | None:
    if page.number % 10:
        return None
    place = words.PLACES[page.number // 10 % len(words.PLACES)]
    return d.Photo(
        id=page.number // 10 + 1, caption=f"{place}新貌。", credit_line="本报记者 摄", alt_text=f"从高处看{place}"
    )


def _topics(page: Plan, total: int, random: Random) -> tuple[d.Topic, ...]:
    topics, key = [], page.first_interview
    for place, size in enumerate(page.shape):
        interviews = tuple(_interview(page, key + each, total, random) for each in range(size))
        title = f"{random.choice(words.TITLES)}：{random.choice(words.PLACES)}"
        topics.append(d.Topic(id=page.first_topic + place, title=title, interviews=interviews))
        key += size
    return tuple(topics)


def _interview(page: Plan, key: int, total: int, random: Random) -> d.Interview:
    speaker = _speaker(page, key, total)
    photo = plan.portrait_of(speaker.id or 0, total) if page.number % 3 == 0 else None
    alt = d.alt_text_for([(speaker.name, speaker.organisation + speaker.job_title)])
    return d.Interview(
        id=key,
        speaker=speaker,
        body=words.statement(random),
        portrait=d.Portrait(id=photo, credit_line="本报记者 摄", alt_text=alt) if photo else None,
        credits=(_credit("记者", [key, key + 1] if key % 7 == 0 else [key], total),),
    )


def _speaker(page: Plan, key: int, total: int) -> d.Speaker:
    """A speaker of the day's circle, whose post changes over the years."""
    count = plan.speakers(total)
    number = (key * 7 + page.number // 40 * 13) % count + 1
    organisation, job_title = words.post(number, page.day.year // 6)
    return d.Speaker(id=number, name=words.name(number), organisation=organisation, job_title=job_title)


def _page_credits(page: Plan, total: int) -> tuple[d.Credit, ...]:
    people = {"策划": 1, "统筹": 2, "摄影": 3 + page.number % 9}
    return tuple(_credit(role, [place], total) for role, place in people.items())


def _credit(role: str, places: list[int], total: int) -> d.Credit:
    keys = [place % plan.contributors(total) + 1 for place in places]
    people = tuple(d.Contributor(id=key, name=contributor_name(key)) for key in keys)
    return d.Credit(role=role, contributors=people)


def contributor_name(key: int) -> str:
    return words.name(1_000_000 + key)
