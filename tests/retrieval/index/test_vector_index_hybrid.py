"""Hybrid search of the embedded index against brute force, through additions, deletions, merges."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_matrix

from malmoi.core.errors import RunError, StudentError
from malmoi.retrieval.fusion import standardised
from malmoi.retrieval.index.manifest import DenseModel
from malmoi.retrieval.index.passage_vectors import PassageVectors
from malmoi.retrieval.index.vector_index import VectorIndex

DIMENSIONS, WIDTH = 7, 4
DENSE = DenseModel("e5", "weights", WIDTH, 80)
QUERY = {1: 2.0, 3: 0.5}
VECTOR = np.float32([0.5, 0.5, -0.5, 0.5])


def document(seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Weights [dimensions] and the vectors of one to three passages."""
    rng = np.random.default_rng(seed)
    weights = (rng.integers(0, 4, DIMENSIONS) / 4).astype(np.float32)
    return weights, rng.integers(-127, 128, (seed % 3 + 1, WIDTH)).astype(np.float32) / 127


def put(index: VectorIndex, documents: dict[str, tuple[np.ndarray, np.ndarray]]) -> None:
    ids = list(documents)
    weights = np.array([documents[i][0] for i in ids]).reshape(len(ids), DIMENSIONS)
    vectors = [documents[i][1] for i in ids]
    counts = [len(each) for each in vectors]
    passages = PassageVectors.quantised(np.concatenate([*vectors, np.zeros((0, WIDTH))]), counts)
    index.add(ids, [f"제목 {i}" for i in ids], [1] * len(ids), csr_matrix(weights), passages)


def opened(folder: Path) -> VectorIndex:
    index = VectorIndex.create(folder, DIMENSIONS)
    index.embed_with(DENSE)
    return index


def brute_force(documents: dict[str, tuple[np.ndarray, np.ndarray]], weight: float) -> np.ndarray:
    sparse = [sum(w * each[d] for d, w in QUERY.items()) for each, _ in documents.values()]
    stored = [
        PassageVectors.quantised(v, [len(v)]).scores(VECTOR)[0] for _, v in documents.values()
    ]
    return np.array(sparse) + weight * standardised(np.array(stored))


OPERATIONS = st.lists(
    st.one_of(
        st.tuples(st.just("add"), st.lists(st.integers(0, 9), min_size=1, max_size=4, unique=True)),
        st.tuples(st.just("delete"), st.lists(st.integers(0, 9), max_size=3)),
        st.tuples(st.just("compact"), st.just([])),
    ),
    max_size=14,
)


def test_the_best_by_both_whatever_was_added_and_deleted(tmp_path_factory) -> None:
    @settings(max_examples=40, deadline=None)
    @given(OPERATIONS, st.integers(1, 12))
    def check(operations, k) -> None:
        index = opened(tmp_path_factory.mktemp("index") / "index")
        documents: dict[str, tuple[np.ndarray, np.ndarray]] = {}
        for step, (name, numbers) in enumerate(operations):
            if name == "add":
                batch = {f"d{n}": document(n + 10 * step) for n in numbers}
                documents |= batch
                put(index, batch)
            elif name == "delete":
                index.delete([f"d{n}" for n in numbers])
                documents = {
                    i: d for i, d in documents.items() if i not in {f"d{n}" for n in numbers}
                }
            else:
                index.compact()
        hits = VectorIndex.open(index.folder).search_hybrid(QUERY, VECTOR, k, 2.0)
        expected = brute_force(documents, 2.0) if documents else np.zeros(0)
        by_id = dict(zip(documents, expected.tolist(), strict=True))
        assert len(hits) == min(k, len(documents))
        for hit, best in zip(hits, sorted(by_id.values(), reverse=True), strict=False):
            assert hit.score == pytest.approx(best, abs=1e-4)
            assert hit.score == pytest.approx(by_id[hit.id], abs=1e-4)
            parts = hit.dense + sum(mine * its for mine, its in hit.matches.values())
            assert hit.score == pytest.approx(parts, abs=1e-5)

    check()


