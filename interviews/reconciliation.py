"""Two people's versions of a page made into one, passage by passage. No Django here.

`base` is the version that both began from. Where only one side changed a passage, that side is proposed; where both
did, a person must choose: theirs, mine, or both. Nothing is ever dropped without somebody having seen it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from itertools import count
from typing import Any, Literal, TypeVar

from . import passages as p
from . import richtext
from .document import FeatureDocument, Interview, Topic
from .wording import Span, compare_text

Side = Literal["theirs", "mine", "both"]
Part = TypeVar("Part", Topic, Interview)
Value = TypeVar("Value")

EMPTY = FeatureDocument(headline="", topics=())
# Parts that have no id yet get one from here while they are merged, so that none is taken for another.
NEW = 2**62


@dataclass(frozen=True)
class Choice:
    """One passage on which the two versions differ. `proposed` is None where both sides changed it."""

    key: str
    group: str
    label: str
    theirs: str
    mine: str
    proposed: Side | None
    sides: tuple[Side, ...]


def choices(base: FeatureDocument | None, theirs: FeatureDocument, mine: FeatureDocument) -> list[Choice]:
    """What has to be decided, in the order of the page."""
    merger = _Merger({})
    merger.page(base or EMPTY, _numbered(theirs, NEW), _numbered(mine, 2 * NEW - 1))
    return merger.choices


def merge(
    base: FeatureDocument | None, theirs: FeatureDocument, mine: FeatureDocument, answers: Mapping[str, Side]
) -> FeatureDocument:
    """One version. A choice without an answer falls to what is proposed, else both are kept, else mine."""
    merged = _Merger(answers).page(base or EMPTY, _numbered(theirs, NEW), _numbered(mine, 2 * NEW - 1))
    return _unnumbered(merged)


@dataclass
class _Merger:
    answers: Mapping[str, Side]
    choices: list[Choice] = field(default_factory=list)
    group: str = "整版"

    def page(self, base: FeatureDocument, theirs: FeatureDocument, mine: FeatureDocument) -> FeatureDocument:
        def line(name: str, label: str) -> Any:
            return self.field(name, label, base, theirs, mine, lambda page: getattr(page, name), str, _joined)

        head: dict[str, Any] = {
            "issue": self.field("issue", "见报", base, theirs, mine, lambda page: page.issue, p.issue_text),
            "kicker": line("kicker", "肩题"),
            "headline": line("headline", "主标题"),
            "subtitle": line("subtitle", "副标题"),
            "subjects": self.field(
                "subjects",
                "领域",
                base,
                theirs,
                mine,
                lambda page: page.subjects,
                lambda each: "、".join(subject.name for subject in each),
                _union,
            ),
            "lead": self.field("lead", "导语", base, theirs, mine, lambda page: page.lead, "\n".join, _union),
        }
        topics = self.topics(base, theirs, mine)
        self.group = "整版"
        foot: dict[str, Any] = {
            "photos": self.field(
                "photos",
                "图片说明",
                base,
                theirs,
                mine,
                lambda page: page.photos,
                lambda photos: "\n".join(map(p.caption_text, photos)),
                _union,
            ),
            "credits": self.field(
                "credits", "本版署名", base, theirs, mine, lambda page: page.credits, p.credits_text, _union
            ),
        }
        return theirs.model_copy(update={**head, "topics": topics, **foot})

    def field(
        self,
        key: str,
        label: str,
        base: Any,
        theirs: Any,
        mine: Any,
        read: Callable[[Any], Value],
        show: Callable[[Value], str],
        both: Callable[[Value, Value], Value] | None = None,
    ) -> Value:
        old, left, right = read(base), read(theirs), read(mine)
        if _same(left, right):
            return right
        proposed: Side | None = "mine" if _same(left, old) else "theirs" if _same(right, old) else None
        side = self.decide(key, label, show(left), show(right), proposed, with_both=both is not None)
        return both(left, right) if side == "both" and both else left if side == "theirs" else right

    def decide(
        self, key: str, label: str, theirs: str, mine: str, proposed: Side | None, *, with_both: bool = True
    ) -> Side:
        sides: tuple[Side, ...] = ("theirs", "mine", "both") if with_both else ("theirs", "mine")
        self.choices.append(Choice(key, self.group, label, theirs, mine, proposed, sides))
        answer = self.answers.get(key)
        return answer if answer in sides else proposed or sides[-1]

    # Topics and interviews -------------------------------------------------------------------------------------------

    def topics(self, base: FeatureDocument, theirs: FeatureDocument, mine: FeatureDocument) -> tuple[Topic, ...]:
        olds, lefts, rights = _by_id(base.topics), _by_id(theirs.topics), _by_id(mine.topics)
        kept: list[tuple[str, Topic]] = []
        for number, topic in enumerate(_in_order(base.topics, theirs.topics, mine.topics), 1):
            self.group = f"话题 {number}　{topic.title or '（无题）'}"
            versions = olds.get(topic.id), lefts.get(topic.id), rights.get(topic.id)
            if found := self.presence(p.topic_path(topic, number), "整个话题", *versions, _topic_text):
                kept.append((self.group, found))
        homes = _homes(base, theirs, mine, {topic.id for _, topic in kept})
        merged = []
        for number, (group, topic) in enumerate(kept, 1):
            self.group = group
            old, left, right = olds.get(topic.id, topic), lefts.get(topic.id, topic), rights.get(topic.id, topic)
            path = p.topic_path(topic, number)
            title = self.field(f"{path}:title", "题目", old, left, right, lambda each: each.title, str, _joined)
            whole = topic.id not in lefts or topic.id not in rights
            interviews = self.interviews(homes, number, old, left, right, whole=whole)
            merged.append(Topic(id=topic.id, title=title, interviews=interviews))
        return tuple(merged)

    def presence(
        self,
        key: str,
        label: str,
        old: Part | None,
        left: Part | None,
        right: Part | None,
        show: Callable[[Part], str],
    ) -> Part | None:
        """The part, or None where it is to go. One that a side added stays; one that a side deleted is asked about."""
        present = left or right
        if (left and right) or old is None or present is None:
            return present
        deleted: Side = "theirs" if right else "mine"
        proposed = deleted if _same(present, old) else None
        shown = "（已删去）", show(present)
        theirs, mine = shown if right else shown[::-1]
        side = self.decide(key, f"{label}：一方删去，一方保留", theirs, mine, proposed, with_both=False)
        return None if side == deleted else present

    def interviews(
        self, homes: _Homes, number: int, old: Topic, left: Topic, right: Topic, *, whole: bool
    ) -> tuple[Interview, ...]:
        """`whole`: only one side has the topic, and it stays: so do its interviews, without being asked about again."""
        merged = []
        for place, interview in enumerate(_in_order(old.interviews, left.interviews, right.interviews), 1):
            if homes.home(interview) != left.id:
                continue  # dragged to another topic: it is met there
            before, theirs, mine = homes.versions(interview)
            path = p.interview_path(interview, number, place)
            name = interview.speaker.name or "未填受访者"
            if whole:
                kept = theirs or mine
            else:
                kept = self.presence(path, f"{name}的谈话", before, theirs, mine, _interview_text)
            if kept is not None:
                merged.append(self.interview(path, name, before, theirs or kept, mine or kept))
        return tuple(merged)

    def interview(self, path: str, name: str, old: Interview | None, theirs: Interview, mine: Interview) -> Interview:
        before = old or Interview(speaker=theirs.speaker.model_copy(update={"name": ""}), body="")
        speaker = self.field(
            f"{path}:speaker",
            f"{name}：单位、职务、姓名",
            before,
            theirs,
            mine,
            lambda each: each.speaker,
            lambda speaker: " ".join(filter(None, (speaker.organisation, speaker.job_title, speaker.name))),
        )
        body = self.body(f"{path}:body", name, before.body, theirs.body, mine.body)
        credits = self.field(
            f"{path}:credits", f"{name}：署名", before, theirs, mine, lambda each: each.credits, p.credits_text, _union
        )
        return mine.model_copy(
            update={"id": theirs.id or mine.id, "speaker": speaker, "body": body, "credits": credits}
        )

    def body(self, key: str, name: str, old: str, theirs: str, mine: str) -> str:
        """Paragraph by paragraph: each run in which the two differ is a choice of its own."""
        if theirs == mine:
            return mine
        olds, lefts, rights = map(richtext.blocks, (old, theirs, mine))
        left_changed, right_changed = _changed(olds, lefts), _changed(olds, rights)
        merged: list[str] = []
        for tag, i, j, k, m in SequenceMatcher(None, lefts, rights, autojunk=False).get_opcodes():
            left, right = "".join(lefts[i:j]), "".join(rights[k:m])
            if tag == "equal":
                merged.append(right)
                continue
            label = f"{name}：谈话，第 {k + 1} 段" + (f"至第 {m} 段" if m - k > 1 else "")
            shown = richtext.plain_text(left), richtext.plain_text(right)
            by_left, by_right = left_changed & _covered(i, j), right_changed & _covered(k, m)
            proposed: Side | None = None if by_left and by_right else "theirs" if by_left else "mine"
            if old in (theirs, mine):
                proposed = "mine" if old == theirs else "theirs"
            side = self.decide(f"{key}:{i}", label, *shown, proposed)
            merged.append(left if side == "theirs" else right if side == "mine" else left + right)
        return "".join(merged)


def _covered(start: int, end: int) -> set[int]:
    """A run of blocks and the gaps about it: block n is 2n + 1, the gap before it 2n."""
    return set(range(2 * start, 2 * end + 1))


def _changed(old: list[str], new: list[str]) -> set[int]:
    """Blocks that are new, and gaps in which some stood before."""
    changed: set[int] = set()
    for tag, _, _, k, m in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag != "equal":
            changed |= set(range(2 * k + 1, 2 * m, 2)) or {2 * k}
    return changed


# --- where interviews stand ------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Homes:
    """For each interview its version and its topic in the base, on their side and on mine; and the topics that stay."""

    sides: tuple[dict[int | None, tuple[Interview, int | None]], ...]
    kept: set[int | None]

    def versions(self, interview: Interview) -> tuple[Interview | None, Interview | None, Interview | None]:
        base, theirs, mine = (side.get(interview.id, (None, None))[0] for side in self.sides)
        return base, theirs, mine

    def home(self, interview: Interview) -> int | None:
        """The topic it belongs under: where a side moved it to (mine, if both did), unless that topic goes."""
        old, theirs, mine = (side.get(interview.id, (None, None))[1] for side in self.sides)
        wanted = [mine, theirs] if mine not in (None, old) else [theirs, mine]
        return next((topic for topic in wanted if topic in self.kept), None)


def _homes(base: FeatureDocument, theirs: FeatureDocument, mine: FeatureDocument, kept: set[int | None]) -> _Homes:
    sides: list[dict[int | None, tuple[Interview, int | None]]] = [
        {each.id: (each, topic.id) for topic in page.topics for each in topic.interviews}
        for page in (base, theirs, mine)
    ]
    return _Homes(tuple(sides), kept)


def _numbered(page: FeatureDocument, first: int) -> FeatureDocument:
    numbers = count(first, 1 if first == NEW else -1)

    def number(part: Part) -> Part:
        return part if part.id else part.model_copy(update={"id": next(numbers)})

    return _each_part(page, number)


def _unnumbered(page: FeatureDocument) -> FeatureDocument:
    def bare(part: Part) -> Part:
        return part.model_copy(update={"id": None}) if part.id and part.id >= NEW else part

    return _each_part(page, bare)


def _each_part(page: FeatureDocument, change: Callable[[Any], Any]) -> FeatureDocument:
    topics = (
        change(topic).model_copy(update={"interviews": tuple(map(change, topic.interviews))}) for topic in page.topics
    )
    return page.model_copy(update={"topics": tuple(topics)})


def _in_order(base: Iterable[Part], theirs: Iterable[Part], mine: Iterable[Part]) -> list[Part]:
    """Every part of both sides once: in the order of the side that moved some, the other's additions after what they
    followed there."""
    left, right = list(theirs), list(mine)
    common = {each.id for each in left} & {each.id for each in right}
    moved_left = [each.id for each in left if each.id in common] != [each.id for each in base if each.id in common]
    leading, other = (left, right) if moved_left else (right, left)
    order = list(leading)
    places = [each.id for each in order]
    for place, part in enumerate(other):
        if part.id in places:
            continue
        before = other[place - 1].id if place else None
        where = places.index(before) + 1 if before is not None else 0
        order.insert(where, part)
        places.insert(where, part.id)
    return order


def _by_id(topics: Iterable[Topic]) -> dict[int | None, Topic]:
    return {topic.id: topic for topic in topics}


# --- values ----------------------------------------------------------------------------------------------------------


def _same(left: object, right: object) -> bool:
    """People's ids aside: one that was typed anew has none yet."""
    return _bare(left) == _bare(right)


