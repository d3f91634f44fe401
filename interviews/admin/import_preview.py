"""The import preview: a page's source line by line and its structure part by part, linked by path."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

from interviews.pagetext import Bucket, Label, Note, PageReading, Span
from interviews.text import richtext

LABELS = {
    Label.HEADLINE: "主题",
    Label.SUBTITLE: "副题",
    Label.KICKER: "肩题",
    Label.LEAD: "导语",
    Label.TOPIC: "话题",
    Label.SPEAKER: "受访者",
    Label.STATEMENT: "谈话",
    Label.CONTINUATION: "接上段",
    Label.BYLINE: "署名",
    Label.CAPTION: "图注",
    Label.CREDIT: "职务",
    Label.FURNITURE: "版面信息",
}
BUCKETS = {
    Bucket.HEADLINE: Label.HEADLINE,
    Bucket.SUBTITLE: Label.SUBTITLE,
    Bucket.KICKER: Label.KICKER,
    Bucket.LEAD: Label.LEAD,
    Bucket.TITLE: Label.TOPIC,
    Bucket.ORGANISATION: Label.SPEAKER,
    Bucket.JOB_TITLE: Label.SPEAKER,
    Bucket.SPEAKER: Label.SPEAKER,
    Bucket.BODY: Label.STATEMENT,
    Bucket.CAPTION: Label.CAPTION,
    Bucket.CREDIT_LINE: Label.CAPTION,
}
# Notes about actions, not guesses.
CERTAIN = frozenset({"wrapping", "characters", "structure"})
JOINED = "column-break"
# The part a guess concerns, where a line holds several.
ABOUT = {"speaker": "speaker", "title": "title", "topic": "title", "byline": "credits", JOINED: ("body", "lead")}


@dataclass(frozen=True)
class Piece:
    text: str
    path: str
    left_over: bool


@dataclass(frozen=True)
class SourceLine:
    """A line of the source.

    `kind` is its detected kind, `said` the label an editor gave it, and `reason` why the file's typography suggests
    that kind.
    """

    number: int
    pieces: tuple[Piece, ...]
    kind: Label | None
    said: Label | None
    reason: str
    notes: tuple[Note, ...]
    left_over: bool

    @property
    def name(self) -> str:
        return LABELS[self.kind] if self.kind else "未入稿" if self.left_over else "标记"

    @property
    def unsure(self) -> bool:
        return not self.said and (self.left_over or bool(self.notes))

    @property
    def apart(self) -> Label:
        """Why it is a paragraph of its own."""
        return Label.LEAD if self.kind is Label.LEAD else Label.STATEMENT


@dataclass(frozen=True)
class Part:
    """A field of the document: its text, source lines and guesses."""

    path: str
    label: str
    text: str
    lines: tuple[int, ...] = ()
    notes: tuple[Note, ...] = ()
    level: str = ""


@dataclass(frozen=True)
class Group:
    """The page's head, a topic, an interview, or unplaced text."""

    title: str
    parts: list[Part] = field(default_factory=list)
    kind: str = ""


def source_lines(reading: PageReading, said: dict[int, Label], reasons: dict[int, str]) -> list[SourceLine]:
    """The source as lines.

    `said` are editors' labels by line number; `reasons` are those the file's typography gives.
    """
    spans, notes = _by_line(reading)
    return [
        _source_line(number, text, spans[number], notes[number], said.get(number), reasons.get(number, ""))
        for number, text in reading.lines
    ]


def _by_line(reading: PageReading) -> tuple[dict[int, list[Span]], dict[int, list[Note]]]:
    spans: dict[int, list[Span]] = defaultdict(list)
    notes: dict[int, list[Note]] = defaultdict(list)
    for span in reading.spans:
        spans[span.line].append(span)
    for note in reading.notes:
        if note.line and note.kind not in CERTAIN:
            notes[note.line].append(note)
    return spans, notes


