"""No document raises; offsets are correct; applying suggestions converges."""

import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from interviews.document import FeatureDocument
from interviews.proofreading import corrected, proofread, proofread_text
from interviews.proofreading.passages import fields_of
from interviews.text.controls import is_unprintable
from interviews.text.richtext import from_plain
from tests.builders import a_document, a_reprint
from tests.document.test_model import documents
from tests.thorough import THOROUGH, examples

from .labelled import PATHS, clean_documents, planted, sample_document

# Many generated lines contain control characters, which documents refuse; they are filtered out.
SUPPRESSED = [HealthCheck.too_slow, HealthCheck.filter_too_much]
bounded = settings(max_examples=examples(200), deadline=None, suppress_health_check=SUPPRESSED)
PIECES = [
    *"“”‘’《》〈〉（）【】〔〕「」()[]<>\"',，.。、;；:：?？!！…—-~～·•．％%℃〇○零",
    *"一二三十百千万亿年月日时分第是的在人元吨亩米中李王红好",
    *("2025", "30", "5", "0", "3.5", "１２", "Ａ", "CO2", "O3", "m2", "PM2", "°C", "星期四", "分别占", "共", "其中", "说：", "等"),
    *("……", "——", "。。", "，，", "（记者 李娟）", "王晓红", "从", "增加到", "增长", "约", "左右", "二零二五年", "\u3000", " ", "\n"),
    *("\u200b", "\ufeff", "\ue000", "\ue0e0", "\ufffd", "\u0301", "部暑", "园满", "“十四五”（2020—2025年）", "政府工作报告提出"),
]  # fmt: skip
texts = st.lists(st.sampled_from(PIECES), max_size=40).map("".join)
BODY = PATHS[""]


def assert_consistent(findings, text_of):
    for found in findings:
        text = text_of[found.path]
        assert 0 <= found.start < found.end <= len(text)
        assert text[found.start : found.end] == found.excerpt
        assert found.message.endswith("。") or found.message.endswith("？")
        assert found.suggestion != found.excerpt
        assert found.source
        assert len(found.key) == 20


@settings(bounded, max_examples=examples(60))
@given(documents)
def test_findings_of_random_documents_are_consistent(document):
    findings = proofread(document)
    assert_consistent(findings, {field.path: field.text for field in fields_of(document)})
    assert proofread(FeatureDocument.from_json(document.to_json())) == findings


@bounded
@given(texts, st.sampled_from(sorted(PATHS.values())))
def test_findings_of_text_like_input_are_consistent(text, path):
    findings = proofread_text(text, path)
    assert_consistent(findings, {path: text})
    assert proofread_text(text, path) == findings


@bounded
@given(st.text(alphabet=st.characters(exclude_categories=()), max_size=200))
def test_findings_of_random_text_are_consistent(text):
    assert_consistent(proofread_text(text, BODY), {BODY: text})


def settle(text, path, rounds=30):
    """Apply all suggestions until the text no longer changes; fail if it never settles."""
    for _ in range(rounds):
        following = corrected(text, proofread_text(text, path))
        if following == text:
            return text
        text = following
    pytest.fail(f"suggestions do not come to rest: {text!r}")


@settings(bounded, max_examples=examples(250))
@given(texts, st.sampled_from(sorted(PATHS.values())))
def test_applying_suggestions_converges(text, path):
    settled = settle(text, path)
    assert not [found for found in proofread_text(settled, path) if found.suggestion]


@pytest.mark.parametrize("fault", planted(), ids=lambda fault: f"{fault.rule} {fault.text[:12]}")
def test_planted_faults_settle_within_three_rounds(fault):
    settle(fault.text, fault.path, rounds=3)


@settings(bounded, max_examples=examples(60))
@given(texts, st.integers(0, 900))
def test_findings_after_random_insertions_are_consistent(text, position):
    document = sample_document()
    topic = document.topics[1]
    body = "\n".join(
        field.text for field in fields_of(document) if field.path.startswith("topics[1].interviews[0].body")
    )
    dropped = "".join(c for c in body[:position] + text + body[position:] if c == "\n" or not is_unprintable(c))
    interview = topic.interviews[0].model_copy(update={"body": from_plain(dropped.split("\n"))})
    changed = document.model_copy(
        update={"topics": (document.topics[0], topic.model_copy(update={"interviews": (interview,)}))}
    )
    assert_consistent(proofread(changed), {field.path: field.text for field in fields_of(changed)})


LONG = 100_000
MARKS = "。“”《（‘.-"
LONG_ENOUGH = 30_000
HOSTILE = [
    *("绿", "，", "。", "“", "”", "《", "》", "（", "）", "‘", "(", ")", ",", ".", "…", "—", "-", "～", "、", "？！", '"', "'", " "),
    *("“”", "“‘", "《〈", "（(", "”“", "》、《", "，“。”", "“。”", "1", "1.", "1,", "1，", "12月", "1-", "1～", "9—", "１", "１．"),
    *("一是", "二是", "（一）", "①", "1项", "共1项", "从1吨", "从1", "分别占1%、", "1%、", "十", "百", "的", "在在", "绿水", "绿水青"),
    *("CO2", "m2", "PM", "\u200b", "\u3000", "年", "2025年", "2月30日", "星期一", "记者 ", "（记者 ", "说：“", "部暑", "园", "公园满"),
    *("王晓", "王晓红", "王小红", "裴国", "昔阳县林", "政府工作报告提出，要“绿水青山就是", "<", "[", "http://", "约1", "约", "约1人", "a@", "\n", "绿水青山\n"),
]  # fmt: skip


def assert_linear_time(text, proofread_it):
    """Check the CPU time with a wide margin: a quadratic step would take minutes."""
    started = time.thread_time()
    proofread_it()
    assert time.thread_time() - started < 2 + len(text) * 100e-6


@pytest.mark.parametrize("piece", MARKS)
def test_long_runs_of_marks_take_linear_time(piece):
    text = piece * LONG
    assert_linear_time(text, lambda: proofread_text(text, BODY))


@pytest.mark.parametrize("piece", HOSTILE if THOROUGH else HOSTILE[::3])
def test_repetitive_text_takes_linear_time(piece):
    text = piece * (LONG_ENOUGH // len(piece))
    assert_linear_time(text, lambda: proofread_text(text, BODY))


@pytest.mark.parametrize("piece", ["王晓", "裴国欣", "王小红", "昔阳县林", "要“绿水青山就是金山银山，", "。”“"])
def test_large_documents_take_linear_time(piece):
    document = sample_document()
    topic = document.topics[1]
    interview = topic.interviews[0].model_copy(update={"body": f"<p>{piece * (LONG_ENOUGH // len(piece))}</p>"})
    changed = document.model_copy(
        update={"topics": (*document.topics, topic.model_copy(update={"interviews": (interview,)}))}
    )
    assert_linear_time(interview.body, lambda: proofread(changed))


def test_deep_nesting_does_not_raise():
    deep = "“" * 20_000 + "绿" + "”" * 20_000 + "（" * 20_000 + "《‘" * 20_000
    assert_consistent(proofread_text(deep, BODY), {BODY: deep})


def test_correcting_leaves_clean_pages_unchanged():
    for document in clean_documents().values():
        for field in fields_of(document):
            fixed = corrected(field.text, [f for f in proofread_text(field.text, field.path) if f.severity != "hint"])
            assert fixed == field.text


def test_skips_title_and_url_of_a_reprint():
    paths = [field.path for field in fields_of(a_document(reprint=a_reprint()))]
    assert [path for path in paths if path.startswith("reprint")] == ["reprint.source", "reprint.author"]
