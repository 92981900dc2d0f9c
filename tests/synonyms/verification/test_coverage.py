"""Which terms of a vocabulary have an accepted pair."""

from __future__ import annotations

from malmoi.synonyms.verification.coverage import coverage
from malmoi.synonyms.verification.verify import Verdict


def verdict(korean: str, english: str, accepted: bool = True) -> Verdict:
    return Verdict(korean, english, 0.9, "both", accepted, (), "test")


def test_a_term_counts_once_however_it_is_written() -> None:
    found = coverage(
        ["글꼴 색", "글꼴색", "셀", "표"],
        ["font colors", "font color", "cell", "table"],
        [verdict("글꼴색", "Font Color"), verdict("셀", "cell", accepted=False)],
    )
    assert found == {"ko": [1, 3], "en": [1, 3]}


def test_nothing_is_covered_without_terms_or_pairs() -> None:
    assert coverage([], ["row"], []) == {"ko": [0, 0], "en": [0, 1]}
