from interviews.proofreading import Severity, Weights, characters_in, corrected, error_rate, proofread_text, score
from interviews.proofreading.checking import DEFAULT
from interviews.proofreading.passages import Kind

BODY = "topics[0].interviews[0].body"


def findings(text, path=BODY):
    return proofread_text(text, path)


def test_error_rate_is_per_ten_thousand_characters():
    assert error_rate(findings("空气好，，水也好。"), 10_000) == 1.0
    assert error_rate(findings("空气好，，水也好。"), 2_000) == 5.0
    assert error_rate([], 2_000) == 0.0
    assert error_rate(findings("空气好，，水也好。"), 0) == 0.0


def test_titles_and_times_count_double():
    assert error_rate(findings("空气好，，水也好", "headline"), 10_000) == 2.0
    assert error_rate(findings("2月30日开工。"), 10_000) == 2.0


def test_uncertain_warnings_count_only_if_weighted():
    warned = findings("全长20公里，来了约300人左右。")
    assert [finding.severity for finding in warned] == ["warning"]
    assert error_rate(warned, 10_000) == 0.0
    assert error_rate(warned, 10_000, Weights(severity={Severity.WARNING: 0.5})) == 0.5


def test_official_weights_of_marks():
    assert error_rate(findings("空气好，，水也好。"), 10_000, Weights()) == 0.1
    assert error_rate(findings("好，，" * 30 + "好。"), 10_000, Weights()) == 1.0


def test_applies_suggestions():
    text = "我市坚持绿色发展,全县造林１２万亩。"
    assert corrected(text, findings(text)) == "我市坚持绿色发展，全县造林12万亩。"


def test_keys_depend_on_identity_not_path():
    one = proofread_text("空气好，，水也好。", BODY, context=DEFAULT, identity="interview:12.body")
    other = proofread_text("空气好，，水也好。", "topics[3].interviews[1].body", identity="interview:12.body")
    assert [finding.key for finding in one] == [finding.key for finding in other]


def test_score_has_parts_by_matter():
    made = score(findings("2月30日开工，，部暑完毕，按装完毕。"), 10_000)
    assert {part.matter: (part.count, part.points) for part in made.parts} == {
        "mark": (1, 1.0),
        "time": (1, 2.0),
        "word": (2, 2.0),
    }
    assert (made.points, made.rate, made.passes) == (5.0, 5.0, False)
    assert score([], 0).passes


def test_score_marks_capped_parts():
    (part,) = score(findings("好，，" * 30 + "好。"), 10_000, Weights()).parts
    assert (part.count, part.points, part.capped) == (30, 1.0, True)


def test_larger_factor_applies():
    found = findings("2月30日开工", "headline")
    assert error_rate(found, 10_000) == 2.0
    assert error_rate(found, 10_000, Weights(matter={}, most={}, place={Kind.TITLE: 3.0})) == 3.0


def test_counts_no_whitespace():
    assert characters_in("我市\u3000造林 5 万亩\n") == 7
