"""One person's name, organisation and post, wherever the page gives them; and against the records."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from interviews.document import FeatureDocument
from interviews.document.walk import placed_interviews
from interviews.pagetext import DEFAULT
from interviews.pagetext.speaker_lines import looks_like_name
from interviews.text.chinese import HAN

from .context import Context, PersonOnRecord
from .findings import Fault
from .name_variants import is_variant
from .passages import Field, Kind

Located = tuple[Field, Fault]
_RUNNING = (Kind.TITLE, Kind.PROSE, Kind.CAPTION)
MOST_HITS = 200
_POST = re.compile(
    "(?:" + "|".join(sorted((post for post in DEFAULT.posts if len(post) > 1), key=len, reverse=True)) + ")$"
)
# Who a person is besides the post: nobody's post is misspelt by them.
_OTHER_ROLES = {
    "记者",
    "通讯员",
    "同志",
    "老师",
    "代表",
    "委员",
    "人大代表",
    "政协委员",
    "村民",
    "市民",
    "嘉宾",
    "专家",
    "党员",
}


@dataclass(frozen=True, slots=True)
class Speaking:
    """A speaker and the fields that name him or her."""

    path: str
    id: int | None
    name: str
    organisation: str
    job_title: str


def speakers_of(document: FeatureDocument) -> list[Speaking]:
    return [
        Speaking(f"{placed.address}.speaker", speaker.id, speaker.name, speaker.organisation, speaker.job_title)
        for placed in placed_interviews(document)
        for speaker in (placed.interview.speaker,)
    ]


def check(document: FeatureDocument, fields: list[Field], context: Context) -> Iterator[Located]:
    speakers = speakers_of(document)
    by_path = {field.path: field for field in fields}
    yield from _names_in_text(speakers, fields, context)
    yield from _names_in_lines(fields)
    yield from _organisations(speakers, fields)
    yield from _posts(speakers, fields)
    yield from _twice(speakers, by_path)
    yield from _records(speakers, by_path, context.people)
    yield from _reporters(fields, context.contributors)


# --- names ---------------------------------------------------------------------------------------------------------


def _names_in_text(speakers: list[Speaking], fields: list[Field], context: Context) -> Iterator[Located]:
    """Names of three and four characters in running text. Shorter ones look like too many other words."""
    signed = {field.text for field in fields if field.kind is Kind.NAME and "credits" in field.path}
    names = dict.fromkeys((*(speaker.name for speaker in speakers), *sorted(signed)))
    known = set(names) | {official.name for official in context.officials} | set(context.contributors)
    for field in fields:
        if field.kind not in (*_RUNNING, Kind.LINE):
            continue
        for name in names:
            if len(name) in (3, 4) and _HAN_NAME.fullmatch(name):
                for start, found in _near(name, field.text):
                    if found not in known and is_variant(name, found):
                        yield field, _name_fault(start, found, name)


_HAN_NAME = re.compile(f"[{HAN}]+")


def _near(name: str, text: str) -> Iterator[tuple[int, str]]:
    """Places in the text that differ from the name in one character."""
    size = len(name)
    seen: set[int] = set()
    for at, part in _halves(name):
        position = text.find(part)
        hits = 0
        while position >= 0 and hits < MOST_HITS:
            hits += 1
            start = position - at
            if 0 <= start <= len(text) - size and start not in seen:
                seen.add(start)
                found = text[start : start + size]
                if found != name:
                    yield start, found
            position = text.find(part, position + 1)


def _halves(name: str) -> list[tuple[int, str]]:
    """Parts one of which is left whole when one character is wrong."""
    if len(name) == 3:
        return [(0, name[:2]), (1, name[1:]), (0, name[0])]
    middle = len(name) // 2
    return [(0, name[:middle]), (middle, name[middle:])]


def _name_fault(start: int, found: str, name: str) -> Fault:
    message = f"“{found}”与本版的“{name}”只有一字之差，请核对是不是同一人。"
    return Fault("name", start, start + len(found), message, name, about=name)


def _names_in_lines(fields: list[Field]) -> Iterator[Located]:
    """Speakers, bylines and credits among themselves: the rarer spelling is the suspect."""
    named = [field for field in fields if field.kind is Kind.NAME]
    counts: dict[str, int] = {}
    for field in named:
        counts[field.text] = counts.get(field.text, 0) + 1
    names = list(counts)[:MOST_HITS]
    for index, name in enumerate(names):
        for earlier in names[:index]:
            if is_variant(earlier, name, structured=True):
                wrong, right = (earlier, name) if counts[name] > counts[earlier] else (name, earlier)
                field = next(field for field in named if field.text == wrong)
                yield field, _name_fault(0, wrong, right)


# --- organisations and posts ---------------------------------------------------------------------------------------


def _organisations(speakers: list[Speaking], fields: list[Field]) -> Iterator[Located]:
    organisations = dict.fromkeys(speaker.organisation for speaker in speakers if len(speaker.organisation) >= 4)
    for field in fields:
        if field.kind not in (*_RUNNING, Kind.ORGANISATION):
            continue
        for organisation in organisations:
            for start, found in _near(organisation, field.text):
                if found not in organisations and is_variant(organisation, found):
                    message = f"“{found}”与本版的“{organisation}”写法不同，请核对单位名称。"
                    yield (
                        field,
                        Fault("organisation", start, start + len(found), message, organisation, about=organisation),
                    )


def _posts(speakers: list[Speaking], fields: list[Field]) -> Iterator[Located]:
    """What stands directly before a speaker's name in running text is his or her post."""
    posts = {speaker.name: speaker.job_title for speaker in speakers if len(speaker.name) > 1 and speaker.job_title}
    for field in fields:
        if field.kind not in _RUNNING:
            continue
        for name, job_title in posts.items():
            for match in list(re.finditer(re.escape(name), field.text))[:MOST_HITS]:
                said = _post_before(field.text[max(0, match.start() - 14) : match.start()])
                if said and said not in _OTHER_ROLES and not _agrees(said, job_title):
                    message = f"{name}的职务这里写作“{said}”，受访者一栏是“{job_title}”，请核对。"
                    yield field, Fault("job-title", match.start() - len(said), match.end(), message, about=job_title)


