from __future__ import annotations

from malmoi.corpora.corpus import Corpus, Document, Query
from malmoi.corpora.pool import answered, choose, reduced

DOCUMENTS = tuple(Document(f"d{n:02}", f"제목 {n}", ()) for n in range(40))
QUERIES = tuple(Query(f"q{n}", f"질문 {n}", "ko") for n in range(6))
QRELS = {f"q{n}": {f"d{3 * n:02}": 1, f"d{3 * n + 1:02}": 0} for n in range(6)}
CORPUS = Corpus("toy", DOCUMENTS, QUERIES[:4], QRELS, conversational=QUERIES[4:])


def test_queries_are_asked_as_far_as_their_judged_documents_find_room() -> None:
    assert answered(CORPUS, 12) == QUERIES
    some = answered(CORPUS, 7)
    assert len(some) == 3
    assert [query for query in QUERIES if query in some] == list(some)
    assert answered(CORPUS, 1) == ()


def test_a_pool_holds_judged_ranked_and_other_documents() -> None:
    rankings = [["d00", "d30", "d31"], ["d32"], [], ["d33", "d34"], ["d35"], ["d36"]]
    chosen = choose(CORPUS, QUERIES, rankings, 20)
    assert list(chosen) == sorted(chosen)
    assert len(chosen) == 20
    kinds = list(chosen.values())
    assert (kinds.count("judged"), kinds.count("ranked"), kinds.count("by hash")) == (12, 5, 3)
    # First ranks go before second ones.
    assert {n for n, why in chosen.items() if why == "ranked"} == {
        "d32",
        "d33",
        "d35",
        "d36",
        "d30",
    }


def test_a_corpus_without_queries_has_a_pool_by_hash() -> None:
    bare = Corpus("bare", DOCUMENTS)
    assert list(choose(bare, (), (), 10).values()) == ["by hash"] * 10


def test_a_reduced_corpus_asks_what_was_chosen() -> None:
    small = reduced(CORPUS, ["d00", "d01", "d12", "d13"], ["q0", "q4"])
    assert [d.id for d in small.documents] == ["d00", "d01", "d12", "d13"]
    assert [q.id for q in small.queries] == ["q0"]
    assert [q.id for q in small.conversational] == ["q4"]
    assert small.qrels == {"q0": QRELS["q0"], "q4": QRELS["q4"]}
