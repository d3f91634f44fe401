"""A page on its whole way, in a real browser: pasted by the reporter, signed three times, met by a reader."""

import pytest

from interviews.models import Edition
from tests.builders import SAMPLE

pytestmark = pytest.mark.django_db(transaction=True)


def test_from_pasted_text_to_the_public_page(cast, live_server, sit_down):
    reporter = sit_down("reporter")
    reporter.click("text=导入版面")
    reporter.fill("#id_text", SAMPLE.read_text(encoding="utf-8"))
    reporter.click("input[value=导入]")
    reporter.wait_for_selector("text=原文 2064 字")
    statement = reporter.locator(".cke_editable").first
    statement.wait_for()
    statement.click()
    reporter.keyboard.press("Control+End")
    reporter.keyboard.type("云竹湖畔，白鹭又飞回来了。")
    reporter.click("#submit")
    reporter.wait_for_selector("text=等待编辑")
    review = reporter.url

    for name in ("editor", "head", "chief"):
        reviewer = sit_down(name)
        reviewer.goto(review)
        assert reviewer.frame_locator("iframe").locator("text=白鹭又飞回来了").count() == 1
        reviewer.click("button[value=sign]")
        reviewer.wait_for_selector("text=已签发")
    assert not Edition.objects.exists()
    reviewer.click("button[value=publish]")
    reviewer.wait_for_selector("text=第 1 版自")

    reader = sit_down()
    reader.goto(live_server.url)
    reader.click("main a:has-text('擦亮生态底色') >> nth=0")
    reader.wait_for_selector("text=白鹭又飞回来了")
    assert reader.locator("h1").inner_text().split() == ["擦亮生态底色", "描绘美丽画卷"]


def test_a_save_without_a_change_makes_no_revision(cast, live_server, sit_down):
    reporter = sit_down("reporter")
    reporter.click("text=导入版面")
    reporter.fill("#id_text", SAMPLE.read_text(encoding="utf-8"))
    reporter.click("input[value=导入]")
    reporter.locator(".cke_editable").first.wait_for()
    reporter.click("#save")
    reporter.wait_for_selector("text=没有改动，仍是第 1 稿")
