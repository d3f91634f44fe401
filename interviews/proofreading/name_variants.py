"""Two spellings of one name: the same sound, a look-alike, or two characters that changed places."""

from __future__ import annotations

import re
from functools import lru_cache

from interviews.text.chinese import HAN, name_sort_key


def _words(text: str) -> list[str]:
    return text.split()


# Characters that are typed or set for one another although they sound different.
_ALIKE = _words(
    """
    裴斐 己已巳 曰日 末未 戊戌戍 候侯 祟崇 冼洗 妫伪 淇洪 晋普 昊吴 栋楝 茗苕 玮伟 琨锟 晟晨 婷停
    靖婧 媛缓 嫒暖 娟绢捐 璐潞 洋祥样 涛祷 捷婕 沛柿 瑞端 亮高 阳杨 俊峻骏 建健键 鹏朋 丽俪 蕾雷
    雯文 彬杉 桦华 兰蓝 燕艳 梅海 林森 王玉 土士 千干于 天夭
    """
)
_GROUPS = {character: group for group in _ALIKE for character in group}
_HAN_ONLY = re.compile(f"[{HAN}]+")
# Where names that differ only here are two names: places, numbers, ranks.
_TELLING = set("一二三四五六七八九十东西南北中上下大小新老省市县区乡镇村")


@lru_cache(maxsize=4096)
def _sounds(character: str) -> str:
    return name_sort_key(character)


def _confusable(one: str, other: str) -> bool:
    if one in _TELLING and other in _TELLING:
        return False
    return other in _GROUPS.get(one, "") or _sounds(one) == _sounds(other)


def is_variant(one: str, other: str, *, structured: bool = False) -> bool:
    """Whether two different texts of one length are one name, spelt two ways. `structured`: both are known to be
    names, so two changed places and, in three characters, any one other given character count too."""
    if len(one) != len(other):
        return False
    places = [place for place, pair in enumerate(zip(one, other, strict=True)) if pair[0] != pair[1]]
    if len(places) not in (1, 2) or not _HAN_ONLY.fullmatch(one + other):
        return False
    if len(places) == 1:
        place = places[0]
        return _confusable(one[place], other[place])
    turned = len(places) == 2 and places[1] == places[0] + 1 and one[places[0]] == other[places[1]]
    return turned and one[places[1]] == other[places[0]] and (structured or len(one) > 4)
