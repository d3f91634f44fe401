"""Check names, organisations and posts for consistency within the page and with the records."""

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
MAX_HITS = 200
_POST = re.compile(
    "(?:" + "|".join(sorted((post for post in DEFAULT.posts if len(post) > 1), key=len, reverse=True)) + ")$"
)
# Roles that a person may have besides the post.
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
class PrintedSpeaker:
    """A speaker as printed, and the path of the fields."""

    path: str
    id: int | None
    name: str
    organisation: str
    job_title: str


def speakers_of(document: FeatureDocument) -> list[PrintedSpeaker]:
    return [
        PrintedSpeaker(f"{placed.address}.speaker", speaker.id, speaker.name, speaker.organisation, speaker.job_title)
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
    yield from _repeated_speakers(speakers, by_path)
    yield from _records(speakers, by_path, context.people)
    yield from _reporters(fields, context.contributors)


# --- names ---------------------------------------------------------------------------------------------------------


def _names_in_text(speakers: list[PrintedSpeaker], fields: list[Field], context: Context) -> Iterator[Located]:
    """Find misspelt names of three and four characters in running text; shorter ones resemble too many words."""
    signed = {field.text for field in fields if field.kind is Kind.NAME and "credits" in field.path}
    names = dict.fromkeys((*(speaker.name for speaker in speakers), *sorted(signed)))
    known = set(names) | {official.name for official in context.officials} | set(context.contributors)
    for field in fields:
        if field.kind not in (*_RUNNING, Kind.LINE):
            continue
        for name in names:
            if len(name) in (3, 4) and _HAN_NAME.fullmatch(name):
                for start, found in _similar_strings(name, field.text):
                    if found not in known and is_variant(name, found):
                        yield field, _name_fault(start, found, name)


_HAN_NAME = re.compile(f"[{HAN}]+")


def _similar_strings(name: str, text: str) -> Iterator[tuple[int, str]]:
    """Yield strings in the text that share part of the name, but differ from it."""
    size = len(name)
    seen: set[int] = set()
    for at, part in _name_parts(name):
        position = text.find(part)
        hits = 0
        while position >= 0 and hits < MAX_HITS:
            hits += 1
            start = position - at
            if 0 <= start <= len(text) - size and start not in seen:
                seen.add(start)
                found = text[start : start + size]
                if found != name:
                    yield start, found
            position = text.find(part, position + 1)


def _name_parts(name: str) -> list[tuple[int, str]]:
    """Return parts of a name with offsets; if one character is wrong, at least one part is intact."""
    if len(name) == 3:
        return [(0, name[:2]), (1, name[1:]), (0, name[0])]
    middle = len(name) // 2
    return [(0, name[:middle]), (middle, name[middle:])]


def _name_fault(start: int, found: str, name: str) -> Fault:
    message = f"“{found}”与本版的“{name}”只有一字之差，请核对是不是同一人。"
    return Fault("name", start, start + len(found), message, name, about=name)


def _names_in_lines(fields: list[Field]) -> Iterator[Located]:
    """Compare speakers, bylines and credits with each other; the rarer spelling is reported."""
    named = [field for field in fields if field.kind is Kind.NAME]
    counts: dict[str, int] = {}
    for field in named:
        counts[field.text] = counts.get(field.text, 0) + 1
    names = list(counts)[:MAX_HITS]
    for index, name in enumerate(names):
        for earlier in names[:index]:
            if is_variant(earlier, name, structured=True):
                wrong, right = (earlier, name) if counts[name] > counts[earlier] else (name, earlier)
                field = next(field for field in named if field.text == wrong)
                yield field, _name_fault(0, wrong, right)


# --- organisations and posts ---------------------------------------------------------------------------------------


def _organisations(speakers: list[PrintedSpeaker], fields: list[Field]) -> Iterator[Located]:
    organisations = dict.fromkeys(speaker.organisation for speaker in speakers if len(speaker.organisation) >= 4)
    for field in fields:
        if field.kind not in (*_RUNNING, Kind.ORGANISATION):
            continue
        for organisation in organisations:
            for start, found in _similar_strings(organisation, field.text):
                if found not in organisations and is_variant(organisation, found):
                    message = f"“{found}”与本版的“{organisation}”写法不同，请核对单位名称。"
                    yield (
                        field,
                        Fault("organisation", start, start + len(found), message, organisation, about=organisation),
                    )


def _posts(speakers: list[PrintedSpeaker], fields: list[Field]) -> Iterator[Located]:
    """Check posts directly before speakers' names in running text."""
    posts = {speaker.name: speaker.job_title for speaker in speakers if len(speaker.name) > 1 and speaker.job_title}
    for field in fields:
        if field.kind not in _RUNNING:
            continue
        for name, job_title in posts.items():
            for match in list(re.finditer(re.escape(name), field.text))[:MAX_HITS]:
                post = _post_before(field.text[max(0, match.start() - 14) : match.start()])
                if post and post not in _OTHER_ROLES and not _agrees(post, job_title):
                    message = f"{name}的职务这里写作“{post}”，受访者一栏是“{job_title}”，请核对。"
                    yield field, Fault("job-title", match.start() - len(post), match.end(), message, about=job_title)


def _post_before(text: str) -> str:
    match = _POST.search(text)
    if not match or re.search("(?:原|时任|前)[^，。、]{0,8}$", text[: match.start()]):
        return ""
    start = match.start()
    while start and text[start - 1] in "副代总":
        start -= 1
    return text[start:]


def _agrees(post: str, job_title: str) -> bool:
    for part in re.split("[、兼，/ 　]", job_title):
        if (
            part == post
            or (part.endswith(post) and part[-len(post) - 1] not in "副代总")
            or (post.endswith(part) and part)
        ):
            return not (post.endswith(part) and post != part and post[0] in "副代")
    return False


def _repeated_speakers(speakers: list[PrintedSpeaker], by_path: dict[str, Field]) -> Iterator[Located]:
    """Check that a person who speaks twice has the same organisation and post."""
    first: dict[str, PrintedSpeaker] = {}
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
    speakers: list[PrintedSpeaker], by_path: dict[str, Field], people: tuple[PersonOnRecord, ...]
) -> Iterator[Located]:
    by_id = {person.id: person for person in people if person.id is not None}
    by_name: dict[str, list[PersonOnRecord]] = {}
    for person in people:
        by_name.setdefault(person.name, []).append(person)
    for speaker in speakers:
        candidates = [by_id[speaker.id]] if speaker.id in by_id else by_name.get(speaker.name, [])
        candidates = candidates or [person for person in people if _is_similar_person(person, speaker)]
        if not candidates or any(not _differences(speaker, person) for person in candidates):
            continue
        for part, recorded in _differences(speaker, candidates[0]):
            field = by_path.get(f"{speaker.path}.{part}")
            if field:
                message = f"人物库里是“{recorded}”，这里是“{field.text}”，请核对。"
                suggestion = recorded if part == "name" else ""
                yield field, Fault("record", 0, len(field.text), message, suggestion, about=recorded)


def _is_similar_person(person: PersonOnRecord, speaker: PrintedSpeaker) -> bool:
    """Tell whether a person on record has a similar name and the same organisation."""
    same_place = bool(person.organisation) and person.organisation == speaker.organisation
    return same_place and is_variant(person.name, speaker.name, structured=True)


def _differences(speaker: PrintedSpeaker, person: PersonOnRecord) -> list[tuple[str, str]]:
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
        similar = [name for name in sorted(known) if is_variant(name, field.text, structured=True)]
        suggestion = similar[0] if len(similar) == 1 else ""
        message = f"署名名单里没有“{field.text}”" + (f"，是不是“{suggestion}”？" if suggestion else "，请核对。")
        yield field, Fault("reporter", 0, len(field.text), message, suggestion)


def could_be_person(text: str) -> bool:
    return looks_like_name(text, DEFAULT)
