"""Particles and endings."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from malmoi.mnemonics.korean.forms import adnominal, has_form, joined
from malmoi.text.hangul import decompose

HANGUL = st.text(st.characters(min_codepoint=0xAC00, max_codepoint=0xD7A3), min_size=1, max_size=3)


def test_nouns_in_a_row() -> None:
    assert joined(("칼",)) == "칼"
    assert joined(("칼", "엄마", "컵")) == "칼과 엄마와 컵"


@pytest.mark.parametrize(
    ("verb", "before_noun"),
    [("포기하다", "포기하는"), ("만들다", "만드는"), ("먹다", "먹는"), ("속이다", "속이는")],
)
def test_a_verb_before_a_noun(verb: str, before_noun: str) -> None:
    assert adnominal(verb) == before_noun


@pytest.mark.parametrize("word", ["칼", "다", ""])
def test_what_is_no_verb(word: str) -> None:
    with pytest.raises(ValueError, match="no verb"):
        adnominal(word)


@given(HANGUL)
def test_an_adnominal_verb_never_keeps_a_final_l(stem: str) -> None:
    assert decompose(adnominal(stem + "다")[-2])[2] != "ㄹ"


@pytest.mark.parametrize(
    ("gloss", "pos", "fits"),
    [
        ("완고한", "adjective", True), ("고집 센", "adjective", True),
        ("타원의", "adjective", True),
        ("완고하다", "adjective", False), ("버리다", "verb", True), ("버림", "verb", False),
        ("다", "verb", False), ("용기", "noun", True), ("포기하다", "noun", False),
        ("바다", "noun", True), ("천천히", "adverb", True),
    ],
)  # fmt: skip
def test_forms(gloss: str, pos: str, fits: bool) -> None:
    assert has_form(gloss, pos) is fits
