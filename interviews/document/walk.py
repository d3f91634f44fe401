"""Walk a document: every text it holds, with its path, address, kind and Chinese label. No Django.

One grammar names the places of a page. Steps are joined by dots; a list's item is named by position, from 0:
`topics[1].interviews[0].speaker.name`. Topics and interviews that have an id can be named by it instead, from the root:
`topic:12.title`, `interview:33.body`.

The *address* of a text is its place by position: where its field is on the screen. Its *path* goes by id where there is
one, so that it still holds when topics are moved; items of other lists share one path (`photos.caption`).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from interviews.text import richtext

from .model import Credit, FeatureDocument, Interview, Issue, Photo, Portrait, Reprint, Speaker, Subject, Topic


class Kind(StrEnum):
    """The kind of a leaf's text, which decides the proof rules: titles have no final stop, META is not proofread."""

    TITLE = "title"
    PROSE = "prose"
    CAPTION = "caption"
    NAME = "name"
    ORGANISATION = "organisation"
    JOB_TITLE = "job_title"
    LINE = "line"
    META = "meta"


@dataclass(frozen=True, slots=True)
class Leaf:
    """One text. `markup` is its HTML where it has any; `text` is always plain, paragraphs joined by newlines."""

    path: str
    address: str
    kind: Kind
    text: str
    markup: str = ""


@dataclass(frozen=True, slots=True)
class Passage:
    """Leaves that are read, commented on and compared as one. `text` is what a reader sees of them."""

    path: str
    address: str
    label: str
    text: str
    leaves: tuple[Leaf, ...] = ()


@dataclass(frozen=True, slots=True)
class PageField:
    """A field of the whole page: its name in the document, its Chinese label, its value as one text."""

    name: str
    label: str
    show: Callable[[Any], str]


# --- values as text --------------------------------------------------------------------------------------------------


def speaker_text(speaker: Speaker) -> str:
    return " ".join(filter(None, (speaker.organisation, speaker.job_title, speaker.name)))


def credits_text(credits: tuple[Credit, ...]) -> str:
    return "；".join(f"{credit.role} {'、'.join(person.name for person in credit.contributors)}" for credit in credits)


def subjects_text(subjects: tuple[Subject, ...]) -> str:
    return "、".join(subject.name for subject in subjects)


def issue_text(issue: Issue) -> str:
    page = f"第 {issue.page} 版" if issue.page else ""
    return " ".join(filter(None, (issue.date or "", page, issue.page_name)))


def reprint_text(reprint: Reprint | None) -> str:
    if reprint is None:
        return ""
    named = (("来源", reprint.source), ("原作者", reprint.author), ("原标题", reprint.title), ("原文", reprint.url))
    return "；".join(f"{label} {text}" for label, text in named if text)


def captions_text(photos: tuple[Photo, ...]) -> str:
    captions = (" ".join(filter(None, (photo.caption, photo.credit_line))) for photo in photos)
    return "\n".join(filter(None, captions))


def picture_text(picture: Photo | Portrait | None) -> str:
    """Describe a picture in words, where it cannot be shown."""
    if picture is None:
        return "（没有）"
    number = f"照片 {picture.id}" if picture.id else ""
    caption = getattr(picture, "caption", "")
    return " ".join(filter(None, (number, caption, picture.credit_line, picture.alt_text)))


# --- the page's own fields -------------------------------------------------------------------------------------------

# Above the topics and below them, in the order of the page.
HEAD = (
    PageField("issue", "见报", issue_text),
    PageField("kicker", "肩题", str),
    PageField("headline", "主标题", str),
    PageField("subtitle", "副标题", str),
    PageField("subjects", "领域", subjects_text),
    PageField("lead", "导语", "\n".join),
)
FOOT = (
    PageField("cover", "封面", lambda cover: ""),  # shown as a picture, not as words
    PageField("photos", "图片说明", captions_text),
    PageField("reprint", "转载", reprint_text),
    PageField("credits", "本版署名", credits_text),
)
# Fields that are one line of text: forms and rows treat them all alike.
LINES = {field.name: field.label for field in (*HEAD, *FOOT) if field.show is str}
_PAGE_LABELS = {field.name: field.label for field in (*HEAD, *FOOT)}
_INTERVIEW_LABELS = {"speaker": "单位、职务、姓名", "body": "谈话", "portrait": "肖像", "credits": "署名"}
UNNAMED = "未填受访者"

