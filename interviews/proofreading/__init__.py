"""Proofread a document: check it against the rules and return findings. No Django, no files but the sample terms.

findings = proofread(document, Context(today=date(2025, 3, 5), terms=terms, people=people))
"""

from .checking import DEFAULT, proofread, proofread_text
from .context import Context, Official, PersonOnRecord, Skip, Term, TermKind
from .correcting import corrected
from .findings import Finding
from .lists import TermsError, read_terms, sample_terms, write_terms
from .rules import RULES, Matter, Rule, Severity
from .scoring import LIMIT, PLAIN, Score, Weights, characters_in, characters_of, error_rate, rate, score

__all__ = [
    "DEFAULT",
    "LIMIT",
    "PLAIN",
    "RULES",
    "Context",
    "Finding",
    "Matter",
    "Official",
    "PersonOnRecord",
    "Rule",
    "Score",
    "Severity",
    "Skip",
    "Term",
    "TermKind",
    "TermsError",
    "Weights",
    "characters_in",
    "characters_of",
    "corrected",
    "error_rate",
    "proofread",
    "proofread_text",
    "rate",
    "read_terms",
    "sample_terms",
    "score",
    "write_terms",
]