def test_a_document_without_a_word_of_the_query_is_one_of_the_results(tmp_path: Path) -> None:
    index = opened(tmp_path / "index")
    put(index, {"near": (np.zeros(DIMENSIONS, np.float32), VECTOR[None]), "far": document(1)})
    assert [hit.id for hit in index.search_hybrid({}, VECTOR, 10)] == ["near", "far"]
    assert index.search_hybrid({}, VECTOR)[0].matches == {}
    assert index.search({}) == []


def test_equal_scores_come_in_the_order_of_their_ids(tmp_path: Path) -> None:
    index = opened(tmp_path / "index")
    for name in "cab":
        put(index, {name: document(4)})
    assert [hit.id for hit in index.search_hybrid(QUERY, VECTOR, 2)] == ["a", "b"]
    assert index.search_hybrid(QUERY, VECTOR, 1)[0].dense == 0.0


def test_one_document_is_found_by_its_words_and_an_empty_index_has_none(tmp_path: Path) -> None:
    index = opened(tmp_path / "index")
    assert index.search_hybrid(QUERY, VECTOR) == []
    put(index, {"a": document(5)})
    sparse, hybrid = index.search(QUERY), index.search_hybrid(QUERY, VECTOR)
    assert [hit.score for hit in hybrid] == [hit.score for hit in sparse]


def test_what_was_added_before_there_were_vectors_is_named_with_the_remedy(tmp_path: Path) -> None:
    index = VectorIndex.create(tmp_path / "index", DIMENSIONS)
    plain = csr_matrix(np.ones((2, DIMENSIONS), np.float32))
    index.add(["a", "b"], ["", ""], [1, 1], plain)
    with pytest.raises(
        RunError, match=r"no vectors of passages.*malmoi index MODEL CORPUS --dense"
    ):
        index.search_hybrid(QUERY, VECTOR)
    index.embed_with(DENSE)
    put(index, {"b": document(1), "c": document(2)})
    with pytest.raises(RunError, match=r"1 of 3 documents.*--dense"):
        index.search_hybrid(QUERY, VECTOR)
    index.compact()
    with pytest.raises(RunError, match="1 of 3 documents"):
        index.search_hybrid(QUERY, VECTOR)
    assert [index.is_embedded(i) for i in "abcd"] == [False, True, True, False]
    put(index, {"a": document(3)})
    assert len(index.search_hybrid(QUERY, VECTOR)) == 3


def test_vectors_of_two_models_never_mix(tmp_path: Path) -> None:
    index = opened(tmp_path / "index")
    index.embed_with(DenseModel("a copy of e5", "weights", WIDTH, 80))
    assert VectorIndex.open(index.folder).manifest.dense == index.manifest.dense
    for other in (DenseModel("e5", "other", WIDTH, 80), DenseModel("e5", "weights", WIDTH, 50)):
        with pytest.raises(RunError, match="don't mix"):
            index.embed_with(other)
    with pytest.raises(RunError, match="5 dimensions"):
        index.search_hybrid(QUERY, np.ones(5, np.float32))


def test_a_batch_has_vectors_where_the_index_has(tmp_path: Path) -> None:
    plain = csr_matrix(np.ones((1, DIMENSIONS), np.float32))
    one = PassageVectors.quantised(np.ones((1, WIDTH), np.float32), [1])
    with pytest.raises(StudentError, match="has none"):
        opened(tmp_path / "dense").add(["a"], [""], [1], plain)
    with pytest.raises(StudentError, match="has no vectors"):
        VectorIndex.create(tmp_path / "plain", DIMENSIONS).add(["a"], [""], [1], plain, one)
    wide = PassageVectors.quantised(np.ones((1, WIDTH + 1), np.float32), [1])
    with pytest.raises(StudentError, match="dimensions"):
        VectorIndex.open(tmp_path / "dense").add(["a"], [""], [1], plain, wide)
