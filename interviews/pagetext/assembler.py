"""Assign the lines from the first topic on to topics, statements, captions and credits."""

from __future__ import annotations

from collections.abc import Callable

from .bylines import CreditEntry, Credits, byline_at_end
from .coverage import Coverage
from .grammar import Grammar
from .head import lead_label
from .labels import Label
from .page import Page, Prose, Section, Statement
from .shapes import TITLE_LIMIT, Kind, Shape, is_complete, is_heading
from .sidebars import Sidebars, following
from .source import Segment, whole
from .speaker_lines import STOPS, Introduction, introduction_at_start, parse_introduction, without_spacing

MAX_UNKNOWN_SPEAKER = 61


class Assembler(Sidebars):
    """A single pass over the lines, with one handler for each kind of line."""

    def __init__(self, shapes: list[Shape], starts: set[int], page: Page, coverage: Coverage, grammar: Grammar):
        super().__init__(shapes, page, coverage, grammar)
        self.starts = starts
        self.section: Section | None = None
        self.statement: Statement | None = None
        self.stray_open = False
        self.lead_label_pending = False  # the line before was 编者按 alone
        self.pending_credits: list[CreditEntry] = []  # bylines printed above their statement
        self.handlers: dict[Kind, Callable[[int, Shape], None]] = {
            Kind.TOPIC: self.handle_text,
            Kind.BULLET: self.handle_text,
            Kind.SUBTITLE: self.handle_text,
            Kind.TEXT: self.handle_text,
            Kind.SPEAKER: self.handle_speaker,
            Kind.BYLINE: self.handle_byline,
            Kind.CREDITS: self.handle_credits,
            Kind.CAPTION: self.handle_caption,
            Kind.NAMES: self.handle_names,
            Kind.PHOTOGRAPHER: self.handle_photographer,
            Kind.FURNITURE: self.handle_furniture,
            Kind.HEADING: self.handle_heading,
            Kind.STATEMENT: self.handle_statement,
            Kind.UNREADABLE: self.handle_unreadable,
        }

    def run(self, first_topic: int) -> None:
        for index in range(first_topic, len(self.shapes)):
            shape = self.shapes[index]
            if index in self.starts:
                self.handle_topic(shape)
            elif self.section and shape.label is None and self._is_title(self.section, index, shape):
                self.section.title.append(whole(shape.line))
            else:
                self.handlers[shape.kind](index, shape)

    # --- topics ----------------------------------------------------------------------------------------------------

    def handle_topic(self, shape: Shape) -> None:
        self._end_statement()
        self.section = section = Section()
        self.page.sections.append(section)
        self.coverage.claim_mark(*shape.marks)
        if shape.kind not in (Kind.TOPIC, Kind.BULLET):
            self.coverage.add_note("topic", shape.line, "前面没有“话题”标记，但后面紧跟着被访者，按话题标题处理")
            number = self.grammar.title_number.match(shape.line.folded)
            start = number.end() if number else 0
            self.coverage.claim_mark(whole(shape.line).part(0, start))
            section.title.append(whole(shape.line).part(start, len(shape.line)))
        elif shape.content is not None:
            if shape.kind is Kind.BULLET:
                self.coverage.add_note("topic", shape.line, "以符号开头，后面紧跟着被访者，按话题标题处理")
            section.title.append(shape.content)

    def _is_title(self, section: Section, index: int, shape: Shape) -> bool:
        if section.statements or len(shape.line) > TITLE_LIMIT:
            return False
        after = following(self.shapes, index)
        leads_to_speaker = after is not None and (after.kind is Kind.SPEAKER or self._find_speaker(after) is not None)
        if not is_heading(shape.line) and (section.title or not leads_to_speaker):
            return False
        if section.title:
            adjacent = shape.kind is Kind.TEXT and leads_to_speaker and self._find_speaker(shape) is None
            if adjacent and len(section.title) < 3 and not is_complete(shape.line.folded):
                self.coverage.add_note("title", shape.line, "标题之后、被访者之前的短行，并入话题标题")
                return True
            return False
        if shape.kind in (Kind.NAMES, Kind.FURNITURE):
            return leads_to_speaker and without_spacing(shape.line.folded) not in self.speaker_names
        return shape.kind in (Kind.TEXT, Kind.SUBTITLE, Kind.BULLET, Kind.TOPIC) and self._find_speaker(shape) is None

    # --- statements ------------------------------------------------------------------------------------------------

    def handle_speaker(self, index: int, shape: Shape) -> None:
        assert shape.introduction is not None  # noqa: S101 for mypy: shapes of this kind have one
        if shape.label is Label.SPEAKER:
            if self.section is None:
                self.section = Section()
                self.page.sections.append(self.section)
        elif self.section is None or self._continues(shape):
            self.handle_text(index, shape)
            return
        self.coverage.claim_mark(*shape.marks)
        self._begin_statement(shape, shape.names[0], shape.introduction, shape.content)

    def _continues(self, shape: Shape) -> bool:
        """Tell whether a speaker-like line continues the statement: same speaker, or a sentence cut by a column."""
        last = self.statement.prose[-1].segment.folded if self.statement and self.statement.prose else ""
        name = without_spacing(_name_part(shape, shape.introduction.name).folded) if shape.introduction else ""
        same_speaker = self.statement is not None and without_spacing(self.statement.name.folded) == name
        return same_speaker or bool(
            last and not is_complete(last) and not self._statement_is_signed and not shape.line.indented
        )

    @property
    def _statement_is_signed(self) -> bool:
        return self.statement is None or self.statement.is_signed

    def _begin_statement(self, shape: Shape, prefix: Segment, found: Introduction, rest: Segment | None) -> None:
        assert self.section is not None  # noqa: S101 for mypy: callers check it
        self._end_statement()
        if not self.section.title and not self.section.statements:
            self.coverage.add_note("title", shape.line, "话题标记之后没有标题，请补上")
        if found.doubt:
            self.coverage.add_note("speaker", prefix, f"{found.doubt}，请核对单位、职务和姓名")
        self.statement = Statement(
            _optional_part(prefix, found.organisation),
            _optional_part(prefix, found.job_title),
            prefix.part(*found.name).stripped(),
        )
        self.coverage.claim_mark(prefix.part(max(found.name[1], found.job_title[1]), len(prefix.text)))  # 说, 表示
        self.statement.credits += self.pending_credits
        self.pending_credits = []
        self.section.statements.append(self.statement)
        self.sidebar_seen = False
        if rest is not None and rest.text:
            self._add_prose(rest)

    def _find_speaker(self, shape: Shape) -> tuple[Segment, Introduction, Segment] | None:
        """Find a speaker where one is expected: before a colon, after a label such as 嘉宾, or alone on the line."""
        segment = whole(shape.line)
        label = next((word for word in self.grammar.speaker_labels if segment.folded.startswith(word + ":")), "")
        if label:
            segment = segment.part(len(label) + 1, len(shape.line)).stripped()
        found = introduction_at_start(segment.folded[:100], self.grammar, known=self.speaker_names, expected=True)
        if found:
            return segment.part(0, found[1] - 1), found[0], segment.part(found[1], len(segment.text)).stripped()
        if len(segment.text) <= 50:
            alone = parse_introduction(segment.folded, self.grammar, known=self.speaker_names, expected=bool(label))
            if alone and alone.job_title[1] > alone.job_title[0]:
                return segment, alone, segment.part(len(segment.text), len(segment.text))
        return None

    def handle_text(self, index: int, shape: Shape) -> None:
        label = lead_label(shape.line, self.grammar.lead_labels)
        if label or self.lead_label_pending:
            self._add_labelled_lead(whole(shape.line), label)
        elif self.section is None:
            self._add_stray(whole(shape.line))
        elif not self._statement_is_signed:
            self._add_prose(whole(shape.line))
        else:
            found = self._find_speaker(shape)
            first = not self.section.statements
            if found and (first or found[1].job_title[1] > found[1].job_title[0]):
                prefix, intro, rest = found
                self.coverage.claim_mark(whole(shape.line).part(0, prefix.start))
                where = "标题之后的第一段" if first else "上一位署名之后的一段"
                self.coverage.add_note("speaker", prefix, f"{where}，按被访者处理，请核对单位、职务和姓名")
                self._begin_statement(shape, prefix, intro, rest)
            elif first and self._add_unknown_speaker(index, shape):
                return
            else:
                self._add_stray(whole(shape.line))

    def handle_statement(self, index: int, shape: Shape) -> None:
        """Add a line labelled as statement, even after a byline."""
        text = whole(shape.line)
        if shape.continues and self.last_lead_index == index - 1:
            self.page.lead[-1].append(text)
            self.last_lead_index = index
            return
        if self.statement is None and self.section is not None and self.section.statements:
            self.statement = self.section.statements[-1]
        if self.statement is None:
            self._add_stray(text)
        else:
            self._add_prose(text, shape.continues)

    def _add_unknown_speaker(self, index: int, shape: Shape) -> bool:
        """Start a statement with the text before the colon as its speaker, though its parts cannot be told apart."""
        colon = shape.line.folded.find(":", 0, MAX_UNKNOWN_SPEAKER)
        if not self.section or not self.section.title or colon < 2 or STOPS.search(shape.line.folded[:colon]):
            return False
        for later in self.shapes[index + 1 : index + 6]:
            if later.kind is Kind.SPEAKER:
                return False
            if later.kind is Kind.TOPIC:
                break
        segment = whole(shape.line)
        intro = Introduction((0, 0), (0, 0), (0, colon), "没能把单位、职务和姓名分开")
        self._begin_statement(
            shape, segment.part(0, colon), intro, segment.part(colon + 1, len(segment.text)).stripped()
        )
        return True

    def _add_labelled_lead(self, segment: Segment, label: int) -> None:
        """Take the text after a label such as 编者按, or the next line, as the lead, wherever it is printed."""
        self.coverage.claim_mark(segment.part(0, label))
        self.lead_label_pending = label == len(segment.text)
        if not self.lead_label_pending:
            self.coverage.add_note("lead", segment, "标明了是按语或导语")
            self.page.lead.append([segment.part(label, len(segment.text)).stripped()])
        self.sidebar_seen = True

    def _add_prose(self, segment: Segment, continues: bool | None = None) -> None:
        assert self.statement is not None  # noqa: S101 for mypy: callers check it
        found_credits: list[Credits] = []
        found = self._byline_at_end(segment)
        full_stop: Segment | None = None
        while found:  # there may be several bracketed bylines
            found_credits.insert(0, found[0])
            full_stop = full_stop or segment.part(found[2], len(segment.text)).stripped()
            segment = segment.part(0, found[1]).stripped()
            found = self._byline_at_end(segment)
        if segment.text:
            self.statement.prose.append(Prose(segment, self.sidebar_seen, continues))
            if full_stop and full_stop.text:
                self.statement.prose.append(Prose(full_stop))
            self.sidebar_seen = False
        for credits in found_credits:
            self._add_byline(self.statement, credits, segment)

    def _byline_at_end(self, segment: Segment) -> tuple[Credits, int, int] | None:
        found = byline_at_end(segment, self.grammar)
        return None if found is None or self._is_known_speaker(found[0]) else found

    def _is_known_speaker(self, credits: Credits) -> bool:
        return credits.entries[0].role is None and any(
            without_spacing(name.folded) in self.speaker_names for name in credits.entries[0].names
        )

    def handle_byline(self, index: int, shape: Shape) -> None:
        assert shape.credits is not None  # noqa: S101 for mypy: shapes of this kind have them
        target = self.statement or (self.section.statements[-1] if self.section and self.section.statements else None)
        if target is not None and shape.label is None and self._is_page_credit(shape, target):
            self.handle_credits(index, shape)
        elif target is not None:
            self._add_byline(target, shape.credits, whole(shape.line))
        elif self.section is not None:
            self.pending_credits += shape.credits.entries
            self._note_marks(shape.credits, whole(shape.line))
        else:
            self.handle_credits(index, shape)

    def _is_page_credit(self, shape: Shape, target: Statement) -> bool:
        """Tell whether an unbracketed 记者:武玲芳 is a page credit: the statement is signed or stops mid-sentence."""
        last = target.prose[-1].segment.folded if target.prose else ""
        listed = ":" in shape.line.folded and shape.line.folded[0] not in "([【"
        return listed and (bool(target.credits) or bool(last and not is_complete(last)))

    def _add_byline(self, target: Statement, credits: Credits, segment: Segment) -> None:
        target.credits += credits.entries
        target.is_signed = True
        target.ends_with_sidebar = target.ends_with_sidebar or self.sidebar_seen
        self._note_marks(credits, segment)

    def _end_statement(self) -> None:
        if self.statement is not None:
            self.statement.ends_with_sidebar = self.statement.ends_with_sidebar or self.sidebar_seen
        self.statement = None
        self.stray_open = False

    def _add_stray(self, segment: Segment) -> None:
        if not self.stray_open or self.sidebar_seen:
            self.page.strays.append([])
        self.page.strays[-1].append(Prose(segment, self.sidebar_seen))
        self.stray_open, self.sidebar_seen = True, False


def _name_part(shape: Shape, span: tuple[int, int]) -> Segment:
    return shape.names[0].part(*span)


def _optional_part(segment: Segment, span: tuple[int, int]) -> Segment | None:
    return segment.part(*span).stripped() if span[1] > span[0] else None
