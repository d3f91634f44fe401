"""Browser tests of the public pages: accessibility, overflow, target sizes, keyboard, print."""

import re
from itertools import cycle, product
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.test import override_settings
from django.urls import resolve
from pytest_django.live_server_helper import LiveServer

from interviews import document as d
from interviews import publishing
from interviews.photodesk import as_placed
from interviews.publishing.preview_links import token_of
from tests.axe import options
from tests.builders import a_credit, a_document, a_document_with, a_photo, a_speaker, a_topic, an_interview, published
from tests.cast import make_cast
from tests.photodesk.files import a_made_photo
from tests.publishing.test_editions import next_version
from tests.thorough import THOROUGH

from .pages import publish_many
from .register import PAGES

LONGEST = (
    "以高水平保护支撑高质量发展奋力谱写中国式现代化晋中实践的生态文明建设新篇章\u3000"
    "让绿水青山成为人民群众幸福生活的底色"
)
LIVELY = (
    "<h3>小标题</h3><p>利用<strong>VOCs</strong>、O<sub>3</sub>走航车，<em>精准</em>预报，见<a href='https://example.cn/'>"
    "这里</a>。</p><ul><li>治污</li></ul><blockquote><p>绿水青山就是金山银山。</p></blockquote><p>"
    + "VeryLongLatinWord" * 12
    + "</p>"
)


@pytest.fixture(scope="module")
def site(django_db_setup, django_db_blocker, emptied_tables, tmp_path_factory):
    """Serve a site that all tests of this module share; they only read."""
    changed = {"ALLOWED_HOSTS": ["localhost"], "MEDIA_ROOT": tmp_path_factory.mktemp("media")}
    changed |= {"PHOTO_THREADS": 0, "DELIVERY_THREADS": 0}
    with django_db_blocker.unblock(), override_settings(**changed):
        server = LiveServer("localhost")
        try:
            yield server
        finally:
            server.stop()
            emptied_tables()


@pytest.fixture(autouse=True)
def folder_of_its_own(site):
    """Override the folder per test: the site has one for the module."""


@pytest.fixture(scope="module")
def pages(site):
    return one_of_each(make_cast())


@pytest.fixture
def addresses(site, pages):
    return [site.url + path for path in pages]


def one_of_each(cast):
    """Return one path per kind of page, each with as long and varied content as allowed."""
    publish_many(cast, 14)
    speaker = a_speaker("欧阳明", "晋中市太行山国家级自然保护区管理服务中心林业资源保护科", "科长、高级工程师")
    interview = an_interview(LIVELY, speaker=speaker, credits=(a_credit("记者", "史俊杰", "李娟"), a_credit("通讯员")))
    topics = tuple(a_topic(f"第{number}个话题说清楚一件事", interview) for number in range(1, 13))
    issue = d.Issue(date="2025-03-12", page=12, page_name="生态周刊")
    subjects = tuple(d.Subject(name=name) for name in ("大气", "水", "低碳", "林草"))
    document = a_document(kicker="生态晋中", headline=LONGEST, topics=topics, issue=issue, subjects=subjects)
    edition = published(cast, document)
    gone = published(cast)
    publishing.withdraw(feature=gone.feature, actor=cast.chief, reason="其中一处数据有误。")
    document = edition.revision.read()
    topic = document.topics[1]
    paths = ["/", "/features/", "/features/?year=1999", f"/features/{edition.feature_id}/", "/topics/"]
    paths += [f"/topics/{topic.id}/", "/speakers/", f"/speakers/{topic.interviews[0].speaker.id}/"]
    further = next_version(cast, published(cast).feature)
    publishing.publish(feature=further, actor=cast.chief, wrong="285 天", right="297 天", note="编辑部致歉。")
    paths += [f"/features/{further.pk}/", f"/features/{further.pk}/history/"]
    paths += [
        "/search/",
        "/search/?q=清新 空气",
        "/search/?q=太行&in=pages",
        "/search/?q=“凤凰 于飞”&year=2025",
        "/corrections/",
        "/speakers/?initial=Z",
    ]
    link = publishing.share_preview(feature=further, actor=cast.chief, days=1)
    paths += [f"/preview/{token_of(link)}/", "/preview/nonsense/"]
    paths += [f"/contributors/{document.credits[0].contributors[0].id}/", f"/features/{gone.feature_id}/", "/nothing"]
    photos = [
        a_made_photo(cast.photographer, seed=seed, size=size) for seed, size in ((3, (900, 600)), (5, (600, 900)))
    ]
    waiting = a_photo(caption="三月十二日，" + LONGEST, alt_text=LONGEST)
    placed = tuple(as_placed(photo) for photo in (*photos, waiting))
    pictured = published(cast, a_document_with(photos[1], photos=placed, issue=d.Issue(date="2030-01-01")))
    person = pictured.revision.read().topics[0].interviews[0].speaker
    paths += [f"/features/{pictured.feature_id}/", f"/topics/{pictured.revision.read().topics[0].id}/"]
    paths += ["/photos/", f"/photos/{photos[1].pk}/", f"/photos/{waiting.pk}/", f"/speakers/{person.id}/"]
    return paths


OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
TARGETS = "nav a, .comfort summary, .onward a, .subjects a, .notice-links a, .person, .record-title a, .record-page a"
TARGETS += (
    ", .colophon a, .page-credits-date a, .speaker-name a, .topic-title a, .history-page a, .photo-pages a, .roles a"
)
TARGETS += ", .record .post a, .band-title a"
SMALL_TARGETS = f"""least => [...document.querySelectorAll("{TARGETS}")]
    .map(link => [link.textContent.trim(), link.getBoundingClientRect()])
    .filter(([, box]) => box.width < least || box.height < least)
    .map(([text]) => text)"""


WIDTHS = [320, 360, 768, 1280, 2560]
# Undo content-visibility: elements below the fold have no layout yet, so no sizes.
SET_IN_FULL = "() => document.querySelectorAll('.topic').forEach(each => { each.style.contentVisibility = 'visible' })"
SIZES = {"": 43.5, "large": 43.5, "largest": 59.5}  # minimum target size in pixels


def test_pages_cover_register(pages):
    looked_at = {resolve(urlsplit(path).path).url_name for path in pages if path != "/nothing"}
    assert looked_at == {page.url for page in PAGES if page.axe}


@pytest.mark.timeout(600)  # up to a hundred axe runs if thorough
@pytest.mark.parametrize(("scheme", "usual"), [("light", 320), ("dark", 1280)])
def test_no_axe_violations(browser, addresses, scheme, usual):
    page = browser.new_page(color_scheme=scheme)
    complaints = []
    page.on("console", lambda message: complaints.append(message.text))
    kinds = set()
    for address in [*addresses, f"{addresses[3]}?lite=1"]:
        kind = re.sub(r"\d+", "n", address)
        # By default each page once, and in the dark one of each kind; if thorough, one of each kind at all sizes.
        if kind in kinds and scheme == "dark" and not THOROUGH:
            continue
        page.goto(address)
        axe = Axe()
        views = product((320, 1280), [""] if kind in kinds else SIZES) if THOROUGH else [(usual, "")]
        for width, size in views:
            page.set_viewport_size({"width": width, "height": 900})
            set_size(page, size)
            page.evaluate(SET_IN_FULL)
            violations = axe.run(page, options=options(scheme, sizes=True)).response["violations"]
            assert not [(v["id"], v["nodes"][0]["html"]) for v in violations], (address, width, size)
            axe = Axe("0")  # already injected
        kinds.add(kind)
    page.close()
    assert not [text for text in complaints if "Content Security Policy" in text]


def test_no_overflow_and_large_targets(browser, addresses):
    page = browser.new_page()
    # Each width with one text size, unless thorough.
    views = product(WIDTHS, ("", "largest")) if THOROUGH else zip(WIDTHS, cycle(("largest", "")))
    views = list(views)
    for address in addresses:
        page.goto(address)
        for width, size in views:
            page.set_viewport_size({"width": width, "height": 900})
            set_size(page, size)
            assert page.evaluate(OVERFLOW) <= 0, (address, width, size)
            assert page.evaluate(SMALL_TARGETS, SIZES[size]) == [], (address, width, size)
    page.close()


def set_size(page, size):
    page.evaluate("size => { document.documentElement.dataset.size = size }", size)


WORDS_IN_TWO_LINES = """() => [...document.querySelectorAll(".word")]
    .filter(word => word.getClientRects().length > 1).map(word => word.textContent)"""


def test_headlines_do_not_break_within_words(browser, addresses):
    page = browser.new_page()
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        for address in (addresses[0], addresses[3], addresses[5]):
            page.goto(address)
            page.evaluate(SET_IN_FULL)
            assert page.locator("h1 .word, h2 .word").count(), address
            assert page.evaluate(WORDS_IN_TWO_LINES) == [], (address, width)
    page.close()


def test_skip_link(browser, addresses):
    page = browser.new_page()
    page.goto(addresses[0])
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "跳到正文"
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.querySelector('main').contains(document.activeElement)")
    page.close()


