import re
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from interviews import document as d
from interviews.diff.document import compare, compare_text
from interviews.document.walk import passages
from tests.builders import a_credit, a_document, a_reprint, a_speaker, a_topic, an_interview
from tests.thorough import examples

MARKS = {"equal": "{}", "inserted": "[+{}]", "deleted": "[-{}]"}
LETTERS = st.text("治气水的了蓝天，。、—…\nPM2.5 3%“”é\U0001f30f\ufe0f", max_size=60)


def shown(old, new):
    return "".join(MARKS[span.kind].format(span.text) for span in compare_text(old, new))


@given(LETTERS, LETTERS)
@settings(max_examples=examples(300))
def test_the_spans_are_both_texts(old, new):
    spans = compare_text(old, new)
    assert "".join(span.text for span in spans if span.kind != "inserted") == old
    assert "".join(span.text for span in spans if span.kind != "deleted") == new
    kinds = [span.kind for span in spans]
    assert all(span.text for span in spans)
    assert all(one != other for one, other in pairwise(kinds))
    assert ("inserted", "deleted") not in pairwise(kinds)


@given(LETTERS, LETTERS)
def test_no_number_word_or_doubled_mark_is_split(old, new):
    spans = compare_text(old, new)
    for kinds in ({"equal", "deleted"}, {"equal", "inserted"}):
        texts = [span.text for span in spans if span.kind in kinds]
        for before, after in pairwise(texts):
            edge = before[-1] + after[0]
            assert not re.fullmatch(r"[A-Za-z0-9.é]{2}|——|……", edge) or "." in edge


@given(LETTERS, LETTERS)
def test_no_single_character_stands_alone_between_two_changes(old, new):
    spans = compare_text(old, new)
    for span in spans[1:-1]:
        if span.kind == "equal":
            assert len(re.sub(r"[\W_]", "", span.text)) >= 2


@pytest.mark.parametrize(
    ("old", "new", "reading"),
    [
        ("优良天数285天", "优良天数297天", "优良天数[-285][+297]天"),
        ("PM2.5平均浓度38微克", "PM10平均浓度38微克", "[-PM2.5][+PM10]平均浓度38微克"),
        ("治气、治水、治土。", "治气、治水、治山、治土。", "治气、治水、[+治山、]治土。"),
        ("全部关停。今年继续。", "全部关停，效果好。今年继续。", "全部关停[+，效果好]。今年继续。"),
        ("——我市各界", "……我市各界", "[-——][+……]我市各界"),
        ("清新的空气令人心旷神怡", "汾河水清的岸边游人如织", "[-清新的空气令人心旷神怡][+汾河水清的岸边游人如织]"),
        ("一样", "一样", "一样"),
        ("", "新", "[+新]"),
        ("1,000吨", "1,500吨", "[-1,000][+1,500]吨"),
    ],
)
def test_a_person_can_read_it(old, new, reading):
    assert shown(old, new) == reading


def with_ids(document):
    topics = tuple(
        topic.model_copy(
            update={
                "id": number * 10,
                "interviews": tuple(
                    each.model_copy(update={"id": number * 100 + place}) for place, each in enumerate(topic.interviews)
                ),
            }
        )
        for number, topic in enumerate(document.topics, 1)
    )
    return document.model_copy(update={"topics": topics})


def three():
    topics = [a_topic(title, an_interview(f"<p>{title}的话说了很多。</p>")) for title in ("蓝天", "碧水", "净土")]
    return with_ids(a_document(topics=tuple(topics)))


def having(document, **fields):
    return document.model_copy(update=fields)


def test_nothing_changed():
    assert compare(three(), three()) == []


def test_what_belongs_to_the_page():
    old = three()
    new = having(old, headline="新的标题", lead=("第一段。",), credits=(a_credit("策划", "路丽华", "王芳"),))
    [change] = compare(old, new)
    assert (change.path, change.state) == ("page", "changed")
    assert [each.path for each in change.passages] == ["headline", "lead", "credits"]


def test_where_a_reprint_comes_from():
    old = having(three(), reprint=a_reprint())
    [change] = compare(old, having(old, reprint=a_reprint(source="人民日报")))
    [passage] = change.passages
    assert (passage.path, passage.label) == ("reprint", "转载")
    assert [span.text for span in passage.spans if span.kind == "inserted"] == ["人民"]


