"""Loanwords sound like their English; translations and unrelated words don't."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from malmoi.text.transliteration import jamo, loanword, skeleton

LOANWORDS = [
    ("데이터베이스", "database"),
    ("커피", "coffee"),
    ("스프레드시트", "spreadsheet"),
    ("브라우저", "browser"),
    ("뉴질랜드", "New Zealand"),
    ("벡터", "vector"),
    ("템플릿", "template"),
]
OTHERS = [
    ("마법사", "wizard"),
    ("글꼴", "font"),
    ("노트북", "laptop"),
    ("데이터베이스", "spreadsheet"),
    ("브라우저", "brother in law"),
]


@pytest.mark.parametrize(("korean", "english"), LOANWORDS)
def test_a_loanword_sounds_like_its_english(korean: str, english: str) -> None:
    assert loanword(korean, english) >= 0.8


@pytest.mark.parametrize(("korean", "english"), OTHERS)
def test_other_words_do_not(korean: str, english: str) -> None:
    assert loanword(korean, english) < 0.5


def test_one_syllable_is_never_sure() -> None:
    """배 is no loan from "pear", though it could be written so."""
    assert loanword("배", "pear") <= 0.5


def test_spaces_and_capitals_do_not_count() -> None:
    assert loanword("오픈 소스", "Open Source") == loanword("오픈소스", "opensource")


@pytest.mark.parametrize("korean", ["", "search", "123"])
def test_nothing_is_said_of_what_is_not_hangul(korean: str) -> None:
    assert loanword(korean, "search") == 0.0


@given(st.text(alphabet="가나다라힣각읽왜뷁 a", max_size=8), st.text(max_size=12))
def test_the_value_is_a_share(korean: str, english: str) -> None:
    assert 0.0 <= loanword(korean, english) <= 1.0


def test_jamo_keep_the_sound_of_a_final_circle_only() -> None:
    assert jamo("아이") == "ㅏㅣ"
    assert jamo("링크") == "ㄹㅣŋㅋㅡ"
    assert jamo("까") == jamo("가")


@pytest.mark.parametrize(
    ("korean", "english"),
    [("마케팅", "marketing"), ("필터", "filter"), ("하이퍼링크", "hyperlink")],
)
def test_loanwords_share_their_skeleton(korean: str, english: str) -> None:
    assert skeleton(jamo(korean)) == skeleton(english)


def test_skeletons_tell_consonants_apart() -> None:
    assert skeleton("marketing") != skeleton("browser")