# Focusable elements not reached yet; and whether the focused one is marked, on screen and not covered.
REACHABLE = """() => {
    const reachable = "a[href], button, input, select, textarea, summary";
    window.awaited = new Set([...document.querySelectorAll(reachable)].filter(each => each.checkVisibility()));
    return awaited.size;
}"""
AT_THE_FOCUS = """() => {
    const here = document.activeElement;
    awaited.delete(here);
    const box = here.getClientRects()[0];
    // A card is marked as a whole, by what its link lays over it.
    const marked = [null, "::after"].map(part => getComputedStyle(here, part))
        .some(style => style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2);
    const top = document.elementFromPoint((box.left + box.right) / 2, (box.top + box.bottom) / 2);
    return marked && top && (here.contains(top) || top.contains(here)) ? "" : here.outerHTML;
}"""


@pytest.mark.parametrize("width", [pytest.param(320, marks=pytest.mark.slow), 1280])
def test_everything_is_focusable_and_visible(browser, addresses, width):
    page = browser.new_page(viewport={"width": width, "height": 700})
    page.emulate_media(reduced_motion="reduce")
    kinds = {re.sub(r"\d+", "n", address): address for address in addresses}
    for address in kinds.values():
        page.goto(address)
        for _ in range(page.evaluate(REACHABLE)):
            page.keyboard.press("Tab")
            assert page.evaluate(AT_THE_FOCUS) == "", address
        assert page.evaluate("[...awaited].map(each => each.outerHTML)") == [], address
    page.close()


@pytest.mark.parametrize("width", [360, 1280])
def test_topic_anchor_scrolls_to_topic(browser, addresses, width):
    """Content above the target gets its layout during the scroll and moves the target."""
    page = browser.new_page(viewport={"width": width, "height": 740})
    page.goto(addresses[3])
    links = page.eval_on_selector_all(".contents a", "links => links.map(link => link.hash)")
    for hash in (links[2], links[6], links[10]):
        page.goto("about:blank")
        page.goto(addresses[3] + hash)
        page.wait_for_function(AT_THE_TOP, arg=hash)
        page.goto("about:blank")
        page.goto(addresses[3])
        page.click(f".contents a[href='{hash}']")
        page.wait_for_function(AT_THE_TOP, arg=hash)
    page.close()


AT_THE_TOP = "hash => { const y = document.querySelector(hash).getBoundingClientRect().top; return y > -1 && y < 40 }"


def test_keyboard_only_journey(browser, addresses):
    """Go from the front page to a statement, a filtered search and an archive page without a mouse."""
    page = browser.new_page(viewport={"width": 360, "height": 740})

    def enter(selector):
        page.focus(selector)
        page.keyboard.press("Enter")

    page.goto(addresses[0])
    enter(".sections a >> text=检索")
    page.wait_for_url("**/search/")
    page.focus("#search")
    page.keyboard.type("清新 空气")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search/?q=*")
    enter(".filters a:not([aria-current]) >> nth=0")
    page.wait_for_url("**q=*&*=*")
    enter(".records a >> nth=0")
    page.wait_for_url(re.compile("/(features|topics)/"))
    page.goto(addresses[1])
    enter(".filters a:not([aria-current]) >> nth=0")
    page.wait_for_url("**/features/?*=*")
    page.goto(addresses[3])
    enter(".comfort summary")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    assert page.evaluate("document.documentElement.dataset.size") == "large"
    page.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_reflow_at_400_percent(browser, addresses, scheme):
    """WCAG 1.4.10: at 400 %, a 1280-pixel window is 320 CSS pixels wide and a quarter as high."""
    context = browser.new_context(viewport={"width": 320, "height": 256}, device_scale_factor=4, color_scheme=scheme)
    page = context.new_page()
    for address in addresses:
        page.goto(address)
        assert page.evaluate(OVERFLOW) <= 0, address
        assert page.evaluate("[...document.querySelectorAll('main, header')].every(each => each.clientWidth > 0)")
    context.close()


def test_print_layout(browser, addresses):
    page = browser.new_page()
    page.goto(addresses[3])
    page.emulate_media(media="print")
    assert page.evaluate("getComputedStyle(document.querySelector('.interview')).columnCount") == "3"
    assert not page.locator(".sections").is_visible()
    assert page.locator(".address").inner_text().endswith(urlsplit(addresses[3]).path)
    page.emulate_media(media="screen")
    assert not page.locator(".address").is_visible()
    page.close()