def test_a_statement_paragraph_by_paragraph():
    old = a_document(topics=(a_topic("蓝天", an_interview("<p>甲说的头一段。</p><p>第二段没有变。</p>")),))
    body = "<p>甲说的第一段。</p><p>第二段没有变。</p><p>第三段是新的。</p>"
    [change] = compare(with_ids(old), with_ids(having(old, topics=(a_topic("蓝天", an_interview(body)),))))
    assert [each.path for each in change.passages] == ["interview:100.body"] * 2
    assert [each.label for each in change.passages] == ["裴国欣：谈话，第 1 段", "裴国欣：谈话，第 3 段"]
    assert change.passages[1].spans[0].kind == "inserted"


def test_topics_moved_added_and_removed_are_said_so():
    old = three()
    blue, water, soil = old.topics
    new = having(old, topics=(soil, blue, a_topic("绿化").model_copy(update={"id": 99})))
    changes = {change.path: change for change in compare(old, new)}
    assert changes["topic:30"].notes == ("从第 3 个话题移为第 1 个。",)
    assert "topic:10" not in changes
    assert changes["topic:99"].state == "added"
    assert changes["topic:20"].state == "removed"
    assert {span.kind for each in changes["topic:20"].passages for span in each.spans} == {"deleted"}
    assert water.title in changes["topic:20"].label


def test_topics_without_ids_are_matched_by_title_and_speakers_by_name():
    old = a_document(topics=(a_topic("蓝天"), a_topic("碧水", an_interview("<p>旧的一句话。</p>"))))
    new = a_document(topics=(a_topic("碧水", an_interview("<p>旧的两句话。</p>")), a_topic("蓝天")))
    changes = compare(old, new)
    assert [change.state for change in changes] == ["changed"]
    assert changes[0].path == "topics[0]"
    assert changes[0].passages[0].path == "topics[0].interviews[0].body"


def test_an_interview_that_moves_to_another_topic():
    old = three()
    blue, water, soil = old.topics
    [moved] = water.interviews
    new = having(
        old,
        topics=(
            having(blue, interviews=(*blue.interviews, moved)),
            having(water, interviews=()),
            soil,
        ),
    )
    first, second = compare(old, new)
    assert first.notes == ("裴国欣的谈话从第 2 个话题移来。",)
    assert second.notes == ("裴国欣的谈话移到别的话题。",)
    assert first.passages == second.passages == ()


def test_a_speaker_added_and_one_removed():
    old = three()
    other = an_interview(speaker=a_speaker("李娜", "市水利局", "局长")).model_copy(update={"id": 901})
    new = having(old, topics=(having(old.topics[0], interviews=(other,)), *old.topics[1:]))
    [change] = compare(old, new)
    assert change.notes == ("新增李娜的谈话。", "删去裴国欣的谈话。")


def test_what_changed_in_form_only_is_said_in_words():
    old = three()
    [interview] = old.topics[0].interviews
    bold = having(interview, body="<p><strong>蓝天</strong>的话说了很多。</p>")
    [change] = compare(old, having(old, topics=(having(old.topics[0], interviews=(bold,)), *old.topics[1:])))
    assert change.notes == ("裴国欣的谈话只改了格式（小标题、加粗、链接等），文字没有变。",)


@given(st.permutations([0, 1, 2]), st.sets(st.sampled_from([0, 1, 2])), LETTERS.filter(lambda t: "\n" not in t))
def test_any_difference_is_reported(order, left_out, headline):
    old = three()
    new = having(old, headline=headline, topics=tuple(old.topics[place] for place in order if place not in left_out))
    assert bool(compare(old, new)) == (old != new)


def test_passages_in_the_order_of_the_page():
    document = three()
    paths = [passage.path for passage in passages(document)]
    assert paths[:4] == ["headline", "subtitle", "lead", "topic:10.title"]
    assert paths[4:7] == ["interview:100.speaker", "interview:100.body", "interview:100.credits"]
    assert paths[-1] == "credits"
    assert passages(d.FeatureDocument(headline="", topics=())) == []
