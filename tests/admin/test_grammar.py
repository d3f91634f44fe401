"""The newsroom's own grammar words for reading printed pages."""

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.urls import reverse

from interviews.house_style import house_grammar
from interviews.models import Feature, GrammarTable, GrammarWord
from interviews.pagetext import DEFAULT, parse

pytestmark = pytest.mark.django_db

PAGE = """擦亮生态底色
我市各界人士畅所欲言

【话题】蓝天白云常相伴
市生态环境局林草督导专使 裴国欣：清新的空气、如洗的蓝天，令人心旷神怡，群众的获得感越来越强。
（记者 武玲芳）

本版策划：路丽华
"""


def add(table, word, **fields):
    row = GrammarWord(table=table, word=word, **fields)
    row.full_clean()
    row.save()


def speaker_of(text):
    return parse(text, house_grammar()).document.topics[0].interviews[0].speaker


def test_default_grammar(django_assert_num_queries):
    with django_assert_num_queries(1):
        assert house_grammar() is DEFAULT


def test_added_post():
    before = speaker_of(PAGE)
    add("posts", "督导专使")
    after = speaker_of(PAGE)
    assert before.job_title != "督导专使"
    assert (after.organisation, after.job_title, after.name) == ("市生态环境局林草", "督导专使", "裴国欣")
    assert house_grammar() is house_grammar()


def test_added_topic_mark():
    text = PAGE.replace("【话题】", "【圆桌】")
    assert not parse(text, house_grammar()).document.topics
    add("topic_words", "圆桌")
    assert parse(text, house_grammar()).document.topics[0].title == "蓝天白云常相伴"


def test_furniture_is_literal():
    text = PAGE + "\n晋中.+客户端\n"
    add("furniture", ".+客户端")
    add("furniture", "（晋中.+客户端）")
    grammar = house_grammar()
    assert grammar.furniture_part.fullmatch(".+客户端")
    assert not grammar.furniture_part.fullmatch("任何客户端")
    assert grammar.furniture_part.fullmatch("(晋中.+客户端)")  # pages are compared in folded width
    assert parse(text, grammar).document.topics


def test_shipped_word_is_removed():
    add("topic_words", "关键词", removes=True)
    grammar = house_grammar()
    assert "关键词" not in grammar.topic_words
    assert grammar.topic_words < DEFAULT.topic_words


@pytest.mark.parametrize("table", GrammarTable)
def test_any_mark_is_literal(table):
    """Whatever the words contain, other pages parse as before."""
    marks = ["^", "]", "\\", "-"] if table == "bullets" else ["职(", "职[", "职)+", "职\\d", "职|员", "职{9"]
    if table in ("surnames",):
        marks = ["撖"]
    for word in marks[: 2 if table == "compound_surnames" else None]:
        add(table, word)
    reading = parse(PAGE, house_grammar())
    assert reading.document.topics[0].title == "蓝天白云常相伴"
    assert reading.balance.source == reading.balance.placed + reading.balance.unplaced


def test_all_bullets_removed():
    for word in GrammarTable.BULLETS.shipped:
        add("bullets", word, removes=True)
    assert not house_grammar().bullets
    assert parse(PAGE, house_grammar()).document.topics


@pytest.mark.parametrize(
    ("table", "word", "removes", "said"),
    [
        ("bullets", "口口", False, "1 个字"),
        ("bullets", "图", False, "不能是文字"),
        ("surnames", "欧阳", False, "1 个字"),
        ("topic_words", "题", False, "2 至 20 个字"),
        ("posts", "！！", False, "要有文字"),
        ("posts", "总 编辑", False, "不能有空格"),
        ("posts", "局长", False, "已经自带"),
        ("posts", "督导专使", True, "没有这个词"),
        ("furniture", "客户端", True, "没有这个词"),
        ("nothing", "词语", False, "table"),
    ],
)
def test_invalid_words(table, word, removes, said):
    with pytest.raises(ValidationError) as refused:
        add(table, word, removes=removes)
    assert said in str(refused.value.message_dict)


def test_command_and_screen_use_it(client, cast, tmp_path):
    add("topic_words", "圆桌")
    text = PAGE.replace("【话题】", "【圆桌】")
    path = tmp_path / "page.txt"
    path.write_text(text, encoding="utf-8")
    call_command("import_page", str(path), verbosity=0, stdout=(tmp_path / "out").open("w"))
    client.force_login(cast.reporter)
    review = client.post(reverse("admin:interviews_feature_import"), {"text": text}, follow=True)
    client.post(review.request["PATH_INFO"], {"seen": review.context["seen"]})
    assert [feature.topics.get().title for feature in Feature.objects.all()] == ["蓝天白云常相伴"] * 2


def test_query_count_is_fixed(client, cast, measured):
    client.force_login(cast.reporter)
    where = reverse("admin:interviews_grammarword_changelist")
    page = client.get(where).content.decode()
    assert "系统自带的词" in page
    assert "热点话题" in page
    few = measured(where)
    for number in range(30):
        add("posts", f"第{number}专使")
    assert measured(where) == few
