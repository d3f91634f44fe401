"""The import screen in a browser: linked panes, relabelling by mouse and keyboard."""

import pytest

from interviews.models import Feature, Interview
from tests.builders import SAMPLE
from tests.pagetext.files.test_pages import file_of

from .conftest import sign_in_elsewhere

pytestmark = pytest.mark.django_db(transaction=True)
BARE = "一河清水入晋中\n\n汾河的水\n\n市水利局河湖科科长 王小红\n\n水清了，\n\n鱼多了。"


@pytest.fixture
def opened(cast, sit_down):
    def sit(text="", file=None):
        page = sit_down("reporter", start="/admin/interviews/feature/import/")
        if file:
            page.set_input_files("#id_file", file)
        page.fill("#id_text", text)
        page.click("input[value=读这一版]")
        page.wait_for_selector("#confirm")
        page.wait_for_load_state()  # before that, nothing answers to keys
        return page

    return sit


def test_panes_scroll_to_each_other(opened):
    page = opened(SAMPLE.read_text())
    page.hover(".part-speaker >> nth=2")
    assert "张德生" in page.locator(".source-line.shown").inner_text()
    page.hover(".source-line:has-text('裴国欣') .line-text")
    assert "裴国欣" in page.locator(".part-speaker.shown").inner_text()
    page.focus(".part-title >> nth=3")
    shown = page.locator(".source-line.shown")
    assert shown.count() == 1
    assert page.evaluate(
        "([row, pane]) => row.top >= pane.top && row.bottom <= pane.bottom",
        [shown.bounding_box() | _edges(shown), _edges(page.locator(".source"))],
    )


def _edges(locator):
    box = locator.bounding_box()
    return {"top": box["y"], "bottom": box["y"] + box["height"]}


def test_relabel_and_undo(opened):
    page = opened(BARE)
    page.wait_for_selector("text=没有读出话题")
    page.click("#line-3 [data-choose]")
    page.click("#labels >> text=话题")
    page.wait_for_selector(".part-title:has-text('汾河的水')")
    page.click("#line-3 >> text=不标了")
    page.wait_for_selector("text=没有读出话题")
    assert not Feature.objects.exists()


def test_suggested_label_takes_one_click(opened):
    page = opened(BARE)
    # Nothing on this page was placed, so every line offers labels.
    page.click("#line-3 .labels >> text=话题")
    page.wait_for_selector(".part-title:has-text('汾河的水')")
    assert page.locator("#line-3 .labels").count() == 0


def test_keyboard_only(opened):
    page = opened(BARE)
    page.focus("#line-1 [data-choose]")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    for _ in range(4):  # 主题 副题 肩题 导语 话题
        page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    page.wait_for_selector(".part-title:has-text('汾河的水')")
    assert page.evaluate("document.activeElement.closest('[data-line]').id") == "line-3"
    page.focus("#confirm")
    page.keyboard.press("Enter")
    page.wait_for_selector("text=已入稿")
    assert Interview.objects.get().speaker_name == "王小红"


def test_join_and_split_paragraphs(opened):
    page = opened(BARE)
    page.click("#line-3 [data-choose]")
    page.click("#labels >> text=话题")
    page.wait_for_selector(".part-title")
    # The column break was joined, and is marked as joined.
    page.wait_for_selector(".part-body:has-text('水清了，鱼多了。')")
    page.click("#line-9 >> text=断开")
    page.wait_for_selector("#line-9 .said")
    assert page.locator(".part-body").inner_text().split("\n")[-2:] == ["水清了，", "鱼多了。"]


def test_file_with_pictures(opened):
    page = opened(file=file_of("chromium-1-sample-4"))
    page.locator("[name=picture]").nth(1).uncheck()
    page.click("#line-1 [data-choose]")
    page.click("#labels >> text=主题")
    page.wait_for_selector("#line-1 .said")
    assert page.locator("[name=picture]:checked").count() == 3
    page.click("#confirm")
    page.wait_for_selector("text=已入稿")
    assert Interview.objects.exclude(portrait=None).count() == 3


def test_expired_session_keeps_page(opened):
    page = opened(BARE)
    page.context.clear_cookies()
    page.click("#line-3 [data-choose]")
    page.click("#labels >> text=话题")
    page.wait_for_selector("text=登录已过期")
    assert page.locator("#line-3").is_visible()


def test_continues_after_signing_in_elsewhere(opened):
    page = opened(BARE)
    sign_in_elsewhere(page, "reporter")
    page.click("#line-3 [data-choose]")
    page.click("#labels >> text=话题")
    page.wait_for_selector(".part-title:has-text('汾河的水')")
