"""What a run found, in both languages."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.helpers.served_run import HOSTILE, client

TEST = {"a": "v2", "b": "BM25F", "p_holm": 0.2, "difference": 0.221, "low": 0.149, "high": 0.299}
SEARCH = {
    "verdicts": ["v2 against BM25F: better in en→ko."],
    "recipe": {"corpus": {"language": "ko"}},
    "comparison": {
        "comparisons": [
            TEST | {"language": "en", "verdict": "gain"},
            TEST | {"language": "ko", "verdict": "no gain"},
            TEST | {"language": "conversational", "verdict": "gain"},
        ]
    },
}
SHARE = {"verified": {"mean": 0.5, "low": 0.25, "high": 0.75}}
MNEMONICS = {
    "verdicts": ["12 cards for 48 words."],
    "cards": {"cards": 12},
    "words": {"words": 48},
    "proof": {"words": 3, "systems": {"student": SHARE, "base": SHARE}},
    "targets": [{"name": "form", "met": False}, {"name": "term", "met": True}],
}


def shown(runs: Path, results: Any, language: str) -> str:
    (runs / "small" / "results.json").write_text(json.dumps(results, ensure_ascii=False))
    browser = client(runs)
    browser.cookies.set("malmoi-language", language)
    return browser.get("/runs/small").text


def test_a_comparison_is_told_in_korean(runs: Path) -> None:
    page = shown(runs, SEARCH, "ko")
    assert "BM25F에 견준 v2: en→ko 나아짐 (+0.221 [+0.149, +0.299]); ko→ko 차이를" in page
    assert "보정한 p = 0.20" in page
    assert "ko→ko, 대화체 질문 나아짐" in page
    assert '<ul class="plain" lang="ko">' in page
    assert "v2 against BM25F: better in en→ko." in shown(runs, SEARCH, "en")


def test_cards_and_their_student_are_told_in_korean(runs: Path) -> None:
    page = shown(runs, MNEMONICS, "ko")
    assert "낱말 48개에서 카드 12장(25%)" in page
    assert "학생 50% [25%, 75%], 바탕 모델 50%" in page
    assert "이루지 못한 목표: form." in page
    met = MNEMONICS | {"targets": []}
    assert "모든 목표를 이루었습니다." in shown(runs, met, "ko")


@pytest.mark.parametrize(
    "results", [{"verdicts": [HOSTILE]}, {"verdicts": [HOSTILE], "comparison": {}}]
)
def test_what_is_not_understood_stays_as_the_run_has_it(runs: Path, results: Any) -> None:
    page = shown(runs, results, "ko")
    assert '<ul class="plain" lang="en">' in page
    assert "<script>alert" not in page


@pytest.mark.parametrize("results", [[], {"verdicts": 3}, {"verdicts": []}])
def test_a_page_needs_no_findings(runs: Path, results: Any) -> None:
    assert '<ul class="plain"' not in shown(runs, results, "ko")
