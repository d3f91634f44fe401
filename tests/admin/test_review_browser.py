"""The review screen in a browser: select text, comment on it, sign."""

import pytest
from axe_playwright_python.sync_playwright import Axe

from interviews import publishing
from interviews.models import Comment, Interview, SignOff
from tests.builders import a_document, a_topic, an_interview, submitted
from tests.publishing.test_review import reword

pytestmark = pytest.mark.django_db(transaction=True)
BODY = "<p>清新的空气。</p><p>蓝天多了，<strong>蓝天</strong>好。</p>"

CHOOSE = """(words) => {
    const page = document.querySelector("iframe").contentDocument;
    const statement = page.querySelector(".statement p:nth-of-type(2)");
    const range = page.createRange();
    range.setStart(statement.querySelector("strong").firstChild, 0);
    range.setEnd(statement.querySelector("strong").firstChild, 2);
    page.getSelection().removeAllRanges();
    page.getSelection().addRange(range);
    page.dispatchEvent(new MouseEvent("mouseup", { bubbles: true }));
}"""


def test_comment_on_selection_and_sign(cast, live_server, sit_down):
    feature = submitted(cast, a_document(topics=(a_topic("蓝天", an_interview(BODY)),)))
    page = sit_down("editor")
    page.goto(f"{live_server.url}/admin/interviews/feature/{feature.pk}/review/")
    page.frame_locator("iframe").locator(".statement").wait_for()
    page.evaluate(CHOOSE)
    page.click(".remark-here")
    page.fill("#remark-text", "重复了")
    page.click("text=加批注")
    page.wait_for_selector("text=批注已保存")
    made = Comment.objects.get()
    path = f"interview:{Interview.objects.get().pk}.body"
    assert (made.path, made.quote, made.start) == (path, "蓝天", 12)
    marked = page.frame_locator("iframe").locator("mark.remark")
    assert marked.all_inner_texts() == ["蓝天"]
    page.click("[data-jump]")
    assert page.frame_locator("iframe").locator("mark.remark-chosen").count() == 1
    page.click("text=处理完了")
    page.wait_for_selector("text=批注已标为处理完")
    page.click("button[value=sign]")
    page.wait_for_selector("text=初审已签发")
    assert SignOff.objects.get().signer == cast.editor


def test_comment_by_keyboard(cast, live_server, sit_down):
    feature = submitted(cast)
    page = sit_down("head")
    page.goto(f"{live_server.url}/admin/interviews/feature/{feature.pk}/review/")
    page.focus("#remark-path")
    page.select_option("#remark-path", "headline")
    page.keyboard.type("标题再短些")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_selector("text=批注已保存")
    assert Comment.objects.get().path == "headline"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_axe_violations_or_overflow(cast, live_server, sit_down, scheme):
    feature = submitted(cast)
    publishing.sign(feature=feature, actor=cast.editor)
    reword(feature, cast.superuser)
    publishing.comment(feature=feature, actor=cast.editor, text="核", path="headline", quote="生态")
    publishing.share_preview(feature=feature, actor=cast.editor, days=1)
    page = sit_down("head")
    page.emulate_media(color_scheme=scheme)
    for query in ("", "?view=changes"):
        page.goto(f"{live_server.url}/admin/interviews/feature/{feature.pk}/review/{query}")
        violations = Axe().run(page, {"include": [["#content-main"]], "exclude": [["iframe"]]}).response["violations"]
        assert not [(each["id"], each["nodes"][0]["html"]) for each in violations]
        for width in (360, 768, 1280):
            page.set_viewport_size({"width": width, "height": 720})
            assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0


def test_comment_in_changes_leads_to_text(cast, live_server, sit_down):
    feature = submitted(cast)
    reword(feature, cast.superuser)
    publishing.comment(feature=feature, actor=cast.editor, text="核", path="headline", quote="底色")
    page = sit_down("head")
    page.goto(f"{live_server.url}/admin/interviews/feature/{feature.pk}/review/?view=changes")
    page.click("[data-jump]")
    chosen = page.frame_locator("iframe").locator("mark.remark-chosen")
    chosen.wait_for()
    assert chosen.inner_text() == "底色"
