"""End-to-end in real browsers: paste a page, sign it three times, publish it, read it; with a budget of clicks."""

import pytest

from interviews.models import Edition, SignOff
from tests.builders import SAMPLE

from .conftest import Clicks

# The only browser test that runs on every database.
pytestmark = pytest.mark.django_db(transaction=True)


def paste(reporter):
    reporter.click("text=导入版面")
    reporter.fill("#id_text", SAMPLE.read_text(encoding="utf-8"))
    reporter.click("input[value=读这一版]")
    reporter.click("#confirm")
    reporter.wait_for_selector("text=原文 2064 字，入稿 2064 字")
    reporter.locator("[contenteditable=true]").first.wait_for()


@pytest.mark.engine
def test_from_pasted_text_to_public_page(cast, live_server, sit_down):
    clicks = {name: Clicks() for name in ("reporter", "editor", "head", "chief")}
    # Everybody is signed in before the page arrives, and finds it on the dashboard under 等我处理.
    desks = {name: sit_down(name, clicks=clicks[name], start="/admin/") for name in clicks}
    reporter = desks["reporter"]
    paste(reporter)
    reporter.locator("[contenteditable=true]").first.click()
    reporter.keyboard.press("Control+End")
    reporter.keyboard.type("云竹湖畔，白鹭又飞回来了。")
    reporter.click("#submit")
    reporter.wait_for_selector("text=等待编辑")

    for name in ("editor", "head", "chief"):
        desk = desks[name]
        desk.reload()
        desk.click(".home-care a:has-text('擦亮生态底色')")
        desk.frame_locator("iframe").locator("text=白鹭又飞回来了").wait_for()
        desk.click("button[value=sign]")
        desk.wait_for_selector("text=已签发")
    assert not Edition.objects.exists()
    desk.click("button[value=publish]")
    desk.wait_for_selector("text=第 1 版自")
    assert SignOff.objects.count() == 3

    reader = sit_down()
    reader.goto(live_server.url)
    reader.click("main a:has-text('擦亮生态底色') >> nth=0")
    reader.wait_for_selector("text=白鹭又飞回来了")
    assert reader.locator("h1").inner_text().split() == ["擦亮生态底色", "描绘美丽画卷"]

    # One click each to sign in; the reporter reads the page in, confirms and submits; a reviewer opens and signs;
    # the chief publishes.
    assert {name: each.count for name, each in clicks.items()} == {"reporter": 6, "editor": 3, "head": 3, "chief": 4}


def test_send_back_and_mend(cast, live_server, sit_down):
    reporter = sit_down("reporter", start="/admin/")
    paste(reporter)
    reporter.click("#submit")
    reporter.wait_for_selector("text=等待编辑")
    editor = sit_down("editor", start="/admin/")
    editor.click(".home-care a:has-text('擦亮生态底色')")
    editor.select_option("#remark-path", label="裴国欣：谈话")
    editor.fill("#remark-text", "第二段数字请核。")
    editor.click("text=加批注")
    editor.wait_for_selector(".remark >> text=第二段数字请核")
    editor.click("button[value=send_back]")
    editor.wait_for_selector("text=已退回")
    reporter.goto(f"{live_server.url}/admin/")
    reporter.wait_for_selector("text=被退回")
    reporter.click(".home-list a:has-text('擦亮生态底色')")
    reporter.click("#remarks [data-jump]")
    reporter.wait_for_function("document.activeElement?.isContentEditable")
    reporter.keyboard.press("Control+End")
    reporter.keyboard.type("（已核）")
    reporter.click("text=处理完了")
    reporter.wait_for_selector("text=批注都已处理")
    reporter.click("#submit")
    reporter.wait_for_selector("text=等待编辑")
    editor.goto(f"{live_server.url}/admin/")
    editor.click(".home-care a:has-text('擦亮生态底色')")
    editor.click("text=改动 >> nth=0")
    assert editor.locator("ins:has-text('（已核）')").count() == 1


def test_unchanged_save_makes_no_revision(cast, sit_down):
    reporter = sit_down("reporter", start="/admin/")
    paste(reporter)
    reporter.click("#save")
    reporter.wait_for_selector("text=没有改动，仍是第 1 稿")
