"""One form for texts that are the same."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from malmoi.text.unicode import readable, usual_form


@pytest.mark.parametrize(
    ("given_text", "usual"),
    [
        (unicodedata.normalize("NFD", "글꼴을 바꿉니다"), "글꼴을 바꿉니다"),
        ("ＵＳＢ　제１조", "USB 제1조"),
        (unicodedata.normalize("NFD", "naïve Zürich"), "naïve Zürich"),
        ("ｶﾞｽ ㈜말모이 ㎏ ﬁle", "ガス (주)말모이 kg file"),
        ("ㅋㅋ ﾡ", "ㅋㅋ ﾡ"),  # letters that were typed alone are no parts of syllables
        ("검색\u200b엔진\x07", "검색 엔진 "),
        ("첫 줄\n둘째 줄", "첫 줄\n둘째 줄"),
    ],
)
def test_a_text_has_one_form(given_text, usual):
    assert usual_form(given_text) == usual


@given(st.text())
def test_the_form_is_that_of_every_writing_and_stays(text):
    usual = usual_form(text)
    assert usual_form(usual) == usual


@given(st.text("가각힣뷁a ", max_size=8))
def test_syllables_are_composed_whatever_they_were(text):
    assert readable(unicodedata.normalize("NFD", text)) == text


def test_letters_left_over_stand_alone():
    assert readable("ᆸ니다 ᄏᄏ ᅡ") == "ㅂ니다 ㅋㅋ ㅏ"


def test_a_piece_is_shown_as_it_is_typed():
    assert [readable(piece) for piece in ("▁sm▁-▁g998n▁", "▁c⧺▁", "▁who↑▁")] == [
        "sm-g998n",
        "c++",
        "WHO",
    ]
    assert readable("▁" + unicodedata.normalize("NFD", "값") + "▁") == "값"
