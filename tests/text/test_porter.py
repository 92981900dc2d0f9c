"""Porter's stemmer against the one that it departs like."""

from __future__ import annotations

from functools import cache
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from malmoi.text.general_english import general_english
from malmoi.text.porter import porter_stem

ENDINGS = (
    "ational tional enci anci izer bli abli alli entli eli ousli ization ation ator alism iveness "
    "fulness ousness aliti iviti biliti fulli logi icate ative alize iciti ical ful ness al ance "
    "ence er ic able ible ant ement ment ent sion tion ou ism ate iti ous ive ize e ll y ies ied "
    "ed ing eed s ss sses edly"
).split()


@cache
def nltk_stemmer() -> Any:
    porter = pytest.importorskip("nltk.stem.porter", reason="pip install 'malmoi[judge]'")
    return porter.PorterStemmer()


@pytest.mark.parametrize(
    ("word", "stem"),
    [
        ("Relational", "relat"), ("ponies", "poni"), ("ties", "tie"), ("agreed", "agre"),
        ("hopping", "hop"), ("falling", "fall"), ("filing", "file"), ("happy", "happi"),
        ("enjoy", "enjoy"), ("dying", "die"), ("playfully", "play"), ("geology", "geolog"),
        ("adoption", "adopt"), ("controlling", "control"), ("is", "is"), ("", ""),
    ],
)  # fmt: skip
def test_stems(word: str, stem: str) -> None:
    assert porter_stem(word) == stem


def test_common_words_have_nltks_stems() -> None:
    words = list(general_english())[::20]
    assert [porter_stem(word) for word in words] == [nltk_stemmer().stem(word) for word in words]


@given(
    st.text("abdeiloyzstwxlé'-3Y", max_size=6),
    st.lists(st.sampled_from(ENDINGS), max_size=2).map("".join),
)
def test_whatever_is_spelled_has_nltks_stem(start: str, end: str) -> None:
    assert porter_stem(start + end) == nltk_stemmer().stem(start + end)
