"""The editor in a browser: autosave, offline, conflicts, keyboard, findings."""

import json

import pytest

from interviews import document as d
from interviews.drafting import freeze
from interviews.models import WorkingCopy
from interviews.text.richtext import count_characters
from interviews.workflow import latest_revision
from tests.builders import a_document, a_draft, a_topic, an_interview
from tests.cast import PASSWORD

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def feature(cast):
    return a_draft(cast)


@pytest.fixture
def open_window(sit_down, live_server):
    def open_as(name, feature, **how):
        page = sit_down(name, **how)
        page.goto(f"{live_server.url}/admin/interviews/feature/{feature.pk}/change/")
        page.locator("[contenteditable=true]").first.wait_for()
        return page

    return open_as


def type_at_the_end(page, text, statement=0):
    page.locator("[contenteditable=true]").nth(statement).click()
    page.keyboard.press("Control+End")
    page.keyboard.type(text)


def says(page, text):
    page.wait_for_function("text => document.getElementById('status').textContent.includes(text)", arg=text)


def test_killed_browser_loses_five_seconds_at_most(cast, feature, open_window):
    page = open_window("reporter", feature)
    type_at_the_end(page, "云竹湖畔白鹭飞。")
    says(page, "已自动保存")
    page.context.close()
    assert "白鹭飞" in WorkingCopy.objects.get().content
    WorkingCopy.objects.update(seen_at="2025-03-12T08:00Z")

    again = open_window("reporter", feature)
    again.click("text=接着写")
    again.locator("[contenteditable=true]").first.wait_for()
    assert "白鹭飞" in again.locator("[contenteditable=true]").first.inner_text()
    again.keyboard.press("Control+s")
    says(again, "存为第 2 稿")
    assert "白鹭飞" in latest_revision(feature).document
    assert not WorkingCopy.objects.unsaved().exists()


def test_autosave_while_typing(cast, feature, open_window):
    page = open_window("reporter", feature)
    page.click("[data-name=subtitle]")
    with page.expect_request(
        lambda request: "/keep/" in request.url and "字字" in (request.post_data or ""), timeout=5000
    ):
        page.keyboard.type("字" * 60, delay=80)


def test_ended_session_keeps_text(cast, feature, open_window):
    page = open_window("reporter", feature)
    page.context.clear_cookies(name="sessionid")
    type_at_the_end(page, "会话过期以后写的。")
    frame = page.frame_locator("#sign-in iframe")
    frame.locator("#id_username").wait_for()
    frame.locator("#id_username").fill("reporter")
    frame.locator("#id_password").fill(PASSWORD)
    frame.locator("#id_password").press("Enter")
    says(page, "已自动保存")
    assert "会话过期以后写的" in WorkingCopy.objects.get().content
    page.keyboard.press("Control+s")
    says(page, "存为第 2 稿")


def test_offline_and_back(cast, feature, open_window):
    page = open_window("reporter", feature)
    page.context.set_offline(True)
    type_at_the_end(page, "断线时写的。")
    says(page, "连不上服务器")
    page.context.set_offline(False)
    says(page, "已自动保存")
    assert "断线时写的" in WorkingCopy.objects.get().content


def test_leaving_with_changes_warns(cast, feature, open_window):
    page = open_window("reporter", feature)
    type_at_the_end(page, "没存。")
    asked = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    says(page, "已自动保存")
    page.click(".breadcrumbs a >> nth=1")
    page.wait_for_url("**/admin/interviews/feature/")
    assert asked == ["beforeunload"]


def test_leaving_without_changes_does_not_warn(cast, feature, open_window):
    page = open_window("reporter", feature)
    asked = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    page.locator("[contenteditable=true]").first.click()
    page.click(".breadcrumbs a >> nth=1")
    page.wait_for_url("**/admin/interviews/feature/")
    assert asked == []


