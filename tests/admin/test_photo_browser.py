"""The photo desk in a browser: upload, retries, portraits, picker, focal point."""

import base64
import os

import pytest
from axe_playwright_python.sync_playwright import Axe

from interviews import photodesk, publishing
from interviews.drafting import freeze
from interviews.imaging import SPECS, crop_box
from interviews.models import Feature, Photo
from tests.axe import options
from tests.builders import a_credit, a_document, a_document_with, a_draft, a_speaker, a_topic, an_interview, sign_all
from tests.imaging import pictures as p
from tests.photodesk.files import a_made_photo, taken

from .conftest import sign_in_elsewhere

pytestmark = pytest.mark.django_db(transaction=True)
INTAKE = "/admin/interviews/photo/intake/"
DROP = """([area, files]) => {
    const data = new DataTransfer();
    for (const { name, body } of files) {
        data.items.add(new File([Uint8Array.from(atob(body), (each) => each.charCodeAt(0))], name));
    }
    for (const type of ["dragover", "drop"]) {
        document.querySelector(area).dispatchEvent(new DragEvent(type, { dataTransfer: data, bubbles: true }));
    }
}"""

# The server does its work, but the response is lost.
LOSE_THE_FIRST_ANSWER = """() => {
    const send = XMLHttpRequest.prototype.send;
    window.lost = [];
    XMLHttpRequest.prototype.send = function (body) {
        if (!window.lost.length) this.onload = () => {
            window.lost.push(this.status);
            this.onerror();
        };
        return send.call(this, body);
    };
}"""


def a_picture(seed, size=(400, 300)):
    return p.saved(p.scenery(*size, seed=seed))


def drop(page, files, area="#drop"):
    page.evaluate(DROP, [area, [{"name": name, "body": base64.b64encode(data).decode()} for name, data in files]])


def chosen(*files):
    return [{"name": name, "mimeType": "image/jpeg", "buffer": data} for name, data in files]


def settled(page, words):
    page.locator("#upload-sum").get_by_text(words, exact=True).wait_for()


def bad_files():
    return {
        "网页.jpg": b"<html><body>404</body></html>",
        "动图.gif": b"GIF89a" + b"x" * 60,
        "没传完.jpg": p.truncated(a_picture(3), 0.4),
        "炸弹.png": p.png_bomb(),
        "炸弹.webp": p.webp_bomb(),
        "夹带.jpg": a_picture(3) + b"<script>alert(1)</script>",
        "压缩包.jpg": b"PK\x03\x04" + b"x" * 60,
        "文稿.pdf": b"%PDF-1.4\n",
        "空的.jpg": b"",
    }


def test_upload_forty_files_with_bad_ones(cast, sit_down):
    page = sit_down("photographer", start=INTAKE)
    bad = bad_files()
    good = [(f"春耕{n:02}.jpg", a_picture(3 + 2 * n, (400 + n, 300))) for n in range(30)]
    files = [*good, ("又一份.jpg", good[0][1]), *bad.items()]
    assert len(files) == 40
    drop(page, files)
    settled(page, "已入库 30 / 40，没有收 10")
    assert Photo.objects.count() == 30
    refused = page.locator("#upload-list .upload").all_inner_texts()
    assert len(refused) == len(bad) + 1
    for name in [*bad, "又一份.jpg"]:
        assert any(name in words for words in refused)
    assert any("与“春耕00.jpg”是同一个文件，只传一次。" in words for words in refused)
    names = page.locator(".card-name a").all_inner_texts()
    assert names == [name for name, _ in good]

    page.fill("[name=all-caption]", "三月十二日，干部群众在乌金山义务植树。")
    page.fill("[name=all-taken_on]", "2025-03-12")
    page.locator("[name$='-caption']:not([name^=all], [name^=initial])").first.fill("第一张另有说明。")
    page.click("#apply")
    page.wait_for_selector("text=已套用到 30 张")
    page.click("text=全部保存")
    page.wait_for_selector("text=已保存 30 张照片的改动。")
    captions = list(Photo.objects.order_by("file_name").values_list("caption", flat=True))
    assert captions == ["第一张另有说明。", *["三月十二日，干部群众在乌金山义务植树。"] * 29]


