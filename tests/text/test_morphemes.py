from __future__ import annotations

import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from malmoi.text.morphemes import (
    clean,
    content_words,
    content_words_of,
    morphemes,
)

ANYTHING = st.text(st.characters(exclude_categories=()), max_size=40)


@given(ANYTHING)
def test_clean_text_is_one_line_without_controls(text: str) -> None:
    cleaned = clean(text)
    assert clean(cleaned) == cleaned
    assert cleaned == " ".join(cleaned.split())
    assert not {unicodedata.category(c) for c in cleaned} & {"Cc", "Cf", "Cs"}


def test_clean_composes_hangul() -> None:
    assert clean("\ufeff" + unicodedata.normalize("NFD", "한글") + "\t\n문서\ud800") == "한글 문서"


def test_content_words_are_no_particles() -> None:
    assert content_words("문서를 문서에서 바꿉니다. Tables!") == ["문서", "문서", "바꾸", "table"]
    assert content_words("") == []
    texts = ["글을 쓰는 사람", "", "print a page"]
    assert list(content_words_of(texts)) == [content_words(text) for text in texts]


def test_morphemes_stand_where_they_say() -> None:
    text = "표를 삽입합니다"
    (found,) = morphemes([text])
    assert [(m.form, m.tag, text[m.start : m.end]) for m in found[:3]] == [
        ("표", "NNG", "표"),
        ("를", "JKO", "를"),
        ("삽입", "NNG", "삽입"),
    ]
    assert not any("-" in m.tag for m in found)


def test_a_hashtag_is_the_words_that_it_is_without_its_sign():
    assert content_words("#여름휴가는 사진") == ["여름", "휴가", "사진"]
