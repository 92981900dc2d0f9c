from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from malmoi.mnemonics.claims.checks import check_claims
from malmoi.mnemonics.claims.reading import find_claims
from malmoi.mnemonics.claims.shapes import is_unambiguous, left_over
from tests.helpers.toy_words import ToyLexicon


def sure(term: str, text: str) -> list[bool]:
    return [is_unambiguous(c, term) for c in find_claims(term, text)]


@pytest.mark.parametrize(
    ("term", "text"),
    [
        ("abate", "Abate rhymes with 'habit'."),
        ("abate", "The word abate contains the word 'tab'."),
        ("incur", "It comes from Latin currere 'to heal'."),
        ("careless", "The suffix -less in careless means 'full of'."),
        ("meticulous", "Meticulous means careless and sloppy."),
        ("tenuous", "The word 'tenuous' is a two-syllable word."),
        ("frugal", "Frugal has a double g."),
    ],
)
def test_plain_shapes_are_sure(term: str, text: str) -> None:
    assert any(sure(term, text))


@pytest.mark.parametrize(
    ("term", "text"),
    [
        ("ephemeral", "The 'ph' in ephemeral is pronounced like an f."),
        ("orange", "You might think that orange rhymes with 'range'."),
        ("cough", "If it followed 'though', cough would rhyme with 'go'."),
        ("abate", "Abate rhymes with it."),
        ("nonplussed", "Nonplussed means more than surprised."),
        ("colonel", "Colonel looks as if it had three syllables."),
        ("abate", "A Frenchman's abate rhymes with 'habit'."),
        ("phone", "The 'ph' is Greek: it sounds like 'fun'."),
    ],
)
def test_odd_shapes_are_not(term: str, text: str) -> None:
    assert not any(sure(term, text))


def test_words_left_over_are_named() -> None:
    [claim] = find_claims("abate", "A drowsy abate rhymes with 'habit'.")
    assert left_over(claim, "abate") == {"drowsy"}


def test_an_unsure_claim_is_not_contradicted() -> None:
    plain = check_claims("obstinate", "Obstinate contains the word 'stone'.", ToyLexicon())
    odd = check_claims("obstinate", "Sadly obstinate contains the word 'stone'.", ToyLexicon())
    assert [c.verdict for c in plain + odd] == ["contradicted", "unverified"]


@given(st.text(max_size=80))
def test_any_text_is_read(text: str) -> None:
    for claim in find_claims("abate", f"Abate means {text}"):
        is_unambiguous(claim, "abate")