def test_two_editors_merge(cast, feature, open_window):
    reporter = open_window("reporter", feature)
    editor = open_window("editor", feature)
    type_at_the_end(editor, "编辑加的一句。")
    reporter.wait_for_selector("#others >> text=editor", timeout=25_000)
    editor.click("#save")
    says(editor, "存为第 2 稿")
    type_at_the_end(reporter, "记者加的一句。")
    reporter.wait_for_selector("text=存了第 2 稿", timeout=25_000)
    reporter.click("#save")
    reporter.wait_for_selector("text=两边都改过 >> nth=0")
    assert reporter.locator("ins").first.inner_text()
    reporter.click("label:has-text('两边都留')")
    reporter.click("button:has-text('存为新的一稿')")
    reporter.wait_for_selector("text=合为第 3 稿")
    body = freeze(feature).topics[0].interviews[0].body
    assert "编辑加的一句" in body
    assert "记者加的一句" in body


def test_keyboard_only(cast, open_window):
    names = ("甲", "乙", "丙")
    topics = tuple(a_topic(f"话题{name}", an_interview(f"<p>{name}说。</p>")) for name in names)
    feature = a_draft(cast, a_document(topics=topics))
    page = open_window("reporter", feature)
    page.locator("[data-name=title]").nth(2).focus()
    page.keyboard.press("Alt+Shift+ArrowUp")
    page.keyboard.press("Alt+Shift+ArrowUp")
    page.keyboard.press("Alt+Shift+KeyD")
    page.keyboard.press("Control+A")
    page.keyboard.type("丙的副本")
    page.keyboard.press("Alt+Shift+KeyN")
    page.keyboard.type("新受访者")
    page.keyboard.press("Escape")
    page.keyboard.press("Control+s")
    says(page, "存为第 2 稿")
    saved = freeze(feature)
    assert [topic.title for topic in saved.topics] == ["话题丙", "丙的副本", "话题甲", "话题乙"]
    assert [each.speaker.name for each in saved.topics[1].interviews] == ["裴国欣", "新受访者"]
    assert saved.topics[1].interviews[0].body == "<p>丙说。</p>"


def test_dragged_topic_keeps_open_editor(cast, open_window):
    topics = tuple(a_topic(f"话题{name}", an_interview(f"<p>{name}说。</p>")) for name in ("甲", "乙"))
    feature = a_draft(cast, a_document(topics=topics))
    page = open_window("reporter", feature, height=1400)
    page.wait_for_function("document.querySelectorAll('[contenteditable=true]').length === 2")
    type_at_the_end(page, "乙又说。", statement=1)
    page.drag_and_drop(
        ".topic >> nth=1 >> [data-act=drag] >> nth=0",
        ".topic >> nth=0 >> .topic-head",
        target_position={"x": 200, "y": 4},
    )
    page.click("#save")
    says(page, "存为第 2 稿")
    saved = freeze(feature)
    assert [topic.title for topic in saved.topics] == ["话题乙", "话题甲"]
    assert saved.topics[0].interviews[0].body == "<p>乙说。乙又说。</p>"


def test_removed_part_is_restored(cast, feature, open_window):
    page = open_window("reporter", feature)
    type_at_the_end(page, "删前写的。")
    page.click(".topic [data-act=remove] >> nth=0")
    assert page.locator(".topic").count() == 0
    page.click("text=撤销")
    page.locator("[contenteditable=true]").first.wait_for()
    page.click("#save")
    says(page, "存为第 2 稿")
    assert "删前写的" in freeze(feature).topics[0].interviews[0].body


def test_new_feature(cast, sit_down, live_server):
    page = sit_down("reporter")
    page.goto(f"{live_server.url}/admin/interviews/feature/add/")
    page.fill("[data-name=headline]", "新专题")
    says(page, "已自动保存")
    assert page.url.endswith("/change/")
    page.click("[data-add=topic]")
    page.keyboard.type("题目")
    page.click("#submit")
    page.wait_for_selector("text=还缺")
    page.click("text=第 1 个话题缺少受访者")
    assert page.evaluate("document.activeElement.dataset.name") == "speaker.name"


def test_reprint_fields_unfold(cast, feature, open_window):
    page = open_window("reporter", feature)
    assert not page.get_by_label("原文网址").is_visible()
    page.click("#reprint summary")
    page.get_by_label("来源").fill("山西日报")
    page.get_by_label("原文网址").fill("www.sxrb.com")
    says(page, "已自动保存")
    page.click("#save")
    page.wait_for_selector("#reprint >> text=原文网址应是")
    assert page.get_by_label("原文网址").input_value() == "www.sxrb.com"
    page.get_by_label("原文网址").fill("https://www.sxrb.com/a")
    page.click("#save")
    says(page, "存为第 2 稿")
    assert page.locator("#reprint .fault").count() == 0
    page.reload()
    assert page.get_by_label("原文网址").input_value() == "https://www.sxrb.com/a"
    assert page.get_by_label("原文网址").is_visible()
    page.click("#submit")
    page.click(".notice >> text=转载缺少原作者")
    assert page.evaluate("document.activeElement.dataset.name") == "reprint.author"


