"""Two versions made into one: nothing is dropped that nobody saw."""

from hypothesis import given
from hypothesis import strategies as st

from interviews import document as d
from interviews.diff import choices, merge, undecided
from interviews.text.richtext import blocks, clean
from tests.builders import a_credit, a_document, a_reprint, a_speaker


def interview(key, *paragraphs, **fields):
    body = "".join(f"<p>{text}</p>" for text in paragraphs)
    return d.Interview(**{"id": key, "speaker": a_speaker(), "body": body, "credits": (a_credit(),), **fields})


def page(*topics, **fields):
    return a_document(topics=topics, **fields)


def topic(key, *interviews, title="题"):
    return d.Topic(id=key, title=title, interviews=interviews)


BASE = page(topic(1, interview(11, "甲", "乙", "丙")), topic(2, interview(21, "丁")))


def changed(document, **fields):
    return document.model_copy(update=fields)


def test_equal_versions_leave_nothing_to_choose():
    assert choices(BASE, BASE, BASE) == []
    assert merge(BASE, BASE, BASE, {}) == BASE


def test_each_side_changed_something_else():
    theirs = changed(BASE, headline="编辑的")
    mine = page(topic(1, interview(11, "甲", "乙改", "丙")), BASE.topics[1])
    found = choices(BASE, theirs, mine)
    assert not list(undecided(found, {}))
    merged = merge(BASE, theirs, mine, {})
    assert merged.headline == "编辑的"
    assert merged.topics[0].interviews[0].body == "<p>甲</p><p>乙改</p><p>丙</p>"


def test_a_reprint_is_one_passage():
    theirs = changed(BASE, reprint=a_reprint())
    assert merge(BASE, theirs, BASE, {}).reprint == merge(BASE, BASE, theirs, {}).reprint == a_reprint()
    mine = changed(BASE, reprint=a_reprint(source="人民日报"))
    [choice] = undecided(choices(BASE, theirs, mine), {})
    assert choice.key == "reprint"
    assert merge(BASE, theirs, mine, {"reprint": "theirs"}).reprint.source == "山西日报"


def test_paragraphs_of_one_statement_are_chosen_one_by_one():
    theirs = page(topic(1, interview(11, "甲一", "乙", "丙")), BASE.topics[1])
    mine = page(topic(1, interview(11, "甲", "乙", "丙二")), BASE.topics[1])
    assert not list(undecided(choices(BASE, theirs, mine), {}))
    assert merge(BASE, theirs, mine, {}).topics[0].interviews[0].body == "<p>甲一</p><p>乙</p><p>丙二</p>"


def test_the_same_passage_on_both_sides_is_asked():
    theirs = page(topic(1, interview(11, "甲", "乙一", "丙")), BASE.topics[1])
    mine = page(topic(1, interview(11, "甲", "乙二", "丙")), BASE.topics[1])
    (choice,) = choices(BASE, theirs, mine)
    assert (choice.theirs, choice.mine, choice.proposed) == ("乙一", "乙二", None)
    for side, middle in (("theirs", "<p>乙一</p>"), ("mine", "<p>乙二</p>"), ("both", "<p>乙一</p><p>乙二</p>")):
        body = merge(BASE, theirs, mine, {choice.key: side}).topics[0].interviews[0].body
        assert body == f"<p>甲</p>{middle}<p>丙</p>"


def test_a_paragraph_deleted_on_one_side_goes_and_one_added_stays():
    theirs = page(topic(1, interview(11, "甲", "丙")), BASE.topics[1])
    mine = page(topic(1, interview(11, "甲", "乙", "丙", "戊")), BASE.topics[1])
    assert merge(BASE, theirs, mine, {}).topics[0].interviews[0].body == "<p>甲</p><p>丙</p><p>戊</p>"


def test_topics_that_either_side_added_are_all_there():
    theirs = page(BASE.topics[0], topic(3, interview(31, "编辑新加")), BASE.topics[1])
    mine = page(*BASE.topics, topic(None, interview(None, "记者新加"), title="新题"))
    merged = merge(BASE, theirs, mine, {})
    assert [each.id for each in merged.topics] == [1, 3, 2, None]
    assert choices(BASE, theirs, mine) == []


