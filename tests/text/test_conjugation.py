from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from malmoi.text.conjugation import allomorphs, past
from malmoi.text.morphemes import irregular_stems, morphemes

FORMS = {
    "가르치": "가르쳐",
    "알리": "알려",
    "배우": "배워",
    "보": "봐",
    "되": "돼",
    "하": "해",
    "깨끗하": "깨끗해",
    "쓰": "써",
    "바쁘": "바빠",
    "기쁘": "기뻐",
    "모르": "몰라",
    "부르": "불러",
    "따르": "따라",
    "어렵": "어려워 어려우",
    "가깝": "가까워 가까우",
    "돕": "도와 도우",
    "짓": "지어 지으",
    "낫": "나아 나으",
    "깨닫": "깨달",
    "그렇": "그래 그러",
    "하얗": "하얘 하야",
}


@pytest.mark.parametrize("stem", FORMS)
def test_what_endings_make_of_a_stem(stem: str) -> None:
    assert allomorphs(stem, stem in irregular_stems()) == tuple(FORMS[stem].split())


@pytest.mark.parametrize(
    "stem", ["먹", "가", "보내", "펴", "", "read", "잡", "웃", "믿", "좋", "넓"]
)
def test_others_stand_as_they_are(stem: str) -> None:
    assert allomorphs(stem, stem in irregular_stems()) == ()


@pytest.mark.parametrize("form", ["가르쳐", "배워", "불러", "어려워", "깨끗해"])
def test_kiwi_takes_the_form_for_the_stem_and_an_ending(form: str) -> None:
    known = {morpheme.form for morpheme in next(morphemes([f"잘 {form}서 좋다"]))}
    assert (
        any(form in allomorphs(stem, stem in irregular_stems()) for stem in known) or "해" in form
    )


@given(st.text("가르치배우보쓰하모리되렵짓닫얗", max_size=5), st.booleans())
def test_no_form_is_the_stem_or_much_longer(stem: str, irregular: bool) -> None:
    for form in allomorphs(stem, irregular):
        assert form != stem
        assert len(stem) <= len(form) <= len(stem) + 1


def test_the_past() -> None:
    assert (past("봐"), past("가"), past("해")) == ("봤", "갔", "했")
