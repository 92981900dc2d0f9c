from __future__ import annotations

import os
import subprocess
import sys
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
        ("2025-3-1", ["’25. 3. 1", "'25.3.1", "2025년 03월 01일"]),
        ("3-1", ["3월 1일", "3월1일", "03월 01일", "3/1"]),
        ("14-30", ["14:30", "14시 30분", "14시30분", "14시 반"]),
        ("9-05", ["09:05", "9:05", "9시 5분", "09시 05분"]),
        ("1000", ["1,000", "１，０００"]),
        ("1234567", ["1,234,567"]),
        ("1000원", ["1,000원", "천원", "천 원"]),
        ("3000원", ["3,000원", "3천원", "3천 원"]),
        ("50000원", ["50,000원", "5만원", "5만 원"]),
        ("35000원", ["3만5천원", "3만 5천 원", "3만5000원", "35,000원"]),
        ("10000000원", ["1천만원", "1천만 원", "1000만원", "천만 원", "10,000,000원"]),
        ("120000000원", ["1억2천만원", "1억 2000만 원"]),
        ("30000명", ["3만 명", "3만명"]),
        ("1588-1234", ["1588 1234", "1588.1234"]),
        ("02-123-4567", ["02)123-4567", "02) 123-4567", "02 123 4567", "02.123.4567"]),
        ("010-1234-5678", ["010 1234 5678", "010.1234.5678"]),
        ("010-1234-5678", ["+82-10-1234-5678", "+82 10-1234-5678", "+82 (0)10 1234 5678"]),
        ("16-gb", ["16GB", "16 GB", "１６ＧＢ"]),
        ("10-kg", ["10kg", "10 kg", "10㎏"]),
        ("100-m2", ["100㎡", "100 m²", "100m^2"]),
        ("usb 3-0", ["USB3.0", "USB 3.0"]),
        ("1-2-3", ["v1.2.3", "ver. 1.2.3", "1.2.3"]),
        ("no-5", ["№5", "No.5", "no. 5"]),
        ("1-2", ["½", "1/2"]),
        ("wifi", ["Wi-Fi", "WIFI", "Wi Fi"]),
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
        ("strasse tromso lodz", ["Straße Tromsø Łódź"]),
        ("us↑. 비자", ["U.S. 비자"]),
        ("6-25전쟁", ["6·25전쟁", "6.25전쟁", "6ㆍ25전쟁"]),
        ("a˖ 등급", ["A+ 등급"]),
        ("c⧺", ["C++"]),
        ("c♯", ["C#"]),
        ("․net", [".NET"]),
    ],
)
def test_what_people_write_in_several_ways_has_one_form(form: str, others: list[str]) -> None:
    assert [written_form(other) for other in others] == [form] * len(others)


@pytest.mark.parametrize(
    "text",
    """1588-0123|a, b|3,14|100,20|end. start|99 1234|12 월|2025 1234|7시 반장|만 5세|천 개
    5 kids|mp3 m|'10 이상'|+8210|1억|no fee|1234567천원""".replace("\n    ", "|").split("|"),
)
def test_what_only_looks_alike_is_left(text: str) -> None:
    assert written_form(text) == text


def test_capitals_tell_names_from_function_words() -> None:
    assert written_form("WHO 권고, IT 부서, US") == "who↑ 권고, it↑ 부서, us↑"
    assert written_form("who it us Who It") == "who it us who it"
    assert written_form("DO NOT TOUCH THIS") == "do not touch this↑"
    assert written_form("AT&T WHOLE") == "at-t whole"
    assert (
        written_form("it업계 A형 비타민 A, a dog 한 a dog")
        == "it↑업계 a↑형 비타민 a↑, a dog 한 a dog"
    )
    assert written_form("IT/BT and/or") == "it↑-bt and-or"


@pytest.mark.parametrize(
    ("token", "expected"),
    [
        ("i7-13700k", ["i7", "13700k", "13700", "i713700k"]),
        ("sm-g998n", ["sm", "g998n", "998", "smg998n"]),
        ("1588-1234", ["1588", "1234", "15881234"]),
        ("2025-3-1", ["2025", "3", "1", "2025-3", "3-1"]),
        ("3-11", ["3", "11"]),
        ("python3", ["python"]),
        ("a-s", ["a", "s", "as↑"]),
        ("k-pop", ["k", "pop", "kpop"]),
        ("read-only", ["read", "only"]),
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
    assert [shown(form) for form in ("c⧺", "a˖", "c♯", "․net", "who↑", "usb")] == [
        "c++",
        "a+",
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


def test_the_rules_are_the_same_in_every_process() -> None:
    """They are part of an index's settings, and a set has another order in each process."""
    code = "from malmoi.text import written; print([*written.CAPITAL_RULES, *written.RULES])"
    printed = {
        subprocess.run(
            [sys.executable, "-c", code],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2", "3")
    }
    assert len(printed) == 1
