import pytest

from interviews.public.typography import clauses, excerpt, length_class, numeral, shorten, surname, unbroken


@pytest.mark.parametrize(
    ("headline", "parts"),
    [
        ("擦亮生态底色\u3000描绘美丽画卷", [("", "擦亮生态底色"), ("\u3000", "描绘美丽画卷")]),
        ("擦亮生态底色 描绘美丽画卷", [("", "擦亮生态底色"), (" ", "描绘美丽画卷")]),
        ("守护汾河水", [("", "守护汾河水")]),
        ("PM2.5 AQI 双降", [("", "PM2.5 AQI 双降")]),
        ("甲 乙 丙", [("", "甲"), (" ", "乙"), (" ", "丙")]),
    ],
)
def test_clauses(headline, parts):
    assert clauses(headline) == parts
    assert "".join(gap + clause for gap, clause in parts) == headline


@pytest.mark.parametrize(("count", "name"), [(6, "short"), (8, "short"), (9, "middle"), (14, "middle"), (60, "long")])
def test_headline_size_by_longest_clause(count, name):
    assert length_class("字" * count) == name
    assert length_class("短句\u3000" + "字" * count) == name


@pytest.mark.parametrize(
    ("number", "written"),
    [
        (1, "一"),
        (4, "四"),
        (10, "十"),
        (11, "十一"),
        (12, "十二"),
        (20, "二十"),
        (99, "九十九"),
        (100, "100"),
    ],
)
def test_numerals(number, written):
    assert numeral(number) == written


@pytest.mark.parametrize(
    ("name", "family"),
    [("裴国欣", "裴"), ("欧阳修", "欧阳"), ("上官", "上"), ("", ""), ("𠮷野", "𠮷")],
)
def test_surnames(name, family):
    assert surname(name) == family


def test_unbroken_marks_words_and_escapes():
    assert unbroken("畅谈<美丽>&晋中") == (
        '<span class="word">畅谈</span>&lt;<span class="word">美丽</span>&gt;&amp;<span class="word">晋中</span>'
    )


def test_excerpt_ends_at_sentence():
    assert excerpt("<p>第一句话说完了。第二句话还很长很长很长</p>", 12) == "第一句话说完了。"


def test_excerpt_ends_with_ellipsis():
    assert excerpt("<p>这句话，没有句号一直说下去</p>", 8) == "这句话，没有句……"
    assert shorten("这句话没有，接着说", 7) == "这句话没有……"


def test_unpunctuated_paragraphs_are_separated():
    assert excerpt("<h3>水清岸绿</h3><p>今年以来。</p><p>PM2.5</p><p>AQI</p>") == "水清岸绿 今年以来。PM2.5 AQI"


def test_short_statement_is_whole():
    assert excerpt("<p>甲<strong>乙</strong></p><p>x&lt;y</p>") == "甲乙 x<y"
