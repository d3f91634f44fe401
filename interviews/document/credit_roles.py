"""What a credit role means: its kind, by its name unless the newsroom set another. No Django."""

from __future__ import annotations

import re
from enum import StrEnum


class RoleKind(StrEnum):
    """What the holders of a role did for the page."""

    REPORTING = "reporting"
    PHOTO = "photo"
    REPORTING_AND_PHOTO = "reporting_photo"
    EDITING = "editing"
    PLANNING = "planning"
    DESIGN = "design"
    PROOFREADING = "proofreading"
    OTHER = "other"

    @property
    def label(self) -> str:
        return _LABELS[self]

    @property
    def reports(self) -> bool:
        return self in (RoleKind.REPORTING, RoleKind.REPORTING_AND_PHOTO)

    @property
    def photographs(self) -> bool:
        return self in (RoleKind.PHOTO, RoleKind.REPORTING_AND_PHOTO)

    @property
    def answers_for_page(self) -> bool:
        """An editor to machines that read the page: 编辑, and 策划 or 主编 above them."""
        return self in (RoleKind.EDITING, RoleKind.PLANNING)


_LABELS = {
    RoleKind.REPORTING: "采写",
    RoleKind.PHOTO: "摄影",
    RoleKind.REPORTING_AND_PHOTO: "采写兼摄影",
    RoleKind.EDITING: "编辑",
    RoleKind.PLANNING: "策划统筹",
    RoleKind.DESIGN: "美编版式",
    RoleKind.PROOFREADING: "校对审读",
    RoleKind.OTHER: "其他",
}
# Also as the end of a longer name: 全媒体记者, 特约评论员.
REPORTERS = ("记者", "通讯员", "实习生", "评论员")
# A name has the kind of the longest word that it ends in; words of one character count alone only.
_WORDS = {
    RoleKind.REPORTING: f"{' '.join(REPORTERS)} 作者 撰稿 撰稿人 撰文 采写 采访 整理 文字 供稿 口述 报道 文",
    # Who provides a photo (供图) did not take it.
    RoleKind.PHOTO: "摄影 摄影记者 摄影师 摄像 图片 摄 图",
    RoleKind.REPORTING_AND_PHOTO: "文图 图文 文并摄 摄影报道",
    RoleKind.EDITING: "编辑 责编",
    RoleKind.PLANNING: "策划 统筹 监制 出品 出品人 主编 总编 总编辑 编委",
    RoleKind.DESIGN: "美编 美术 美术编辑 图片编辑 视觉 视觉编辑 设计 版式 排版 组版 照排 制图 绘图 插图 插画 漫画 题字",
    RoleKind.PROOFREADING: "校对 审校 审读 检校 审核 编审 初审 复审 终审 一审 二审 三审 签发",
}
_BY_WORD = {word: kind for kind, words in _WORDS.items() for word in words.split()}
_LONGEST = max(map(len, _BY_WORD))


def kind_of_role(name: str) -> RoleKind:
    """By the name alone: 见习记者 is reporting, 文/图 is reporting and photo."""
    kinds = [_kind_of_word(part) for part in re.split(r"[/／·、|｜]", re.sub(r"\s", "", name))]
    if any(kind.reports for kind in kinds) and any(kind.photographs for kind in kinds):
        return RoleKind.REPORTING_AND_PHOTO
    return kinds[0]


def _kind_of_word(word: str) -> RoleKind:
    endings = (word[-length:] for length in range(min(_LONGEST, len(word)), 0, -1))
    known = (ending for ending in endings if ending in _BY_WORD and (len(ending) > 1 or ending == word))
    return _BY_WORD.get(next(known, ""), RoleKind.OTHER)


class RoleKinds(dict[str, RoleKind]):
    """The kinds that the newsroom set, by the role's name; any other role has the kind of its name."""

    def __missing__(self, name: str) -> RoleKind:
        return kind_of_role(name)
