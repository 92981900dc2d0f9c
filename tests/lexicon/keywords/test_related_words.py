"""Relatives by spelling, and words that only look like them."""

import pytest

from malmoi.lexicon.keywords.related_words import compound_parts, related_by_form
from malmoi.lexicon.sound.pronunciation import Sounds


@pytest.mark.parametrize(
    ("word", "keyword"),
    [
        ("teacher", "teach"),
        ("shiny", "shine"),
        ("steamer", "steam"),
        ("happiness", "happy"),
        ("projectile", "projector"),
        ("unfriendly", "friend"),
        ("stopping", "stop"),
        ("reform", "form"),
        ("carboniferous", "carbon"),
        ("mammogram", "gram"),
        ("candid", "candid"),
    ],
)
def test_relatives(word, keyword):
    assert related_by_form(word, keyword)


@pytest.mark.parametrize(
    ("word", "keyword"),
    [
        ("candid", "candy"),
        ("carpet", "car"),
        ("carpet", "pet"),
        ("abate", "bait"),
        ("divisive", "dive"),
    ],
)
def test_words_that_only_look_alike(word, keyword):
    assert not related_by_form(word, keyword)


def test_compounds_have_parts_and_carpet_has_none():
    sounds = Sounds.open()
    assert compound_parts("catfish", sounds) == {"cat", "fish"}
    assert compound_parts("shipwreck", sounds) == {"ship", "wreck"}
    assert compound_parts("carpet", sounds) == frozenset()
