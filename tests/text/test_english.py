"""Words, letters and stems of English."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from malmoi.text.english import (
    family_stem,
    has_latin,
    is_word,
    light_stem,
    lower_words,
    only_letters,
    stem,
    tokenize,
    with_article,
    without_accents,
    word_matches,
)

ANYTHING = st.text(st.characters(exclude_categories=()), max_size=40)
MARKED = st.text("abZé'’-1_ 가.", max_size=20)


@pytest.mark.parametrize(
    ("found", "words"),
    [
        (tokenize("Zoë's re-read 2 notes, -ly 'so'"), ["Zoë's", "re-read", "notes", "ly", "so"]),
        (tokenize("don't re-read", "'"), ["don't", "re", "read"]),
        (tokenize("don't 've_x", ""), ["don", "t", "ve", "x"]),
        (tokenize("don’t"), ["don", "t"]),
        (tokenize("don’t 3D a1", "'’-", digits=True), ["don’t", "3D", "a1"]),
        (tokenize("naïve Café", latin=True), ["na", "ve", "Caf"]),
        (lower_words("An ILL-kept o'clock"), ["an", "ill-kept", "o'clock"]),
        (lower_words("An ILL-kept", ""), ["an", "ill", "kept"]),
    ],
)
def test_words(found: list[str], words: list[str]) -> None:
    assert found == words


@given(MARKED, st.sampled_from(["'-", "'", "", "'’-"]), st.booleans(), st.booleans())
def test_words_are_parts_of_the_text_in_order(
    text: str, marks: str, latin: bool, digits: bool
) -> None:
    found = tokenize(text, marks, latin=latin, digits=digits)
    assert re.fullmatch(".*?".join(["", *map(re.escape, found), ""]), text, re.DOTALL)
    assert all(tokenize(word, marks, latin=latin, digits=digits) == [word] for word in found)


@given(MARKED)
def test_marks_join_what_letters_part(text: str) -> None:
    apart = tokenize(text, "")
    assert apart == [run for word in tokenize(text) for run in re.split("['-]", word)]
    assert only_letters(text) == "".join(apart)
    assert [match[0] for match in word_matches(text)] == tokenize(text)


@given(ANYTHING)
def test_plain_words_are_latin_and_lower_case(text: str) -> None:
    found = lower_words(text)
    assert all(word.isascii() and word == word.lower() for word in found)
    assert "".join(lower_words(text, "")) == only_letters(text.lower(), latin=True)
    assert has_latin(text) is bool(only_letters(text, latin=True))


def test_what_is_one_word() -> None:
    assert [w for w in ("ill-kept", "o'clock", "zoë", "3d", "a b", "-ly", "") if is_word(w)] == [
        "ill-kept",
        "o'clock",
        "zoë",
    ]


def test_what_is_one_word_depends_on_its_marks_and_letters() -> None:
    assert is_word("ill’kept", "'’-", latin=True)
    assert not is_word("ill’kept")
    assert not is_word("zoë", latin=True)


@given(MARKED, st.sampled_from(["'-", "'", "", "'’-"]), st.booleans())
def test_one_word_is_all_that_is_tokenized(text: str, marks: str, latin: bool) -> None:
    assert is_word(text, marks, latin=latin) is (tokenize(text, marks, latin=latin) == [text])


def test_accents_come_off() -> None:
    assert without_accents("Zoë, fīlius") == "Zoe, filius"


@given(ANYTHING)
def test_what_has_no_accents_stays(text: str) -> None:
    plain = without_accents(text)
    assert without_accents(plain) == plain


@pytest.mark.parametrize(
    ("word", "light", "meaning", "family"),
    [
        ("entries", "entry", "entri", "entri"),
        ("forgotten", "forgotten", "forget", "forgotten"),
        ("frankly", "frankly", "frankli", "frank"),
    ],
)
def test_each_stem_answers_its_own_question(
    word: str, light: str, meaning: str, family: str
) -> None:
    assert (light_stem(word), stem(word), family_stem(word)) == (light, meaning, family)


@pytest.mark.parametrize(
    "alike",
    [
        ("Spoke", "speech"), ("ran", "running"), ("belief", "believes"), ("teeth", "tooth"),
        ("song", "sings"),
    ],
)  # fmt: skip
def test_words_of_like_meaning_share_a_stem(alike: tuple[str, str]) -> None:
    assert stem(alike[0]) == stem(alike[1])


@given(st.text("abceisxyz", max_size=8))
def test_a_stem_has_no_case(word: str) -> None:
    for each in (light_stem, stem, family_stem):
        assert each(word.upper()) == each(word)


@pytest.mark.parametrize(
    ("word", "stem"),
    [
        ("Tables", "table"),
        ("entries", "entry"),
        ("boxes", "box"),
        ("classes", "class"),
        ("class", "class"),
        ("status", "status"),
        ("analysis", "analysis"),
        ("is", "is"),
        ("GIS", "gis"),
        ("", ""),
    ],
)
def test_plurals_lose_their_ending(word: str, stem: str) -> None:
    assert light_stem(word) == stem


@given(st.text("abceisxyz", max_size=8))
def test_a_stem_is_lower_case_and_no_longer(word: str) -> None:
    assert len(light_stem(word)) <= len(word)
    assert light_stem(word.upper()) == light_stem(word)


def test_relatives_share_a_family_stem() -> None:
    assert family_stem("frankly") == family_stem("frank")
    assert family_stem("stopped") == family_stem("stop")


@given(st.text(alphabet="abcdefghijklmnopqrstuvwxyz", min_size=1, max_size=15))
def test_a_family_stem_is_never_empty(word: str) -> None:
    assert family_stem(word)


@pytest.mark.parametrize(
    ("noun", "said"),
    [("apple", "an apple"), ("uniform", "a uniform"), ("hour", "an hour"), ("horse", "a horse"),
     ("umbrella", "an umbrella"), ("errant knight", "an errant knight"), ("old hat", "an old hat"),
     ("euro", "a euro"), ("egg", "an egg")],
)  # fmt: skip
def test_article(noun: str, said: str) -> None:
    assert with_article(noun) == said
