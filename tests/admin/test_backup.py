"""Local backups in the browser while the server is unreachable."""

import pytest

from interviews.models import WorkingCopy
from tests.builders import a_draft

pytestmark = pytest.mark.django_db(transaction=True)
LEFT = "Object.keys(localStorage).filter((key) => key.startsWith('newsroom:'))"


def says(page, text):
    page.wait_for_function("text => document.getElementById('status').textContent.includes(text)", arg=text)


@pytest.fixture
def window(cast, sit_down, live_server):
    def open_at(place):
        page = sit_down("reporter")
        page.on("dialog", lambda dialog: dialog.accept())
        page.address = f"{live_server.url}/admin/interviews/feature/{place}/"
        page.goto(page.address)
        page.locator("[data-name=headline]").wait_for()
        return page

    return open_at


def lose_the_line(page, name, text):
    page.route("**/keep/", lambda route: route.abort())
    page.route("**/create/", lambda route: route.abort())
    page.fill(f"[data-name={name}]", text)
    says(page, "连不上服务器")


def test_restoring_backup_keeps_later_text(cast, window):
    page = window(f"{a_draft(cast).pk}/change")
    lose_the_line(page, "subtitle", "断线时写的")
    page.goto(page.address)
    page.wait_for_selector("[id^=notice-backup]")
    page.unroute("**/keep/")
    page.fill("[data-name=headline]", "回来以后写的")
    says(page, "已自动保存")
    page.click("[id^=notice-backup] >> text=接着写")
    page.wait_for_url("**copy=*")
    texts = "".join(copy.content for copy in WorkingCopy.objects.all())
    assert "断线时写的" in texts
    assert "回来以后写的" in texts
    page.wait_for_function(f"{LEFT}.length === 0")


def test_save_clears_backup(cast, window):
    page = window(f"{a_draft(cast).pk}/change")
    lose_the_line(page, "subtitle", "断线时写的")
    page.click("#save")
    says(page, "存为第 2 稿")
    page.wait_for_function(f"{LEFT}.length === 0")


def test_new_feature_clears_backup(cast, window):
    page = window("add")
    lose_the_line(page, "headline", "断线时写的")
    page.unroute("**/keep/")
    page.unroute("**/create/")
    says(page, "已自动保存")
    page.wait_for_function(f"{LEFT}.length === 0")


def test_each_window_has_its_backup(cast, window):
    page = window(f"{a_draft(cast).pk}/change")
    other = page.context.new_page()
    other.on("dialog", lambda dialog: dialog.accept())
    other.goto(page.address)
    lose_the_line(page, "subtitle", "第一个窗口写的")
    lose_the_line(other, "subtitle", "第二个窗口写的")
    for each in (page, other):
        each.goto(page.address)
    page.wait_for_selector("[id^=notice-backup] >> nth=1")
    assert page.locator("[id^=notice-backup]").count() == 2
