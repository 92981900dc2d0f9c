"""Synonyms in BM25: as Lucene reads a query, and as its SynonymQuery scores one."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from malmoi.retrieval.bm25 import BM25, AnalysedDocuments, Weights
from malmoi.retrieval.synonyms import Synonyms

DOCUMENTS = AnalysedDocuments(
    ids=("cell", "row", "menu", "both"),
    titles=([], [], [], []),
    texts=(
        ["셀", "병합", "표"],
        ["행", "삽입", "표"],
        ["바로", "가기", "메뉴"],
        ["셀", "행", "row", "메뉴"],
    ),
)
SYNONYMS = Synonyms(
    {
        ("row",): {("행",): 1.0},
        ("context", "menu"): {("바로", "가기", "메뉴"): 1.0},
        ("menu",): {("메뉴",): 1.0},
        ("kerning",): {("자간",): 1.0},
    }
)


def scores(
    query: list[str], synonyms: Synonyms[str] | None = None, weights: Weights | None = None
) -> dict[str, float]:
    found, values = BM25(DOCUMENTS, weights).search([query], 10, synonyms)[0]
    return dict(zip(found, values, strict=True))


def test_an_english_word_finds_its_korean_alternative() -> None:
    assert set(scores(["row"])) == {"both"}
    assert set(scores(["row"], SYNONYMS)) == {"row", "both"}
    assert scores(["kerning"], SYNONYMS) == {}  # neither side stands anywhere


def test_the_score_is_that_of_lucenes_synonym_query() -> None:
    weights = Weights(k1=1.2, b_text=0.0)
    found = scores(["row"], SYNONYMS, weights)
    idf = math.log(1 + (4 - 2 + 0.5) / (2 + 0.5))  # of 행, in two documents; row is in one
    assert found["row"] == pytest.approx(idf * 1 / (1.2 + 1), rel=1e-5)
    assert found["both"] == pytest.approx(idf * 2 / (1.2 + 2), rel=1e-5)  # 행 and row count as one


def test_the_longest_term_wins_and_all_its_words_must_be_there() -> None:
    found = scores(["context", "menu"], SYNONYMS)
    assert set(found) == {"menu"}, "`both` has 메뉴 alone, and `menu` was part of a longer term"
    assert set(scores(["the", "menu"], SYNONYMS)) == {"menu", "both"}


def test_a_longer_terms_own_words_still_score() -> None:
    synonyms = Synonyms({("셀", "병합"): {("merge", "cell"): 1.0}})
    assert scores(["셀", "병합"], synonyms) == pytest.approx(scores(["셀", "병합"]))


def test_a_weight_counts_an_alternative_for_less() -> None:
    half = Synonyms({("row",): {("행",): 0.5}})
    assert scores(["row"], half)["row"] < scores(["row"], SYNONYMS)["row"]


WORDS = st.lists(st.sampled_from(["셀", "행", "표", "row", "menu", "바로", "x"]), max_size=6)


@given(WORDS)
def test_no_synonyms_change_nothing(query: list[str]) -> None:
    assert scores(query, Synonyms({})) == pytest.approx(scores(query), rel=1e-5)


@given(WORDS)
def test_spans_cover_the_query_in_order(query: list[str]) -> None:
    spans = Synonyms({("row", "menu"): {}, ("셀", "행", "표"): {}}).spans(query)
    assert [i for a, b in spans for i in range(a, b)] == list(range(len(query)))
    assert all(np.diff(span) == 1 or query[slice(*span)] for span in spans)


def test_reading_is_greedy_from_the_left() -> None:
    synonyms = Synonyms({("a", "b"): {}, ("b", "c"): {}, ("c",): {}})
    assert synonyms.terms(["a", "b", "c"]) == [("a", "b"), ("c",)]
    assert synonyms.terms([]) == []
