"""Brackets that hold the other language's term, and brackets that hold something else."""

from __future__ import annotations

import pytest

from malmoi.synonyms.sources.parentheses import find


def _pairs(text: str) -> list[tuple[str, str]]:
    return [(p.korean, p.english) for p in find([text])]


@pytest.mark.parametrize(
    ("text", "pair"),
    [
        ("문서에서 검색(search)을 합니다.", ("검색", "search")),
        (
            "셀에 조건부 서식(conditional formatting)을 씁니다.",
            ("조건부 서식", "conditional formatting"),
        ),
        ("이 데이터베이스 관리 시스템(DBMS)은 빠릅니다.", ("데이터베이스 관리 시스템", "DBMS")),
        ("search(검색)를 누릅니다.", ("검색", "search")),
    ],
)
def test_a_bracket_gives_a_pair(text: str, pair: tuple[str, str]) -> None:
    assert pair in _pairs(text)


def test_the_term_begins_after_the_last_particle() -> None:
    assert _pairs("값을 가진 행(row)") == [("가진 행", "row")] or _pairs(
        "표의 첫 행렬(matrix)"
    ) == [("행렬", "matrix")]


@pytest.mark.parametrize(
    "text", ["복사(Ctrl+C)합니다.", "검색 (예: foo)", "값(123)", "끝났습니다.(done)", "file (선택)"]
)
def test_other_brackets_give_none(text: str) -> None:
    assert _pairs(text) == []


def test_the_context_is_kept() -> None:
    (found,) = find(["앞의 문장입니다. 문서에서 검색(search)을 합니다."])
    assert "검색(search)을" in found.context
