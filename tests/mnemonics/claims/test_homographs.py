"""Which word of the same letters a claim speaks of."""

from __future__ import annotations

import pytest

from malmoi.lexicon.lookup import Lexicon
from malmoi.mnemonics.claims.etymon_forms import same_word
from malmoi.mnemonics.claims.homographs import meant, qualifier
from malmoi.mnemonics.claims.reading import RawClaim, find_claims


def claim(term: str, text: str) -> RawClaim:
    return next(c for c in find_claims(term, text) if c.kind == "origin")


@pytest.mark.parametrize(
    ("term", "text", "pos", "about"),
    [
        ("pale", "The adjective pale comes from Latin.", "adjective", ""),
        ("mint", "Mint, the herb, comes from Greek.", "", "herb"),
        ("quail", "The verb quail comes from Dutch.", "verb", ""),
        ("pale", "Pale comes from Latin.", "", ""),
    ],
)
def test_a_sentence_says_which(term: str, text: str, pos: str, about: str) -> None:
    from malmoi.lexicon.facts import Word

    assert qualifier(claim(term, text), Word(term, term)) == (pos, about)


@pytest.mark.parametrize(
    ("term", "text", "form", "other"),
    [
        ("pale", "The noun pale comes from Latin.", "palus", "pallere"),
        ("pale", "The adjective pale comes from Latin.", "pallere", "palus"),
        ("pale", "Pale comes from Latin.", "pallere", "palus"),
        ("quail", "Quail, the bird, comes from Latin.", "quaquila", "cwelan"),
        ("tattoo", "Tattoo, a drum signal, comes from Dutch.", "taptoe", "-"),
    ],
)
def test_only_its_origins_are_asked(
    shared_lexicon: Lexicon, term: str, text: str, form: str, other: str
) -> None:
    word = meant(claim(term, text), shared_lexicon.word(term), shared_lexicon, same_word)
    forms = {r.form for o in word.origins for r in (*o.roots, *((o.etymon,) if o.etymon else ()))}
    assert form in forms
    assert other not in forms


def test_a_word_without_homographs_keeps_all(shared_lexicon: Lexicon) -> None:
    word = shared_lexicon.word("obstinate")
    told = claim("obstinate", "Obstinate comes from Latin.")
    assert meant(told, word, shared_lexicon, same_word).origins == word.origins
