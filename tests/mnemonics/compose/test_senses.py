from __future__ import annotations

from pathlib import Path

import pytest

from malmoi.lexicon.facts import Word
from malmoi.lexicon.lookup import Lexicon
from malmoi.mnemonics.compose.senses import by_learner, doubtful, first_sense, likely_senses
from malmoi.models import use
from tests.helpers import hand_made

FILE = Path(__file__).parents[2] / "data" / "senses.tsv"


def test_a_word_of_one_sense_or_none_needs_no_choice() -> None:
    lexicon = hand_made.lexicon()
    assert first_sense(Word("zzyzx", "zzyzx"), lexicon) is None
    assert first_sense(hand_made.CANDID, lexicon) == hand_made.CANDID.senses[0]


@pytest.mark.skipif(not use.installed(), reason="pip install 'malmoi[embedded]'")
def test_a_learner_meets_the_tree_before_its_wood(real_lexicon: Lexicon) -> None:
    for term, sense in [("poplar", 2), ("stoic", 2), ("temper", 1)]:
        word = real_lexicon.word(term)
        first = first_sense(word, real_lexicon)
        assert first
        assert first.id.endswith(f".{sense}"), first
        assert by_learner(word, real_lexicon)[0] == first
        assert set(by_learner(word, real_lexicon)) == set(word.senses)


@pytest.mark.skipif(not use.installed(), reason="pip install 'malmoi[embedded]'")
def test_more_labelled_words_are_right_than_by_the_dictionarys_order(
    real_lexicon: Lexicon,
) -> None:
    lines = [line.split("\t") for line in FILE.read_text("utf-8").splitlines()[1:]]
    chosen = first = 0
    for term, ids, _ in lines:
        word = real_lexicon.word(term)
        best = first_sense(word, real_lexicon)
        assert best
        chosen += best.id in ids.split()
        first += word.senses[0].id in ids.split()
    assert len(lines) >= 150
    assert chosen > first + 8
    assert chosen / len(lines) > 0.86


@pytest.mark.skipif(not use.installed(), reason="pip install 'malmoi[embedded]'")
def test_senses_that_are_as_likely_are_told_with_the_first(real_lexicon: Lexicon) -> None:
    likely = likely_senses(real_lexicon.word("heirloom"), real_lexicon)
    assert len(likely) == 2
    assert likely[0] == first_sense(real_lexicon.word("heirloom"), real_lexicon)
    assert likely_senses(real_lexicon.word("dog"), real_lexicon)[0].id == "dog.noun.1"
    assert likely_senses(Word("zzyzx", "zzyzx"), real_lexicon) == []


@pytest.mark.usefixtures("shared_lexicon")
def test_who_does_it_or_what_does_it_is_in_doubt(real_lexicon: Lexicon) -> None:
    hanger = real_lexicon.word("hanger")
    assert doubtful(hanger, hanger.senses[0], real_lexicon)
    goddaughter = real_lexicon.word("goddaughter")  # one sense, told by a rarer word
    assert not doubtful(goddaughter, goddaughter.senses[0], real_lexicon)


@pytest.mark.usefixtures("shared_lexicon")
@pytest.mark.parametrize("term", ["spinster", "cartwheel", "boilerplate"])
def test_a_sense_that_no_text_has_beside_another_is_in_doubt(
    real_lexicon: Lexicon, term: str
) -> None:
    """Someone who spins, a wheel of a cart, iron for boilers: none is what the word is used for."""
    word = real_lexicon.word(term)
    assert all(doubtful(word, each, real_lexicon) for each in word.senses[:1])
