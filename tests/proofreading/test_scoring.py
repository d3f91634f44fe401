from interviews.proofreading import Severity, Weights, corrected, error_rate, proofread_text
from interviews.proofreading.checking import DEFAULT

BODY = "topics[0].interviews[0].body"


def findings(text, path=BODY):
    return proofread_text(text, path)


def test_errors_in_ten_thousand_characters():
    assert error_rate(findings("空气好，，水也好。"), 10_000) == 1.0
    assert error_rate(findings("空气好，，水也好。"), 2_000) == 5.0
    assert error_rate([], 2_000) == 0.0
    assert error_rate(findings("空气好，，水也好。"), 0) == 0.0


def test_titles_and_times_count_double():
    assert error_rate(findings("空气好，，水也好", "headline"), 10_000) == 2.0
    assert error_rate(findings("2月30日开工。"), 10_000) == 2.0


def test_warnings_are_questions_and_count_only_if_one_wants():
    warned = findings("全长20公里，来了约300人左右。")
    assert [finding.severity for finding in warned] == ["warning"]
    assert error_rate(warned, 10_000) == 0.0
    assert error_rate(warned, 10_000, Weights(severity={Severity.WARNING: 0.5})) == 0.5


def test_the_official_weights_of_marks():
    assert error_rate(findings("空气好，，水也好。"), 10_000, Weights()) == 0.1
    assert error_rate(findings("好，，" * 30 + "好。"), 10_000, Weights()) == 1.0


def test_applying_suggestions():
    text = "我市坚持绿色发展,全县造林１２万亩。"
    assert corrected(text, findings(text)) == "我市坚持绿色发展，全县造林12万亩。"


def test_as_you_type_has_the_keys_of_the_whole_page():
    one = proofread_text("空气好，，水也好。", BODY, context=DEFAULT, identity="interview:12.body")
    other = proofread_text("空气好，，水也好。", "topics[3].interviews[1].body", identity="interview:12.body")
    assert [finding.key for finding in one] == [finding.key for finding in other]