def _post_before(text: str) -> str:
    match = _POST.search(text)
    if not match or re.search("(?:原|时任|前)[^，。、]{0,8}$", text[: match.start()]):
        return ""
    start = match.start()
    while start and text[start - 1] in "副代总":
        start -= 1
    return text[start:]


def _agrees(said: str, job_title: str) -> bool:
    for part in re.split("[、兼，/ 　]", job_title):
        if (
            part == said
            or (part.endswith(said) and part[-len(said) - 1] not in "副代总")
            or (said.endswith(part) and part)
        ):
            return not (said.endswith(part) and said != part and said[0] in "副代")
    return False


def _twice(speakers: list[Speaking], by_path: dict[str, Field]) -> Iterator[Located]:
    """One person who speaks twice has one organisation and one post."""
    first: dict[str, Speaking] = {}
    for speaker in speakers:
        earlier = first.setdefault(speaker.name, speaker) if speaker.name else speaker
        for part, rule in (("organisation", "organisation"), ("job_title", "job-title")):
            before, now = getattr(earlier, part), getattr(speaker, part)
            field = by_path.get(f"{speaker.path}.{part}")
            if before and now and before != now and field:
                message = f"{speaker.name}在本版另一处写作“{before}”，这里是“{now}”，请核对。"
                yield field, Fault(rule, 0, len(now), message, about=before)


# --- records -------------------------------------------------------------------------------------------------------


def _records(
    speakers: list[Speaking], by_path: dict[str, Field], people: tuple[PersonOnRecord, ...]
) -> Iterator[Located]:
    by_id = {person.id: person for person in people if person.id is not None}
    by_name: dict[str, list[PersonOnRecord]] = {}
    for person in people:
        by_name.setdefault(person.name, []).append(person)
    for speaker in speakers:
        candidates = [by_id[speaker.id]] if speaker.id in by_id else by_name.get(speaker.name, [])
        candidates = candidates or [person for person in people if _namesake(person, speaker)]
        if not candidates or any(not _differences(speaker, person) for person in candidates):
            continue
        for part, recorded in _differences(speaker, candidates[0]):
            field = by_path.get(f"{speaker.path}.{part}")
            if field:
                message = f"人物库里是“{recorded}”，这里是“{field.text}”，请核对。"
                suggestion = recorded if part == "name" else ""
                yield field, Fault("record", 0, len(field.text), message, suggestion, about=recorded)


def _namesake(person: PersonOnRecord, speaker: Speaking) -> bool:
    """Nobody of this name is on record, but somebody of nearly this name in the same place."""
    same_place = bool(person.organisation) and person.organisation == speaker.organisation
    return same_place and is_variant(person.name, speaker.name, structured=True)


def _differences(speaker: Speaking, person: PersonOnRecord) -> list[tuple[str, str]]:
    parts = ("name", "organisation", "job_title")
    return [
        (part, getattr(person, part))
        for part in parts
        if getattr(person, part) and getattr(speaker, part) and getattr(person, part) != getattr(speaker, part)
    ]


def _reporters(fields: list[Field], contributors: Iterable[str]) -> Iterator[Located]:
    known = set(contributors)
    if not known:
        return
    for field in fields:
        if field.kind is not Kind.NAME or "credits" not in field.path or field.text in known:
            continue
        near = [name for name in sorted(known) if is_variant(name, field.text, structured=True)]
        suggestion = near[0] if len(near) == 1 else ""
        message = f"署名名单里没有“{field.text}”" + (f"，是不是“{suggestion}”？" if suggestion else "，请核对。")
        yield field, Fault("reporter", 0, len(field.text), message, suggestion)


def could_be_person(text: str) -> bool:
    return looks_like_name(text, DEFAULT)
