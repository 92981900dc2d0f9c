"""Standard pronunciation of Korean words, rule by rule."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from malmoi.lexicon.sound.hangul import pronounce


@pytest.mark.parametrize(
    ("word", "ipa"),
    [
        ("가게", "k a ɡ e"),  # voicing between vowels
        ("한국", "h a n ɡ u k"),
        ("음악", "ɯ m a k"),  # liaison
        ("값이", "k a p ɕ i"),
        ("앉아", "a n d͡ʑ a"),
        ("강아지", "k a ŋ a d͡ʑ i"),  # ㅇ stays
        ("꽃", "k͈ o t"),  # seven finals
        ("부엌", "p u ʌ k"),
        ("좋다", "t͡ɕ o tʰ a"),  # ㅎ
        ("좋아", "t͡ɕ o a"),
        ("많이", "m a n i"),
        ("축하", "t͡ɕʰ u kʰ a"),
        ("국물", "k u ŋ m u l"),  # nasals
        ("독립", "t o ŋ n i p"),
        ("심리", "ɕ i m n i"),
        ("신라", "ɕ i l l a"),  # laterals
        ("같이", "k a t͡ɕʰ i"),  # palatalisation
        ("학교", "h a k k͈ j o"),  # tense after a stop
        ("시장", "ɕ i d͡ʑ a ŋ"),
        ("희망", "h i m a ŋ"),
        ("의사", "ɯ i s a"),
    ],
)
def test_rules(word, ipa):
    assert " ".join(pronounce(word)) == ipa


def test_what_is_no_syllable_is_refused():
    with pytest.raises(ValueError, match="no Hangul syllable"):
        pronounce("ㄱㄴ")
    with pytest.raises(ValueError, match="'a'"):
        pronounce("가a")


@given(st.text(st.characters(min_codepoint=0xAC00, max_codepoint=0xD7A3), min_size=1, max_size=4))
def test_every_syllable_has_a_sound(word):
    assert len(pronounce(word)) >= len(word)
