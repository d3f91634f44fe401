"""On the labelled corpus, planted faults are found and clean pages have no findings."""

import re
from collections import Counter

import pytest

from interviews.proofreading import RULES, proofread, proofread_text
from interviews.proofreading.passages import fields_of

from .labelled import PATHS, above_hint, clean_documents, clean_pages, hits, planted, sample_document
from .plantings import PLANTINGS

BODY = PATHS[""]
RECALL = 0.95
FALSE_PER_THOUSAND = 1.0


def test_corpus_is_large_enough():
    assert len(planted()) >= 200
    assert len({fault.rule for fault in planted()}) >= 50
    assert {fault.rule for fault in planted()} <= RULES.keys()
    assert sum(len(re.sub(r"\s", "", page)) for page in clean_pages().values()) >= 20_000


def test_finds_planted_faults():
    missed = [fault for fault in planted() if not hits(fault, proofread_text(fault.text, fault.path))]
    assert len(missed) <= (1 - RECALL) * len(planted()), missed


@pytest.mark.parametrize("rule", sorted({fault.rule for fault in planted()}))
def test_finds_planted_faults_of_each_rule(rule):
    faults = [fault for fault in planted() if fault.rule == rule]
    found = [fault for fault in faults if hits(fault, proofread_text(fault.text, fault.path))]
    assert len(found) >= RECALL * len(faults)


def test_suggestions_match_the_corpus():
    for fault in planted():
        found = hits(fault, proofread_text(fault.text, fault.path))
        suggestions = {(finding.start, finding.end): finding.suggestion for finding in found}
        if fault.suggestion:
            assert suggestions.get((fault.start, fault.end)) == fault.suggestion, fault
        else:
            assert not any(suggestions.values()), fault


@pytest.mark.parametrize("planting", PLANTINGS, ids=lambda planting: planting.name)
def test_finds_faults_planted_in_clean_pages(planting):
    found, missed = Counter(), []
    for document in clean_documents().values():
        for field in fields_of(document):
            if field.path.endswith("body"):
                for fault in planting.plant(field.text):
                    hit = any(f.rule in planting.rules for f in fault.near(proofread_text(fault.text, BODY)))
                    found[hit] += 1
                    missed += [] if hit else [fault.excerpt]
    assert found.total(), "planted nowhere"
    assert found[True] >= RECALL * found.total(), missed[:10]


def test_clean_pages_have_hardly_any_findings():
    """Whole documents, including checks across the page."""
    false = [(name, f) for name, document in clean_documents().items() for f in above_hint(proofread(document))]
    characters = sum(len(field.text) for document in clean_documents().values() for field in fields_of(document))
    assert len(false) < FALSE_PER_THOUSAND * characters / 1000, false
    assert characters >= 20_000


def test_finds_the_one_fault_of_the_sample_page():
    findings = above_hint(proofread(sample_document()))
    assert [(f.rule, f.path, f.excerpt, f.suggestion) for f in findings] == [("stop-at-quote", "lead[0]", "。”", "”。")]


def test_hints_at_the_sum_of_the_sample_page():
    questions = [f for f in proofread(sample_document()) if f.rule == "sum"]
    assert [(f.severity, f.message) for f in questions] == [("hint", "11 + 18 = 29，与总数 32 不等，请核对。")]
