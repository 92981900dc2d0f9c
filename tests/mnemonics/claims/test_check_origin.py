from __future__ import annotations

import pytest

from malmoi.lexicon.lookup import Lexicon
from malmoi.mnemonics.claims.checks import check_claims
from tests.helpers.toy_words import ToyLexicon


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


@pytest.mark.parametrize(
    ("term", "text", "verdict"),
    [
        ("bark", "Bark, the covering of a tree, comes from Old Norse.", "unverified"),
        ("pale", "The adjective pale comes from Latin palus 'stake'.", "contradicted"),
        ("pale", "The adjective pale comes from Latin pallidus.", "supported"),
        ("temple", "Temple, a place of worship, comes from Latin templum.", "supported"),
        ("temple", "Temple, the side of the head, comes from Latin templum.", "contradicted"),
        ("mint", "Mint, the herb, comes from Latin moneta 'money'.", "contradicted"),
        ("mint", "Mint, where coins are made, comes from Latin moneta.", "supported"),
        ("tattoo", "Tattoo, a drawing on the skin, comes from Dutch taptoe.", "unverified"),
        ("democracy", "Democracy comes from Greek demos 'people'.", "supported"),
        ("democracy", "Democracy comes from Greek demos 'fire'.", "unverified"),
        ("pedagogue", "Pedagogue comes from Latin pes 'foot'.", "unverified"),
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
