"""Text typed in the other keyboard layout."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from malmoi.text.keyboard import hangul_of_keys, keys_of_hangul


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("dkssud", "안녕"),
        ("rkatkgkqslek", "감사합니다"),
        ("ejdnl", "더위"),
        ("EJr", "떡"),
        ("dOrl", "얘기"),
        ("Qkfmek", "빠르다"),
        ("rkqtdl", "값이"),
        ("rkqtl", "갑시"),
        ("rhksflwk", "관리자"),
        ("dnpqtkdlxm", "웹사이트"),
        ("Dkssud", "안녕"),  # a capital that a telephone wrote
        ("tptus", "세션"),
    ],
)
def test_hangul_that_was_typed_as_latin(typed, meant):
    assert hangul_of_keys(typed) == meant


@pytest.mark.parametrize(
    "text", ["hello", "API", "k8s", "rk sk", "안녕", "", "rkk", "kr", "r", "rkqtk-", "gksrmf!"]
)
def test_what_writes_no_whole_syllables_is_none(text):
    assert hangul_of_keys(text) is None


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("ㅗ디ㅣㅐ", "hello"),
        ("메ㅔㅣㅑㅊㅁ샤ㅐㅜ", "application"),
        ("ㅑㅜㅇㄷㅌ", "index"),
        ("ㅠㅕㅅㅅㅐㅜ", "buTTon".lower()),
        ("ㅔㅛ소ㅐㅜ", "python"),
    ],
)
def test_latin_that_was_typed_as_hangul(typed, meant):
    assert keys_of_hangul(typed) == meant


@pytest.mark.parametrize("text", ["hello", "안녕!", "", "안 녕", "ㆍ", "漢"])
def test_what_is_no_hangul_is_none(text):
    assert keys_of_hangul(text) is None


@given(st.text(alphabet=st.characters(min_codepoint=0xAC00, max_codepoint=0xD7A3), min_size=1))
def test_every_syllable_comes_back(text):
    keys = keys_of_hangul(text)
    assert keys is not None
    assert hangul_of_keys(keys) == text