def test_invalid_card_does_not_block_others(cast, sit_down):
    page = sit_down("photographer", start=INTAKE)
    page.set_input_files("#files", chosen(("一.jpg", a_picture(3)), ("二.jpg", a_picture(5))))
    settled(page, "已入库 2 / 2")
    one, two = Photo.objects.order_by("file_name")
    page.fill(f"[name=p{one.pk}-caption]", "好")
    page.fill(f"[name=p{two.pk}-caption]", "写好的")
    page.fill(f"[name=p{two.pk}-photographer]", "无此人")
    page.keyboard.press("Control+s")
    page.wait_for_selector("text=采编人员里没有“无此人”")
    page.wait_for_selector("text=有 1 张没有保存")
    assert page.input_value(f"[name=p{two.pk}-caption]") == "写好的"
    assert list(Photo.objects.order_by("file_name").values_list("caption", flat=True)) == ["好", ""]
    page.fill(f"[name=p{two.pk}-photographer]", "")
    page.click("text=全部保存")
    page.wait_for_selector("text=已保存 1 张照片的改动。")


def test_photo_deleted_meanwhile(cast, sit_down):
    page = sit_down("photographer", start=INTAKE)
    page.set_input_files("#files", chosen(("一.jpg", a_picture(3)), ("二.jpg", a_picture(5))))
    settled(page, "已入库 2 / 2")
    one, two = Photo.objects.order_by("file_name")
    page.fill(f"[name=p{one.pk}-caption]", "好")
    page.fill(f"[name=p{two.pk}-caption]", "也好")
    photodesk.delete(photo=two, actor=cast.photographer)
    page.click("text=全部保存")
    page.wait_for_selector("text=这张照片已经删除，没有保存。")
    page.wait_for_selector("text=已保存 1 张照片的改动。")
    assert Photo.objects.get().caption == "好"


def test_lost_response_is_retried(cast, sit_down):
    page = sit_down("photographer", start=INTAKE)
    page.evaluate(LOSE_THE_FIRST_ANSWER)
    page.set_input_files("#files", chosen(("一.jpg", a_picture(3))))
    settled(page, "已入库 1 / 1")
    assert (page.evaluate("lost"), Photo.objects.count()) == ([200], 1)
    assert page.locator(".card-note, .twin").count() == 0


def test_failed_uploads_are_retried_by_button(cast, sit_down, monkeypatch):
    page = sit_down("photographer", start=INTAKE)

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    page.set_input_files("#files", chosen(("一.jpg", a_picture(3)), ("二.jpg", a_picture(5))))
    settled(page, "已入库 0 / 2，失败 2")
    assert "磁盘满了" in page.locator(".upload").first.inner_text()
    monkeypatch.undo()
    page.click("text=重试失败的")
    settled(page, "已入库 2 / 2")


def test_leaving_during_upload_warns(cast, sit_down):
    page = sit_down("photographer", start=INTAKE)
    asked = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
    page.evaluate("() => (XMLHttpRequest.prototype.send = () => {})")
    page.set_input_files("#files", chosen(("一.jpg", a_picture(3))))
    page.locator("#upload-sum").get_by_text("已入库 0 / 1，还有 1 张在传").wait_for()
    page.close(run_before_unload=True)
    page.wait_for_timeout(500)
    assert asked == ["beforeunload"]


def test_near_duplicate_is_shown(cast, sit_down):
    earlier = taken(cast.editor, size=(1600, 1200))
    page = sit_down("photographer", start=INTAKE)
    small = p.saved(p.scenery(1600, 1200).resize((400, 300)))
    page.set_input_files("#files", chosen(("小图.jpg", small)))
    page.wait_for_selector(".twin >> text=很像已有的")
    page.click("text=用已有的那张")
    page.wait_for_selector(f"#card-{earlier.pk}")
    assert list(Photo.objects.all()) == [earlier]


@pytest.fixture
def described(cast, sit_down):
    """Open the describe screen of one photo with its caption typed."""
    photo = taken(cast.photographer)
    page = sit_down("photographer", start=f"/admin/interviews/photo/describe/?photo={photo.pk}")
    page.fill(f"[name=p{photo.pk}-caption]", "会话过期以前写的")
    return page


def test_signing_in_elsewhere_saves_typed_text(described):
    page = described
    page.context.clear_cookies(name="sessionid")
    page.click("text=全部保存")
    page.wait_for_selector("text=登录已过期")
    sign_in_elsewhere(page, "photographer")
    page.click("text=全部保存")
    page.wait_for_selector("text=已保存 1 张照片的改动。")
    assert Photo.objects.get().caption == "会话过期以前写的"


def test_missing_csrf_token_is_not_offline(described):
    page = described
    page.context.clear_cookies(name="csrftoken")
    page.click("text=全部保存")
    page.wait_for_selector("text=这一页开得太久，没有保存；填的都还在。")
    assert page.input_value("[name$=-caption]:not([name^=all], [name^=initial])") == "会话过期以前写的"


