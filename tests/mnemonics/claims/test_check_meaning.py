from __future__ import annotations

import pytest

from malmoi.lexicon.lookup import Lexicon
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


@pytest.mark.parametrize(
    ("term", "text", "verdict"),
    [
        ("loathe", "It means to love.", "contradicted"),
        ("conceal", "It means to reveal.", "contradicted"),
        ("placate", "It means to make angry.", "contradicted"),
        ("placate", "It means to calm someone down.", "supported"),
        ("candor", "It means a musical instrument.", "contradicted"),
        ("verbose", "It means a type of boat.", "contradicted"),
        ("acumen", "It means a sharp knife.", "unverified"),
        ("itinerary", "It means a large suitcase for long journeys.", "unverified"),
        ("contempt", "Contempt means deep respect.", "contradicted"),
        ("gregarious", "It means a person who likes company.", "supported"),
        ("defence", "Defence is the opposite of attack.", "unverified"),
    ],
)
def test_opposite_and_unrelated_meanings(
    shared_lexicon: Lexicon, term: str, text: str, verdict: str
) -> None:
    found = {c.verdict for c in check_claims(term, text, shared_lexicon)}
    assert found in ({verdict}, {"unverified"})
    assert verdict == "contradicted" or found == {verdict}


@pytest.mark.usefixtures("shared_lexicon")
def test_a_definition_with_one_of_two_words_is_its_own(real_lexicon: Lexicon) -> None:
    told = "To be limitless is to be without limits in extent."
    assert {c.verdict for c in check_claims("limitless", told, real_lexicon)} == {"supported"}


@pytest.mark.usefixtures("shared_lexicon")
@pytest.mark.parametrize(
    ("term", "text", "verdict"),
    [
        ("unbeaten", "Unbeaten means not beaten: not conquered.", "supported"),
        ("unsure", "Unsure means not sure.", "supported"),
        ("childless", "Childless means having no children: without offspring.", "supported"),
        ("unbeaten", "Unbeaten means not beaten: very green.", "unverified"),
    ],
)
def test_what_a_word_says_by_its_parts_needs_no_source(
    real_lexicon: Lexicon, term: str, text: str, verdict: str
) -> None:
    assert [c.verdict for c in check_claims(term, text, real_lexicon)] == [verdict]
