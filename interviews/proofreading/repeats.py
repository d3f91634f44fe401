"""Check for repeated paragraphs and sentences, doubled words, and page furniture left in running text."""

from __future__ import annotations

import re
from collections.abc import Iterator

from interviews.text.chinese import HAN

from .findings import Fault
from .named_people import Located, could_be_person
from .passages import Field, Kind, Passage, passages_of
from .patterns import REPORTER
from .rules import Severity

PARAGRAPH = 15
SENTENCE = 18
_SENTENCE = re.compile(r"[^。！？\n]+[。！？]?")


def check(fields: list[Field]) -> Iterator[Located]:
    paragraphs: set[str] = set()
    sentences: set[str] = set()
    for field in fields:
        if field.kind is not Kind.PROSE:
            continue
        for passage in passages_of(field):
            normalised = _normalise(passage.text)
            if len(normalised) >= PARAGRAPH and normalised in paragraphs:
                message = "这一段与前面一段完全相同。"
                yield field, Fault("repeated", passage.offset, passage.offset + len(passage.text), message)
                continue
            paragraphs.add(normalised)
            for sentence in _SENTENCE.finditer(passage.text):
                normalised = _normalise(sentence[0])
                if len(normalised) < SENTENCE or "“" in normalised:
                    continue
                if normalised in sentences:
                    start, end = passage.offset + sentence.start(), passage.offset + sentence.end()
                    yield field, Fault("repeated", start, end, "这一句前面已经有了。", severity=Severity.WARNING)
                sentences.add(normalised)


def _normalise(text: str) -> str:
    return re.sub(r"[\s。！？，；]", "", text)


# Except where the first character ends a word: 目的的, 现在在, 可以以, 参与与, 合并并.
_PARTICLES = re.compile(
    "(?<![目标])的的(?![确士])|(?<!不)了了(?![解之然])|(?<![但还就只总凡可也])是是(?!非)|(?<![现存实正所])在在"
    "|(?<!共)和和(?![美气睦谐平])|(?<![参给赋])与与|将将(?!近)|(?<!合)并并|把把(?![关手])|(?<!棉)被被|(?<!服)从从"
    "|也也|(?<![首成])都都|(?<![理自缘])由由|或或"
)
_REPEATED = re.compile(f"([{HAN}]{{3,12}})\\1")
_PAIR = re.compile(f"(?<![{HAN}一])([{HAN}])(?!\\1)([{HAN}])\\1\\2(?=[{HAN}])")
# Verbs and adverbs that may be reduplicated (ABAB).
_ABAB = "讨论|商量|研究|打扮|收拾|热闹|高兴|活动|锻炼|休息|考虑|学习|了解|交流|许多|非常|千万|好的|谢谢"


def words(passage: Passage) -> Iterator[Fault]:
    text = passage.text
    for match in _PARTICLES.finditer(text):
        yield Fault("doubled-word", match.start(), match.end(), f"“{match[0]}”多了一个字。", match[0][0])
    for match in _REPEATED.finditer(text):
        if len(set(match[1])) > 1:
            yield Fault("doubled-word", match.start(), match.end(), f"“{match[1]}”重复了。", match[1])
    for match in _PAIR.finditer(text):
        if match[1] + match[2] not in _ABAB:
            message = f"“{match[1]}{match[2]}”可能重复了。"
            yield Fault("doubled-word", match.start(), match.end(), message, severity=Severity.HINT)


_LABEL = "策划|统筹|责任编辑|责编|编辑|美编|美术编辑|版式|校对|责任校对|摄影|图片|制图|审核|终审|监制|组稿|编审|值班总编|值班编辑"
_FURNITURE = (
    (rf"(?<![讯电])[（(](?:本报)?(?:{REPORTER})[\s：:]*[{HAN}·、，\s]{{2,40}}[）)]", "记者署名应放在署名栏"),
    (rf"^(?:本报)?(?:{REPORTER})[\s：:]+[{HAN}·]{{2,4}}(?:[\s、　]+[{HAN}·]{{2,4}}){{0,4}}(?:[\s　]?(?:摄|文|图|文/图))?$", "记者署名应放在署名栏"),
    (rf"(?:^|(?<=[。！？”\s]))(?:本版|本期|本报)?(?:{_LABEL})\s?[：:/]\s?[{HAN}·]{{2,4}}(?:[\s、　]+[{HAN}·]{{2,4}}){{0,4}}[。]?", "本版署名应放在署名栏"),
    (rf"^(?:(?:本版)?(?:{_LABEL}|{REPORTER})[\s：:]{{1,2}}[{HAN}·]{{2,4}}[\s　、]{{0,3}}){{1,8}}$", "本版署名应放在署名栏"),
    (r"[（(【]?(?:上接|下转|紧接|转)第?[A-D]?[\d一二三四五六七八九十]{1,3}版[）)】]?", "转接版的提示应删去"),
    (r"^第?[A-D]?\d{1,3}版$|^[A-D]?0\d$", "版次应删去"),
    (rf"^[{HAN}]{{2,6}}(?:日报|晚报|晨报|时报|都市报)(?:社)?\s?\d{{4}}年.{{0,20}}$", "报头应删去"),
    (r"^\d{4}年\d{1,2}月\d{1,2}日\s?[（(]?星期[一二三四五六日天][）)]?$", "报眉日期应删去"),
    (r"^(?:话题|议题|本期话题|热点话题)[一二三四五六七八九十\d]{0,2}[：:]?.{0,30}$", "话题应放在话题一栏"),
    (r"^(?:图为|图片为|上图|下图|左图|右图|图①|图②|▲|▼|◀|▶).{0,80}$", "图说应放在图片栏"),
    (rf"^[{HAN}·]{{2,4}}\s?(?:摄|摄影|供图|/摄|/图)$|[（(][{HAN}·\s/]{{2,12}}(?:摄|供图|摄影)[）)]", "图片署名应放在图片栏"),
    (r"(?:扫描|长按|识别|扫一扫)[^，。]{0,8}二维码[^。]{0,20}", "网页提示应删去"),
    (r"(?:新闻热线|投稿邮箱|广告热线|发行热线|电子邮箱|编辑部电话|联系电话)[：:]?\s?[\w.@\-]{5,40}", "版面联系方式应删去"),
    (r"点击(?:查看|阅读|蓝字|链接)[^。]{0,12}|来源[：:][^。]{2,20}$|原标题[：:][^。]{2,40}", "网页提示应删去"),
)  # fmt: skip
_FURNITURE_PATTERNS = tuple((re.compile(regex), advice) for regex, advice in _FURNITURE)


def furniture(passage: Passage) -> Iterator[Fault]:
    if passage.kind is not Kind.PROSE:
        return
    text = passage.text
    if len(text) <= 4 and could_be_person(text):
        yield Fault("furniture", 0, len(text), f"这一段只有“{text}”，像是图说或署名。")
        return
    for regex, advice in _FURNITURE_PATTERNS:
        for match in regex.finditer(text):
            yield Fault("furniture", match.start(), match.end(), f"版面杂项留在了正文里：{advice}。")
