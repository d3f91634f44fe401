"""Compare two documents, passage by passage, for a person to read. No Django.

Topics are matched by id, else by title; interviews by id (also across topics), else by speaker within their topic.
Unchanged passages are left out.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import Literal, TypeVar

from interviews.document import FeatureDocument, Interview, Photo, Portrait, Topic
from interviews.document.walk import (
    UNNAMED,
    Passage,
    PlacedInterview,
    PlacedTopic,
    interview_passages,
    page_passages,
    placed_interviews,
    placed_topics,
    topic_passages,
)
from interviews.text import richtext

from .text import Span, aligned, compare_text, similarity

__all__ = ["PassageChange", "Span", "TopicChange", "compare", "compare_text"]

State = Literal["changed", "added", "removed"]
Part = TypeVar("Part", Topic, Interview)

# Paragraphs less similar than this count as replaced, not edited.
ALIKE = 0.3
# At most this many pairs of paragraphs are compared to find out which became which.
MOST_MEASURED = 400


@dataclass(frozen=True)
class PassageChange:
    """The deletions and insertions of one passage, or of one paragraph of it."""

    path: str
    label: str
    spans: tuple[Span, ...]


@dataclass(frozen=True)
class TopicChange:
    """All changes within one topic or, with the path `page`, of the page's own fields.

    `notes` are sentences: what was added, removed, moved, or only formatted.
    """

    path: str
    label: str
    state: State
    notes: tuple[str, ...]
    passages: tuple[PassageChange, ...]


def compare(old: FeatureDocument, new: FeatureDocument) -> list[TopicChange]:
    """List the changes: the page's own first, then topics in their new order, then removed topics."""
    changes = [_page(old, new)]
    pairs = _matched(old.topics, new.topics, lambda topic: topic.title)
    moved = _moved([pairs[place] for place in sorted(pairs)])
    strangers = _strangers(old, new)
    olds = placed_topics(old)
    for topic in placed_topics(new):
        if topic.number not in pairs:
            changes.append(_whole_topic(topic, "added"))
            continue
        before = olds[pairs[topic.number]]
        change = _topic(before, topic, strangers)
        if before.number in moved:
            note = f"从第 {before.number + 1} 个话题移为第 {topic.number + 1} 个。"
            change = TopicChange(change.path, change.label, change.state, (note, *change.notes), change.passages)
        changes.append(change)
    kept = set(pairs.values())
    changes += [_whole_topic(topic, "removed") for topic in olds if topic.number not in kept]
    return [change for change in changes if change.notes or change.passages]


def _page(old: FeatureDocument, new: FeatureDocument) -> TopicChange:
    pairs = zip(page_passages(old), page_passages(new), strict=True)
    found = [change for before, after in pairs for change in _passage(before, after)]
    return TopicChange("page", "整版", "changed", tuple(_pictures(old, new)), tuple(found))


def _topic(old: PlacedTopic, new: PlacedTopic, strangers: dict[int, PlacedInterview]) -> TopicChange:
    passages = list(_passage(next(topic_passages(old)), next(topic_passages(new))))
    notes: list[str] = []
    pairs = _matched(old.topic.interviews, new.topic.interviews, lambda interview: interview.speaker.name)
    moved = _moved([pairs[place] for place in sorted(pairs)])
    befores = old.interviews
    for here in new.interviews:
        name = here.interview.speaker.name or UNNAMED
        if here.place in pairs:
            earlier = befores[pairs[here.place]]
            if earlier.place in moved:
                notes.append(f"{name}从第 {earlier.place + 1} 位移为第 {here.place + 1} 位。")
        elif here.interview.id in strangers:
            earlier = strangers[here.interview.id]
            notes.append(f"{name}的谈话从第 {earlier.home.number + 1} 个话题移来。")
        else:
            notes.append(f"新增{name}的谈话。")
            passages += _whole(interview_passages(here), added=True)
            continue
        notes += _unseen(earlier.interview, here.interview, name)
        for before, after in zip(interview_passages(earlier), interview_passages(here), strict=True):
            passages += _passage(before, after)
    kept = set(pairs.values())
    for gone in befores:
        if gone.place in kept:
            continue
        name = gone.interview.speaker.name or UNNAMED
        if gone.interview.id in strangers:
            notes.append(f"{name}的谈话移到别的话题。")
        else:
            notes.append(f"删去{name}的谈话。")
            passages += _whole(interview_passages(gone), added=False)
    return TopicChange(new.path, _topic_label(new), "changed", tuple(notes), tuple(passages))


def _unseen(old: Interview, new: Interview, name: str) -> Iterator[str]:
    """Describe changes that the text does not show."""
    if old.body != new.body and richtext.plain_text(old.body) == richtext.plain_text(new.body):
        yield f"{name}的谈话只改了格式（小标题、加粗、链接等），文字没有变。"
    if old.speaker.id != new.speaker.id and old.speaker.name == new.speaker.name:
        yield f"{name}换成了人名库里另一位同名的人。"
    yield from _picture(old.portrait, new.portrait, f"{name}的肖像")


