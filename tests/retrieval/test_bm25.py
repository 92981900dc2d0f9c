from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from malmoi.core.errors import SourceError
from malmoi.retrieval.bm25 import BM25, BM25F, AnalysedDocuments, Weights, analyse, top_k

DOCUMENTS = [
    ("a", "피벗 테이블 만들기", "데이터를 선택하고 피벗 테이블을 삽입합니다."),
    ("b", "차트 삽입", "테이블의 데이터를 차트로 만듭니다. 표와 그림."),
    ("c", "Recording macros", "Choose Tools - Macros - Record Macro."),
    ("d", "인쇄", "문서를 인쇄합니다."),
]
WORDS = st.lists(st.sampled_from("가나다라마바사"), max_size=12)


def analysed(pairs: list[tuple[list[str], list[str]]]) -> AnalysedDocuments:
    return AnalysedDocuments(
        tuple(f"d{i}" for i in range(len(pairs))),
        tuple(title for title, _ in pairs),
        tuple(text for _, text in pairs),
    )


def test_finds_by_morpheme_not_by_whitespace_word():
    (ids, scores), (english, _) = BM25(DOCUMENTS).search(["테이블에서 피벗은", "macro"])
    assert ids[0] == "a"
    assert scores == sorted(scores, reverse=True)
    assert english == ["c"]  # the plural in the title is stemmed; no other document shares a word


def test_a_query_of_unknown_words_finds_nothing():
    assert BM25(DOCUMENTS).search(["양자역학", "은 는 이 가"]) == [([], []), ([], [])]


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(WORDS, WORDS), min_size=1, max_size=8).filter(
        lambda pairs: any(title or text for title, text in pairs)
    ),
    WORDS.filter(bool),
)
def test_one_field_is_lucenes_bm25(pairs, query):
    import bm25s

    reference = bm25s.BM25(method="lucene", k1=1.4, b=0.6)
    corpus = [title + text for title, text in pairs]
    vocabulary = {word: i for i, word in enumerate(sorted({w for words in corpus for w in words}))}
    if not set(query) & set(vocabulary):
        return
    ids = [[vocabulary[w] for w in words] for words in corpus]
    reference.index((ids, vocabulary), show_progress=False)
    expected = reference.get_scores([w for w in query if w in vocabulary])
    model = BM25(analysed(pairs), Weights(k1=1.4, b_text=0.6))
    found = dict(zip(*model.search([query], k=len(pairs))[0], strict=True))
    ours = [found.get(f"d{i}", 0.0) for i in range(len(pairs))]
    np.testing.assert_allclose(ours, expected, rtol=1e-5, atol=1e-6)


def test_two_fields_by_hand():
    documents = analysed([(["가"], ["나", "나"]), (["나"], ["다", "다", "다", "다"])])
    weights = Weights(k1=1.2, b_text=0.5, b_title=0.0, title=3.0)
    found = dict(zip(*BM25F(documents, weights).search([["나"]])[0], strict=True))
    idf = np.log(1 + 0.5 / 2.5)
    text = 2 / (0.5 + 0.5 * 2 / 3)  # two of two words, the mean length is three
    assert found["d0"] == pytest.approx(idf * text / (1.2 + text), rel=1e-5)
    assert found["d1"] == pytest.approx(idf * 3 / (1.2 + 3), rel=1e-5)


def test_titles_count_by_their_weight():
    documents = analysed([(["가"], ["나", "나", "나"]), (["다"], ["가", "가", "라"])])
    for weight, first in ((10.0, "d0"), (0.01, "d1")):
        (ids, _), *_ = BM25F(documents, Weights(title=weight)).search([["가"]])
        assert ids[0] == first


def test_equal_scores_come_in_trec_evals_order():
    documents = analysed([([], ["가"])] * 12)
    (ids, _), *_ = BM25(documents).search([["가"]], k=3)
    assert ids == ["d9", "d8", "d7"]


def test_run_keeps_query_ids():
    run = BM25(DOCUMENTS).run([("q", "문서 인쇄")])
    assert list(run) == ["q"]
    assert run["q"][0][0] == "d"
    assert BM25(DOCUMENTS).run([("q", "양자역학")]) == {"q": []}


@given(st.lists(st.sampled_from([0.0, 1.0, 2.0, 3.5]), min_size=1), st.integers(1, 12))
def test_top_k_is_a_stable_sort(values, k):
    scores = np.array(values, np.float32)
    expected = sorted(range(len(values)), key=lambda i: (-values[i], i))[:k]
    assert top_k(scores, k).tolist() == expected


def test_errors():
    with pytest.raises(SourceError, match="no documents"):
        analyse([])
    with pytest.raises(SourceError, match="'a'"):
        analyse([("a", "", "x"), ("a", "", "y")])


def test_some_documents_alone_keep_the_statistics_of_all() -> None:
    whole = BM25F(DOCUMENTS)
    some = whole.only({"a", "d"})
    (ids, scores), (all_ids, all_scores) = (m.search(["테이블 문서"])[0] for m in (some, whole))
    known = dict(zip(all_ids, all_scores, strict=True))
    assert dict(zip(ids, scores, strict=True)) == {i: known[i] for i in ids}
    assert set(ids) == set(all_ids) & {"a", "d"}
    some.set_weights(Weights(k1=3.0, title=9.0))
    whole.set_weights(Weights(k1=3.0, title=9.0))
    assert some.search(["테이블"])[0][1][0] == whole.search(["테이블"])[0][1][0]
    assert whole.ids != some.ids
