"""Spellings of loanwords."""

import csv
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from malmoi.text.loanwords import loanword_key, same_loanword

TABLE = Path(__file__).parents[1] / "data" / "loanwords.tsv"
with TABLE.open(encoding="utf-8") as file:
    PAIRS = [
        (row["spelling"], row["other"], row["same"] == "1")
        for row in csv.DictReader(file, delimiter="\t")
    ]


def test_spellings_of_one_word_meet_and_no_others_do():
    assert sum(same for *_, same in PAIRS) > 150 < sum(not same for *_, same in PAIRS)
    wrong = [(a, b, same) for a, b, same in PAIRS if same_loanword(a, b) != same]
    assert not wrong


def test_it_does_not_matter_which_comes_first():
    assert all(same_loanword(a, b) == same_loanword(b, a) for a, b, _ in PAIRS)


def test_spellings_of_one_word_have_one_key():
    assert all(loanword_key(a) == loanword_key(b) != "" for a, b, same in PAIRS if same)


@pytest.mark.parametrize(
    ("a", "b"), [("후라이팬세트", "프라이팬세트"), ("데이타베이스", "데이터베이스")]
)
def test_listed_and_heard_spellings_count_inside_a_word(a, b):
    assert same_loanword(a, b)
    assert loanword_key(a) == loanword_key(b)


@pytest.mark.parametrize("word", ["", "data", "값지다", "데이터 센터", "2024년", "ㅋㅋ", "없다"])
def test_what_is_no_word_of_such_syllables_has_no_key(word):
    assert loanword_key(word) == ""


hangul = st.text(alphabet=st.characters(min_codepoint=0xAC00, max_codepoint=0xD7A3), max_size=8)


@given(a=hangul, b=hangul)
def test_any_two_words_can_be_compared(a, b):
    assert same_loanword(a, a)
    if same_loanword(a, b):
        assert loanword_key(a) == loanword_key(b)
