"""Compare two texts the way an editor reads them: by words and clauses, not stray characters. No Django.

The alignment is a longest common subsequence (rapidfuzz, bit-parallel): of sentences first, so that unchanged ones stay
put, then of tokens between them. A token is a Han character, a Latin word or number with the marks inside it (PM2.5,
1,000), a doubled mark (—— ……) or any other character with its combining characters; tokens are never split.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, groupby
from typing import Literal, NamedTuple

from rapidfuzz.distance import LCSseq

from interviews.text.chinese import HAN

Kind = Literal["equal", "inserted", "deleted"]

# Tokens of one text times tokens of the other. Above this a stretch counts as rewritten: the alignment takes a bit of
# memory for each pair, and nobody reads such a comparison.
MOST_PAIRS = 64_000_000

_COMBINING = r"[\u0300-\u036f\u0483-\u0489\u20d0-\u20ff\u200d\ufe00-\ufe0f\U000e0100-\U000e01ef\U0001f3fb-\U0001f3ff]"
_TOKEN = re.compile(
    rf"(?:\n+|—+|…+|\.{{2,}}|[^\W_{HAN}]+(?:[.,:'’/%-][^\W_{HAN}]+)*%?|(?:.(?:\u200d.|{_COMBINING})*))", re.DOTALL
)
_SENTENCE_END = re.compile(r"[。！？!?；;\n]")
_SENTENCE = re.compile(r"[^。！？!?；;\n]*+(?:[。！？!?；;\n]++[”’」』）》]*+|$)")
_MARK = re.compile(r"[\W_]+")
_CLAUSE_END = re.compile(r"[，、：,:）)」』”’》]")


@dataclass(frozen=True)
class Span:
    """A stretch of text. Equal and deleted spans make the old text, equal and inserted ones the new text."""

    kind: Kind
    text: str


class Stretch(NamedTuple):
    """Matching ranges of tokens in the old and the new text: equal, or one replaced by the other."""

    equal: bool
    old_start: int
    old_end: int
    new_start: int
    new_end: int


def compare_text(old: str, new: str) -> list[Span]:
    """Diff two texts into spans. In a replacement, the deletion comes before the insertion."""
    if old == new:
        return [Span("equal", old)] if old else []
    comparison = _Comparison(old, new)
    groups = groupby(comparison.spans(), key=lambda span: span.kind)
    return [Span(kind, "".join(span.text for span in group)) for kind, group in groups]


def similarity(old: str, new: str) -> float:
    """Return the share of the longer text that both have in common, in order: 0 to 1."""
    longest = max(len(old), len(new))
    if longest == 0:
        return 1.0
    return float(LCSseq.similarity(old, new)) / longest


def aligned(old: Sequence[str], new: Sequence[str]) -> list[Stretch]:
    """Align two sequences: stretches that cover both, alternately equal and not.

    The common prefix and suffix are matched first, the rest by a longest common subsequence.
    """
    shorter = min(len(old), len(new))
    start = next((place for place in range(shorter) if old[place] != new[place]), shorter)
    rest = shorter - start
    end = next((place for place in range(rest) if old[-1 - place] != new[-1 - place]), rest)
    middle = _middle(old[start : len(old) - end], new[start : len(new) - end])
    return _joined(
        [
            Stretch(True, 0, start, 0, start),
            *(_moved(stretch, start, start) for stretch in middle),
            Stretch(True, len(old) - end, len(old), len(new) - end, len(new)),
        ]
    )


def _middle(old: Sequence[str], new: Sequence[str]) -> list[Stretch]:
    if not old or not new or len(old) * len(new) > MOST_PAIRS:
        return [Stretch(False, 0, len(old), 0, len(new))]
    codes = LCSseq.opcodes(old, new)
    return [
        Stretch(code.tag == "equal", code.src_start, code.src_end, code.dest_start, code.dest_end) for code in codes
    ]


def _moved(stretch: Stretch, old: int, new: int) -> Stretch:
    equal, *places = stretch
    return Stretch(equal, places[0] + old, places[1] + old, places[2] + new, places[3] + new)


def _joined(stretches: Iterable[Stretch]) -> list[Stretch]:
    """Join adjacent spans of one kind and drop empty ones."""
    joined: list[Stretch] = []
    for stretch in stretches:
        if stretch.old_start == stretch.old_end and stretch.new_start == stretch.new_end:
            continue
        if joined and joined[-1].equal == stretch.equal:
            joined[-1] = joined[-1]._replace(old_end=stretch.old_end, new_end=stretch.new_end)
        else:
            joined.append(stretch)
    return joined


class _Comparison:
    def __init__(self, old: str, new: str):
        self.sentences = _SENTENCE.findall(old), _SENTENCE.findall(new)
        self.old = [token for sentence in self.sentences[0] for token in _TOKEN.findall(sentence)]
        self.new = [token for sentence in self.sentences[1] for token in _TOKEN.findall(sentence)]
        self.old_weights, self.new_weights = _weights(self.old), _weights(self.new)

    def spans(self) -> Iterator[Span]:
        for stretch in self._settled(self._without_confetti(_joined(self._stretches()))):
            deleted = "".join(self.old[stretch.old_start : stretch.old_end])
            if stretch.equal:
                yield Span("equal", deleted)
                continue
            if deleted:
                yield Span("deleted", deleted)
            if inserted := "".join(self.new[stretch.new_start : stretch.new_end]):
                yield Span("inserted", inserted)

    def _stretches(self) -> Iterator[Stretch]:
        """Align by sentence, then by token within the sentences that differ."""
        ends = [[0, *accumulate(len(_TOKEN.findall(each)) for each in sentences)] for sentences in self.sentences]
        for equal, old_start, old_end, new_start, new_end in aligned(*self.sentences):
            i, j, k, m = ends[0][old_start], ends[0][old_end], ends[1][new_start], ends[1][new_end]
            if equal:
                yield Stretch(True, i, j, k, m)
            else:
                yield from (_moved(stretch, i, k) for stretch in aligned(self.old[i:j], self.new[k:m]))

    def _without_confetti(self, stretches: list[Stretch]) -> list[Stretch]:
        """Merge two changes if the equal stretch between them weighs no more than either."""
        stack: list[Stretch] = []
        for stretch in stretches:
            stack.append(stretch)
            # A merged change may now outweigh the equal stretch before it.
            while len(stack) >= 3 and self._is_confetti(*stack[-3:]):
                left, _, right = stack[-3:]
                stack[-3:] = [left._replace(old_end=right.old_end, new_end=right.new_end)]
        return stack

    def _is_confetti(self, left: Stretch, middle: Stretch, right: Stretch) -> bool:
        if left.equal or not middle.equal or right.equal:
            return False
        weight = self._weight(middle)
        return weight < 2 or weight <= min(self._weight(left), self._weight(right))

    def _weight(self, stretch: Stretch) -> int:
        return max(
            self.old_weights[stretch.old_end] - self.old_weights[stretch.old_start],
            self.new_weights[stretch.new_end] - self.new_weights[stretch.new_start],
        )

    def _settled(self, stretches: list[Stretch]) -> list[Stretch]:
        """Slide each pure insertion or deletion to clause boundaries where the text allows it."""
        settled: list[Stretch] = []
        size = (len(self.old), len(self.new))
        for place, stretch in enumerate(stretches):
            settled.append(stretch)
            deletion, insertion = stretch.new_start == stretch.new_end, stretch.old_start == stretch.old_end
            if stretch.equal or not (deletion or insertion):
                continue
            before = settled[-2].old_end - settled[-2].old_start if place else 0
            after = (
                stretches[place + 1] if place + 1 < len(stretches) else Stretch(True, size[0], size[0], *size[1:] * 2)
            )
            tokens, start, end = (
                (self.old, stretch.old_start, stretch.old_end)
                if deletion
                else (self.new, stretch.new_start, stretch.new_end)
            )
            shift = _best_shift(tokens, start, end, before, after.old_end - after.old_start)
            settled[-1] = moved = _moved(stretch, shift, shift)
            if place:
                settled[-2] = settled[-2]._replace(old_end=moved.old_start, new_end=moved.new_start)
            elif shift:
                settled.insert(0, Stretch(True, 0, moved.old_start, 0, moved.new_start))
            if place + 1 < len(stretches):
                stretches[place + 1] = after._replace(old_start=moved.old_end, new_start=moved.new_end)
            elif shift:
                settled.append(Stretch(True, moved.old_end, size[0], moved.new_end, size[1]))
        return _joined(settled)


def _weights(tokens: list[str]) -> list[int]:
    """Sum up reading weights before each token: marks and spaces weigh 0, words and numbers 2, Han characters 1."""
    return [0, *accumulate(0 if _MARK.fullmatch(token) else min(len(token), 2) for token in tokens)]


def _best_shift(tokens: list[str], start: int, end: int, before: int, after: int) -> int:
    """Return how far to slide a range of tokens (negative: left) within the given room on both sides."""
    left, right = 0, 0
    while left < before and tokens[start - 1 - left] == tokens[end - 1 - left]:
        left += 1
    while right < after and tokens[end + right] == tokens[start + right]:
        right += 1
    shifts = sorted(range(-left, right + 1), key=abs)
    return max(shifts, key=lambda shift: 2 * _edge(tokens, start + shift) + _edge(tokens, end + shift))


def _edge(tokens: list[str], place: int) -> int:
    """Score the position before a token as the edge of a change."""
    if place == 0 or place == len(tokens) or _SENTENCE_END.search(tokens[place - 1]):
        return 3
    if _CLAUSE_END.fullmatch(tokens[place - 1]):
        return 2
    return 1 if _MARK.fullmatch(tokens[place - 1]) else 0