def _picture(old: Photo | Portrait | None, new: Photo | Portrait | None, what: str) -> Iterator[str]:
    if old == new:
        return
    if old is None or new is None:
        yield f"{'加上' if new else '去掉'}{what}。"
    elif old.id != new.id:
        yield f"{what}换了一张（照片 {old.id} → 照片 {new.id}）。"
    else:
        yield f"{what}的署名或替代文字改了。"


def _pictures(old: FeatureDocument, new: FeatureDocument) -> Iterator[str]:
    """Describe changes of pictures that no caption shows."""
    yield from _picture(old.cover, new.cover, "封面")
    olds, news = [photo.id for photo in old.photos], [photo.id for photo in new.photos]
    if olds != news:
        gone, come = [key for key in olds if key not in news], [key for key in news if key not in olds]
        yield from (f"版面上去掉照片 {key}。" for key in gone if key)
        yield from (f"版面上加了照片 {key}。" for key in come if key)
        if not any((*gone, *come)) and [key for key in olds if key] != [key for key in news if key]:
            yield "版面上的照片换了次序。"
    elif [photo.alt_text for photo in old.photos] != [photo.alt_text for photo in new.photos]:
        yield "版面图片的替代文字改了。"


def _whole_topic(topic: PlacedTopic, state: State) -> TopicChange:
    note = "新增的话题。" if state == "added" else "删去的话题。"
    passages = _whole(topic_passages(topic), added=state == "added")
    return TopicChange(topic.path, _topic_label(topic), state, (note,), tuple(passages))


def _topic_label(placed: PlacedTopic) -> str:
    return f"话题 {placed.number + 1}　{placed.topic.title or '（无题）'}"


def _whole(passages: Iterable[Passage], *, added: bool) -> list[PassageChange]:
    kind: Literal["inserted", "deleted"] = "inserted" if added else "deleted"
    return [PassageChange(each.path, each.label, (Span(kind, each.text),)) for each in passages if each.text]


# --- which became which ----------------------------------------------------------------------------------------------


def _matched(old: Sequence[Part], new: Sequence[Part], named: Callable[[Part], str]) -> dict[int, int]:
    """Map new positions to old ones: by id, else by name among those not matched yet."""
    by_id = {part.id: place for place, part in enumerate(old) if part.id}
    pairs = {place: by_id[part.id] for place, part in enumerate(new) if part.id in by_id}
    taken = set(pairs.values())
    for place, part in enumerate(new):
        if place in pairs or not named(part):
            continue
        same = (n for n, before in enumerate(old) if n not in taken and named(before) == named(part))
        if (found := next(same, None)) is not None:
            pairs[place] = found
            taken.add(found)
    return pairs


def _strangers(old: FeatureDocument, new: FeatureDocument) -> dict[int, PlacedInterview]:
    """Return the old interviews that the new document has under another topic, by id."""
    homes = {interview.id: topic.id for topic in new.topics for interview in topic.interviews if interview.id}
    return {
        placed.interview.id: placed
        for placed in placed_interviews(old)
        if placed.interview.id in homes and homes[placed.interview.id] != placed.home.topic.id
    }


def _moved(order: list[int]) -> set[int]:
    """Return the fewest positions that must move to give this order: all but a longest increasing subsequence."""
    ends: list[int] = []
    lengths = []
    for place in order:
        length = bisect_left(ends, place)
        ends[length : length + 1] = [place]
        lengths.append(length)
    wanted, kept = len(ends) - 1, set()
    for place, length in zip(reversed(order), reversed(lengths), strict=True):
        if length == wanted:
            kept.add(place)
            wanted -= 1
    return set(order) - kept


# --- paragraphs ------------------------------------------------------------------------------------------------------


def _passage(old: Passage, new: Passage) -> Iterator[PassageChange]:
    if old.text == new.text:
        return
    olds, news = old.text.split("\n"), new.text.split("\n")
    if len(olds) == len(news) == 1:
        yield PassageChange(new.path, new.label, tuple(compare_text(old.text, new.text)))
        return
    for equal, i, j, k, m in aligned(olds, news):
        if equal:
            continue
        for place, (before, after) in enumerate(_paired(olds[i:j], news[k:m])):
            if before == after:
                continue
            number = min(k + place, len(news) - 1) + 1
            spans = compare_text(before or "", after or "")
            yield PassageChange(new.path, f"{new.label}，第 {number} 段", tuple(spans))


def _paired(old: list[str], new: list[str]) -> Iterator[tuple[str | None, str | None]]:
    """Pair old and new paragraphs in order; None where one was added or removed."""
    if len(old) == 1 and len(new) == 1:
        yield old[0], new[0]
        return
    if len(old) * len(new) > MOST_MEASURED:
        yield from zip_longest(old, new)
        return
    start = 0
    for before in old:
        likeness = [similarity(before, after) for after in new[start:]]
        best = max(likeness, default=0.0)
        if best < ALIKE:
            yield before, None
            continue
        place = start + likeness.index(best)
        yield from ((None, after) for after in new[start:place])
        yield before, new[place]
        start = place + 1
    yield from ((None, after) for after in new[start:])
