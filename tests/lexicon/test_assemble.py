from __future__ import annotations

import pytest

from malmoi.lexicon.assemble import look_up
from malmoi.lexicon.lookup import Lexicon
from malmoi.recipe.mnemonics import LexiconSection


@pytest.fixture(scope="module")
def lexicon(tmp_path_factory: pytest.TempPathFactory) -> Lexicon:
    """A lexicon without Debian packages: what pip installs must do."""
    return Lexicon.open(LexiconSection(packages=str(tmp_path_factory.mktemp("none"))))


def test_every_fact_names_its_source(lexicon: Lexicon) -> None:
    word = look_up("incurable", lexicon)
    facts = [*word.pronunciations, *word.family, *word.parts, *word.origins, word.zipf, word.cefr]
    assert facts
    assert all(fact is not None and fact.source for fact in facts)


def test_a_field_is_either_known_or_in_unknown(lexicon: Lexicon) -> None:
    for term in ("incurable", "abates", "the", "qqxz", ""):
        word = look_up(term, lexicon)
        for name, reason in word.unknown.items():
            assert not getattr(word, name), name
            assert reason, name
        for name in ("senses", "zipf", "parts", "family", "origins"):
            assert bool(getattr(word, name)) != (name in word.unknown), name


def test_the_lemma_lends_what_the_form_lacks(lexicon: Lexicon) -> None:
    word = look_up("abates", lexicon)
    assert word.cefr is not None
    assert word.cefr.value == "C2"
    assert word.origins


def test_a_doubtful_level_is_among_the_disagreements(lexicon: Lexicon) -> None:
    word = look_up("preposterous", lexicon)
    assert any("cefrpy has it at A2" in sentence for sentence in word.disagreements)
