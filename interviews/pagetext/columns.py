"""Column breaks and the lead: how running text that was printed around other things goes together again."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from .coverage import Ledger
from .grammar import Grammar
from .page import Page, Prose, Statement
from .shapes import is_complete, is_heading
from .source import Segment
from .tables import CLAUSE_PARTICLES

LONGEST_LEAD = 4
CERTAIN_WITHOUT_BREAK = 4.0
CERTAIN_AT_BREAK = 1.5
_PAIRS = dict(zip("“‘「『《〈(（【[", "”’」』》〉)）】]", strict=True))


def is_cut(text: str) -> bool:
    """Whether a paragraph (folded text) stops before its sentence does."""
    return not is_complete(text) and not text.endswith((":", ";"))


def _open_mark(text: str) -> str:
    """The closing mark that a text still waits for."""
    stack: list[str] = []
    for character in text:
        if character in _PAIRS:
            stack.append(_PAIRS[character])
        elif stack and character == stack[-1]:
            stack.pop()
    return stack[-1] if stack else ""


def _first_unmatched(text: str) -> str:
    """The first closing mark that closes nothing in the text."""
    stack: list[str] = []
    for character in text:
        if character in _PAIRS:
            stack.append(_PAIRS[character])
        elif character in "”’」』》〉)）】]":
            if not stack:
                return character
            stack.pop()
    return ""


class Judge:
    """How well texts fit each other, by this page's own words."""

    def __init__(self, page: Page, everything: str, grammar: Grammar):
        self.grammar = grammar
        heading = "".join(part.folded for part in [*page.headline, *page.subtitle])
        self.heading = {heading[i : i + 4] for i in range(len(heading) - 3)}
        self.pairs = {a + b for a, b in pairwise(everything)}

    def continuation(self, before: str, after: str) -> float:
        """Whether `after` goes on with the sentence that `before` leaves open."""
        score = 0.0
        waiting, closing = _open_mark(before[-400:]), _first_unmatched(after[:400])
        if waiting or closing:
            score += 4.0 if waiting == closing else -2.0
        if after[:1] in CLAUSE_PARTICLES or after[:1] in ",;:)!?":
            score += 3.0
        clause = len(after) - len(after.lstrip())
        clause = next((i for i, c in enumerate(after[:12]) if c in ",、。;:!?”"), 12)
        opens = after.startswith(self.grammar.openers)
        if clause <= 2 and not opens:
            score += 2.0
        if opens:
            score -= 1.5
        if before[-1:] + after[:1] in self.pairs:
            score += 2.0
        return score

    def lead(self, text: str) -> float:
        """Whether a text speaks of the page as a lead does, not as a speaker does."""
        score = sum(weight for cue, weight in self.grammar.lead_cues.items() if cue in text)
        shared = sum(text[i : i + 4] in self.heading for i in range(min(len(text), 2000) - 3))
        return score + min(shared, 8) * 0.5


@dataclass(slots=True)
class _Candidate:
    score: float
    statement: Statement
    first: int
    last: int


def place_lead(page: Page, judge: Judge, ledger: Ledger) -> None:
    """Find the lead where the page does not begin with it: between topics, or dropped into a statement."""
    if page.lead:
        return
    groups = [group for group in page.strays if any(not is_heading(prose.segment.line) for prose in group)]
    if groups:
        best = max(groups, key=lambda group: sum(judge.lead(prose.segment.folded) for prose in group))
        page.strays.remove(best)
        ledger.note("lead", best[0].segment, "不在任何人的谈话之中，按导语处理")
        page.lead = paragraphs(best, judge, ledger)
        return
    candidate = max(_candidates(page, judge), key=lambda found: found.score, default=None)
    if candidate is None:
        return
    prose = candidate.statement.prose
    found = prose[candidate.first : candidate.last + 1]
    cut = is_cut(prose[candidate.first - 1].segment.folded)
    if candidate.score < (CERTAIN_AT_BREAK if cut else CERTAIN_WITHOUT_BREAK):
        return
    where = "夹在一句话的两半之间" if cut else "夹在谈话中间"
    ledger.note("lead", found[0].segment, f"{where}，口吻像全版的导语，按导语处理")
    del prose[candidate.first : candidate.last + 1]
    if candidate.first < len(prose):
        prose[candidate.first].beside = True
    page.lead = paragraphs(found, judge, ledger)


def _candidates(page: Page, judge: Judge) -> list[_Candidate]:
    found: list[_Candidate] = []
    for section in page.sections:
        for statement in section.statements:
            texts = [prose.segment.folded for prose in statement.prose]
            tones = [judge.lead(text) - 0.5 for text in texts]
            said = [prose.goes_on is not None for prose in statement.prose]
            for first in range(1, len(texts)):
                for last in range(first, min(first + LONGEST_LEAD, len(texts))):
                    if said[last]:
                        break
                    score = sum(tones[first : last + 1]) + _fit(statement, texts, first, last, judge)
                    found.append(_Candidate(score, statement, first, last))
    return found


def _fit(statement: Statement, texts: list[str], first: int, last: int, judge: Judge) -> float:
    """How well the statement reads without the paragraphs from first to last."""
    prose = statement.prose
    behind = prose[last + 1].beside if last + 1 < len(prose) else statement.beside
    score = 2.0 * (prose[first].beside or behind)
    score -= 2.0 * any(prose[i].beside for i in range(first + 1, last + 1))
    score -= 1.5 * (last - first)  # one paragraph is the rule
    score -= 4.0 * is_cut(texts[last]) + 2.0 * any(is_heading(prose[i].segment.line) for i in range(first, last + 1))
    before = texts[first - 1]
    if is_cut(before):
        if last + 1 == len(texts):
            return score - 8.0
        score += judge.continuation(before, texts[last + 1]) - judge.continuation(before, texts[first])
        score += 1.0
    return score


def paragraphs(prose: list[Prose], judge: Judge, ledger: Ledger) -> list[list[Segment]]:
    """Stretches of text as paragraphs: a sentence that a column break has cut is one again."""
    done: list[list[Segment]] = []
    previous = ""
    for piece in prose:
        text = piece.segment.folded
        if not done or not _goes_on(previous, text, piece, len(done[-1]), judge):
            done.append([piece.segment])
        else:
            if piece.goes_on is None and not (len(text) == 1 and not text.isalnum()):
                ledger.note("column-break", piece.segment, "上一段没有说完，与这一段接成一句")
            done[-1].append(piece.segment)
        previous = text
    return done


def _goes_on(before: str, after: str, piece: Prose, pieces: int, judge: Judge) -> bool:
    if piece.goes_on is not None:
        return piece.goes_on
    if len(after) <= 2 and not any(map(str.isalnum, after)):
        return True
    if not is_cut(before):
        return False
    # A short line without any mark between whole paragraphs is a heading within the statement.
    heading = not piece.beside and pieces == 1 and len(before) <= 20 and not any(mark in before for mark in ",、;:“(")
    return not heading or judge.continuation(before, after) > 0.5
