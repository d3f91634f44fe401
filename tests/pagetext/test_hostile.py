"""No input raises or loses a letter."""

import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from interviews.pagetext import parse
from tests.thorough import examples

from .accounts import assert_accounted_for
from .readings import sample

PIECES = [
    "话题:",
    "话题：",
    "话题一：",
    "【话题一】",
    "话题2",
    "■",
    "●",
    "◆",
    "——",
    "(记者",
    "（本报记者",
    "）",
    ")",
    "本版策划:",
    "责任编辑：",
    "策划",
    "图为",
    "摄",
    "张三",
    "李娟",
    "王晓红",
    "欧阳修",
    "买买提·艾力",
    "局长",
    "科长",
    "市林业局",
    "昔阳县",
    "村民",
    ":",
    "：",
    "。",
    "，",
    ",",
    "“",
    "”",
    "我们",
    "2025年3月5日",
    "第3版",
    "23.8%",
    "<script>alert(1)</script>",
    "&amp;",
    "編",
    "１２",
    "①",
    "〇",
    "编者按",
    "说",
    "通讯员",
    "文/图",
    "、",
    "和",
    "绿水青山就是金山银山",
    "记者",
    "A",
    "the",
    "·",
    "•",
    "(",
    ")",
    "[",
    "]",
    "嘉宾：",
    "晋中日报",
    "李",
    "娜",
    "王",
    "磊",
]
PIECES += ["\u1100", "\u1161", "\u0345", "e\u0301", "\x00", "\ud800", "\u200b", "\u202e", "\ufeff", "李　娜", "王 磊"]
PIECES += ["\n", "\n", "\n\n", "\r\n", "\r", "\x0c", "\u2028", "\x85", " ", "　　", "\t"]
bounded = settings(max_examples=examples(250), deadline=None, suppress_health_check=[HealthCheck.too_slow])


@bounded
@given(st.text(alphabet=st.characters(exclude_categories=()), max_size=300))
def test_random_text_keeps_every_letter(text):
    assert_accounted_for(text)


@bounded
@given(st.lists(st.sampled_from(PIECES), max_size=60).map("".join))
def test_page_like_text_keeps_every_letter(text):
    assert_accounted_for(text)


@bounded
@given(st.lists(st.sampled_from(PIECES), min_size=1, max_size=12).map("".join), st.integers(0, 2443))
def test_insertions_into_the_sample_keep_every_letter(text, position):
    page = sample()
    assert_accounted_for(page[:position] + text + page[position:])


@bounded
@given(st.lists(st.sampled_from(sample().split("\n")), max_size=40).map("\n".join))
def test_shuffled_sample_keeps_every_letter(text):
    assert_accounted_for(text)


LONG = 60_000
HEAD = "标题\n话题:\n蓝天\n市林业局局长王晓红:"


@pytest.mark.parametrize(
    "text",
    [
        "绿" * LONG,
        "话题:\n" + "绿" * LONG,
        "话题：" + "绿" * LONG,
        "绿" * 300 + "\n——" + "水" * 300 + "\n话题:\n" + "山" * 300,
        HEAD + "绿水," * LONG,
        HEAD + "(" * LONG,
        HEAD + "()" * LONG,
        HEAD + "“" * LONG,
        HEAD + ",.:;" * LONG,
        HEAD + "a@" * LONG,
        HEAD + "http://" * LONG,
        HEAD + "\n" + "绿水青山就是金山银山,我们\n\n" * 3000,
        HEAD + "\n" + "张三\n" * 4000,
        "话题:\n" * 8000,
        "策划:张三 " * 4000,
        "本版" + "策划" * LONG + ":张三",
        HEAD + "好。(记者 " + "张三 " * LONG + ")",
        HEAD + "\n图为" + "绿" * 2000,
        "话题:\n绿水\n" + "市林业局" * LONG + "局长王晓红:好。",
        HEAD + "e" + "\u0300\u0316" * LONG,
        HEAD + "\ud800" * LONG,
        HEAD + "绿\u200b" * LONG,
    ],
    ids=lambda text: f"{text[:8]!a} {len(text)}",
)
def test_takes_linear_time(text):
    started = time.thread_time()
    reading = parse(text)
    assert reading.balance.source == reading.balance.placed + reading.balance.unplaced
    # A quadratic step would take minutes; 20 µs a character allows for a slow machine.
    assert time.thread_time() - started < 1 + len(text) * 20e-6


@pytest.mark.parametrize(
    "text", ["", "\n\n", "绿水青山就是金山银山。", "<html><body>hello</body></html>", "a,b,c\n1,2,3\n"]
)
def test_places_nothing_without_a_topic(text):
    reading = assert_accounted_for(text)
    assert reading.document.topics == ()
    assert not reading.has_structure
    assert reading.balance.placed == 0


def test_escapes_markup():
    body = parse(HEAD + "<script>alert(1)</script>&amp;<b>好</b>。").document.topics[0].interviews[0].body
    assert body == "<p>&lt;script&gt;alert(1)&lt;/script&gt;&amp;amp;&lt;b&gt;好&lt;/b&gt;。</p>"


def test_leaves_too_long_texts_unplaced_with_a_note():
    title = "绿" * 120 + "、" + "水" * 120
    reading = assert_accounted_for(f"标题\n话题一：{title}\n市林业局局长王晓红：好。")
    assert reading.document.topics[0].title == ""
    assert reading.unplaced == (title,)
    assert any(note.kind == "unplaced" and "上限" in note.reason for note in reading.notes)


def test_drops_invisible_characters_with_a_note():
    reading = assert_accounted_for("标\u200b题\n话题:\n绿\u202e水\n市林业局局长王晓红:\x00好。")
    assert reading.document.headline == "标题"
    assert reading.document.topics[0].title == "绿水"
    assert any(note.kind == "characters" for note in reading.notes)
