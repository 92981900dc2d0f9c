from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from malmoi.lexicon.dictionaries.gcide_markup import brackets, decode, transliterate


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("mistelt[=a]n", "misteltān"),
        ("['e]piphanie", "épiphanie"),
        ("[`a]", "à"),
        ("[^e]tre", "être"),
        ("w[aum]rts", "wärts"),
        ("gar[,c]on", "garçon"),
        ("ca[~n]on", "cañon"),
        ("[ae]sc", "æsc"),
        ("[imac]s", "īs"),
        ("[=ae]g", "ǣg"),
        ("[thorn]ing", "þing"),
        ("(b[a^]t)", "(băt)"),
        ("to stand [Obs.]", "to stand [Obs.]"),
    ],
)
def test_codes_become_letters_and_other_brackets_stay(code: str, text: str) -> None:
    assert decode(code) == text


@pytest.mark.parametrize(
    ("form", "latin"),
    [
        ("'a`nqrwpos", "anthropos"),
        ('"y`dwr', "hydor"),
        ("fai`nein", "phainein"),
        ('a"i^ma', "haima"),
        ("th^le", "tele"),
        ("psychh`", "psyche"),
        ("ney^ron", "neuron"),
        ("e'y^", "eu"),
        ('"ry`gchos', "rhynchos"),
        ("xe`nos", "xenos"),
        ("di-", "di-"),
        ("stare", "stare"),
    ],
)
def test_greek_is_written_in_latin_letters(form: str, latin: str) -> None:
    assert transliterate(form) == latin


def test_outermost_brackets_are_found_with_what_is_nested_in_them() -> None:
    text = "a [b [c] d] e [f"
    assert [text[start:end] for start, end in brackets(text)] == ["[b [c] d]", "[f"]
    assert list(brackets("a ] b")) == []


@given(st.text(alphabet="ab[]='^e ~`\"", max_size=60))
def test_no_text_is_too_odd(text: str) -> None:
    decode(text)
    transliterate(text)
    for start, end in brackets(text):
        assert text[start] == "["
        assert 0 <= start < end <= len(text)
