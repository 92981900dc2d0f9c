from __future__ import annotations

from malmoi.mnemonics.claims.glosses import agree, polarity, stems
from malmoi.text.english import stem
from tests.helpers.toy_words import ToyLexicon


def test_words_of_one_stem_agree() -> None:
    assert agree("to stand", ["standing"], ToyLexicon()) == "yes"
    assert agree("of tomorrow", ["of to-morrow"], ToyLexicon()) == "yes"
    assert agree("belief", ["to believe"], ToyLexicon()) == "yes"
    assert agree("bread", ["war"], ToyLexicon()) == "no"
    assert agree("forgotten", ["forgetful"], ToyLexicon()) != "no"


def test_nothing_known_is_perhaps() -> None:
    assert agree("to stand", [], ToyLexicon()) == "perhaps"
    assert agree("", ["stand"], ToyLexicon()) == "perhaps"


def test_synonyms_agree_from_both_sides() -> None:
    assert agree("stubborn", ["obstinate"], ToyLexicon()) in {"yes", "perhaps"}


def test_polarity() -> None:
    assert polarity("not wasteful")[stem("wasteful")] == -1
    assert polarity("less intense")[stem("intense")] == -1
    found = polarity("clear of accusation, blame or doubt; right")
    assert found[stem("blame")] == -1
    assert found[stem("right")] == 1


def test_small_words_say_nothing() -> None:
    assert stems("the state of being alone") == {stem("alone")}
