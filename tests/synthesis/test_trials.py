from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from malmoi.corpora.corpus import Document, Query, Section
from malmoi.recipe import QueriesSection
from malmoi.retrieval.bm25 import BM25F, analyse
from malmoi.synthesis.prompts import load_prompt
from malmoi.synthesis.queries import Ask, plan
from malmoi.synthesis.trials import Setting, Trial
from malmoi.synthesis.variants import Variant
from malmoi.teachers import Reply
from tests.helpers.typed_dicts import misfits

NAMES = ["여권", "세금", "자전거", "김치", "커피", "도서관"]
DOCUMENTS = tuple(Document(n, f"{n} 안내", (Section("", f"{n} 설명입니다"),)) for n in NAMES)
VARIANT = Variant("keywords/as it is", "", load_prompt("keywords"))
WORDS = BM25F(analyse((d.id, d.title, d.text) for d in DOCUMENTS))
DEV = (Query("q", "바퀴 수리", "ko"), Query("r", "배추 소금", "ko"), Query("e", "wheel", "en"))
QRELS = {"q": {"자전거": 1}, "r": {"김치": 1}, "e": {"자전거": 1, "여권": 0}}


def setting(dev: tuple[Query, ...] = DEV, **section: Any) -> Setting:
    def dense(queries: Sequence[str], k: int) -> list[tuple[list[str], list[float]]]:
        return [([f"{n}#0" for n in NAMES if n in query][:k], [1.0]) for query in queries]

    analysed = analyse((d.id, d.title, d.text) for d in DOCUMENTS)
    asked = QueriesSection(**{"round_trip_k": 3, **section})
    return Setting(analysed, DOCUMENTS, dev, QRELS, asked, "ko", dense, WORDS.search)


def asks(*documents: str) -> list[Ask]:
    section = QueriesSection(kinds={"keywords": 1}, max_passages=1)
    chosen = [d for d in DOCUMENTS if d.id in documents]
    return plan(chosen, section, False, 80, {"keywords": VARIANT.prompt})


def judged(replies: dict[str, str | Reply], given: Setting | None = None) -> Trial:
    asked = asks(*replies)
    answers = [r if isinstance(r := replies[a.document], Reply) else Reply(r) for a in asked]
    trial, _ = (given or setting()).judge(VARIANT, asked, answers)
    return trial


GOOD: dict[str, str | Reply] = {"자전거": "자전거 바퀴 수리", "김치": "김치 배추 소금"}


def test_queries_with_the_words_that_people_use_gain() -> None:
    trial = judged(GOOD)
    assert misfits(trial, Trial) == []
    assert (trial["written"], trial["kept"], trial["survival"], trial["mrr"]) == (2, 2, 1.0, 1.0)
    assert trial["ndcg"]["ko"] == {"queries": 2, "before": 0.0, "after": 1.0}
    assert trial["ndcg"]["en"] == {"queries": 1, "before": 0.0, "after": 0.0}
    assert trial["delta"] == 0.5  # the mean of both languages
    assert trial["score"] == 0.5
    assert trial["gains"] == {"q": 1.0, "r": 1.0, "e": 0.0}


def test_what_the_document_says_itself_gains_nothing() -> None:
    trial = judged({"자전거": "자전거 설명", "김치": "김치 안내"})
    assert trial["kept"] > 0
    assert trial["delta"] == trial["score"] == 0


def test_a_query_that_draws_others_queries_to_its_document_loses() -> None:
    given = setting((*DEV, Query("c", "커피 물", "ko")))
    QRELS["c"] = {"커피": 1}
    alone = judged(GOOD, given)
    greedy = judged({**GOOD, "김치": "김치 커피 물 커피"}, given)
    assert alone["gains"].get("c", 0) == 0
    assert greedy["gains"]["c"] < 0
    assert greedy["delta"] is not None
    assert alone["delta"] is not None
    assert greedy["delta"] < alone["delta"]


def test_the_score_falls_with_what_does_not_survive() -> None:
    trial = judged({**GOOD, "세금": Reply("", finish="error", error="gone"), "여권": "이 문서"})
    assert (trial["written"], trial["kept"]) == (4, 2)
    assert trial["rejected"] == {"no reply": 1, "generic": 1}
    assert trial["score"] == pytest.approx(0.5 * (trial["delta"] or 0))


def test_without_development_queries_the_rank_of_the_round_trip_counts() -> None:
    trial = judged({**GOOD, "커피": "김치 배추"}, setting(dev=(), relabel=False))
    assert (trial["ndcg"], trial["delta"], trial["gains"]) == ({}, None, {})
    assert trial["mrr"] == pytest.approx(2 / 3)
    assert trial["score"] == pytest.approx(2 / 3 * 2 / 3)
    unranked = judged(GOOD, setting(dev=(), round_trip_k=0))
    assert (unranked["mrr"], unranked["score"]) == (None, 1.0)


@pytest.mark.parametrize("reply", ["", "\n\n", "?!", "\ud800", "a" * 5000, "<think>음"])
def test_junk_scores_nothing(reply: str) -> None:
    trial = judged(dict.fromkeys(("자전거", "김치"), reply))
    assert trial["kept"] == 0
    assert trial["score"] == 0
    assert sum(trial["rejected"].values()) == trial["written"] == 2


def test_a_relabelled_query_of_another_document_is_no_word_of_the_sample() -> None:
    trial = judged({"세금": "자전거 바퀴 수리"})
    assert trial["kept"] == 1  # it is the bicycle's now
    assert trial["delta"] is None  # and nobody asked for the tax page
