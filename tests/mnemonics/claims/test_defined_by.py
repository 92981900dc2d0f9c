from __future__ import annotations

import pytest

from malmoi.lexicon.lookup import Lexicon
from malmoi.mnemonics.claims.defined_by import compound_of, defined_by

pytestmark = pytest.mark.usefixtures("shared_lexicon")


@pytest.mark.parametrize(
    ("term", "other", "told"),
    [
        ("circlet", "circle", True),  # "a small circle"
        ("glaciation", "glacier", True),
        ("lackadaisical", "lack", False),  # "lacking spirit": what is left is no ending
        ("allot", "allow", False),
        ("circlet", "circus", False),
    ],
)
def test_a_definition_names_what_the_word_begins_with(
    real_lexicon: Lexicon, term: str, other: str, told: bool
) -> None:
    assert bool(defined_by(real_lexicon.word(term), other, real_lexicon)) is told


@pytest.mark.parametrize(
    ("first", "second", "told"), [("sea", "shell", True), ("dam", "son", False), ("se", "a", False)]
)
def test_a_definition_names_a_half(
    real_lexicon: Lexicon, first: str, second: str, told: bool
) -> None:
    word = real_lexicon.word(first + second)
    assert bool(compound_of(word, first, second, real_lexicon)) is told