def test_a_topic_deleted_on_one_side_and_changed_on_the_other_is_asked():
    theirs = page(BASE.topics[0])
    mine = page(BASE.topics[0], topic(2, interview(21, "丁改")))
    (choice,) = choices(BASE, theirs, mine)
    assert choice.proposed is None
    assert len(merge(BASE, theirs, mine, {choice.key: "mine"}).topics) == 2
    assert len(merge(BASE, theirs, mine, {choice.key: "theirs"}).topics) == 1


def test_a_topic_deleted_on_one_side_and_untouched_on_the_other_goes():
    assert len(merge(BASE, page(BASE.topics[0]), BASE, {}).topics) == 1


def test_an_interview_dragged_to_another_topic_is_there_once():
    mine = page(topic(1), topic(2, interview(21, "丁"), interview(11, "甲", "乙", "丙")))
    theirs = page(topic(1, interview(11, "甲改", "乙", "丙")), BASE.topics[1])
    for left, right in ((theirs, mine), (mine, theirs)):
        merged = merge(BASE, left, right, {})
        everywhere = [each.id for one in merged.topics for each in one.interviews]
        assert sorted(everywhere) == [11, 21]
        assert merged.topics[1].interviews[1].body == "<p>甲改</p><p>乙</p><p>丙</p>"


def test_a_new_order_of_topics_holds():
    mine = page(*reversed(BASE.topics))
    assert [each.id for each in merge(BASE, BASE, mine, {}).topics] == [2, 1]
    assert [each.id for each in merge(BASE, mine, BASE, {}).topics] == [2, 1]


def test_without_a_common_version_everything_is_asked():
    found = choices(None, BASE, changed(BASE, headline="另一个"))
    assert [choice.proposed for choice in found] == [None]


WORDS = st.sampled_from(["甲", "乙", "丙", "丁", "戊"])
STATEMENTS = st.lists(WORDS, max_size=4)


@st.composite
def versions(draw, saved=False):
    """A page; a saved one has all its ids."""
    keys = draw(st.lists(st.integers(1, 4), max_size=4, unique=True))
    topics = []
    for key in keys:
        interviews = [interview(key * 10 + n, *draw(STATEMENTS)) for n in draw(st.sets(st.integers(0, 2)))]
        topics.append(topic(key, *interviews, title=draw(WORDS)))
    if not saved and draw(st.booleans()):
        topics.append(topic(None, interview(None, *draw(STATEMENTS)), title="新"))
    return page(*topics, headline=draw(WORDS), lead=tuple(draw(STATEMENTS)))


@given(versions(saved=True), versions(), versions())
def test_whatever_is_chosen_makes_a_page_with_each_part_once(base, theirs, mine):
    for side in ("theirs", "mine", "both"):
        answers = {choice.key: side for choice in choices(base, theirs, mine) if side in choice.sides}
        merged = merge(base, theirs, mine, answers)
        keys = [each.id for each in merged.topics if each.id]
        inner = [each.id for one in merged.topics for each in one.interviews if each.id]
        assert len(keys) == len(set(keys))
        assert len(inner) == len(set(inner))
        assert d.FeatureDocument.from_json(merged.to_json()) == merged


@given(versions(saved=True), versions())
def test_a_side_that_changed_nothing_yields_to_the_other(base, theirs):
    assert merge(base, theirs, base, {}).to_data() == theirs.to_data()


@given(versions(saved=True), versions(), versions())
def test_choices_are_known_by_their_keys(base, theirs, mine):
    keys = [choice.key for choice in choices(base, theirs, mine)]
    assert len(keys) == len(set(keys))


@given(st.text("<p>乙</h3ulilo bqt", max_size=60))
def test_blocks_are_the_whole_text(text):
    html = clean(text)
    assert "".join(blocks(html)) == html
