"""What stands beside the statements: credits of the page, captions, names under portraits, furniture."""

from __future__ import annotations

from itertools import islice

from .bylines import Group, Roll
from .coverage import Ledger
from .grammar import Grammar
from .labels import Label
from .page import Page, Picture
from .shapes import Kind, Shape
from .source import Segment, whole
from .speaker_lines import closed_up

LOOK_AHEAD = 60
SIDEBARS = frozenset(
    {Kind.CREDITS, Kind.CAPTION, Kind.NAMES, Kind.PHOTOGRAPHER, Kind.FURNITURE, Kind.HEADING, Kind.LEFT}
)


def following(shapes: list[Shape], index: int, nth: int = 1) -> Shape | None:
    """The next line, or the nth, that is no sidebar."""
    behind = (shape for shape in shapes[index + 1 : index + LOOK_AHEAD] if shape.kind not in SIDEBARS)
    return next(islice(behind, nth - 1, None), None)


class Sidebars:
    """Reads the lines of sidebars. `beside` tells the running text that one stood before it."""

    def __init__(self, shapes: list[Shape], page: Page, ledger: Ledger, grammar: Grammar):
        self.shapes, self.page, self.ledger, self.grammar = shapes, page, ledger, grammar
        self.beside = False
        self.nameless: Segment | None = None  # a label of credits whose names follow
        self.lead_ended = -2  # the last line that was said to be the lead's
        self.speakers = {
            closed_up(shape.names[0].part(*shape.introduction.name).folded) for shape in shapes if shape.introduction
        }

    def credits(self, index: int, shape: Shape) -> None:
        assert shape.roll is not None
        groups = shape.roll.groups
        if not groups[-1].names and index + 1 < len(self.shapes) and self.shapes[index + 1].kind is Kind.NAMES:
            self.nameless = groups[-1].role  # the names are on the next line
            groups = groups[:-1]
        self.page.credits += groups
        self._understood(shape.roll, whole(shape.line))
        self.beside = True

    def caption(self, index: int, shape: Shape) -> None:
        self.page.pictures.append(Picture(shape.content, shape.credit_line))
        self.beside = True

    def names(self, index: int, shape: Shape) -> None:
        if self.nameless is not None:
            self.page.credits.append(Group(self.nameless, shape.names))
            self.nameless = None
            return
        for name in shape.names:
            self.page.pictures.append(Picture(name, is_name=True))
            confirmed = any(part in self.speakers for part in closed_up(name.folded).split()) or (
                closed_up(name.folded) in self.speakers
            )
            reason = "单独成行的人名，与被访者同名" if confirmed else "单独成行，像一个人名"
            self.ledger.note("caption", name, f"{reason}，按照片说明处理")
        self.beside = True

    def photographer(self, index: int, shape: Shape) -> None:
        pictures = self.page.pictures
        if pictures and pictures[-1].credit_line is None:
            pictures[-1].credit_line = shape.credit_line
        else:
            pictures.append(Picture(None, shape.credit_line))
        self.beside = True

    def furniture(self, index: int, shape: Shape) -> None:
        self.ledger.leave(shape.line, "像报头、日期、版次一类的版面信息，不属于访谈内容")
        self.beside = True

    def heading(self, index: int, shape: Shape) -> None:
        """Placed by its label, in the order of the page."""
        assert shape.content is not None
        match shape.label:
            case Label.KICKER:
                self.page.kicker.append(shape.content)
            case Label.HEADLINE:
                self.page.headline.append(shape.content)
            case Label.SUBTITLE:
                self.page.subtitle.append(shape.content)
            case _:
                self.page.lead.append([shape.content])
                self.lead_ended = index
        self.beside = True

    def left(self, index: int, shape: Shape) -> None:
        what = "署名" if shape.label is Label.BYLINE else "职务名单"
        self.ledger.leave(shape.line, f"标为{what}，但读不出姓名")
        self.beside = True

    def _understood(self, roll: Roll, segment: Segment) -> None:
        self.ledger.mark(*roll.marks)
        for mark in roll.marks:
            if mark.folded.strip() in self.grammar.trailing_roles:
                self.ledger.note("byline", segment, f"“{mark.text}”未单列，署名人兼任")
        if any(group.role is None for group in roll.groups):
            self.ledger.note("byline", segment, "括号里只有姓名，按记者署名处理")
