"""Chinese text as characters: classes, width and punctuation, clean lines, sort keys of names. No Django, no markup.

The rules for marks follow GB/T 15834-2011 (标点符号用法), clause 4 and 5: in Chinese text the comma, colon, semicolon,
question mark, exclamation mark, full stop and brackets are full-width.
"""

from __future__ import annotations

import os
import re
import unicodedata
from collections.abc import Callable, Iterator
from functools import cache, lru_cache
from pathlib import Path

# Unicode Script=Han (UAX #24), extensions A to J and the compatibility ideographs included, as a regex class body.
HAN = (
    "\u2e80-\u2e99\u2e9b-\u2ef3\u2f00-\u2fd5\u3005\u3007\u3021-\u3029\u3038-\u303b\u3400-\u4dbf\u4e00-\u9fff"
    "\uf900-\ufa6d\ufa70-\ufad9\U00020000-\U0002a6df\U0002a700-\U0002ee5d\U0002f800-\U0002fa1f\U00030000-\U00033479"
)
_HAN = re.compile(f"[{HAN}]")

# What no reader sees: bidi controls (UAX #9), zero-widths, soft hyphen, invisible operators, tags.
_INVISIBLE = (
    "\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff\U000e0001\U000e0020-\U000e007f"
)
_UNSEEN = re.compile(f"[{_INVISIBLE}\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\ud800-\udfff]")
_BREAKS = re.compile("\r\n|[\t\n\v\f\r\x1c-\x1f\x85\u2028\u2029]")


def is_han(character: str) -> bool:
    """Whether one character is a Chinese character (Unicode Script=Han: all CJK blocks and 〇)."""
    return _HAN.fullmatch(character) is not None


def has_han(text: str) -> bool:
    return _HAN.search(text) is not None


def drop_unseen(text: str) -> str:
    """Remove controls, lone surrogates, bidi controls and zero-widths; keep line breaks and tabs."""
    return _UNSEEN.sub("", text)


def clean_line(text: str) -> str:
    """Normalise one line for storage: NFC, nothing invisible, breaks and tabs as one space, ends stripped.

    Spaces inside, U+3000 included, stay: they can be the gap between the two clauses of a headline.
    """
    text = _BREAKS.sub(" ", drop_unseen(unicodedata.normalize("NFC", text)))
    return unicodedata.normalize("NFC", text).strip()


# --- width ---------------------------------------------------------------------------------------------------------

_FOLDS = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
_FOLDS |= {0x3000: 0x20, 0xA0: 0x20, 0x2236: ord(":"), 0xFE55: ord(":"), 0xFE13: ord(":"), 0xFE50: ord(",")}
_FOLDS |= dict.fromkeys((0x2022, 0x2027, 0x2219, 0x22C5, 0x30FB, 0xFF65, 0x2E31), ord("·"))
_FOLDS |= {code: ord(unicodedata.normalize("NFKC", chr(code))) for code in range(0x2F00, 0x2FD6)}


def fold_width(text: str) -> str:
    """Replace full-width ASCII, U+3000, middle dots and Kangxi radicals by plain forms. For recognition only.

    One character becomes one character, so that positions stay valid.
    """
    return text.translate(_FOLDS)


# --- punctuation ---------------------------------------------------------------------------------------------------

_FULL = dict(zip(",:;!?().", "，：；！？（）。", strict=True))
_HALF = str.maketrans({full: half for half, full in _FULL.items()})
REST = 11  # how far a full stop looks for the end of the line
_CLOSING = "”’」』》〉】〕"
_ADDRESS = re.compile(
    r"(?:https?|ftp)://[!-~]+|www\.[!-~]+|[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,8}"
)
_TOKEN = re.compile(
    f"(?P<chinese>[{HAN}、《》〈〉【】〔〕]+)|(?P<word>(?:(?![{HAN}])[^\\W\\d_])+)|(?P<space>[ \u3000\u00a0]+)"
    r"|(?P<mark>[,:;!?.()])"
)


