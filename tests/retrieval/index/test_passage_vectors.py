from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from malmoi.core.errors import StudentError
from malmoi.retrieval.index.passage_vectors import PassageVectors, joined

COUNTS = st.lists(st.integers(0, 3), min_size=1, max_size=6)


def made(counts: list[int], seed: int = 0, width: int = 8) -> tuple[np.ndarray, PassageVectors]:
    vectors = np.random.default_rng(seed).normal(size=(sum(counts), width)).astype(np.float32)
    return vectors, PassageVectors.quantised(vectors, counts)


@settings(deadline=None)
@given(COUNTS, st.integers(0, 99))
def test_a_document_has_the_score_of_its_best_passage(counts: list[int], seed: int) -> None:
    vectors, passages = made(counts, seed)
    query = np.random.default_rng(seed + 1).normal(size=8).astype(np.float32)
    parts = np.split(vectors, np.cumsum(counts)[:-1])
    expected = [max(part @ query) if len(part) else -np.inf for part in parts]
    # Half a level in each dimension, and as much again by what keeps the length.
    largest = np.abs(vectors).max(initial=0)
    np.testing.assert_allclose(
        passages.scores(query), expected, atol=largest / 127 * np.abs(query).sum()
    )


def test_the_best_passage_counts_and_not_the_mean() -> None:
    vectors = np.float32([[1, 0], [-1, 0], [0.5, 0.8]])
    scores = PassageVectors.quantised(vectors, [2, 1]).scores(np.float32([1, 0]))
    assert scores[0] == pytest.approx(1.0)
    assert scores[0] > scores[1]


def test_each_vector_uses_all_levels() -> None:
    vectors = np.float32([[0.01, -0.02], [30, 1], [0, 0]])
    passages = PassageVectors.quantised(vectors, [1, 1, 1])
    assert np.abs(passages.levels).max(axis=1).tolist() == [127, 127, 0]
    np.testing.assert_allclose(passages.floats[:, 1], vectors[:, 1], atol=30 / 254)
    lengths = [np.linalg.norm(each, axis=1) for each in (passages.floats, vectors)]
    np.testing.assert_allclose(*lengths, rtol=1e-5)


@settings(deadline=None)
@given(COUNTS, st.sets(st.integers(0, 5)))
def test_documents_are_taken_and_joined_with_their_passages(counts: list[int], rows) -> None:
    _, passages = made(counts)
    kept = np.array(sorted(row for row in rows if row < len(counts)), np.int64)
    query = np.ones(8, np.float32)
    taken = passages.take(kept)
    assert taken.counts.tolist() == [counts[row] for row in kept]
    np.testing.assert_allclose(
        taken.scores(query), passages.scores(query)[kept], rtol=1e-5, atol=1e-5
    )
    both = joined([taken, PassageVectors.none(2, 8), passages])
    assert both.counts.tolist() == [*taken.counts, 0, 0, *counts]
    np.testing.assert_allclose(
        both.scores(query)[len(kept) + 2 :], passages.scores(query), rtol=1e-5, atol=1e-5
    )


@pytest.mark.parametrize(("value", "counts"), [(np.nan, [1]), (np.inf, [1]), (1.0, [2])])
def test_what_is_no_vector_or_has_no_document_is_refused(value: float, counts: list[int]) -> None:
    with pytest.raises(StudentError):
        PassageVectors.quantised(np.float32([[value, 0]]), counts)
