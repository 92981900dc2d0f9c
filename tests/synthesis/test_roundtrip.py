from collections.abc import Sequence
from dataclasses import replace

import pytest

from malmoi.recipe import QueriesSection
from malmoi.retrieval.bm25 import BM25
from malmoi.synthesis.queries import Candidate
from malmoi.synthesis.roundtrip import (
    Ranks,
    decide,
    documents_of,
    parent,
    rank_all,
    rank_figures,
    round_trip,
)

PAGES = {
    "passport": ("여권 재발급", "여권을 잃어버리면 구청에 분실 신고를 하고 새 여권을 신청한다"),
    "tax": ("소득세 신고", "소득세는 오월에 세무서에 신고하고 기한을 연장할 수 있다"),
    "bread": ("빵 굽기", "밀가루 반죽을 발효하여 오븐에서 빵을 굽는다"),
    "bike": ("자전거 안장", "자전거 안장의 높이를 무릎에 맞춘다"),
}
LEXICAL = BM25([(key, *page) for key, page in PAGES.items()])
SECTION = QueriesSection(round_trip_k=1)

Found = list[tuple[list[str], list[float]]]


class Meaning:
    """A dense ranking that is given: query → ids, best first; it remembers what it was asked."""

    def __init__(self, ranking: dict[str, list[str]]) -> None:
        self.ranking = ranking

    def __call__(self, queries: Sequence[str], k: int) -> Found:
        rankings = [self.ranking.get(q, [])[:k] for q in queries]
        return [(ids, [1.0 / (n + 1) for n in range(len(ids))]) for ids in rankings]


def candidate(text: str, document: str, language: str = "ko") -> Candidate:
    return Candidate(f"{document}#0/{text}", document, f"{document}#0", "keywords", language, text)


def test_either_ranking_keeps_both_on_another_relabel_and_neither_drops() -> None:
    dense = Meaning(
        {
            "여권 분실": ["bread"],  # words find it, meaning doesn't
            "신분증 다시 받기": ["passport#2"],  # meaning finds a passage, words find nothing
            "빵 반죽": ["bread#0"],  # written for the tax page, plainly about bread
            "자전거": ["tax"],  # the two rankings disagree, and neither says passport
        }
    )
    asked = [
        candidate("여권 분실", "passport"),
        candidate("신분증 다시 받기", "passport"),
        candidate("빵 반죽", "tax"),
        candidate("자전거", "passport"),
    ]
    survivors, rejects, report = round_trip(asked, dense, LEXICAL.search, SECTION, "ko")
    assert [(c.text, c.document, c.passage) for c in survivors] == [
        ("여권 분실", "passport", "passport#0"),
        ("신분증 다시 받기", "passport", "passport#0"),
        ("빵 반죽", "bread", ""),
    ]
    assert [(r.candidate["text"], r.reason) for r in rejects] == [("자전거", "round trip")]
    assert (report["round_trip"]["seen"], report["round_trip"]["dropped"]) == (4, 1)
    assert report["relabelled"]["relabelled"] == 1
    assert report["relabelled"]["examples"] == [("빵 반죽", "tax → bread")]


def test_without_relabelling_the_query_for_another_page_is_dropped() -> None:
    dense = Meaning({"빵 반죽": ["bread"]})
    section = QueriesSection(round_trip_k=1, relabel=False)
    asked = [candidate("빵 반죽", "tax")]
    assert round_trip(asked, dense, LEXICAL.search, section, "ko")[0] == []


def test_words_have_no_say_about_a_query_in_another_language() -> None:
    english = candidate("여권 passport", "passport", "en")
    dense = Meaning({"여권 passport": ["bread", "passport"]})
    assert rank_all([english], dense, LEXICAL.search, 1, "ko") == [Ranks(0, 0, "bread", "")]
    assert rank_all([english], dense, LEXICAL.search, 2, "ko") == [Ranks(2, 0, "bread", "")]
    # Nor is it ever relabelled on the word of one ranking.
    _, rejects, _ = round_trip([english], dense, LEXICAL.search, SECTION, "ko")
    assert [r.reason for r in rejects] == ["round trip"]


def test_ranks_count_documents_not_passages() -> None:
    dense = Meaning({"빵": ["tax#0", "tax#1", "tax#2", "bread#4"]})
    assert rank_all([candidate("빵", "bread")], dense, None, 2, "ko")[0].dense == 2


def test_a_k_of_0_lets_all_through() -> None:
    asked = [candidate("자전거", "passport")]
    section = QueriesSection(round_trip_k=0)
    assert round_trip(asked, Meaning({}), None, section, "ko")[:2] == (asked, [])


@pytest.mark.parametrize(
    ("ranks", "expected"),
    [
        (Ranks(1, 0, "own", ""), ("keep", "own")),
        (Ranks(0, 9, "b", "b"), ("keep", "own")),
        (Ranks(0, 0, "b", "b"), ("relabel", "b")),
        (Ranks(0, 0, "b", "c"), ("drop", "own")),
        (Ranks(0, 0, "b", ""), ("drop", "own")),
        (Ranks(0, 0, "", ""), ("drop", "own")),
    ],
)
def test_decide(ranks: Ranks, expected: tuple[str, str]) -> None:
    assert decide(ranks, "own", relabel=True) == expected


def test_a_passages_parent_is_before_its_last_number_sign_and_documents_are_their_own() -> None:
    assert parent("text/a.html#bm_1#12") == "text/a.html#bm_1"
    assert parent("C#") == "C#"
    assert parent("page") == "page"
    assert documents_of(["a#1", "b", "a#0", "b#2"]) == ["a", "b"]


def test_ranks_are_told_by_kind_and_lexical_ones_only_where_they_were_asked() -> None:
    dense = Meaning({"여권 분실": ["passport#1"], "자전거": ["bike"], "lost": ["tax"]})
    asked = [
        candidate("여권 분실", "passport"),
        candidate("자전거", "tax"),
        replace(candidate("lost", "tax", "en"), kind="english"),
    ]
    ranks = round_trip(asked, dense, LEXICAL.search, SECTION, "ko")[2]["round_trip"]["ranks"]
    assert ranks["keywords"] == {
        "queries": 2,
        "dense_first": 0.5,
        "dense_found": 0.5,
        "lexical_first": 0.5,
        "lexical_found": 0.5,
        "mrr": 0.5,
    }
    assert ranks["english"]["lexical_first"] is None
    assert ranks["english"]["mrr"] == 1.0


def test_mrr_is_of_the_better_rank_and_nothing_is_said_of_no_queries() -> None:
    figures = rank_figures([Ranks(4, 2, "", ""), Ranks(0, 0, "", "")], lexical=True)
    assert figures is not None
    assert figures["mrr"] == 0.25
    assert (figures["lexical_first"], figures["lexical_found"]) == (0, 0.5)
    assert rank_figures([], lexical=True) is None
    assert rank_all([], Meaning({}), LEXICAL.search, 1, "ko") == []
