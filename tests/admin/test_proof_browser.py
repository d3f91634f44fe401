"""Proofreading in a browser: automatic findings, score, verdict."""

import pytest

from tests.builders import SAMPLE, a_document, a_draft, a_speaker, a_topic, an_interview, submitted

pytestmark = pytest.mark.django_db(transaction=True)
FAULTY = "<p>空气清新，，蓝天常在，群众满意。</p>"

# Milliseconds from the last keystroke until the panel shows the finding.
TYPED_UNTIL_SAID = """(words) => new Promise((resolve, reject) => {
    setTimeout(() => reject(new Error("nothing was said")), 25_000);
    const field = document.querySelector("[data-name=subtitle]");
    const said = () => document.querySelector("#proof ol").textContent.includes(words);
    const watch = new MutationObserver(() => said() && resolve(performance.now() - began));
    watch.observe(document.querySelector("#proof"), { childList: true, subtree: true });
    field.value = `${words}开工`;
    field.dispatchEvent(new Event("input", { bubbles: true }));
    const began = performance.now();
})"""


def large_page():
    """Build 20 topics of two speakers each, some 30,000 characters."""
    lines = [line.strip() for line in SAMPLE.read_text(encoding="utf-8").splitlines()]
    spoken = "".join(f"<p>{line}</p>" for line in lines if 100 <= len(line) < 130)
    topics = []
    for number in range(20):
        pair = [an_interview(spoken, speaker=a_speaker(f"受访者{number}之{place}")) for place in (1, 2)]
        topics.append(a_topic(f"第{number}个话题", *pair))
    return a_document(topics=tuple(topics))


def test_findings_after_a_pause(cast, live_server, sit_down):
    feature = a_draft(cast, large_page())
    page = sit_down("reporter")
    page.goto(f"{live_server.url}/admin/interviews/feature/{feature.pk}/change/")
    page.wait_for_selector("#proof .score")
    waits = [page.evaluate(TYPED_UNTIL_SAID, f"2025年{month}月1日") for month in (13, 14, 15)]
    # Shown with -s; under a second each on a quiet machine. Not asserted: tests share the machine.
    print("milliseconds from the last key to the finding:", *map(round, waits))
    assert len(waits) == 3


def test_score_breakdown(cast, live_server, sit_down):
    feature = a_draft(cast, a_document(topics=(a_topic("蓝天", an_interview(FAULTY)),)))
    page = sit_down("reporter")
    page.goto(f"{live_server.url}/admin/interviews/feature/{feature.pk}/change/")
    page.click("#proof .score summary")
    assert "合格线 3/10,000" in page.inner_text("#proof .score summary")
    assert "标点 1 处，计 1" in page.inner_text("#proof .score")
    page.fill("[data-name=headline]", "擦亮底色，，描绘画卷")
    page.wait_for_selector("#proof .score >> text=标点 2 处，计 3")
    assert page.locator("#proof .score[open]").count() == 1


def test_verdict_is_visible_beside_buttons(cast, live_server, sit_down):
    feature = submitted(cast, a_document(topics=(a_topic("蓝天", *[an_interview(FAULTY) for _ in range(12)]),)))
    page = sit_down("editor", height=720)
    page.goto(f"{live_server.url}/admin/interviews/feature/{feature.pk}/review/")
    assert page.locator(".findings li").count() >= 12
    for verb in ("sign", "send_back"):
        place = page.locator(f"button[value={verb}]").bounding_box()
        assert place["y"] + place["height"] <= 720
    assert "差错率" in page.inner_text(".score summary")
