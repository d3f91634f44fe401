"""Labels set by an editor override every guess, and no letter is lost."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interviews.pagetext import Bucket, Label, parse

from .readings import FOLDER, as_read, sample

PAGES = [sample(), *(path.read_text(encoding="utf-8") for path in sorted((FOLDER / "corpus").glob("*.txt")))]

PAGE = """晋中生态观察
绿水青山绘新卷　各界人士话生态
听一听他们怎么说
开栏以来，各方来信不断，今天集中刊出。
话题一：空气怎么更好
市生态环境局大气科科长裴国欣：去年优良天数比例达到八成，今年还要再提高，重点在
秋冬两季。
我们将从源头抓起。（武玲芳）
本版策划：路丽华"""


def read(labels, text=PAGE):
    return parse(text, labels=labels)


def statement(reading, topic=0, interview=0):
    return reading.document.topics[topic].interviews[interview]


def test_empty_labels_change_nothing():
    assert parse(sample()) == parse(sample(), labels={})


def test_labels_headings():
    document = read({1: Label.HEADLINE, 2: Label.SUBTITLE, 3: Label.LEAD}).document
    assert document.headline == "晋中生态观察"
    assert document.subtitle == "绿水青山绘新卷　各界人士话生态"
    assert document.lead == ("听一听他们怎么说", "开栏以来，各方来信不断，今天集中刊出。")


def test_unlabelled_headings_fill_the_free_places():
    document = read({2: Label.HEADLINE}).document
    assert (document.kicker, document.headline, document.subtitle) == (
        "晋中生态观察",
        "绿水青山绘新卷　各界人士话生态",
        "听一听他们怎么说",
    )
    assert read({2: Label.SUBTITLE}).document.headline == "听一听他们怎么说"
    assert read({1: Label.KICKER}).document.headline == "绿水青山绘新卷　各界人士话生态"


def test_leaves_labelled_furniture_unplaced_with_a_reason():
    reading = read({1: Label.FURNITURE})
    assert reading.unplaced == ("晋中生态观察",)
    assert reading.document.headline == "绿水青山绘新卷　各界人士话生态"


def test_labels_a_topic_without_a_mark():
    text = PAGE.replace("话题一：", "")
    document = read({5: Label.TOPIC}, text).document
    assert [topic.title for topic in document.topics] == ["空气怎么更好"]


def test_label_overrides_a_topic_mark():
    reading = read({5: Label.STATEMENT, 6: Label.SPEAKER})
    assert [topic.title for topic in reading.document.topics] == [""]
    assert statement(reading).speaker.name == "裴国欣"


@pytest.mark.parametrize(
    ("line", "name", "organisation", "job_title", "body"),
    [
        ("裴国欣：我来说。", "裴国欣", "", "", "<p>我来说。</p>"),
        ("■嘉宾：市水利局河湖科科长王强", "王强", "市水利局河湖科", "科长", ""),
        ("山河志愿队召集人老秦：河清了。", "山河志愿队召集人老秦", "", "", "<p>河清了。</p>"),
    ],
)
def test_labels_a_speaker(line, name, organisation, job_title, body):
    number = len(PAGE.splitlines())
    reading = read({number: Label.SPEAKER}, PAGE.replace("本版策划：路丽华", line))
    speaker = statement(reading, interview=1).speaker
    assert (speaker.name, speaker.organisation, speaker.job_title) == (name, organisation, job_title)
    assert statement(reading, interview=1).body == body


def test_notes_a_speaker_that_cannot_be_parsed():
    reading = read({9: Label.SPEAKER}, PAGE.replace("本版策划：路丽华", "山河志愿队召集人老秦：河清了。"))
    assert any("没能把单位、职务和姓名分开" in note.reason for note in reading.notes if note.line == 9)


def test_continues_a_statement_after_its_byline():
    text = PAGE.replace("本版策划：路丽华", "三是严格执法。")
    assert "三是严格执法。" in statement(read({9: Label.STATEMENT}, text)).body


def test_joins_and_splits_paragraphs():
    joined = read({7: Label.CONTINUATION, 8: Label.CONTINUATION})
    assert statement(joined).body.count("<p>") == 1
    assert not [note for note in joined.notes if note.kind == "column-break"]
    apart = read({7: Label.STATEMENT, 8: Label.STATEMENT})
    assert statement(apart).body.count("<p>") == 3


def test_continues_the_lead():
    document = read({4: Label.LEAD, 7: Label.LEAD, 8: Label.CONTINUATION}).document
    assert document.lead[-1].startswith("秋冬两季。我们将从源头抓起。")


def test_labels_bylines_without_brackets_or_names():
    text = PAGE.replace("（武玲芳）", "\n武玲芳")
    reading = read({9: Label.BYLINE}, text)
    assert [credit.contributors[0].name for credit in statement(reading).credits] == ["武玲芳"]
    reading = read({8: Label.BYLINE})
    assert "我们将从源头抓起。（武玲芳）" in reading.unplaced
    assert any("读不出姓名" in note.reason for note in reading.notes)


def test_labels_captions_and_credits():
    text = PAGE + "\n潇河湿地的清晨\n值班：程婧"
    reading = read({10: Label.CAPTION, 11: Label.CREDIT}, text)
    assert [photo.caption for photo in reading.document.photos] == ["潇河湿地的清晨"]
    assert ("值班", "程婧") in [(each.role, each.contributors[0].name) for each in reading.document.credits]


def test_label_overrides_the_guessed_lead():
    """The sample's lead is printed within a sentence; labelled as statement, it becomes one."""
    reading = parse(sample())
    number = next(span.line for span in reading.spans if span.bucket is Bucket.LEAD)
    assert parse(sample(), labels={number: Label.STATEMENT}).document.lead == ()


@pytest.mark.parametrize("text", PAGES)
def test_spans_match_lines_and_offsets(text):
    reading = parse(text)
    lines = dict(reading.lines)
    for span in reading.spans:
        assert lines[span.line][span.start : span.start + len(span.text)] == span.text
        assert bool(span.path) == (span.bucket not in (Bucket.MARK, Bucket.UNPLACED))


@pytest.mark.parametrize("text", PAGES)
def test_labelling_all_speakers_changes_nothing(text):
    """Labelling every speaker gives the same document."""
    reading = parse(text)
    labels = {span.line: Label.SPEAKER for span in reading.spans if span.bucket is Bucket.SPEAKER}
    assert as_read(parse(text, labels=labels).document) == as_read(reading.document)


@given(st.sampled_from(PAGES), st.dictionaries(st.integers(1, 60), st.sampled_from(Label), max_size=20))
def test_random_labels_keep_every_letter(text, labels):
    reading = parse(text, labels=labels)
    assert reading.balance.source == reading.balance.placed + reading.balance.unplaced
    assert parse(text).balance.source == reading.balance.source
