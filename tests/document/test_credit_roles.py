"""What a credit role means by its name."""

import pytest

from interviews.document.credit_roles import RoleKind, RoleKinds, kind_of_role
from interviews.pagetext import DEFAULT

NAMES = {
    RoleKind.REPORTING: "记者 全媒体记者 融媒体记者 首席记者 特约记者 通讯员 特约评论员 评论员 实习生 文 撰文",
    RoleKind.PHOTO: "摄影 摄影记者 实习摄影记者 图 摄 图片 封面摄影",
    RoleKind.REPORTING_AND_PHOTO: "文/图 图/文 文／图 文·图 文图 文/摄 记者/摄影 摄影报道",
    RoleKind.EDITING: "责任编辑 编辑 责编 值班编辑 新媒体编辑",
    RoleKind.PLANNING: "策划 总策划 统筹 策划统筹 主编 执行主编 总编辑 监制",
    RoleKind.DESIGN: "美编 责任美编 美术编辑 图片编辑 版式设计 制图 漫画",
    RoleKind.PROOFREADING: "校对 责任校对 终审 编审",
    RoleKind.OTHER: "供图 视频 首席观察员 论文 地图 拍摄",
}


@pytest.mark.parametrize(("kind", "name"), [(kind, name) for kind, names in NAMES.items() for name in names.split()])
def test_by_the_name(kind, name):
    assert kind_of_role(name) is kind


def test_spaces_do_not_count():
    assert kind_of_role("责任 编辑 ") is RoleKind.EDITING
    assert kind_of_role("") is RoleKind.OTHER


def test_every_role_of_a_byline_says_who_wrote_or_took_the_photo():
    others = {
        role for role in DEFAULT.byline_roles if not (kind_of_role(role).reports or kind_of_role(role).photographs)
    }
    assert others == {"供图", "编辑", "视频"}


def test_what_the_newsroom_set_goes_first():
    kinds = RoleKinds({"记者": RoleKind.OTHER, "首席观察员": RoleKind.REPORTING})
    assert [kinds[name] for name in ("记者", "首席观察员", "评论员")] == ["other", "reporting", "reporting"]