def _source_line(
    number: int, text: str, spans: list[Span], notes: list[Note], label: Label | None, reason: str
) -> SourceLine:
    pieces: list[Piece] = []
    position = 0
    for span in spans:
        pieces.append(Piece(text[position : span.start], "", False))
        pieces.append(Piece(span.text, span.path, span.bucket is Bucket.UNPLACED))
        position = span.start + len(span.text)
    pieces.append(Piece(text[position:], "", False))
    kinds = [kind for span in spans if (kind := _kind(span))]
    kind = Label.SPEAKER if Label.SPEAKER in kinds else kinds[0] if kinds else None
    return SourceLine(
        number=number,
        pieces=tuple(piece for piece in pieces if piece.text),
        kind=kind,
        said=None if reason else label,
        reason=reason,
        notes=tuple(notes),
        left_over=any(span.bucket is Bucket.UNPLACED for span in spans),
    )


def _kind(span: Span) -> Label | None:
    if span.bucket in (Bucket.ROLE, Bucket.CONTRIBUTOR):
        return Label.BYLINE if span.path.startswith("topics") else Label.CREDIT
    return BUCKETS.get(span.bucket)


def outline(reading: PageReading) -> list[Group]:
    """The document as groups of parts, in its own order."""
    return _Outline(reading).groups()


class _Outline:
    def __init__(self, reading: PageReading):
        self.document = reading.document
        self.lines: dict[str, list[int]] = defaultdict(list)
        self.notes: dict[str, list[Note]] = defaultdict(list)
        spans, notes = _by_line(reading)
        for span in reading.spans:
            if span.path and span.line not in self.lines[span.path]:
                self.lines[span.path].append(span.line)
        for line, said in notes.items():
            for note in said:
                path = _path_of(note, spans[line])
                if path:
                    self.notes[path].append(note)

    def part(self, path: str, label: str, text: str, level: str = "") -> Part:
        return Part(path, label, text, tuple(self.lines[path]), tuple(self.notes[path]), level)

    def groups(self) -> list[Group]:
        document = self.document
        head = [
            self.part(name, label, text, name)
            for name, label, text in (
                ("kicker", "肩题", document.kicker),
                ("headline", "主题", document.headline),
                ("subtitle", "副题", document.subtitle),
            )
            if text or name == "headline"
        ]
        head += [self.part(f"lead[{n}]", "导语", text) for n, text in enumerate(document.lead)]
        groups = [Group("标题区", head)]
        for number, topic in enumerate(document.topics):
            groups.append(self._topic(number, topic))
        beside = [
            self.part(f"photos[{n}]", "图注", "　".join(filter(None, (photo.caption, photo.credit_line))))
            for n, photo in enumerate(document.photos)
        ]
        beside += self._credits("credits", document.credits)
        return [*groups, Group("图注和全版署名", beside)] if beside else groups

    def _topic(self, number, topic) -> Group:
        path = f"topics[{number}]"
        parts = [self.part(f"{path}.title", f"话题 {number + 1}", topic.title, "title")]
        for place, interview in enumerate(topic.interviews):
            here = f"{path}.interviews[{place}]"
            speaker = interview.speaker
            parts.append(self._speaker(f"{here}.speaker", speaker))
            parts.append(self.part(f"{here}.body", "谈话", richtext.plain_text(interview.body), "body"))
            parts += self._credits(f"{here}.credits", interview.credits)
        return Group(f"话题 {number + 1}", parts)

    def _speaker(self, path, speaker) -> Part:
        paths = [f"{path}.{name}" for name in ("organisation", "job_title", "name")]
        lines = sorted({line for each in paths for line in self.lines[each]})
        notes = [note for each in paths for note in self.notes[each]]
        text = "｜".join((speaker.organisation or "（无单位）", speaker.job_title or "（无职务）", speaker.name))
        return Part(path, "受访者", text, tuple(lines), tuple(notes), "speaker")

    def _credits(self, path, credits) -> list[Part]:
        return [
            self.part(f"{path}[{n}]", credit.role, "　".join(person.name for person in credit.contributors), "credit")
            for n, credit in enumerate(credits)
        ]


def _path_of(note: Note, spans: list[Span]) -> str:
    about = ABOUT.get(note.kind, "")
    words = (about,) if isinstance(about, str) else about
    paths = [span.path for span in spans if span.path]
    return next((path for path in paths if any(word in path for word in words)), "")