def normalise_punctuation(text: str) -> str:
    """Widen `, : ; ! ? ( ) .` where the context is Chinese (GB/T 15834-2011).

    Keeps the length of the text and is idempotent. Numbers (10:30, 3:2, 12,345, 23.8), addresses, Latin sentences,
    ellipses and brackets without Han inside stay, and so does every other character. Never adds a space.
    """
    return "".join(_normalise_line(line) for line in text.splitlines(keepends=True))


def _normalise_line(line: str) -> str:
    # Judge full-width marks as half-width ones, so that a second pass decides as the first did.
    plain = line.translate(_HALF)
    if not _HAN.search(plain) or not any(mark in line for mark in _FULL):
        return line
    kept, full = _brackets(plain)
    kept |= _addresses(line)
    characters = list(line)
    for position in full - kept:
        characters[position] = _FULL[plain[position]]
    sentence_ends = "。" in line
    for position, left, right in _marks(plain):
        if position not in kept and _is_chinese(plain, position, left, right, sentence_ends):
            characters[position] = _FULL[plain[position]]
    return "".join(characters)


def _addresses(line: str) -> set[int]:
    found: set[int] = set()
    for match in _ADDRESS.finditer(line):
        found.update(range(match.start(), match.start() + len(match.group().rstrip(",:;!?.()"))))
    return found


def _brackets(plain: str) -> tuple[set[int], set[int]]:
    """Return the positions to keep (inside a pair without Han) and the brackets to widen (of a pair with Han)."""
    full: set[int] = set()
    without_han: list[tuple[int, int]] = []
    stack: list[tuple[int, int]] = []
    han = 0
    for position, character in enumerate(plain):
        if character == "(":
            stack.append((position, han))
        elif character == ")" and stack:
            start, before = stack.pop()
            if han > before:
                full |= {start, position}
            else:
                without_han.append((start, position))
        elif is_han(character):
            han += 1
    kept: set[int] = set()
    reached = -1
    for start, end in sorted(without_han):
        if end > reached:  # pairs nest: one inside an earlier one is covered already
            kept.update(range(start, end + 1))
            reached = end
    return kept, full


def _marks(plain: str) -> Iterator[tuple[int, str, str]]:
    """Yield each mark except brackets, with its left and right context.

    Left: `han`, `word` (within Chinese), `lone` word, `words`, or nothing. Right: `chinese`, `word`, or nothing.
    """
    pending: list[tuple[int, str]] = []
    before, words, spaced = "", 0, False
    for token in _TOKEN.finditer(plain):
        kind = token.lastgroup
        if kind in ("chinese", "word"):
            yield from ((position, left, kind) for position, left in pending)
            pending.clear()
        if kind == "chinese":
            before, words = "han", 0
        elif kind == "word":
            words += words == 0 or spaced
            spaced = False
        elif kind == "space":
            spaced = True
        elif token.group() not in "()":
            left = before if words == 0 else "words" if words > 1 else "word" if before else "lone"
            pending.append((token.start(), left))
    yield from ((position, left, "") for position, left in pending)


def _is_chinese(plain: str, position: int, left: str, right: str, sentence_ends: bool) -> bool:
    mark = plain[position]
    before = plain[position - 1 : position] if position else ""
    after = plain[position + 1 : position + 2]
    if mark == ".":
        return _is_full_stop(plain, position, left, sentence_ends)
    if mark in ",:" and before.isdigit() and after.isdigit():
        return False
    spaced = after in (" ", "\u3000", "\u00a0")
    if mark == ":" and spaced and before.isspace() and left != "han":
        return False
    if left == "han":
        return not _is_ratio(plain, position)
    if left in ("words", "lone") and right == "chinese":
        return not spaced or left == "lone"
    if left == "word":
        return right != "word" or (not spaced and mark != ":")
    return left == "" and right == "chinese" and not _is_ratio(plain, position)


