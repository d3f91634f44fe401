"""Reader settings: text size, theme, 长辈版, reading aloud, topic links."""

import pytest

from tests.builders import a_document, a_topic, an_interview, published

pytestmark = pytest.mark.django_db(transaction=True)

SIZE = "getComputedStyle(document.documentElement).fontSize"
PAPER = "getComputedStyle(document.documentElement).backgroundColor"
NIGHT, DAY = "rgb(14, 19, 21)", "rgb(248, 244, 233)"
# A browser with a Chinese voice that finishes each utterance at once.
VOICE = """
window.said = [];
const zh = { lang: "zh-CN", name: "Ting-Ting" };
Object.defineProperty(window, "speechSynthesis", { value: {
  getVoices: () => [{ lang: "en-US" }, zh], cancel: () => window.said.push("停"),
  speak: (words) => { window.said.push(words.text); if (window.said.length < 4) setTimeout(() => words.onend()); },
} });
window.SpeechSynthesisUtterance = class { constructor(text) { this.text = text; } };
"""


@pytest.fixture
def reader(browser, live_server, cast):
    published(cast)
    context = browser.new_context(viewport={"width": 360, "height": 740}, permissions=["clipboard-write"])
    page = context.new_page()
    faults = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.address = f"{live_server.url}/features/{published(cast).feature_id}/"
    yield page
    context.close()
    assert faults == []


def choose(page, name, value):
    if not page.locator(".comfort[open]").count():
        page.click(".comfort summary")
    page.click(f".comfort [data-set={name}][value='{value}']")


def test_text_size_applies_before_first_paint(reader):
    reader.goto(reader.address)
    for value, size in (("", "16px"), ("large", "19px"), ("largest", "22px")):
        choose(reader, "size", value)
        assert reader.evaluate(SIZE) == size
    # Without the script at the end of the body: the one in the head must apply the size.
    reader.route("**/reader*.js", lambda route: route.abort())
    reader.goto(reader.address, wait_until="commit")
    reader.wait_for_selector("h1", state="attached")
    assert reader.evaluate(SIZE) == "22px"


@pytest.mark.parametrize("system", ["light", "dark"])
def test_theme_choice_overrides_system(reader, system):
    reader.emulate_media(color_scheme=system)
    reader.goto(reader.address)
    as_system = NIGHT if system == "dark" else DAY
    for value, paper in (("light", DAY), ("dark", NIGHT), ("", as_system)):
        choose(reader, "theme", value)
        reader.reload()
        assert reader.evaluate(PAPER) == paper
        assert reader.locator(f".comfort [data-set=theme][value='{value}']").get_attribute("aria-pressed") == "true"


def test_print_ignores_dark_theme(reader):
    reader.goto(reader.address)
    choose(reader, "theme", "dark")
    reader.emulate_media(media="print")
    assert reader.evaluate("getComputedStyle(document.documentElement).getPropertyValue('--paper')") == "#fff"
    assert not reader.locator(".comfort").is_visible()


def test_elder_version(reader):
    reader.goto(reader.address)
    choose(reader, "elder", "on")
    reader.reload()
    assert reader.evaluate(SIZE) == "22px"
    assert not reader.locator(".ridge").is_visible()
    reader.click(".comfort summary")
    boxes = [button.bounding_box() for button in reader.locator(".comfort button:visible").all()]
    assert min(min(box["width"], box["height"]) for box in boxes) >= 59.5
    choose(reader, "elder", "")
    assert reader.evaluate(SIZE) == "16px"


def test_leaving_elder_version_restores_size(reader):
    reader.goto(reader.address)
    choose(reader, "size", "large")
    choose(reader, "elder", "on")
    assert reader.locator(".comfort [data-set=size][aria-pressed=true]").inner_text() == "特大"
    choose(reader, "elder", "")
    assert reader.evaluate(SIZE) == "19px"
    choose(reader, "elder", "on")
    choose(reader, "size", "")
    assert reader.evaluate(SIZE) == "16px"
    assert reader.locator("[data-elder]").count() == 0


def test_settings_send_no_cookies(reader):
    reader.goto(reader.address)
    choose(reader, "size", "large")
    answer = reader.goto(reader.address)
    assert reader.context.cookies() == []
    assert "set-cookie" not in answer.headers
    assert "cookie" not in answer.headers.get("vary", "").lower()


def test_keyboard(reader):
    reader.goto(reader.address)
    reader.focus(".comfort summary")
    for key in ("Enter", "Tab", "Tab", "Enter"):
        reader.keyboard.press(key)
    assert reader.evaluate(SIZE) == "19px"


def test_works_without_local_storage(reader):
    reader.add_init_script("Object.defineProperty(window, 'localStorage', { get() { throw new Error('no'); } })")
    reader.goto(reader.address)
    choose(reader, "size", "large")
    assert reader.evaluate(SIZE) == "19px"


def test_read_aloud(reader):
    reader.add_init_script(VOICE)
    reader.goto(reader.address)
    reader.click(".comfort summary")
    reader.click("text=朗读全文")
    reader.wait_for_function("said.length === 4")
    said = reader.evaluate("said")
    assert "擦亮生态底色" in said[0]
    assert said[1].startswith("我市各界人士")
    assert reader.locator(".spoken").count() == 1
    reader.click("text=停止朗读")
    assert reader.locator(".spoken").count() == 0
    assert reader.get_by_role("group", name="机器朗读").is_visible()


def test_read_aloud_includes_off_screen_text(reader, live_server, cast):
    topics = tuple(a_topic(f"第{number}个话题", an_interview()) for number in range(12))
    edition = published(cast, a_document(topics=topics))
    reader.add_init_script(VOICE.replace("< 4", "< 99"))
    reader.goto(f"{live_server.url}/features/{edition.feature_id}/")
    reader.click(".comfort summary")
    reader.click("text=朗读全文")
    reader.wait_for_function("() => said.at(-1) === '停'")
    said = reader.evaluate("said")
    assert all(each.strip() for each in said)
    assert sum("第7个话题" in each for each in said) == 1


def test_read_aloud_stops_on_error(reader):
    reader.add_init_script(VOICE.replace("words.onend()", "words.onerror()"))
    reader.goto(reader.address)
    reader.click(".comfort summary")
    reader.click("text=朗读全文")
    reader.wait_for_function("() => said.includes('停')")
    assert reader.locator("text=朗读全文").is_visible()


def test_read_aloud_hidden_without_chinese_voice(reader):
    reader.add_init_script("Object.defineProperty(window, 'speechSynthesis', { value: { getVoices: () => [] } })")
    reader.goto(reader.address)
    reader.click(".comfort summary")
    assert not reader.get_by_role("group", name="机器朗读").is_visible()


def test_topic_link_is_copied(reader):
    reader.add_init_script("navigator.clipboard.writeText = async (text) => { window.copied = text }")
    reader.goto(reader.address)
    reader.click(".topic-link >> nth=0")
    reader.wait_for_function("window.copied")
    assert reader.evaluate("copied").startswith(reader.address + "#topic-")
    assert reader.locator(".topic-link[data-said=已复制]").count() == 1


def test_controls_hidden_without_scripts(browser, live_server, cast):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{live_server.url}/features/{published(cast).feature_id}/")
    assert not page.locator(".comfort").is_visible()
    assert not page.locator(".topic-link").first.is_visible()
    assert page.locator("h1").is_visible()
    context.close()