def test_crops_match_server(cast, sit_down):
    photo = taken(cast.photographer)
    page = sit_down("photographer", start=f"/admin/interviews/photo/{photo.pk}/change/")
    page.wait_for_selector(".focal-crops img")
    cases, expected = [], []
    for width, height in ((4000, 3000), (3000, 4000), (1001, 997), (200, 5000), (5000, 201)):
        for point in ((0, 0), (1, 1), (0.5, 0.38), (0.13, 0.87), (0.991, 0.017)):
            for name in ("portrait", "square", "card", "social"):
                cases.append([width, height, name, *point])
                expected.append(crop_box(width, height, SPECS[name], point))
    found = page.evaluate(
        """(cases) => {
            const crops = JSON.parse(document.getElementById("photo-crops").textContent);
            return cases.map(([width, height, name, x, y]) => {
                const box = PhotoFocal.box(width, height, crops.find((each) => each.name === name), x, y);
                return [box.left, box.top, box.left + box.width, box.top + box.height];
            });
        }""",
        cases,
    )
    assert all(
        abs(a - b) <= 1 for one, other in zip(found, expected, strict=True) for a, b in zip(one, other, strict=True)
    )


def test_focal_point_by_mouse_and_keyboard(cast, sit_down):
    photo = taken(cast.photographer)
    page = sit_down("photographer", start=f"/admin/interviews/photo/{photo.pk}/change/")
    page.wait_for_selector("text=默认焦点：横 50%，纵 38%")
    box = page.locator(".focal-picture").bounding_box()
    page.mouse.click(box["x"] + box["width"] * 0.25, box["y"] + box["height"] * 0.5)
    page.wait_for_selector("text=焦点：横 25%，纵 50%")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Shift+ArrowDown")
    page.wait_for_selector("text=焦点：横 26%，纵 55%")
    positions = page.locator(".focal-crops img").evaluate_all("(all) => all.map((each) => each.style.objectPosition)")
    assert len(set(positions)) > 1
    page.click("button[value=describe]")
    page.wait_for_selector("text=已保存。")
    photo.refresh_from_db()
    assert photo.focal == pytest.approx((0.26, 0.55), abs=0.01)
    page.click("text=还原默认")
    page.click("button[value=describe]")
    page.wait_for_selector("text=默认焦点")
    assert Photo.objects.get().focal is None


PEOPLE = ["裴国欣", "王丽", "李思", "钱多"]


def test_portraits_reach_readers(cast, live_server, sit_down):
    topics = tuple(a_topic(f"题{n}", an_interview(speaker=a_speaker(name))) for n, name in enumerate(PEOPLE))
    credits = (a_credit("策划", "路丽华"), a_credit("摄影", "程婧"))
    feature = a_draft(cast, a_document(topics=topics, credits=credits))
    page = sit_down("reporter", start=f"/admin/interviews/feature/{feature.pk}/portraits/")
    names = ["IMG_1.jpg", "qianduo.jpg", "王丽接受采访.jpg", "裴国欣.jpg"]
    drop(page, [(name, a_picture(3 + 2 * n, (600, 800))) for n, name in enumerate(names)])
    page.wait_for_url("**photo=**")
    found = [
        select.evaluate("(each) => each.selectedOptions[0].textContent") for select in page.locator("[data-pair]").all()
    ]
    assert found == ["裴国欣.jpg", "王丽接受采访.jpg", "IMG_1.jpg", "qianduo.jpg"]
    assert page.locator(".reason").all_inner_texts() == ["按文件名", "按文件名", "按次序", "按文件名"]
    page.click("text=确认配对")
    page.wait_for_selector("text=已给 4 位受访者配好照片")

    for photo in Photo.objects.all():
        assert photo.credit_line == "程婧 摄"
        photodesk.make(photo)
    feature = Feature.objects.get(pk=feature.pk)
    publishing.submit(feature=feature, actor=cast.reporter)
    sign_all(cast, feature)
    publishing.publish(feature=feature, actor=cast.chief)
    for width in (360, 1280):
        reader = sit_down(width=width)
        reader.goto(f"{live_server.url}/features/{feature.pk}/")
        reader.wait_for_load_state("networkidle")
        pictures = reader.locator("img[alt*='，']")
        assert pictures.count() == 4
        for picture in pictures.all():
            picture.scroll_into_view_if_needed()
            picture.evaluate("(each) => each.complete || new Promise((done) => (each.onload = done))")
            assert picture.evaluate("(each) => each.naturalWidth") > 0
            assert "/media/" in picture.evaluate("(each) => each.currentSrc")
        assert reader.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0


