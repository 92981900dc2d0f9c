"""Hanja as they are read in Korean."""

import csv
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from malmoi.text.hangul import is_hangul
from malmoi.text.hanja import has_hanja, reading, readings

TABLE = Path(__file__).parents[1] / "data" / "hanja.tsv"
with TABLE.open(encoding="utf-8") as file:
    KNOWN = [(row["hanja"], row["reading"]) for row in csv.DictReader(file, delimiter="\t")]


def test_words_are_read_as_they_are_in_korean():
    assert len(KNOWN) > 350
    wrong = [(word, read, reading(word)) for word, read in KNOWN if reading(word) != read]
    assert not wrong


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("그女는 2025年 3月에 “不動産”을", "그녀는 2025년 3월에 “부동산”을"),
        ("女\uf981", "여녀"),  # the same Hanja by another code point
        ("学問 图书馆 電気", "학문 도서관 전기"),
        ("韓國女性 現實性", "한국여성 현실성"),
        ("山yama", "산yama"),
        ("ひらがな", "ひらがな"),
        ("𠀋", "𠀋"),
        ("", ""),
    ],
)
def test_only_hanja_change(text, read):
    assert reading(text) == read


def test_a_word_may_have_several_readings_and_the_usual_is_first():
    assert readings("樂") == ("악", "낙", "요")
    assert readings("復活") == ("부활",)
    assert readings("北京") == ("북경",)
    assert readings("男女") == ("남녀",)
    assert readings("데이터") == readings("") == readings("龘") == ()


@given(st.text(alphabet=st.characters(min_codepoint=0x4E00, max_codepoint=0x9FFF), max_size=12))
def test_any_run_has_as_many_syllables_and_stays_as_it_is_once_read(text):
    read = reading(text)
    assert len(read) == len(text)
    assert reading(read) == read or has_hanja(read)
    assert all(is_hangul(each) and len(each) == len(text) for each in readings(text))
    assert len(readings(text)) <= 13