def _is_ratio(plain: str, position: int) -> bool:
    """`3 : 2` as well as `3:2`."""
    around = plain[max(0, position - 3) : position].rstrip()[-1:], plain[position + 1 : position + 4].lstrip()[:1]
    return plain[position] == ":" and around[0].isdigit() and around[1].isdigit()


def _is_full_stop(plain: str, position: int, left: str, sentence_ends: bool) -> bool:
    """Tell whether a dot is a full stop: after Chinese, at the end of the line or before a space or closing mark.

    Directly between two Han it may be the dot of a name (买买提.艾力), unless the line has no 。 of its own.
    """
    before, rest = plain[position - 1 : position] if position else "", plain[position + 1 : position + 1 + REST]
    if before in ("", ".") or rest.startswith(".") or left not in ("han", "word"):
        return False
    beyond = rest.lstrip(_CLOSING + ")").strip()
    if not beyond:
        return len(rest) < REST
    if not (is_han(before) or before in _CLOSING):
        return False
    if rest[0] in _CLOSING or rest[0].isspace():
        return not beyond[0].isascii() or beyond[0] == "("
    return is_han(rest[0]) and not sentence_ends


# --- names ---------------------------------------------------------------------------------------------------------

COMPOUND_SURNAMES = {
    "欧阳": "ouyang", "司马": "sima", "上官": "shangguan", "诸葛": "zhuge", "夏侯": "xiahou", "皇甫": "huangfu",
    "尉迟": "yuchi", "公孙": "gongsun", "慕容": "murong", "令狐": "linghu", "长孙": "zhangsun", "宇文": "yuwen",
    "司徒": "situ", "司空": "sikong", "东方": "dongfang", "独孤": "dugu", "南宫": "nangong", "万俟": "moqi",
    "闻人": "wenren", "赫连": "helian", "澹台": "tantai", "公冶": "gongye", "宗政": "zongzheng", "濮阳": "puyang",
    "淳于": "chunyu", "单于": "chanyu", "太叔": "taishu", "申屠": "shentu", "钟离": "zhongli", "轩辕": "xuanyuan",
    "鲜于": "xianyu", "闾丘": "lvqiu", "亓官": "qiguan", "司寇": "sikou", "子车": "ziju", "颛孙": "zhuansun",
    "端木": "duanmu", "巫马": "wuma", "公西": "gongxi", "漆雕": "qidiao", "乐正": "yuezheng", "壤驷": "rangsi",
    "公良": "gongliang", "拓跋": "tuoba", "夹谷": "jiagu", "宰父": "zaifu", "谷梁": "guliang", "百里": "baili",
    "呼延": "huyan", "东郭": "dongguo", "南门": "nanmen", "羊舌": "yangshe", "微生": "weisheng", "左丘": "zuoqiu",
    "东门": "dongmen", "西门": "ximen", "第五": "diwu", "纳兰": "nalan", "完颜": "wanyan", "爱新觉罗": "aixinjueluo",
}  # fmt: skip
# Surnames read differently from the character's commonest reading (现代汉语词典, 姓).
SURNAME_READINGS = {
    "单": "shan", "曾": "zeng", "解": "xie", "仇": "qiu", "查": "zha", "任": "ren", "盖": "ge", "缪": "miao",
    "朴": "piao", "区": "ou", "翟": "zhai", "乐": "yue", "覃": "qin", "冼": "xian", "洗": "xian", "员": "yun",
    "黑": "he", "秘": "bi", "重": "chong", "折": "she", "种": "chong", "召": "shao", "句": "gou", "宓": "mi",
    "祭": "zhai", "薄": "bo", "繁": "po", "能": "nai", "佴": "nai", "尉": "wei", "郗": "xi", "隗": "kui",
    "谌": "chen", "佘": "she", "葛": "ge", "哈": "ha", "华": "hua", "燕": "yan", "应": "ying", "宁": "ning",
    "车": "che", "都": "du", "於": "yu", "撒": "sa", "乜": "nie", "厍": "she", "干": "gan", "柏": "bai", "费": "fei",
    "贲": "ben", "睢": "sui", "幺": "yao", "卜": "bu", "石": "shi", "万": "wan", "晟": "cheng", "沈": "shen",
    "藏": "zang", "臧": "zang", "尹": "yin", "相": "xiang", "曲": "qu", "牟": "mou", "俞": "yu", "瞿": "qu",
    "逄": "pang", "阚": "kan", "晁": "chao", "纪": "ji", "令": "ling", "贾": "jia", "牛": "niu", "行": "xing",
    "强": "qiang", "降": "jiang", "便": "pian", "适": "kuo", "那": "na", "冯": "feng", "过": "guo", "陆": "lu",
    "呙": "guo", "仉": "zhang", "妫": "gui", "仝": "tong", "亓": "qi", "訾": "zi", "郇": "xun", "靳": "jin",
}  # fmt: skip