def _bare(value: object) -> object:
    if isinstance(value, tuple):
        return tuple(map(_bare, value))
    dump = getattr(value, "model_dump", None)
    return _without_ids(dump()) if dump else value


def _without_ids(data: object) -> object:
    if isinstance(data, dict):
        return {name: _without_ids(each) for name, each in data.items() if name != "id"}
    return [_without_ids(each) for each in data] if isinstance(data, list | tuple) else data


def _joined(left: str, right: str) -> str:
    return "／".join(filter(None, (left, right)))


def _union(left: tuple[Any, ...], right: tuple[Any, ...]) -> tuple[Any, ...]:
    held = [_bare(each) for each in left]
    return (*left, *(each for each in right if _bare(each) not in held))


def _topic_text(topic: Topic) -> str:
    return "\n".join([topic.title, *map(_interview_text, topic.interviews)])


def _interview_text(interview: Interview) -> str:
    return f"{interview.speaker.name}：{richtext.plain_text(interview.body)}"


def decided(found: Iterable[Choice]) -> bool:
    """Whether every passage was changed on one side only: then nobody needs to be asked."""
    return all(choice.proposed for choice in found)


def undecided(found: Iterable[Choice], answers: Mapping[str, Side]) -> Iterator[Choice]:
    return (choice for choice in found if not choice.proposed and answers.get(choice.key) not in choice.sides)


def spans(choice: Choice) -> list[Span]:
    """From theirs to mine, character by character."""
    return compare_text(choice.theirs, choice.mine)