def test_character_count_matches_server(cast, open_window):
    body = "<p>2025年，PM2.5 降至 31.5 微克——“优”……</p><h3>小标题</h3><ul><li>一</li><li>CO<sub>2</sub></li></ul>"
    feature = a_draft(cast, a_document(topics=(a_topic("题", an_interview(body)),)))
    page = open_window("reporter", feature)
    assert page.locator(".interview [data-count]").inner_text() == f"{count_characters(body)} 字"


def test_twenty_topics_open_lazily(cast, open_window):
    pair = [an_interview(speaker=d.Speaker(name=name)) for name in ("甲", "乙")]
    feature = a_draft(cast, a_document(topics=tuple(a_topic(f"话题{n}", *pair) for n in range(20))))
    page = open_window("reporter", feature)
    assert page.locator(".interview").count() == 40
    assert page.evaluate("Object.keys(CKEDITOR.instances).length") < 8
    page.click("#outline >> text=话题19")
    page.keyboard.type("（改）")
    page.click("#save")
    says(page, "存为第 2 稿")
    assert freeze(feature).topics[19].title == "（改）话题19" or freeze(feature).topics[19].title == "话题19（改）"
    assert json.loads(latest_revision(feature).document)["topics"][3]["interviews"][1]["speaker"]["name"] == "乙"


def test_restore_with_unsaved_changes(cast, feature, open_window):
    page = open_window("reporter", feature)
    page.fill("[data-name=headline]", "第二稿的标题")
    page.keyboard.press("Control+s")
    says(page, "存为第 2 稿")
    page.fill("[data-name=subtitle]", "没有存的副题")
    says(page, "已自动保存")
    WorkingCopy.objects.update(seen_at="2025-03-12T08:00Z")
    page.on("dialog", lambda dialog: dialog.accept())
    page.click("text=历史")
    page.click("text=恢复这一稿")
    page.wait_for_selector("text=已恢复为第 3 稿")
    assert freeze(feature).headline == a_document().headline
    assert "没有存的副题" in WorkingCopy.objects.get().content
    page.click("text=接着写")
    page.locator("#save").click()
    page.wait_for_selector("text=两边都有改动")


def test_finding_is_fixed_by_click(cast, open_window):
    body = "<p>今年，全市<strong>目标</strong>明确。</p><p>要“全力建设美丽晋中。”我局将努力。</p>"
    lead = ("近年来成效明显。", "要“突出生态治理。”我市各界畅谈。")
    feature = a_draft(cast, a_document(lead=lead, topics=(a_topic("题", an_interview(body)),)))
    page = open_window("reporter", feature)
    page.wait_for_selector("#proof >> text=引号内外的点号")
    page.click("#proof li:has-text('导语') >> text=导语")
    assert page.evaluate("getSelection().toString()") == "。”"
    page.click("#proof li:has-text('导语') >> text=照改")
    page.click("#proof li:has-text('裴国欣') >> text=照改")
    page.wait_for_selector("#proof >> text=没有发现问题")
    page.keyboard.press("Control+s")
    says(page, "存为第 2 稿")
    saved = freeze(feature)
    assert saved.lead[1] == "要“突出生态治理”。我市各界畅谈。"
    assert saved.topics[0].interviews[0].body == body.replace("。”我", "”。我")


def test_finding_is_dismissed(cast, open_window):
    feature = a_draft(cast, a_document(lead=("2025年2月30日开工。",)))
    page = open_window("reporter", feature)
    page.click("#proof >> text=忽略…")
    page.keyboard.type("引文原话如此")
    page.keyboard.press("Enter")
    page.wait_for_selector("#proof >> text=引文原话如此")
    page.click("#submit")
    page.wait_for_selector("text=等待编辑")
