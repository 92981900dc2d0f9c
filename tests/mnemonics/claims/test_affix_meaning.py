"""Affixes whose letters have several meanings: a source says which one a word has."""

from __future__ import annotations

import pytest

from malmoi.lexicon.lookup import Lexicon
from malmoi.mnemonics.claims.affix_meaning import forms_of, meaning, named_in, says
from malmoi.mnemonics.claims.checks import check_claims, verdict_of


@pytest.mark.parametrize(
    ("term", "affix", "right", "wrong"),
    [
        ("incite", "in-", "into", "not"),
        ("irrigate", "ir-", "in", "not"),
        ("imbibe", "im-", "into", "not"),
        ("inept", "in-", "not", "into"),
        ("inaudible", "in-", "not", "into"),
        ("hypothermia", "hypo-", "under", "too much"),
    ],
)
def test_a_source_decides(
    shared_lexicon: Lexicon, term: str, affix: str, right: str, wrong: str
) -> None:
    word = shared_lexicon.word(term)
    assert says(right, affix, word, shared_lexicon)[0] == "yes"
    assert says(wrong, affix, word, shared_lexicon)[0] == "no"


def test_without_a_source_it_stays_open(shared_lexicon: Lexicon) -> None:
    word = shared_lexicon.word("obstinate")
    assert meaning("in-", word, shared_lexicon) == ([], [], [])
    assert says("not", "in-", word, shared_lexicon) == ("perhaps", "")


@pytest.mark.parametrize(
    ("term", "text", "verdict"),
    [
        ("reindeer", "The prefix is re-, meaning 'again'.", "contradicted"),
        ("universe", "The prefix is un-, meaning 'not'.", "contradicted"),
        ("dismal", "The prefix is dis-, meaning 'not'.", "unverified"),
        ("incite", "The prefix in- in incite means 'not'.", "contradicted"),
        ("misconduct", "The prefix is mis-, meaning 'badly'.", "supported"),
    ],
)
def test_letters_alone_make_no_prefix(
    shared_lexicon: Lexicon, term: str, text: str, verdict: str
) -> None:
    assert verdict_of(check_claims(term, text, shared_lexicon)) == verdict


def test_an_affix_takes_other_forms(shared_lexicon: Lexicon) -> None:
    assert "ir" in forms_of("in")
    roots = named_in("in-", shared_lexicon.word("irrigate"))
    assert [root.gloss for root, _ in roots] == ["in"]