_KINDS = {
    **dict.fromkeys(("kicker", "headline", "subtitle", "title"), Kind.TITLE),
    **dict.fromkeys(("lead", "body"), Kind.PROSE),
    **dict.fromkeys(("issue.date", "issue.page", "issue.page_name", "subjects.name"), Kind.META),
    # A reprint's title and address are somebody else's: they stay as they were.
    **dict.fromkeys(("reprint.title", "reprint.url"), Kind.META),
    "caption": Kind.CAPTION,
    "name": Kind.NAME,
    "organisation": Kind.ORGANISATION,
    "job_title": Kind.JOB_TITLE,
}
_POSITION = re.compile(r"\[\d+\]")


def kind_of(place: str) -> Kind:
    """The kind of text at a path or address: `lead[0]` is prose, `topics[1].title` a title."""
    name = _POSITION.sub("", place)
    return _KINDS.get(name) or _KINDS.get(name.rpartition(".")[2], Kind.LINE)


# --- places ----------------------------------------------------------------------------------------------------------


def topic_address(number: int) -> str:
    return f"topics[{number}]"


def interview_address(number: int, place: int) -> str:
    return f"topics[{number}].interviews[{place}]"


def topic_path(topic: Topic, number: int) -> str:
    return f"topic:{topic.id}" if topic.id else topic_address(number)


def interview_path(interview: Interview, number: int, place: int) -> str:
    return f"interview:{interview.id}" if interview.id else interview_address(number, place)


@dataclass(frozen=True, slots=True)
class PlacedTopic:
    """A topic and its position on the page, from 0."""

    topic: Topic
    number: int

    @property
    def path(self) -> str:
        return topic_path(self.topic, self.number)

    @property
    def address(self) -> str:
        return topic_address(self.number)

    @property
    def interviews(self) -> list[PlacedInterview]:
        return [PlacedInterview(each, self, place) for place, each in enumerate(self.topic.interviews)]


@dataclass(frozen=True, slots=True)
class PlacedInterview:
    """An interview, its topic, and its position in it, from 0."""

    interview: Interview
    home: PlacedTopic
    place: int

    @property
    def path(self) -> str:
        return interview_path(self.interview, self.home.number, self.place)

    @property
    def address(self) -> str:
        return interview_address(self.home.number, self.place)


def placed_topics(document: FeatureDocument) -> list[PlacedTopic]:
    return [PlacedTopic(topic, number) for number, topic in enumerate(document.topics)]


def placed_interviews(document: FeatureDocument) -> list[PlacedInterview]:
    return [each for topic in placed_topics(document) for each in topic.interviews]


def placed_pictures(document: FeatureDocument) -> Iterator[tuple[str, Photo | Portrait]]:
    """Every picture that names a photo, with its address: cover, portraits, placed ones."""
    if document.cover and document.cover.id:
        yield "cover", document.cover
    for placed in placed_interviews(document):
        if placed.interview.portrait:
            yield f"{placed.address}.portrait", placed.interview.portrait
    yield from ((f"photos[{n}]", photo) for n, photo in enumerate(document.photos) if photo.id)


_TOPIC = re.compile(r"(?:topics\[(\d{1,6})\]|topic:([1-9]\d{0,18}))(?![\d\[:])")
_INTERVIEW = re.compile(r"(?:topics\[(\d{1,6})\]\.interviews\[(\d{1,6})\]|interview:([1-9]\d{0,18}))(?![\d\[:])")


def topic_at(document: FeatureDocument, place: str) -> PlacedTopic | None:
    """The topic that a path or address lies in, if the document has it."""
    if placed := interview_at(document, place):
        return placed.home
    if not (step := _TOPIC.match(place)):
        return None
    number, key = step.groups()
    topics = placed_topics(document)
    if number:
        return next(iter(topics[int(number) : int(number) + 1]), None)
    return next((each for each in topics if each.topic.id == int(key)), None)


def interview_at(document: FeatureDocument, place: str) -> PlacedInterview | None:
    """The interview that a path or address lies in, if the document has it."""
    if not (step := _INTERVIEW.match(place)):
        return None
    number, position, key = step.groups()
    if key:
        return next((each for each in placed_interviews(document) if each.interview.id == int(key)), None)
    if int(number) >= len(document.topics) or int(position) >= len(document.topics[int(number)].interviews):
        return None
    topic = PlacedTopic(document.topics[int(number)], int(number))
    return PlacedInterview(topic.topic.interviews[int(position)], topic, int(position))


# --- the walk --------------------------------------------------------------------------------------------------------


def walk(document: FeatureDocument) -> Iterator[Passage]:
    """Every passage in the order of the page, empty ones too."""
    yield from page_passages(document, HEAD)
    for topic in placed_topics(document):
        yield from topic_passages(topic)
    yield from page_passages(document, FOOT)


