from __future__ import annotations

from pathlib import Path

import pytest

from malmoi.core.errors import SourceError
from malmoi.lexicon.dictionaries.wordnet import WordNet
from malmoi.lexicon.lookup import Lexicon
from tests.helpers.debian_data import lexicon_folder


@pytest.fixture(scope="module")
def wordnet() -> WordNet:
    return WordNet.open(lexicon_folder("wordnet-base"))


def test_senses_come_most_frequent_first_with_the_commonest_part_of_speech(
    wordnet: WordNet,
) -> None:
    senses = wordnet.senses("bank")
    assert [sense.id for sense in senses[:2]] == ["bank.noun.1", "bank.noun.2"]
    assert "bank.verb.1" in [sense.id for sense in senses]
    assert wordnet.senses("obstinate")[0].id == "obstinate.adjective.1"
    assert all(sense.source == "WordNet 3.0" for sense in senses)


def test_a_sense_has_synonyms_antonyms_and_examples(wordnet: WordNet) -> None:
    third = next(s for s in wordnet.senses("obstinate") if s.id == "obstinate.adjective.3")
    assert third.definition == "resistant to guidance or discipline"
    assert {"contrary", "perverse", "wayward"} <= set(third.synonyms)
    assert third.antonyms == ("obedient",)
    assert "an obstinate child with a violent temper" in third.examples
    assert "hot" in wordnet.senses("cold")[0].antonyms


def test_inflected_forms_give_their_lemma(wordnet: WordNet) -> None:
    assert wordnet.senses("abated")[0].id == "abate.verb.1"
    assert wordnet.lemma("abated") == "abate"
    assert wordnet.lemma("mice", "noun") == "mouse"
    assert wordnet.lemma("went", "verb") == "go"
    assert wordnet.lemma("better", "adjective") == "better"
    assert wordnet.lemma("obstinates", "verb") == "obstinate"
    assert wordnet.lemma("abated", "adverb") is None
    assert wordnet.lemma("zzzz") is None


def test_a_name_does_not_hide_a_plural(wordnet: WordNet) -> None:
    assert wordnet.senses("banks")[0].id == "bank.noun.1"
    assert wordnet.lemma("banks") == "bank"


def test_derivationally_related_forms(wordnet: WordNet) -> None:
    assert {"banker", "banking"} <= wordnet.related("bank")
    assert "atom" in wordnet.related("atomic")
    assert "run" not in wordnet.related("run")


def test_what_stands_above_and_beside(wordnet: WordNet) -> None:
    assert "slope" in wordnet.broader("bank.noun.1")
    assert "hillside" in wordnet.coordinate("bank.noun.1")
    assert "bank" not in wordnet.broader("bank.noun.1")
    for unknown in ("bank.noun.99", "bank.noun.0", "zzzz.noun.1", "bank", "bank.noun.x"):
        assert wordnet.broader(unknown) == ()
        assert wordnet.coordinate(unknown) == ()


def test_unknown_words_have_no_senses(wordnet: WordNet) -> None:
    assert wordnet.senses("zzzz") == ()
    assert wordnet.related("zzzz") == set()
    assert "zzzz" not in wordnet
    assert "obstinate" in wordnet
    assert "ice cream" in wordnet.words()


def test_every_sense_can_be_read(wordnet: WordNet) -> None:
    words = sorted(wordnet.words())[::40]
    assert len(words) > 3000
    for word in words:
        for sense in wordnet.senses(word):
            assert sense.definition
            assert word not in sense.synonyms


def test_a_missing_package_says_where_to_put_it(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="wordnet-base"):
        WordNet.open(tmp_path)


def test_a_function_word_is_no_element_state_or_letter(shared_lexicon: Lexicon) -> None:
    wordnet = shared_lexicon.wordnet
    assert wordnet
    for word in ("or", "us", "who", "it", "he", "at", "an", "me"):
        assert wordnet.senses(word) == (), word
    assert {sense.pos for sense in wordnet.senses("in")} == {"adverb", "adjective"}
    assert wordnet.senses("will")[0].pos == "noun"
    assert any("month" in sense.definition for sense in wordnet.senses("may"))


def test_names_come_after_words_of_the_same_letters(shared_lexicon: Lexicon) -> None:
    wordnet = shared_lexicon.wordnet
    assert wordnet
    assert wordnet.senses("august")[0].pos == "adjective"
    assert "porcelain" in wordnet.senses("china")[0].definition
    assert wordnet.senses("august")[-1].definition.startswith("the month")


def test_counts_are_of_senses(wordnet: WordNet) -> None:
    assert wordnet.tagged("obscure.verb.1") > 0
    assert wordnet.tagged("zzyzx.noun.1") == 0


def test_frames_of_one_word_of_a_meaning_are_not_the_others(wordnet: WordNet) -> None:
    assert wordnet.frames("quell.verb.1") == {8}
    assert wordnet.frames("a.b") == frozenset()
    assert wordnet.frames("ruling.noun.1") == frozenset()


@pytest.mark.parametrize(
    ("sense_id", "where"),
    [
        ("lone.adjective.1", "a"), ("afraid.adjective.1", "p"), ("galore.adjective.1", "ip"),
        ("docile.adjective.1", ""), ("bank.noun.1", ""), ("a.b", ""),
    ],
)  # fmt: skip
def test_where_adjectives_stand(wordnet: WordNet, sense_id: str, where: str) -> None:
    assert wordnet.position(sense_id) == where
