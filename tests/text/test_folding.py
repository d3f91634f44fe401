"""What search takes for the same."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interviews.text.folding import Folded, fold, merged, tokens, tokens_of_term

TEXTS = st.text("生态环境保护，。 \n\u3000CO₂co２ＡaßﬁⅣ℃“”·•", max_size=30)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("CO₂", "co2"),
        ("ＣＯ２", "co2"),
        ("PM2.5 浓度", "pm2.5浓度"),
        ("擦亮生态底色\u3000描绘", "擦亮生态底色描绘"),
        ("２５℃", "25°c"),
        ("买买提•江", "买买提·江"),
        ("a \u3000\t b", "a b"),
        ("蓝\u200b天", "蓝天"),
        ("Straße", "strasse"),
        ("e\u0301", "é"),
    ],
)
def test_the_same(one, other):
    assert fold(one) == fold(other)


def test_not_the_same():
    assert fold("蓝天") != fold("兰天")
    assert fold("green hills") != fold("greenhills")
    assert fold("甲\n乙") == "甲\n乙"


@given(TEXTS)
def test_each_folded_character_comes_from_one_of_the_text(text):
    folded = Folded(text)
    assert len(folded.origins) == len(folded.text)
    assert folded.origins == sorted(folded.origins)
    assert all(0 <= place < len(folded.source) for place in folded.origins)


@given(TEXTS, st.integers(0, 29), st.integers(0, 29))
def test_part_of_a_line_is_found_in_it(text, start, length):
    part = fold(text[start : start + length])
    if part and "\n" not in text[start : start + length]:
        assert part in fold(text)


@given(TEXTS, TEXTS)
def test_tokens_of_a_word_stand_in_every_text_that_has_it(text, word):
    text, word = fold(text), fold(word)
    if word and "\n" not in word:
        known = tokens(text)
        assert word not in text or set(tokens_of_term(word)) <= known
        if len(word) <= 2:
            assert (word in text) == (set(tokens_of_term(word)) <= known)


def test_spans_are_in_the_text_as_written():
    folded = Folded("排放的ＣＯ₂，即CO2")
    assert [folded.source[start:end] for start, end in folded.spans(["co2"])] == ["ＣＯ₂", "CO2"]


def test_what_overlaps_is_one():
    assert merged([(5, 7), (0, 2), (1, 3)]) == [(0, 3), (5, 7)]
    assert Folded("哈哈哈哈").spans(["哈哈"]) == [(0, 4)]