def leaves(document: FeatureDocument) -> list[Leaf]:
    """Every text that is not empty, in the order of the page."""
    return [leaf for passage in walk(document) for leaf in passage.leaves if leaf.text]


def passages(document: FeatureDocument) -> list[Passage]:
    """Every passage that holds words, in the order of the page."""
    return [passage for passage in walk(document) if passage.text]


def page_passages(document: FeatureDocument, fields: Iterable[PageField] = (*HEAD, *FOOT)) -> Iterator[Passage]:
    """The passages of the whole page: one for each field, empty or not."""
    for field in fields:
        value = getattr(document, field.name)
        yield Passage(field.name, field.name, field.label, field.show(value), tuple(_leaves_of(value, field.name)))


def topic_passages(placed: PlacedTopic) -> Iterator[Passage]:
    """A topic's title, then the passages of its interviews."""
    path, address = f"{placed.path}.title", f"{placed.address}.title"
    leaf = Leaf(path, address, Kind.TITLE, placed.topic.title)
    yield Passage(path, address, f"话题 {placed.number + 1} 题目", placed.topic.title, (leaf,))
    for interview in placed.interviews:
        yield from interview_passages(interview)


def interview_passages(placed: PlacedInterview) -> Iterator[Passage]:
    """Speaker, body, portrait, credits: always these four, empty or not."""
    interview = placed.interview
    shown = {
        "speaker": speaker_text(interview.speaker),
        "body": richtext.plain_text(interview.body),
        "portrait": "",  # shown as a picture, not as words
        "credits": credits_text(interview.credits),
    }
    for name, text in shown.items():
        path, address = f"{placed.path}.{name}", f"{placed.address}.{name}"
        if name == "body":
            found = [Leaf(path, address, Kind.PROSE, text, interview.body)]
        else:
            found = list(_leaves_of(getattr(interview, name), address, path))
        label = f"{interview.speaker.name or UNNAMED}：{_INTERVIEW_LABELS[name]}"
        yield Passage(path, address, label, text, tuple(found))


# Fields of a value that hold words, in the order they are printed.
_WORDS = {
    "Speaker": ("organisation", "job_title", "name"),
    "Photo": ("caption", "credit_line", "alt_text"),
    "Portrait": ("credit_line", "alt_text"),
    "Credit": ("role", "contributors"),
    "Contributor": ("name",),
    "Subject": ("name",),
    "Issue": ("date", "page", "page_name"),
    "Reprint": ("source", "author", "title", "url"),
}


def _leaves_of(value: object, address: str, path: str = "") -> Iterator[Leaf]:
    path = path or address
    if value is None:
        return
    if isinstance(value, tuple):
        for number, item in enumerate(value):
            yield from _leaves_of(item, f"{address}[{number}]", path)
    elif words := _WORDS.get(type(value).__name__):
        for name in words:
            # `credits.name`, not `credits.contributors.name`: the keys of dismissed findings are made of it.
            inner = path if name == "contributors" else f"{path}.{name}"
            yield from _leaves_of(getattr(value, name), f"{address}.{name}", inner)
    else:
        yield Leaf(path, address, kind_of(path), str(value))


# --- labels ----------------------------------------------------------------------------------------------------------


class Places:
    """Name places the way editors do: `topics[1].interviews[0].body` is 裴国欣的谈话."""

    def __init__(self, document: FeatureDocument):
        self.document = document
        self.spoken = Counter(each.interview.speaker.name for each in placed_interviews(document))

    def name(self, place: str) -> str:
        if placed := interview_at(self.document, place):
            part = _INTERVIEW.sub("", place, count=1).lstrip(".")
            label = _INTERVIEW_LABELS.get(re.split(r"[.\[]", part)[0], _INTERVIEW_LABELS["speaker"])
            return f"{self._speaker(placed)}的{label}"
        if topic := topic_at(self.document, place):
            return f"第 {topic.number + 1} 个话题"
        return _PAGE_LABELS.get(re.split(r"[.\[]", place)[0], "整版")

    def _speaker(self, placed: PlacedInterview) -> str:
        """The speaker's name, and where it stands if it stands twice on the page."""
        name = placed.interview.speaker.name
        if self.spoken[name] == 1:
            return name or UNNAMED
        several = len(placed.home.topic.interviews) > 1
        where = f"话题 {placed.home.number + 1}" + (f" 第 {placed.place + 1} 位" if several else "")
        return f"{name or UNNAMED}（{where}）"
