"""Feature distances of single segments."""

import pytest

from malmoi.lexicon.sound.phones import edit_distance, phone_distance, segments, to_ipa


def test_segments_keep_diphthongs_and_affricates_whole():
    assert segments("ˈtʃeɪn") == ("tʃ", "eɪ", "n")
    assert segments("p̚") == ("p",)
    assert segments("") == ()


def test_arpabet_in_ipa():
    assert [to_ipa(p) for p in ("AH0", "AH1", "ER0", "JH")] == ["ə", "ʌ", "ɚ", "dʒ"]
    with pytest.raises(KeyError):
        to_ipa("QQ")


def test_voicing_is_nearer_than_place_is_nearer_than_vowels():
    assert phone_distance("k", "k") == 0
    assert phone_distance("k", "ɡ") < phone_distance("k", "p") < phone_distance("k", "ɑ") == 1


def test_leaving_a_phone_out_costs_a_whole_one():
    assert edit_distance("kæt", "æt") == pytest.approx(1 / 3)
    assert edit_distance((), ("k",)) == 1
    assert edit_distance((), ()) == 0
