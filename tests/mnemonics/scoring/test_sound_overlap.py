from __future__ import annotations

from malmoi.mnemonics.scoring.sound_overlap import end_overlap, start_overlap, starts_alike


def test_sounds_are_counted_from_either_end() -> None:
    assert start_overlap(("k", "æ", "n"), ("k", "æ", "t")) == 2
    assert start_overlap(("ə", "b"), ("ɪ", "b")) == 2  # reduced vowels are one
    assert end_overlap(("b", "e", "t"), ("l", "e", "t")) == 2
    assert end_overlap(("b", "e", "t"), ("l", "ɔ", "t")) == 0  # no vowel among them


def test_hearing_one_begin_brings_the_other_to_mind() -> None:
    assert starts_alike(("k", "æ", "n", "d", "ə", "d"), ("k", "æ", "n", "d", "i"))
    assert not starts_alike(("k", "æ", "n"), ("b", "æ", "n"))
