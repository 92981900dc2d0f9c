from __future__ import annotations

import pytest

from malmoi.mnemonics.claims.checks import check_claims
from tests.helpers.toy_words import ToyLexicon


@pytest.mark.parametrize(
    ("term", "text", "verdict"),
    [
        ("obstinate", "Obstinate means stubborn.", "supported"),
        ("obstinate", "Obstinate means unwilling to change.", "supported"),
        ("obstinate", "Obstinate means docile.", "contradicted"),
        ("obstinate", "Obstinate means not docile.", "supported"),
        ("obstinate", "Obstinate is the opposite of docile.", "supported"),
        ("obstinate", "Obstinate is the opposite of stubborn.", "contradicted"),
        ("obstinate", "Obstinate is a synonym of 'stubborn'.", "supported"),
        ("obstinate", "Obstinate is a synonym of 'docile'.", "contradicted"),
        ("obstinate", "Obstinate is an adjective.", "supported"),
        ("obstinate", "Obstinate is a noun.", "contradicted"),
        ("abate", "To abate means to become less intense.", "supported"),
        ("abate", "To abate means to become intense.", "contradicted"),
        ("obstinate", "Obstinate means zyzzy.", "unverified"),
    ],
)
def test_meaning(term: str, text: str, verdict: str) -> None:
    assert [c.verdict for c in check_claims(term, text, ToyLexicon())] == [verdict]
