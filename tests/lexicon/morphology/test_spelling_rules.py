from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from malmoi.lexicon.morphology.spelling_rules import doubles, is_regular_spelling, spellings


@pytest.mark.parametrize(
    ("stem", "suffix", "word"),
    [
        ("cure", "able", "curable"), ("change", "able", "changeable"), ("full", "ly", "fully"),
        ("happy", "ness", "happiness"), ("astronomy", "ical", "astronomical"),
        ("refer", "al", "referral"), ("judge", "ment", "judgment"), ("panic", "y", "panicky"),
        ("judge", "ment", "judgement"), ("obstinate", "cy", "obstinacy"), ("true", "ly", "truly"),
        ("probable", "ly", "probably"), ("readable", "ity", "readability"),
        ("tolerate", "able", "tolerable"), ("generous", "ity", "generosity"),
        ("purify", "ification", "purification"), ("monster", "ous", "monstrous"),
        ("repress", "ible", "repressible"), ("vacant", "cy", "vacancy"), ("die", "ed", "died"),
    ],
)  # fmt: skip
def test_rules(stem: str, suffix: str, word: str) -> None:
    assert is_regular_spelling(stem, suffix, word)


@pytest.mark.parametrize(
    ("stem", "suffix", "word"),
    [
        ("moon", "th", "month"), ("cure", "able", "cureable"), ("happy", "ness", "happyness"),
        ("press", "ible", "pressible "), ("rain", "y", "rainny"), ("", "ness", "ness"),
        ("obstinate", "ness", "obstinacy"),
    ],
)  # fmt: skip
def test_what_breaks_them(stem: str, suffix: str, word: str) -> None:
    assert not is_regular_spelling(stem, suffix, word)


def test_incurable_does_not_double_the_r_of_incur() -> None:
    assert not doubles("incur", "able", "incurable", ("incurs", "incurred", "incurring"))
    assert doubles("refer", "al", "referral", ("refers", "referred", "referring"))
    assert doubles("offer", "ing", "offering", ("offers", "offered", "offering"))
    assert doubles("incur", "ment", "incurment", ("incurred",))


@given(st.from_regex(r"[a-z]{1,12}", fullmatch=True), st.from_regex(r"[a-z]{1,6}", fullmatch=True))
def test_a_spelling_begins_like_the_stem(stem: str, suffix: str) -> None:
    for word in spellings(stem, suffix):
        assert word[: max(0, len(stem) - 3)] == stem[: max(0, len(stem) - 3)]
        assert word.endswith(suffix[-1:])
