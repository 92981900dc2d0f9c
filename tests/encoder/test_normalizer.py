from __future__ import annotations

import re
import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from malmoi.encoder.normalizer import normalizer, pre_tokenizer
from malmoi.text.written import MARK, written_form

RULES, CUT = normalizer(), pre_tokenizer()
TEXTS = [
    "2025년 12월 25일 14시 30분에 1,000원 3천원 5만 원",
    "WHO는 C++, C#, .NET을 A/S합니다 25℃",
    "1588 1234, 02)123-4567, 010 1234 5678, desk@example.org",
    "Zürich naïve ＵＳＢ 제１조 大學은 がく Москва",
    "'25.3.1 3월 1일 7시 반에 09:05, 1억2천만 원 3만5천 명, +82-10-1234-5678",
    "16 GB 10㎏ USB3.0 v1.2.3 №5 ½ Wi-Fi x^2 IT/BT",
    "A+ 등급, it업계 A형 비타민 A U.S. 6ㆍ25 9·11 Straße 십만 원",
    "don't read-only IT it",
]


def plain(text: str) -> str:
    """A normalised text without marks, composed."""
    return unicodedata.normalize("NFC", text.replace(MARK, ""))


@pytest.mark.parametrize("text", TEXTS)
def test_the_rules_are_those_of_python_but_for_english_stems(text: str) -> None:
    ours = re.sub(r"[a-z]{3,}", lambda m: plain(RULES.normalize_str(m[0])), written_form(text))
    assert plain(RULES.normalize_str(text)) == ours


def test_a_word_that_is_not_hangul_stands_between_marks() -> None:
    cut = [
        piece for piece, _ in CUT.pre_tokenize_str(RULES.normalize_str("API를 C++로 10명, 大學"))
    ]
    composed = [unicodedata.normalize("NFC", piece) for piece in cut]
    assert composed == ["▁api▁", "를", "▁c⧺▁", "로", "▁10▁", "명", ",", "大學"]


def test_a_name_with_signs_is_one_stretch() -> None:
    cut = [p for p, _ in CUT.pre_tokenize_str(RULES.normalize_str("SM-G998N의 10.20.30.42 A/S"))]
    assert [piece for piece in cut if MARK in piece] == [
        "▁sm▁-▁g998n▁",
        "▁10▁-▁20▁-▁30▁-▁42▁",
        "▁a▁-▁s▁",
    ]


@given(st.text(st.characters(exclude_categories=("Cs",)), max_size=60))
@example("WHO")
@example("IT 부서")
@example("▁word▁ ▁")
@example("é" * 30 + "WHO")
def test_no_text_breaks_it(text: str) -> None:
    done = RULES.normalize_str(text)
    assert done.count(MARK) % 2 == 0
    assert all(piece for piece, _ in CUT.pre_tokenize_str(done))
