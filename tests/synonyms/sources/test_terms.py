"""Keys meet where terms are the same, and part where they are not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from malmoi.synonyms.sources.terms import english_keys, english_words, korean_keys, korean_words


def _meet(a: str, b: str) -> bool:
    left, right = korean_keys([a, b])
    return bool(set(left) & set(right))


@pytest.mark.parametrize(
    ("a", "b"),
    [("글꼴 색", "글꼴색"), ("찾기", "찾다"), ("검색하다", "검색"), ("PDF 파일", "pdf파일")],
)
def test_spellings_of_a_korean_term_meet(a: str, b: str) -> None:
    assert _meet(a, b)


@pytest.mark.parametrize(
    ("a", "b"), [("행", "열"), ("시작", "재시작"), ("저장", "저장 안 함"), ("글꼴", "글꼴 색")]
)
def test_different_korean_terms_part(a: str, b: str) -> None:
    first, second = korean_keys([a, b])
    assert first[0] != second[0]


def test_particles_are_no_words() -> None:
    (words,) = korean_words(["행을 삭제합니다"])
    assert [word.form for word in words] == ["행", "삭제"]


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("Rows", "row"),
        ("to save", "save"),
        ("the end of line", "end of lines"),
        ("Indices", "index"),
    ],
)
def test_spellings_of_an_english_term_meet(a: str, b: str) -> None:
    assert set(english_keys(a)) & set(english_keys(b))


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("row", "column"),
        ("with title", "without title"),
        ("equal", "not equal"),
        ("zoom in", "zoom out"),
        ("who", "WHO"),
    ],
)
def test_different_english_terms_part(a: str, b: str) -> None:
    assert not set(english_keys(a)) & set(english_keys(b))


def test_a_function_word_alone_is_a_term() -> None:
    assert english_keys("from") == ("from",)


def test_places_are_those_of_the_text() -> None:
    text = "Deletes the selected rows."
    assert [text[w.start : w.end] for w in english_words(text)] == ["Deletes", "selected", "rows"]


@given(st.text(max_size=20))
def test_any_text_has_keys_without_blanks_at_the_ends(text: str) -> None:
    assert all(key == key.strip() != "" for key in english_keys(text))
    assert all(key == key.strip() != "" for keys in korean_keys([text]) for key in keys)