def test_picker_by_keyboard_keeps_text(cast, live_server, sit_down):
    photo = taken(cast.photographer, name="裴国欣.jpg", size=(600, 800))
    feature = a_draft(cast)
    page = sit_down("reporter", start=f"/admin/interviews/feature/{feature.pk}/change/")
    page.locator(".portrait .picture-choose").wait_for()  # the form is rendered by a script
    page.fill("[data-name=headline]", "刚写的标题")
    page.focus(".portrait .picture-choose")
    page.keyboard.press("Enter")
    page.locator(".picker-photos button").wait_for()
    assert page.input_value("#picker-query") == "裴国欣"
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.locator("#picker").wait_for(state="hidden")
    assert page.evaluate("document.activeElement.className") == "picture-choose"
    assert page.input_value("[data-name='portrait.alt_text']") == "裴国欣，市生态环境局大气科科长"
    page.click("#save")
    page.wait_for_selector("text=存为第 2 稿")
    document = freeze(Feature.objects.get(pk=feature.pk))
    assert (document.headline, document.topics[0].interviews[0].portrait.id) == ("刚写的标题", photo.pk)


def test_cover_and_figure_are_uploaded_in_editor(cast, sit_down):
    feature = a_draft(cast)
    page = sit_down("reporter", start=f"/admin/interviews/feature/{feature.pk}/change/")
    page.click(".cover .picture-choose")
    page.set_input_files("#picker-files", chosen(("坏.jpg", b"<html>")))
    page.wait_for_selector("#picker-uploads >> text=这是网页")
    page.keyboard.press("Escape")
    page.click(".cover .picture-choose")
    page.set_input_files("#picker-files", chosen(("封面.jpg", a_picture(3))))
    page.locator("#picker").wait_for(state="hidden")
    page.fill("[data-name='cover.alt_text']", "植树的人")
    page.click("[data-add=photo]")
    page.fill("[data-part=photo] [data-name=caption]", "见报的说明")
    page.click("[data-part=photo] .picture-choose")
    page.set_input_files("#picker-files", chosen(("一.jpg", a_picture(5)), ("二.jpg", a_picture(7))))
    page.click(".picker-photos button:has-text('二.jpg')")
    page.click("#save")
    page.wait_for_selector("text=存为第 2 稿")
    document, names = freeze(Feature.objects.get(pk=feature.pk)), dict(Photo.objects.values_list("file_name", "pk"))
    assert (document.cover.id, document.cover.alt_text) == (names["封面.jpg"], "植树的人")
    assert [(photo.id, photo.caption) for photo in document.photos] == [(names["二.jpg"], "见报的说明")]
    assert set(Photo.objects.values_list("feature", flat=True)) == {feature.pk}
    page.click("text=不用封面")
    page.click("#save")
    page.wait_for_selector("text=存为第 3 稿")
    assert freeze(Feature.objects.get(pk=feature.pk)).cover is None


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_axe_violations_or_overflow(cast, live_server, sit_down, scheme):
    photo = a_made_photo(cast.photographer)
    other = taken(cast.photographer, seed=7, name="很长的文件名" * 20 + ".jpg")
    feature = a_draft(cast, a_document_with(photo))
    photodesk.withdraw(photo=other, actor=cast.chief, reason="当事人要求。")
    page = sit_down("chief", start="/admin/interviews/photo/")
    page.emulate_media(color_scheme=scheme)
    both = f"?photo={photo.pk}&photo={other.pk}"
    screens = ["photo/", "photo/?q=x", "photo/intake/", f"photo/describe/{both}", f"photo/{photo.pk}/change/"]
    screens += [f"photo/{other.pk}/change/", f"photo/{photo.pk}/delete/", f"feature/{feature.pk}/portraits/{both}"]
    screens += [f"feature/{feature.pk}/change/"]
    for screen in screens:
        page.goto(f"{live_server.url}/admin/interviews/{screen}")
        if screen.endswith("intake/"):
            page.set_input_files(
                "#files", chosen(("坏.jpg", b"<html>"), ("小.jpg", p.saved(p.scenery().resize((80, 60)))))
            )
            settled(page, "已入库 1 / 2，没有收 1")
        if "feature" in screen and "change" in screen:
            page.click(".cover .picture-choose")
            page.locator(".picker-photos button").first.wait_for()
            scope = {"include": [["#picker"]]}
        else:
            scope = {"include": [["#content-main"]], "exclude": [[".select2"], ["#toolbar"]]}
        violations = Axe().run(page, scope, options(scheme, sizes=False)).response["violations"]
        assert not [(screen, each["id"], each["nodes"][0]["html"]) for each in violations]
        for width in (360, 768, 1280):
            page.set_viewport_size({"width": width, "height": 720})
            assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, (screen, width)
