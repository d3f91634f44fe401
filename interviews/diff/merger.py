"""The merge itself: one pass over both versions that meets every difference and takes the chosen side."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from typing import Any, Literal, TypeVar

from interviews.document import FeatureDocument, Interview, Topic
from interviews.document import walk as p
from interviews.text import richtext

from .ordering import Homes, by_id, homes_of, in_order
from .values import interview_text, joined, same, topic_text, union

Side = Literal["theirs", "mine", "both"]
Part = TypeVar("Part", Topic, Interview)
Value = TypeVar("Value")


@dataclass(frozen=True)
class Choice:
    """A passage in which the versions differ. `proposed` is None if both sides changed it."""

    key: str
    group: str
    label: str
    theirs: str
    mine: str
    proposed: Side | None
    sides: tuple[Side, ...]


@dataclass
class Merger:
    answers: Mapping[str, Side]
    choices: list[Choice] = field(default_factory=list)
    group: str = "整版"

    def page(self, base: FeatureDocument, theirs: FeatureDocument, mine: FeatureDocument) -> FeatureDocument:
        head = {each.name: self.page_field(each, base, theirs, mine) for each in p.HEAD}
        topics = self.topics(base, theirs, mine)
        self.group = "整版"
        foot = {each.name: self.page_field(each, base, theirs, mine) for each in p.FOOT}
        return theirs.model_copy(update={**head, "topics": topics, **foot})

    def page_field(
        self, field: p.PageField, base: FeatureDocument, theirs: FeatureDocument, mine: FeatureDocument
    ) -> Any:
        value = getattr(mine, field.name)
        both = joined if isinstance(value, str) else union if isinstance(value, tuple) else None
        show = _SHOWN.get(field.name, field.show)
        return self.field(
            field.name, field.label, base, theirs, mine, lambda page: getattr(page, field.name), show, both
        )

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
        if same(left, right):
            return right
        proposed: Side | None = "mine" if same(left, old) else "theirs" if same(right, old) else None
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
        olds, lefts, rights = by_id(base.topics), by_id(theirs.topics), by_id(mine.topics)
        kept: list[tuple[str, Topic]] = []
        for number, topic in enumerate(in_order(base.topics, theirs.topics, mine.topics), 1):
            self.group = f"话题 {number}　{topic.title or '（无题）'}"
            versions = olds.get(topic.id), lefts.get(topic.id), rights.get(topic.id)
            if found := self.presence(p.topic_path(topic, number - 1), "整个话题", *versions, topic_text):
                kept.append((self.group, found))
        homes = homes_of(base, theirs, mine, {topic.id for _, topic in kept})
        merged = []
        for number, (group, topic) in enumerate(kept, 1):
            self.group = group
            old, left, right = olds.get(topic.id, topic), lefts.get(topic.id, topic), rights.get(topic.id, topic)
            path = p.topic_path(topic, number - 1)
            title = self.field(f"{path}.title", "题目", old, left, right, lambda each: each.title, str, joined)
            whole = topic.id not in lefts or topic.id not in rights
            interviews = self.interviews(homes, number - 1, old, left, right, whole=whole)
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
        """Return the part, or None if it is to go. A part one side added stays; one it deleted is a choice."""
        present = left or right
        if (left and right) or old is None or present is None:
            return present
        deleted: Side = "theirs" if right else "mine"
        proposed = deleted if same(present, old) else None
        shown = "（已删去）", show(present)
        theirs, mine = shown if right else shown[::-1]
        side = self.decide(key, f"{label}：一方删去，一方保留", theirs, mine, proposed, with_both=False)
        return None if side == deleted else present

    def interviews(
        self, homes: Homes, number: int, old: Topic, left: Topic, right: Topic, *, whole: bool
    ) -> tuple[Interview, ...]:
        """Merge a topic's interviews. `whole`: only one side has the topic; its interviews stay without a choice."""
        merged = []
        for place, interview in enumerate(in_order(old.interviews, left.interviews, right.interviews)):
            if homes.home(interview) != left.id:
                continue  # dragged to another topic: merged there
            before, theirs, mine = homes.versions(interview)
            path = p.interview_path(interview, number, place)
            name = interview.speaker.name or p.UNNAMED
            if whole:
                kept = theirs or mine
            else:
                kept = self.presence(path, f"{name}的谈话", before, theirs, mine, interview_text)
            if kept is not None:
                merged.append(self.interview(path, name, before, theirs or kept, mine or kept))
        return tuple(merged)

    def interview(self, path: str, name: str, old: Interview | None, theirs: Interview, mine: Interview) -> Interview:
        before = old or Interview(speaker=theirs.speaker.model_copy(update={"name": ""}), body="")
        speaker = self.field(
            f"{path}.speaker",
            f"{name}：单位、职务、姓名",
            before,
            theirs,
            mine,
            lambda each: each.speaker,
            p.speaker_text,
        )
        portrait = self.field(
            f"{path}.portrait", f"{name}：肖像", before, theirs, mine, lambda each: each.portrait, p.picture_text
        )
        body = self.body(f"{path}.body", name, before.body, theirs.body, mine.body)
        credits = self.field(
            f"{path}.credits", f"{name}：署名", before, theirs, mine, lambda each: each.credits, p.credits_text, union
        )
        return mine.model_copy(
            update={
                "id": theirs.id or mine.id,
                "speaker": speaker,
                "body": body,
                "portrait": portrait,
                "credits": credits,
            }
        )

    def body(self, key: str, name: str, old: str, theirs: str, mine: str) -> str:
        """Merge a body by paragraphs: each run in which the versions differ is a choice of its own."""
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


# A choice between two pictures is put into words.
_SHOWN: dict[str, Callable[[Any], str]] = {
    "cover": p.picture_text,
    "photos": lambda photos: "\n".join(map(p.picture_text, photos)),
}


def _covered(start: int, end: int) -> set[int]:
    """Number a run of blocks and the gaps around it: block n is 2n + 1, the gap before it 2n."""
    return set(range(2 * start, 2 * end + 1))


def _changed(old: list[str], new: list[str]) -> set[int]:
    """Return new blocks, and gaps from which blocks were removed."""
    changed: set[int] = set()
    for tag, _, _, k, m in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag != "equal":
            changed |= set(range(2 * k + 1, 2 * m, 2)) or {2 * k}
    return changed
