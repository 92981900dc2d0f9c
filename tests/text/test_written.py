from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from malmoi.text.written import is_name, parts, shown, word_of, written_form, written_tokens


@pytest.mark.parametrize(
    ("form", "others"),
    [
        (
            "2025-12-25",
            ["2025.12.25", "2025/12/25", "2025년 12월 25일", "2025년12월25일", "2025. 12. 25"],
        ),
        ("2025-1-5", ["2025-01-05", "2025.1.5", "2025년 1월 5일", "2025. 01. 05"]),
        ("2025-3", ["2025년 3월", "2025년3월"]),
        ("14-30", ["14:30", "14시 30분", "14시30분"]),
        ("1000", ["1,000", "１，０００"]),
        ("1234567", ["1,234,567"]),
        ("1000원", ["1,000원", "천원", "천 원"]),
        ("3000원", ["3,000원", "3천원", "3천 원"]),
        ("50000원", ["50,000원", "5만원", "5만 원"]),
        ("1588-1234", ["1588 1234", "1588.1234"]),
        ("02-123-4567", ["02)123-4567", "02) 123-4567", "02 123 4567", "02.123.4567"]),
        ("010-1234-5678", ["010 1234 5678", "010.1234.5678"]),
        ("25-c", ["25℃", "25 ℃", "25°C", "25 °C"]),
        ("10-20-30-42", ["10.20.30.42"]),
        ("desk-example-org", ["desk@example.org", "DESK@EXAMPLE.ORG"]),
        ("sm-g998n", ["SM-G998N", "ＳＭ－Ｇ９９８Ｎ"]),
        ("a-s", ["A/S"]),
        ("at-t", ["AT&T"]),
        ("email", ["e-mail", "E-Mail"]),
        ("usb", ["ＵＳＢ"]),
        ("제1조", ["제１조"]),
        ("zurich naive", ["Zürich naïve"]),
        ("c⧺", ["C++"]),
        ("c♯", ["C#"]),
        ("․net", [".NET"]),
    ],
)
def test_what_people_write_in_several_ways_has_one_form(form: str, others: list[str]) -> None:
    assert [written_form(other) for other in others] == [form] * len(others)


@pytest.mark.parametrize(
    "text",
    ["1588-0123", "a, b", "3,14", "100,20", "end. start", "99 1234", "12 월", "2025 1234"],
)
def test_what_only_looks_alike_is_left(text: str) -> None:
    assert written_form(text) == text


def test_capitals_tell_names_from_function_words() -> None:
    assert written_form("WHO 권고, IT 부서, US") == "who↑ 권고, it↑ 부서, us↑"
    assert written_form("who it us Who It") == "who it us who it"
    assert written_form("DO NOT TOUCH THIS") == "do not touch this↑"
    assert written_form("AT&T WHOLE") == "at-t whole"


@pytest.mark.parametrize(
    ("token", "expected"),
    [
        ("i7-13700k", ["i7", "13700k", "13700"]),
        ("sm-g998n", ["sm", "g998n", "998"]),
        ("1588-1234", ["1588", "1234"]),
        ("c⧺", ["c"]),
        ("who↑", []),
        ("․net", ["net"]),
        ("word", []),
        ("2025", []),
    ],
)
def test_parts(token: str, expected: list[str]) -> None:
    assert parts(token) == expected


def test_names_are_told_from_joined_words() -> None:
    assert all(map(is_name, ("a-s", "3-11-2", "utf-8", "desk-example-org", "sm-g998n")))
    assert not any(map(is_name, ("read-only", "client-server", "word", "2025")))


def test_a_form_is_shown_as_it_is_typed() -> None:
    assert [shown(form) for form in ("c⧺", "c♯", "․net", "who↑", "usb")] == [
        "C++".lower(),
        "c#",
        ".net",
        "WHO",
        "usb",
    ]
    assert word_of("▁c⧺▁") == "c++"
    assert word_of("▁1588▁-▁1234▁") == "1588-1234"
    assert word_of("문서") == "문서"


def test_particles_are_no_part_of_a_token() -> None:
    text = written_form("C#을 PR#3을 SM-G998N은 Москва의 大學은 がく와")
    assert [token.form for token in written_tokens(text)] == [
        "c♯", "pr", "3", "sm-g998n", "москва", "がく",
    ]  # fmt: skip


@given(st.text(st.characters(exclude_categories=()), max_size=60))
def test_any_text_has_a_form_that_is_composed_and_stays(text: str) -> None:
    form = written_form(text)
    assert unicodedata.is_normalized("NFC", form)
    for token in written_tokens(form):
        assert form[token.start : token.end] == token.form
        assert token.form not in parts(token.form)
