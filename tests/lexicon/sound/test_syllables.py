"""Maximal onsets and the alignment of letters with phones."""

from malmoi.lexicon.sound.syllables import align, boundaries, spelled


def test_onsets_take_what_english_allows():
    assert boundaries("P R IY0 P AA1 S T ER0 AH0 S".split()) == (0, 3, 5, 8)
    assert boundaries("L AE1 NG G W AH0 D".split()) == (0, 3)
    assert boundaries("S IH1 NG ER0".split()) == (0, 3)  # no syllable begins with ng
    assert boundaries(("S", "T")) == ()


def test_letters_that_spell_two_phones():
    assert align("box", "B AA1 K S".split()) == ("b", "o", "x", "")


def test_silent_letters_belong_to_the_phone_before():
    assert align("debt", "D EH1 T".split()) == ("d", "e", "bt")
    assert align("lamb", "L AE1 M".split()) == ("l", "a", "mb")


def test_no_alignment_is_none_at_all():
    assert align("ok", "Z UW1 Z UW1".split()) == ()
    assert spelled("ok", "Z UW1 Z UW1".split()) == ()
