"""Rejoin running text cut by column breaks, and find a lead that is printed within it."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from .coverage import Coverage
from .grammar import Grammar
from .page import Page, Prose, Statement
from .shapes import is_complete, is_heading
from .source import Segment
from .tables import CLAUSE_PARTICLES

MAX_LEAD_PARAGRAPHS = 4
MIN_SCORE_MID_STATEMENT = 4.0
MIN_SCORE_AT_BREAK = 1.5
_PAIRS = dict(zip("“‘「『《〈(（【[", "”’」』》〉)）】]", strict=True))


def is_cut(text: str) -> bool:
    """Tell whether a paragraph (folded text) ends in mid-sentence."""
    return not is_complete(text) and not text.endswith((":", ";"))


def _unclosed_mark(text: str) -> str:
    """Return the closing mark of the innermost pair left open, or an empty string."""
    stack: list[str] = []
    for character in text:
        if character in _PAIRS:
            stack.append(_PAIRS[character])
        elif stack and character == stack[-1]:
            stack.pop()
    return stack[-1] if stack else ""


def _unopened_mark(text: str) -> str:
    """Return the first closing mark without an opening one, or an empty string."""
    stack: list[str] = []
    for character in text:
        if character in _PAIRS:
            stack.append(_PAIRS[character])
        elif character in "”’」』》〉)）】]":
            if not stack:
                return character
            stack.pop()
    return ""


class Scorer:
    """Score how well texts fit together, by the words of this page."""

    def __init__(self, page: Page, everything: str, grammar: Grammar):
        self.grammar = grammar
        heading = "".join(part.folded for part in [*page.headline, *page.subtitle])
        self.heading = {heading[i : i + 4] for i in range(len(heading) - 3)}
        self.bigrams = {a + b for a, b in pairwise(everything)}

    def continuation(self, before: str, after: str) -> float:
        """Score `after` as the continuation of the unfinished sentence `before`."""
        score = 0.0
        unclosed, unopened = _unclosed_mark(before[-400:]), _unopened_mark(after[:400])
        if unclosed or unopened:
            score += 4.0 if unclosed == unopened else -2.0
        if after[:1] in CLAUSE_PARTICLES or after[:1] in ",;:)!?":
            score += 3.0
        clause = len(after) - len(after.lstrip())
        clause = next((i for i, c in enumerate(after[:12]) if c in ",、。;:!?”"), 12)
        opens = after.startswith(self.grammar.openers)
        if clause <= 2 and not opens:
            score += 2.0
        if opens:
            score -= 1.5
        if before[-1:] + after[:1] in self.bigrams:
            score += 2.0
        return score

    def lead(self, text: str) -> float:
        """Score a text as a lead, which introduces the page, against a statement, which a speaker makes."""
        score = sum(weight for cue, weight in self.grammar.lead_cues.items() if cue in text)
        shared = sum(text[i : i + 4] in self.heading for i in range(min(len(text), 2000) - 3))
        return score + min(shared, 8) * 0.5


@dataclass(slots=True)
class _Candidate:
    score: float
    statement: Statement
    first: int
    last: int


def place_lead(page: Page, scorer: Scorer, coverage: Coverage) -> None:
    """Find the lead if the page does not begin with one: between topics, or within a statement."""
    if page.lead:
        return
    groups = [group for group in page.strays if any(not is_heading(prose.segment.line) for prose in group)]
    if groups:
        best = max(groups, key=lambda group: sum(scorer.lead(prose.segment.folded) for prose in group))
        page.strays.remove(best)
        coverage.add_note("lead", best[0].segment, "不在任何人的谈话之中，按导语处理")
        page.lead = paragraphs(best, scorer, coverage)
        return
    candidate = max(_candidates(page, scorer), key=lambda found: found.score, default=None)
    if candidate is None:
        return
    prose = candidate.statement.prose
    found = prose[candidate.first : candidate.last + 1]
    cut = is_cut(prose[candidate.first - 1].segment.folded)
    if candidate.score < (MIN_SCORE_AT_BREAK if cut else MIN_SCORE_MID_STATEMENT):
        return
    where = "夹在一句话的两半之间" if cut else "夹在谈话中间"
    coverage.add_note("lead", found[0].segment, f"{where}，口吻像全版的导语，按导语处理")
    del prose[candidate.first : candidate.last + 1]
    if candidate.first < len(prose):
        prose[candidate.first].after_sidebar = True
    page.lead = paragraphs(found, scorer, coverage)


def _candidates(page: Page, scorer: Scorer) -> list[_Candidate]:
    found: list[_Candidate] = []
    for section in page.sections:
        for statement in section.statements:
            texts = [prose.segment.folded for prose in statement.prose]
            lead_scores = [scorer.lead(text) - 0.5 for text in texts]
            labelled = [prose.continues is not None for prose in statement.prose]
            for first in range(1, len(texts)):
                for last in range(first, min(first + MAX_LEAD_PARAGRAPHS, len(texts))):
                    if labelled[last]:
                        break
                    score = sum(lead_scores[first : last + 1]) + _removal_score(statement, texts, first, last, scorer)
                    found.append(_Candidate(score, statement, first, last))
    return found


def _removal_score(statement: Statement, texts: list[str], first: int, last: int, scorer: Scorer) -> float:
    """Score how well the statement reads without the paragraphs `first` to `last`."""
    prose = statement.prose
    sidebar_follows = prose[last + 1].after_sidebar if last + 1 < len(prose) else statement.ends_with_sidebar
    score = 2.0 * (prose[first].after_sidebar or sidebar_follows)
    score -= 2.0 * any(prose[i].after_sidebar for i in range(first + 1, last + 1))
    score -= 1.5 * (last - first)  # one paragraph is the rule
    score -= 4.0 * is_cut(texts[last]) + 2.0 * any(is_heading(prose[i].segment.line) for i in range(first, last + 1))
    before = texts[first - 1]
    if is_cut(before):
        if last + 1 == len(texts):
            return score - 8.0
        score += scorer.continuation(before, texts[last + 1]) - scorer.continuation(before, texts[first])
        score += 1.0
    return score


def paragraphs(prose: list[Prose], scorer: Scorer, coverage: Coverage) -> list[list[Segment]]:
    """Group stretches of text into paragraphs, rejoining sentences cut by column breaks."""
    done: list[list[Segment]] = []
    previous = ""
    for piece in prose:
        text = piece.segment.folded
        if not done or not _continues(previous, text, piece, len(done[-1]), scorer):
            done.append([piece.segment])
        else:
            if piece.continues is None and not (len(text) == 1 and not text.isalnum()):
                coverage.add_note("column-break", piece.segment, "上一段没有说完，与这一段接成一句")
            done[-1].append(piece.segment)
        previous = text
    return done


def _continues(before: str, after: str, piece: Prose, pieces: int, scorer: Scorer) -> bool:
    if piece.continues is not None:
        return piece.continues
    if len(after) <= 2 and not any(map(str.isalnum, after)):
        return True
    if not is_cut(before):
        return False
    # A short line without punctuation between complete paragraphs is a heading within the statement.
    has_marks = any(mark in before for mark in ",、;:“(")
    is_subheading = not piece.after_sidebar and pieces == 1 and len(before) <= 20 and not has_marks
    return not is_subheading or scorer.continuation(before, after) > 0.5
