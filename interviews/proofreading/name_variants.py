"""Detect variant spellings of a name: homophones, look-alike characters, transposed characters."""

from __future__ import annotations

import re
from functools import lru_cache

from interviews.text.chinese import HAN, name_sort_key


def _words(text: str) -> list[str]:
    return text.split()


# Groups of look-alike characters that are confused although they sound different.
_LOOK_ALIKES = _words(
    """
    裴斐 己已巳 曰日 末未 戊戌戍 候侯 祟崇 冼洗 妫伪 淇洪 晋普 昊吴 栋楝 茗苕 玮伟 琨锟 晟晨 婷停
    靖婧 媛缓 嫒暖 娟绢捐 璐潞 洋祥样 涛祷 捷婕 沛柿 瑞端 亮高 阳杨 俊峻骏 建健键 鹏朋 丽俪 蕾雷
    雯文 彬杉 桦华 兰蓝 燕艳 梅海 林森 王玉 土士 千干于 天夭
    """
)
_GROUPS = {character: group for group in _LOOK_ALIKES for character in group}
_HAN_ONLY = re.compile(f"[{HAN}]+")
# Names that differ only in these characters (places, numbers, ranks) are different names.
_DISTINCTIVE = set("一二三四五六七八九十东西南北中上下大小新老省市县区乡镇村")


@lru_cache(maxsize=4096)
def _sounds(character: str) -> str:
    return name_sort_key(character)


def _confusable(one: str, other: str) -> bool:
    if one in _DISTINCTIVE and other in _DISTINCTIVE:
        return False
    return other in _GROUPS.get(one, "") or _sounds(one) == _sounds(other)


def is_variant(one: str, other: str, *, structured: bool = False) -> bool:
    """Tell whether two texts of equal length look like spellings of one name. `structured`: both are known to be names,
    so transposed characters count in short ones, too."""
    if len(one) != len(other):
        return False
    indices = [index for index, pair in enumerate(zip(one, other, strict=True)) if pair[0] != pair[1]]
    if len(indices) not in (1, 2) or not _HAN_ONLY.fullmatch(one + other):
        return False
    if len(indices) == 1:
        index = indices[0]
        return _confusable(one[index], other[index])
    transposed = len(indices) == 2 and indices[1] == indices[0] + 1 and one[indices[0]] == other[indices[1]]
    return transposed and one[indices[1]] == other[indices[0]] and (structured or len(one) > 4)