@lru_cache(maxsize=4096)
def name_sort_key(name: str) -> str:
    """Lower-case pinyin without tones, syllables separated: `单田芳` is `shan tian fang`, `尉迟恭` `yuchi gong`.

    Surnames take their reading as surnames; a name with a middle dot (买买提·艾力) has no surname. Latin letters lose
    their accents; ü is v. Homophones get the same key.
    """
    plain = fold_width(clean_line(name))
    surname, given = _split_surname(plain)
    return " ".join(part for part in (surname, *_syllables(given)) if part)


def _split_surname(name: str) -> tuple[str, str]:
    if "·" in name:
        return "", name
    compact = re.sub(r"\s+", "", name) if is_han(name[:1]) else name
    for length in (4, 2):
        if len(compact) > length and compact[:length] in COMPOUND_SURNAMES:
            return COMPOUND_SURNAMES[compact[:length]], compact[length:]
    if compact[:1] in SURNAME_READINGS:
        return SURNAME_READINGS[compact[0]], compact[1:]
    return "", compact


@cache
def _pinyin() -> Callable[[str], list[str]]:
    """pypinyin's function. Names need 1,446 of its 47,000 phrases; the others would take 44 MB of each process."""
    os.environ |= {"PYPINYIN_NO_PHRASES": "1", "PYPINYIN_NO_DICT_COPY": "1"}
    from pypinyin import lazy_pinyin, load_phrases_dict  # loading its tables takes 0.1 s

    table = Path(__file__).with_name("phrase_readings.txt").read_text(encoding="utf-8")
    rows = (line.split() for line in table.splitlines() if not line.startswith("#"))
    load_phrases_dict({phrase: [[reading] for reading in readings] for phrase, *readings in rows})
    return lazy_pinyin


def _syllables(text: str) -> list[str]:
    syllables: list[str] = []
    for part in _pinyin()(text):
        ascii_part = unicodedata.normalize("NFKD", part).casefold()
        ascii_part = "".join(c for c in ascii_part if not unicodedata.combining(c))
        syllables += re.split(r"[\W_]+", ascii_part)
    return [syllable for syllable in syllables if syllable]


_WIDE = "\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef\U00020000-\U0003ffff“”‘’—…·"
# Between the clauses of a headline: U+3000, or a space with wide characters on both sides. "PM2.5 AQI" has none.
HEADLINE_GAP = re.compile(f"(\u3000+|(?<=[{_WIDE}]) +(?=[{_WIDE}]))")


_BETWEEN_SENTENCES = re.compile(r"(?<=[。！？；：”…])\n")


def in_one_line(text: str) -> str:
    """Join paragraphs into one line, with a space where no mark ends one."""
    return _BETWEEN_SENTENCES.sub("", text).replace("\n", " ")


def words(text: str) -> list[str]:
    """Cut a text into words and what stands between them; joined, they are the text again.

    Uses jieba's dictionary without its model for unknown words, whose guesses do not improve line breaks.
    """
    from rjieba import cut  # loading its dictionary takes 0.1 s and 30 MB

    return cut(text, False)
