"""From the first topic mark on: which line belongs to which topic, statement, caption and credit."""

from __future__ import annotations

from collections.abc import Callable

from .bylines import Group, Roll, byline_at_end
from .coverage import Ledger
from .grammar import Grammar
from .head import lead_label
from .labels import Label
from .page import Page, Prose, Section, Statement
from .shapes import TITLE_LIMIT, Kind, Shape, is_complete, is_heading
from .sidebars import Sidebars, following
from .source import Segment, whole
from .speaker_lines import STOPS, Introduction, closed_up, introduction, opening

LONGEST_UNKNOWN = 61


class Walk(Sidebars):
    """One pass over the lines, line kind by line kind."""

    def __init__(self, shapes: list[Shape], starts: set[int], page: Page, ledger: Ledger, grammar: Grammar):
        super().__init__(shapes, page, ledger, grammar)
        self.starts = starts
        self.section: Section | None = None
        self.statement: Statement | None = None
        self.stray_open = False
        self.labelled = False  # 编者按 stood alone on the line before
        self.waiting: list[Group] = []  # a byline printed above the statement
        self.handlers: dict[Kind, Callable[[int, Shape], None]] = {
            Kind.TOPIC: self.text,
            Kind.BULLET: self.text,
            Kind.SUBTITLE: self.text,
            Kind.TEXT: self.text,
            Kind.SPEAKER: self.speaker,
            Kind.BYLINE: self.byline,
            Kind.CREDITS: self.credits,
            Kind.CAPTION: self.caption,
            Kind.NAMES: self.names,
            Kind.PHOTOGRAPHER: self.photographer,
            Kind.FURNITURE: self.furniture,
            Kind.HEADING: self.heading,
            Kind.STATEMENT: self.statement_text,
            Kind.LEFT: self.left,
        }

    def run(self, begin: int) -> None:
        for index in range(begin, len(self.shapes)):
            shape = self.shapes[index]
            if index in self.starts:
                self.topic(shape)
            elif shape.label is None and self._is_title(index, shape):
                self.title(whole(shape.line))
            else:
                self.handlers[shape.kind](index, shape)

    # --- topics ----------------------------------------------------------------------------------------------------

    def topic(self, shape: Shape) -> None:
        self._end_statement()
        self.section = Section()
        self.page.sections.append(self.section)
        self.ledger.mark(*shape.marks)
        if shape.kind not in (Kind.TOPIC, Kind.BULLET):
            self.ledger.note("topic", shape.line, "前面没有“话题”标记，但后面紧跟着被访者，按话题标题处理")
            number = self.grammar.title_number.match(shape.line.folded)
            start = number.end() if number else 0
            self.ledger.mark(whole(shape.line).part(0, start))
            self.title(whole(shape.line).part(start, len(shape.line)))
        elif shape.content is not None:
            if shape.kind is Kind.BULLET:
                self.ledger.note("topic", shape.line, "以符号开头，后面紧跟着被访者，按话题标题处理")
            self.title(shape.content)

    def title(self, segment: Segment) -> None:
        assert self.section is not None
        self.section.title.append(segment)

    def _is_title(self, index: int, shape: Shape) -> bool:
        section = self.section
        if section is None or section.statements or len(shape.line) > TITLE_LIMIT:
            return False
        after = following(self.shapes, index)
        leads_on = after is not None and (after.kind is Kind.SPEAKER or self._opening(after) is not None)
        if not is_heading(shape.line) and (section.title or not leads_on):
            return False
        if section.title:
            adjacent = shape.kind is Kind.TEXT and leads_on and self._opening(shape) is None
            if adjacent and len(section.title) < 3 and not is_complete(shape.line.folded):
                self.ledger.note("title", shape.line, "标题之后、被访者之前的短行，并入话题标题")
                return True
            return False
        if shape.kind in (Kind.NAMES, Kind.FURNITURE):
            return leads_on and closed_up(shape.line.folded) not in self.speakers
        return shape.kind in (Kind.TEXT, Kind.SUBTITLE, Kind.BULLET, Kind.TOPIC) and self._opening(shape) is None

    # --- statements ------------------------------------------------------------------------------------------------

    def speaker(self, index: int, shape: Shape) -> None:
        assert shape.introduction is not None
        if shape.label is Label.SPEAKER:
            if self.section is None:
                self.section = Section()
                self.page.sections.append(self.section)
        elif self.section is None or self._continues(shape):
            self.text(index, shape)
            return
        self.ledger.mark(*shape.marks)
        self._begin(shape, shape.names[0], shape.introduction, shape.content)

    def _continues(self, shape: Shape) -> bool:
        """A colon in the rest of a sentence that a column break has cut makes no speaker."""
        last = self.statement.prose[-1].segment.folded if self.statement and self.statement.prose else ""
        name = closed_up(_segment(shape, shape.introduction.name).folded) if shape.introduction else ""
        mine = self.statement is not None and closed_up(self.statement.name.folded) == name
        return mine or bool(last and not is_complete(last) and not self.statement_closed and not shape.line.indented)

    @property
    def statement_closed(self) -> bool:
        return self.statement is None or self.statement.closed

    def _begin(self, shape: Shape, prefix: Segment, found: Introduction, rest: Segment | None) -> None:
        assert self.section is not None
        self._end_statement()
        if not self.section.title and not self.section.statements:
            self.ledger.note("title", shape.line, "话题标记之后没有标题，请补上")
        if found.doubt:
            self.ledger.note("speaker", prefix, f"{found.doubt}，请核对单位、职务和姓名")
        self.statement = Statement(
            _part(prefix, found.organisation), _part(prefix, found.job_title), prefix.part(*found.name).stripped()
        )
        self.ledger.mark(prefix.part(max(found.name[1], found.job_title[1]), len(prefix.text)))  # 说, 表示
        self.statement.credits += self.waiting
        self.waiting = []
        self.section.statements.append(self.statement)
        self.beside = False
        if rest is not None and rest.text:
            self._prose(rest)

    def _opening(self, shape: Shape) -> tuple[Segment, Introduction, Segment] | None:
        """A speaker where one is expected: before a colon, behind a label such as 嘉宾, or alone on the line."""
        segment = whole(shape.line)
        label = next((word for word in self.grammar.speaker_labels if segment.folded.startswith(word + ":")), "")
        if label:
            segment = segment.part(len(label) + 1, len(shape.line)).stripped()
        found = opening(segment.folded[:100], self.grammar, known=self.speakers, expected=True)
        if found:
            return segment.part(0, found[1] - 1), found[0], segment.part(found[1], len(segment.text)).stripped()
        if len(segment.text) <= 50:
            alone = introduction(segment.folded, self.grammar, known=self.speakers, expected=bool(label))
            if alone and alone.job_title[1] > alone.job_title[0]:
                return segment, alone, segment.part(len(segment.text), len(segment.text))
        return None

    def text(self, index: int, shape: Shape) -> None:
        label = lead_label(shape.line, self.grammar.lead_labels)
        if label or self.labelled:
            self._labelled_lead(whole(shape.line), label)
        elif self.section is None:
            self._stray(whole(shape.line))
        elif not self.statement_closed:
            self._prose(whole(shape.line))
        else:
            found = self._opening(shape)
            first = not self.section.statements
            if found and (first or found[1].job_title[1] > found[1].job_title[0]):
                prefix, intro, rest = found
                self.ledger.mark(whole(shape.line).part(0, prefix.start))
                where = "标题之后的第一段" if first else "上一位署名之后的一段"
                self.ledger.note("speaker", prefix, f"{where}，按被访者处理，请核对单位、职务和姓名")
                self._begin(shape, prefix, intro, rest)
            elif first and self._unknown_speaker(index, shape):
                return
            else:
                self._stray(whole(shape.line))

    def statement_text(self, index: int, shape: Shape) -> None:
        """Running text because somebody says so, behind a byline too."""
        text = whole(shape.line)
        if shape.goes_on and self.lead_ended == index - 1:
            self.page.lead[-1].append(text)
            self.lead_ended = index
            return
        if self.statement is None and self.section is not None and self.section.statements:
            self.statement = self.section.statements[-1]
        if self.statement is None:
            self._stray(text)
        else:
            self._prose(text, shape.goes_on)

    def _unknown_speaker(self, index: int, shape: Shape) -> bool:
        """What stands before a colon where a speaker must stand is one, even if it cannot be told apart."""
        colon = shape.line.folded.find(":", 0, LONGEST_UNKNOWN)
        if not self.section or not self.section.title or colon < 2 or STOPS.search(shape.line.folded[:colon]):
            return False
        for later in self.shapes[index + 1 : index + 6]:
            if later.kind is Kind.SPEAKER:
                return False
            if later.kind is Kind.TOPIC:
                break
        segment = whole(shape.line)
        intro = Introduction((0, 0), (0, 0), (0, colon), "没能把单位、职务和姓名分开")
        self._begin(shape, segment.part(0, colon), intro, segment.part(colon + 1, len(segment.text)).stripped())
        return True

    def _labelled_lead(self, segment: Segment, label: int) -> None:
        """编者按 makes the text behind it, or the next one, the lead wherever it stands."""
        self.ledger.mark(segment.part(0, label))
        self.labelled = label == len(segment.text)
        if not self.labelled:
            self.ledger.note("lead", segment, "标明了是按语或导语")
            self.page.lead.append([segment.part(label, len(segment.text)).stripped()])
        self.beside = True

    def _prose(self, segment: Segment, goes_on: bool | None = None) -> None:
        assert self.statement is not None
        rolls: list[Roll] = []
        found = self._byline(segment)
        stop: Segment | None = None
        while found:  # several brackets may follow one another
            rolls.insert(0, found[0])
            stop = stop or segment.part(found[2], len(segment.text)).stripped()
            segment = segment.part(0, found[1]).stripped()
            found = self._byline(segment)
        if segment.text:
            self.statement.prose.append(Prose(segment, self.beside, goes_on))
            if stop and stop.text:
                self.statement.prose.append(Prose(stop))
            self.beside = False
        for roll in rolls:
            self._close(roll, segment)

    def _byline(self, segment: Segment) -> tuple[Roll, int, int] | None:
        found = byline_at_end(segment, self.grammar)
        return None if found is None or self._is_known_speaker(found[0]) else found

    def _is_known_speaker(self, roll: Roll) -> bool:
        return roll.groups[0].role is None and any(
            closed_up(name.folded) in self.speakers for name in roll.groups[0].names
        )

    def byline(self, index: int, shape: Shape) -> None:
        assert shape.roll is not None
        target = self.statement or (self.section.statements[-1] if self.section and self.section.statements else None)
        if target is not None and shape.label is None and self._is_of_the_page(shape, target):
            self.credits(index, shape)
        elif target is not None:
            self._close(shape.roll, whole(shape.line), target)
        elif self.section is not None:
            self.waiting += shape.roll.groups
            self._understood(shape.roll, whole(shape.line))
        else:
            self.credits(index, shape)

    def _is_of_the_page(self, shape: Shape, target: Statement) -> bool:
        """记者:武玲芳 without brackets, where the statement is signed already or in the middle of a sentence."""
        last = target.prose[-1].segment.folded if target.prose else ""
        listed = ":" in shape.line.folded and shape.line.folded[0] not in "([【"
        return listed and (bool(target.credits) or bool(last and not is_complete(last)))

    def _close(self, roll: Roll, segment: Segment, target: Statement | None = None) -> None:
        target = target or self.statement
        assert target is not None
        target.credits += roll.groups
        target.closed = True
        target.beside = target.beside or self.beside
        self._understood(roll, segment)

    def _end_statement(self) -> None:
        if self.statement is not None:
            self.statement.beside = self.statement.beside or self.beside
        self.statement = None
        self.stray_open = False

    def _stray(self, segment: Segment) -> None:
        if not self.stray_open or self.beside:
            self.page.strays.append([])
        self.page.strays[-1].append(Prose(segment, self.beside))
        self.stray_open, self.beside = True, False


def _segment(shape: Shape, span: tuple[int, int]) -> Segment:
    return shape.names[0].part(*span)


def _part(segment: Segment, span: tuple[int, int]) -> Segment | None:
    return segment.part(*span).stripped() if span[1] > span[0] else None
