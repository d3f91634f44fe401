import pytest

from interviews.search import mark, parse
from interviews.search.highlighting import passage


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("蓝天 碧水", ("蓝天", "碧水")),
        ("蓝天\u3000碧水", ("蓝天", "碧水")),
        ("“PM2.5 and ozone” 治理", ("pm2.5 and ozone", "治理")),
        ('"a b" c', ("a b", "c")),
        ("＂a b＂", ("a b",)),
        ("「绿水 青山」", ("绿水青山",)),
        ("推进“双碳”目标", ("推进", "双碳", "目标")),
        ("蓝天 蓝天 ＣＯ₂ co2", ("蓝天", "co2")),
        ("“没有另一半", ("没有另一半",)),
        ('"', ()),
        ("  ", ()),
        ("\x00\ud800\u200b", ()),
        ("%_\\'", ("%_\\'",)),
    ],
)
def test_words(text, terms):
    assert parse(text).terms == terms


def test_long_query_is_shortened():
    assert parse("字" * 101).shortened
    assert len(parse("字" * 5000).terms[0]) == 100
    assert parse(" ".join("甲乙丙丁戊己庚辛壬")).shortened
    assert len(parse(" ".join("甲乙丙丁戊己庚辛壬")).terms) == 8
    assert not parse("蓝天").shortened


class TestPassages:
    def test_text_is_escaped(self):
        assert mark("<b>蓝天</b>&", ["蓝天"]) == "&lt;b&gt;<mark>蓝天</mark>&lt;/b&gt;&amp;"

    def test_markup_as_term_is_escaped(self):
        assert mark("x<b>y", ["<b>"]) == "x<mark>&lt;b&gt;</mark>y"

    def test_excerpt_has_every_term(self):
        text = "第一句。" + "字" * 300 + "碧水" + "字" * 300 + "蓝天" + "字" * 300
        found = passage([text, "净土"], ["蓝天", "碧水", "净土"])
        for word in ("蓝天", "碧水", "净土"):
            assert f"<mark>{word}</mark>" in found
        assert len(found) < 500

    def test_excerpt_starts_at_sentence(self):
        assert passage(["前面的话。这里说到碧水。"], ["碧水"]) == "……这里说到<mark>碧水</mark>。"

    def test_excerpt_without_match_is_the_beginning(self):
        assert passage(["开头的话。"], ["无"]) == "开头的话。"
