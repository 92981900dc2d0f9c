"""Which words may serve as keywords."""

from malmoi.lexicon.keywords.inventory import excluded, inventory
from malmoi.lexicon.sound.pronunciation import Sounds, read_phones

WORDS = ["candy", "dishes", "dish", "building", "holding", "lead", "he", "o", "encyclopedia"]


def words(zipf=lambda w: 4.0, concreteness=lambda w: 4.9):
    listed = [line for w in WORDS for line in [f"{w} {' '.join(Sounds.open().phones(w)[0])}"]]
    return [k.word for k in inventory(Sounds(read_phones(listed)), zipf, concreteness)]


def test_base_forms_that_sound_one_way_and_are_short_enough():
    assert words() == ["building", "candy", "dish", "holding"]


def test_a_verbs_form_needs_to_be_a_thing_of_its_own():
    assert "holding" not in words(concreteness=lambda w: 4.9 if w == "building" else 3.6)


def test_rare_abstract_and_unknown_words_are_left_out():
    assert words(zipf=lambda w: 3.0) == []
    assert words(zipf=lambda w: None) == []
    assert words(concreteness=lambda w: 2.0) == []
    assert words(concreteness=lambda w: None) == []


def test_the_list_is_of_plain_lower_case_words():
    assert all(word.isalpha() and word.islower() for word in excluded())
