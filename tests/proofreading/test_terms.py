from contextlib import suppress
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interviews.proofreading import (
    Context,
    Official,
    Severity,
    Skip,
    Term,
    TermKind,
    TermsError,
    proofread_text,
    read_terms,
    sample_terms,
    write_terms,
)

BODY = "topics[0].interviews[0].body"
TERM = Term("帐", TermKind.FORBIDDEN, Severity.ERROR, "账", "钱物出入用“账”", "现代汉语词典", unless=("帐篷", "蚊帐"))


def found(text, *terms, today=None):
    return [f for f in proofread_text(text, BODY, context=Context(terms=terms, today=today)) if f.rule == "term"]


def test_finds_terms_with_replacement_reason_and_source():
    (finding,) = found("查了一遍老帐。", TERM)
    assert (finding.excerpt, finding.suggestion, finding.severity) == ("帐", "账", "error")
    assert "钱物出入用“账”" in finding.message
    assert finding.source == "现代汉语词典"


def test_accepts_longer_words_of_unless():
    assert not found("搭起帐篷，挂好蚊帐。", TERM)
    assert len(found("帐篷里查老帐。", TERM)) == 1


def test_longest_term_wins():
    longer = Term("帐目", TermKind.FORBIDDEN, Severity.ERROR, "账目")
    assert [f.excerpt for f in found("公布帐目。", TERM, longer)] == ["帐目"]


@pytest.mark.parametrize(
    ("skip", "text"), [(Skip.QUOTATION, "他说：“这是老帐。”大家都笑了。"), (Skip.TITLE, "他写了《一本老帐》。")]
)
def test_skips_quotations_and_titles(skip, text):
    skipping = Term("老帐", TermKind.FORBIDDEN, Severity.ERROR, "老账", skip=frozenset({skip}))
    assert not found(text, skipping)
    assert found(text, Term("老帐", TermKind.FORBIDDEN, Severity.ERROR, "老账"))
    assert found(text.replace("老帐", "新事") + "这是老帐。", skipping)


def test_careful_terms_have_no_suggestion():
    assert found("最佳选择。", Term("最佳", TermKind.CAREFUL, Severity.HINT, "较好"))[0].suggestion == ""


def test_ignores_expired_terms():
    term = Term("订货会", TermKind.CAREFUL, Severity.HINT, expires=date(2026, 12, 31))
    assert found("订货会开幕。", term, today=date(2026, 12, 31))
    assert not found("订货会开幕。", term, today=date(2027, 1, 1))


def test_sample_terms_have_sources_and_round_trip():
    terms = sample_terms()
    assert len(terms) >= 20
    assert all(term.source and term.owner and term.reason for term in terms)
    assert tuple(read_terms(write_terms(terms))) == terms


cell = st.text(alphabet=st.characters(codec="utf-8", exclude_characters="|\0"), max_size=12).map(str.strip)


@given(
    st.lists(
        st.builds(
            Term,
            word=cell.filter(bool),
            kind=st.sampled_from(TermKind),
            severity=st.sampled_from(Severity),
            replacement=cell,
            reason=cell,
            source=cell,
            owner=cell,
            expires=st.none() | st.dates(),
            skip=st.frozensets(st.sampled_from(Skip)),
            unless=st.lists(cell.filter(bool), max_size=3).map(tuple),
        ),
        max_size=5,
    )
)
def test_written_terms_round_trip(terms):
    assert read_terms(write_terms(terms)) == terms


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "第一行应是表头"),
        ("word,kind\n", "不认识“word”"),
        ("词语,级别\n帐号,严重\n", "第 2 行：级别“严重”应是差错、警告、提示之一"),
        ("词语,类别\n,禁用\n", "第 2 行：缺少词语"),
        ("词语,有效期至\n帐号,明年\n", "第 2 行：有效期“明年”应写作 2026-12-31"),
        ("词语\n帐号,多\n", "第 2 行：栏目比表头多"),
        ('词语\n"帐号\n', "不是有效的 CSV"),
    ],
)
def test_refuses_bad_lists_with_a_sentence(text, sentence):
    with pytest.raises(TermsError) as refused:
        read_terms(text)
    assert sentence in "；".join(refused.value.faults)


@given(st.text(max_size=200))
def test_random_text_is_read_or_refused(text):
    with suppress(TermsError):
        assert all(term.word for term in read_terms(text))


def test_reads_lists_with_bom_and_empty_rows():
    assert [term.word for term in read_terms("\ufeff词语,改为\r\n帐号,账号\r\n,\r\n")] == ["帐号"]


def posts_found(text, *officials, today=date(2025, 3, 5)):
    context = Context(today=today, officials=officials)
    return [f for f in proofread_text(text, BODY, context=context) if f.rule == "official"]


def test_finds_a_post_before_the_holder_of_another():
    mayor, deputy = Official("赵一鸣", "榆阳市市长"), Official("钱二方", "榆阳市副市长")
    (finding,) = posts_found("榆阳市市长钱二方到会。", mayor, deputy)
    assert finding.suggestion == "榆阳市市长赵一鸣"
    assert not posts_found("榆阳市副市长钱二方到会。", mayor, deputy)


def test_longest_post_wins():
    officials = (Official("赵一鸣", "榆阳市市长"), Official("孙三立", "市长"))
    assert [f.excerpt for f in posts_found("榆阳市市长孙三立到会。", *officials)] == ["榆阳市市长孙三立"]


def test_cached_paragraphs_use_the_current_terms():
    text = "公布帐目。"
    assert not found(text)
    assert found(text, Term("帐目", TermKind.FORBIDDEN, Severity.ERROR, "账目"))
    assert not found(text)
