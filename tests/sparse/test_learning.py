from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tiny_student import DOCUMENTS, tiny_parts

from malmoi.recipe import SearchRecipe
from malmoi.sparse.corpus import Corpus, Query
from malmoi.sparse.learning import (
    _chosen,
    _load_vectors,
    _save_vectors,
    development,
    slug,
    to_matrix,
)
from malmoi.sparse.proof import Student
from malmoi.sparse.students import V1, V2, variants

VECTORS = st.lists(st.dictionaries(st.integers(0, 19), st.floats(0.125, 9, width=32)), max_size=6)


def test_slugs_name_folders_and_stay_apart() -> None:
    assert slug("v2 + parallel") == "v2-parallel"
    assert slug(" Lexical v0! ") == "lexical-v0"
    names = [v.name for v in variants(SearchRecipe(name="toy"), True)]
    assert len({slug(name) for name in names}) == len(names)
    assert all(re.fullmatch(r"[a-z0-9][a-z0-9-]*", slug(name)) for name in names)


@given(VECTORS)
def test_a_matrix_holds_its_vectors(vectors: list[dict[int, float]]) -> None:
    matrix = to_matrix(vectors, 20)
    assert matrix.shape == (len(vectors), 20)
    assert matrix.dtype == np.float32
    assert matrix.has_sorted_indices
    for row, vector in zip(matrix, vectors, strict=True):
        assert dict(zip(row.indices.tolist(), row.data.tolist(), strict=True)) == vector


def test_vectors_are_read_as_they_were_written(tmp_path: Path) -> None:
    matrix = to_matrix([{3: 1.5, 0: 0.25}, {}], 5)
    weights = np.arange(5, dtype=np.float32)
    _save_vectors(tmp_path, matrix, weights)
    read, again = _load_vectors(tmp_path)
    np.testing.assert_array_equal(read.toarray(), matrix.toarray())
    np.testing.assert_array_equal(again, weights)


def test_only_a_variant_with_queries_learns_from_them() -> None:
    records = [{"kind": kind} for kind in ("title", "heading", "english", "paraphrase")]
    assert [r["kind"] for r in _chosen(records, V1)] == ["title", "heading"]
    assert _chosen(records, V2) == records


def test_development_is_the_mean_of_the_languages() -> None:
    vocabulary, lexical, weights = tiny_parts()
    matrix = to_matrix(lexical.vectors(list(DOCUMENTS.values())), len(vocabulary))
    student = Student(V1, vocabulary, matrix, weights)
    dev = [
        Query("a", "문서 인쇄", "ko"),
        Query("b", "표 삽입", "ko"),
        Query("c", "매크로", "ko"),
        Query("d", "nothing known", "en"),
    ]
    judged = {"a": {"print": 1}, "b": {"table": 1}, "c": {"print": 1}, "d": {"font": 1}}
    of = Corpus("toy", (), tuple(dev), judged)
    found = development(student, dev, of, list(DOCUMENTS))
    assert found == pytest.approx({"ko": 2 / 3, "en": 0.0, "ndcg@10": 1 / 3})
    assert development(student, [], of, list(DOCUMENTS)) == {"ndcg@10": 0.0}
