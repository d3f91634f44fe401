"""The grammar of a printed page: word tables and the regular expressions built from them."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from interviews.text.chinese import COMPOUND_SURNAMES, HAN

from . import tables


def _any_of(words: Iterable[str], *, spaced: bool = False) -> str:
    """Build an alternation, longest word first. `spaced` allows letter-spacing between characters."""
    ordered = sorted(words, key=lambda word: (-len(word), word))
    return "|".join((" {0,4}" if spaced else "").join(map(re.escape, word)) for word in ordered) or "(?!)"


@dataclass(frozen=True)
class Grammar:
    """Word tables of the parser. `parse(text, grammar=DEFAULT.adding(posts=["林草专员"]))` adds a post."""

    topic_words: frozenset[str] = tables.TOPIC_WORDS
    bullets: frozenset[str] = tables.BULLETS
    speaker_labels: frozenset[str] = tables.SPEAKER_LABELS
    lead_labels: frozenset[str] = tables.LEAD_LABELS
    caption_marks: frozenset[str] = tables.CAPTION_MARKS
    portrait_words: frozenset[str] = tables.PORTRAIT_WORDS
    surnames: frozenset[str] = tables.SURNAMES
    compound_surnames: frozenset[str] = frozenset(COMPOUND_SURNAMES)
    not_names: frozenset[str] = tables.NOT_NAMES
    speech_verbs: frozenset[str] = tables.SPEECH_VERBS
    posts: frozenset[str] = tables.POSTS
    post_prefixes: frozenset[str] = tables.POST_PREFIXES
    post_fields: frozenset[str] = tables.POST_FIELDS
    inner_organs: frozenset[str] = tables.INNER_ORGANS
    self_references: frozenset[str] = tables.SELF_REFERENCES
    byline_roles: frozenset[str] = tables.BYLINE_ROLES
    trailing_roles: frozenset[str] = tables.TRAILING_ROLES
    reporting: tuple[str, ...] = tables.REPORTING
    credit_labels: frozenset[str] = tables.CREDIT_LABELS
    furniture: tuple[str, ...] = tables.FURNITURE
    openers: tuple[str, ...] = tables.OPENERS

    def adding(self, **words: Collection[str]) -> Grammar:
        """Return a copy with more words in the named tables."""
        return replace(
            self, **{name: type(getattr(self, name))([*getattr(self, name), *more]) for name, more in words.items()}
        )

    def removing(self, **words: Collection[str]) -> Grammar:
        """Return a copy without these words in the named tables."""
        return replace(
            self,
            **{
                name: type(getattr(self, name))(word for word in getattr(self, name) if word not in less)
                for name, less in words.items()
            },
        )

    @property
    def lead_cues(self) -> Mapping[str, float]:
        return tables.LEAD_CUES | tables.STATEMENT_CUES

    @cached_property
    def topic_mark(self) -> re.Pattern[str]:
        """Match a topic mark in width-folded text. Groups: `bullet`, `open` (bracket), `number`, `close`, `colon`,
        `title`."""
        ornament = r"\s*#—–\-=~·•>"
        number = rf"(?:之?[{tables.NUMERALS}]{{1,3}}|[A-H](?=\s?[:\]】〗]|\s*$)|\([{tables.NUMERALS}]{{1,3}}\)|之)"
        bullets = "".join(map(re.escape, sorted(self.bullets)))
        return re.compile(
            rf"(?P<bullet>[{bullets}{ornament}]*)(?P<open>[\[【〖〔(「『《<“]?)\s?"
            rf"(?P<ordinal>第[{tables.NUMERALS}]{{1,3}}(?:个|大)?)?"
            rf"(?:{_any_of(self.topic_words, spaced=True)})\s{{0,4}}"
            rf"(?P<number>{number})?\s?(?P<close>[\]】〗〕)」』》>#”]?)\s?(?P<colon>[:|/·—\-.、,]{{0,2}})"
            rf"(?P<space>\s*)(?P<end>[{bullets}{ornament}]*$)?(?P<title>.*)"
        )

    @cached_property
    def title_number(self) -> re.Pattern[str]:
        """Match 一、 or 2. before a title without a topic mark."""
        return re.compile(r"(?:[一二三四五六七八九十]{1,2}、|\d{1,2}[、.])\s*(?=[^\s\d])")

    @cached_property
    def number_alone(self) -> re.Pattern[str]:
        """Match 一、 or 2. alone on a line. A bare 2 is a page number."""
        return re.compile(r"\(?[一二三四五六七八九十]{1,2}[)、.]?|\(\d{1,2}\)|\d{1,2}[、.]")

    @cached_property
    def bullet_mark(self) -> re.Pattern[str]:
        return re.compile(rf"(?:{_any_of(self.bullets)})+\s*")

    @cached_property
    def byline_role(self) -> re.Pattern[str]:
        longer = [role for role in self.byline_roles if len(role) > 1]
        alone = _any_of(role for role in self.byline_roles if len(role) == 1)
        own = _any_of(self.self_references)
        return re.compile(
            rf"(?P<own>(?:{own}) ?)?"
            rf"(?P<role>{_any_of(longer)}|(?<![{HAN}])(?:{alone})(?![{HAN}])|(?<=[{HAN}]{{2}})摄(?![{HAN}]))"
        )

    @cached_property
    def credit_label(self) -> re.Pattern[str]:
        """Match a known label, or any before a colon. Groups: `own` (本版), `role`."""
        known = _any_of(self.credit_labels, spaced=True)
        glued = _any_of(label for label in self.credit_labels if len(label) > 1)
        return re.compile(
            rf"(?P<own>(?:{_any_of(self.self_references)}) ?)?"
            rf"(?P<role>(?:{known})(?:[、/&](?:{known}))*(?= ?[:/|]|\s|$)|[{HAN}]{{2,8}}(?= ?:)|(?:{glued})(?=[{HAN}]))"
        )

    @cached_property
    def credit_sentence(self) -> re.Pattern[str]:
        """Match 本版图片由程婧摄. Groups: `role`, `names`."""
        return re.compile(
            rf"[(]?(?:{_any_of(self.self_references)})?(?P<role>[图照文插制][片字图]|摄影|图文|供图)[均皆]?由"
            rf"(?P<names>[^()]{{2,40}}?)(?:拍摄|摄影|摄|提供|供图|绘制|制作|撰写)[)。.]{{0,2}}"
        )

    @cached_property
    def known_label(self) -> re.Pattern[str]:
        return re.compile(rf"(?:(?:{_any_of(self.self_references)}) ?)?(?:{_any_of(self.credit_labels, spaced=True)})")

    @cached_property
    def furniture_part(self) -> re.Pattern[str]:
        return re.compile("|".join(f"(?:{pattern})" for pattern in self.furniture))

    @cached_property
    def caption_mark(self) -> re.Pattern[str]:
        return re.compile(rf"(?P<arrow>[▲△▼▽◀▶←→↑↓]{{0,2}}\s?)[(\[【]?(?:{_any_of(self.caption_marks)})")

    @cached_property
    def photographer(self) -> re.Pattern[str]:
        """Match the credit line at the end of a caption: `(程婧 摄)`, `本报记者 程婧 摄`, `摄影:程婧`, `(资料图)`."""
        roles = _any_of([*self.self_references, *self.byline_roles])
        people = rf"(?:(?:{roles})[ :]?){{0,3}}[{HAN}·]{{2,8}}"
        several = rf"{people}(?:[ 、]{people}){{0,3}}"
        source = "(?:资料|受访者|本人|通讯员|作者)(?:图片|图|照片|供图|提供)"
        inside = rf"{several} ?(?:摄影|供图|摄)|(?:摄影|供图|图片|摄)[:/ ]{several}|{source}"
        bare = rf"{people}(?:、{people}){{0,3}} ?(?:摄影|供图|摄)|{source}"
        return re.compile(rf"(?:[(\[〔]\s?(?P<inside>{inside})\s?[)\]〕]|(?:^|(?<=[ 。!]))(?P<bare>{bare}))[。.]?$")

    @cached_property
    def portrait_end(self) -> re.Pattern[str]:
        return re.compile(f"(?:{_any_of(self.portrait_words)})$")

    @cached_property
    def longest_post(self) -> int:
        return max(map(len, self.posts), default=0)


DEFAULT = Grammar()
