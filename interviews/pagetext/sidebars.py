"""Read sidebars: page credits, captions, names under portraits, furniture."""

from __future__ import annotations

from itertools import islice

from .bylines import CreditEntry, Credits
from .coverage import Coverage
from .grammar import Grammar
from .labels import Label
from .page import Page, Picture
from .shapes import Kind, Shape
from .source import Segment, whole
from .speaker_lines import without_spacing

LOOKAHEAD = 60
SIDEBARS = frozenset(
    {Kind.CREDITS, Kind.CAPTION, Kind.NAMES, Kind.PHOTOGRAPHER, Kind.FURNITURE, Kind.HEADING, Kind.UNREADABLE}
)


def following(shapes: list[Shape], index: int, nth: int = 1) -> Shape | None:
    """Return the nth line after `index` that is no sidebar; None if there is none near."""
    behind = (shape for shape in shapes[index + 1 : index + LOOKAHEAD] if shape.kind not in SIDEBARS)
    return next(islice(behind, nth - 1, None), None)


class Sidebars:
    """Handlers for the lines of sidebars. `sidebar_seen` tells the running text that one precedes it."""

    def __init__(self, shapes: list[Shape], page: Page, coverage: Coverage, grammar: Grammar):
        self.shapes, self.page, self.coverage, self.grammar = shapes, page, coverage, grammar
        self.sidebar_seen = False
        self.pending_role: Segment | None = None  # a credit's label whose names are on the next line
        self.last_lead_index = -2  # index of the last line labelled as lead
        self.speaker_names = {
            without_spacing(shape.names[0].part(*shape.introduction.name).folded)
            for shape in shapes
            if shape.introduction
        }

    def handle_credits(self, index: int, shape: Shape) -> None:
        assert shape.credits is not None  # noqa: S101 for mypy: shapes of this kind have them
        entries = shape.credits.entries
        if not entries[-1].names and index + 1 < len(self.shapes) and self.shapes[index + 1].kind is Kind.NAMES:
            self.pending_role = entries[-1].role
            entries = entries[:-1]
        self.page.credits += entries
        self._note_marks(shape.credits, whole(shape.line))
        self.sidebar_seen = True

    def handle_caption(self, index: int, shape: Shape) -> None:
        self.page.pictures.append(Picture(shape.content, shape.credit_line))
        self.sidebar_seen = True

    def handle_names(self, index: int, shape: Shape) -> None:
        if self.pending_role is not None:
            self.page.credits.append(CreditEntry(self.pending_role, shape.names))
            self.pending_role = None
            return
        for name in shape.names:
            self.page.pictures.append(Picture(name, is_name=True))
            confirmed = any(part in self.speaker_names for part in without_spacing(name.folded).split()) or (
                without_spacing(name.folded) in self.speaker_names
            )
            reason = "单独成行的人名，与被访者同名" if confirmed else "单独成行，像一个人名"
            self.coverage.add_note("caption", name, f"{reason}，按照片说明处理")
        self.sidebar_seen = True

    def handle_photographer(self, index: int, shape: Shape) -> None:
        pictures = self.page.pictures
        if pictures and pictures[-1].credit_line is None:
            pictures[-1].credit_line = shape.credit_line
        else:
            pictures.append(Picture(None, shape.credit_line))
        self.sidebar_seen = True

    def handle_furniture(self, index: int, shape: Shape) -> None:
        self.coverage.leave_out(shape.line, "像报头、日期、版次一类的版面信息，不属于访谈内容")
        self.sidebar_seen = True

    def handle_heading(self, index: int, shape: Shape) -> None:
        """Place a heading by its label."""
        assert shape.content is not None  # noqa: S101 for mypy: shapes of this kind have one
        match shape.label:
            case Label.KICKER:
                self.page.kicker.append(shape.content)
            case Label.HEADLINE:
                self.page.headline.append(shape.content)
            case Label.SUBTITLE:
                self.page.subtitle.append(shape.content)
            case _:
                self.page.lead.append([shape.content])
                self.last_lead_index = index
        self.sidebar_seen = True

    def handle_unreadable(self, index: int, shape: Shape) -> None:
        what = "署名" if shape.label is Label.BYLINE else "职务名单"
        self.coverage.leave_out(shape.line, f"标为{what}，但读不出姓名")
        self.sidebar_seen = True

    def _note_marks(self, credits: Credits, segment: Segment) -> None:
        self.coverage.claim_mark(*credits.marks)
        for mark in credits.marks:
            if mark.folded.strip() in self.grammar.trailing_roles:
                self.coverage.add_note("byline", segment, f"“{mark.text}”未单列，署名人兼任")
        if any(entry.role is None for entry in credits.entries):
            self.coverage.add_note("byline", segment, "括号里只有姓名，按记者署名处理")
