from __future__ import annotations

import pytest

from malmoi.lexicon.lookup import Lexicon
from malmoi.mnemonics.claims.check_origin import chain, group
from malmoi.mnemonics.claims.checks import check_claims
from tests.helpers.toy_words import OBSTINATE, ToyLexicon


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        ("It comes from Latin.", "supported"),
        ("It comes from Old English.", "contradicted"),
        ("It comes from Arabic.", "contradicted"),
        ("It does not come from Latin.", "contradicted"),
        ("It comes from Proto-Indo-European.", "unverified"),
        # A Latin word may well have come through French.
        ("It comes from Old French.", "unverified"),
        ("It comes from Latin obstināre 'to persist'.", "supported"),
        ("It may come from Latin stare 'to stand'.", "supported"),
        ("It comes from Latin ob 'against' + stare 'to stand'.", "supported"),
        ("It is related to 'destine'.", "supported"),
        ("It is related to 'obstinacy'.", "supported"),
        ("It is related to 'banana'.", "unverified"),
        ("It is named after Obadiah Stinate.", "unverified"),
    ],
)
def test_origin(text: str, verdict: str) -> None:
    assert [c.verdict for c in check_claims("obstinate", text, ToyLexicon())] == [verdict]


def test_a_languages_variants_are_one() -> None:
    assert group("Medieval Latin") == group("New Latin") == "latin"
    assert group("French, Old (842-ca.1400)") == group("Anglo-Norman") == "french"
    assert group("Middle English") == ""
    assert group("Old English") == "english"
    assert group("Proto-Germanic") == "proto"


def test_languages_come_from_roots_and_abbreviations() -> None:
    assert chain(OBSTINATE)[0] == {"latin"}


@pytest.mark.parametrize(
    ("term", "text", "verdict"),
    [
        ("bark", "Bark, the covering of a tree, comes from Old Norse.", "unverified"),
        ("pale", "The adjective pale comes from Latin palus 'stake'.", "unverified"),
        ("pale", "The adjective pale comes from Latin pallidus.", "supported"),
        ("temple", "Temple, a place of worship, comes from Latin templum.", "supported"),
        ("temple", "Temple, the side of the head, comes from Latin templum.", "unverified"),
        ("incarcerate", "It comes from Latin in 'not' and carcer 'prison'.", "contradicted"),
        ("incarcerate", "It comes from Latin in 'into' and carcer 'prison'.", "supported"),
        ("malevolent", "It comes from Latin male 'badly' and velle 'to wish'.", "supported"),
        ("circumspect", "Circumspect comes from Latin circum 'around' and sperare 'to hope'.",
         "contradicted"),
        ("vivid", "Vivid comes from Latin vivere 'to see'.", "contradicted"),
        ("skeleton", "Skeleton comes from Old Norse.", "unverified"),
    ],
)  # fmt: skip
def test_the_origin_of_the_word_that_is_meant(
    shared_lexicon: Lexicon, term: str, text: str, verdict: str
) -> None:
    assert {c.verdict for c in check_claims(term, text, shared_lexicon)} == {verdict}
