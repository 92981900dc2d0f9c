"""Vectors as a matrix, on disk and back."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from malmoi.models.vectors import load_vectors, save_vectors, student_folder, to_matrix
from malmoi.pipelines.search.students import variants
from malmoi.recipe import SearchRecipe

VECTORS = st.lists(st.dictionaries(st.integers(0, 19), st.floats(0.125, 9, width=32)), max_size=6)


def test_names_of_students_name_folders_and_stay_apart() -> None:
    assert student_folder("v2 + parallel") == "student-v2-parallel"
    assert student_folder(" Lexical v0! ") == "student-lexical-v0"
    names = [variant.name for variant in variants(SearchRecipe(name="toy"), True)]
    folders = {student_folder(name) for name in names}
    assert len(folders) == len(names)
    assert all(re.fullmatch(r"student-[a-z0-9][a-z0-9-]*", folder) for folder in folders)


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
    save_vectors(tmp_path, matrix, weights)
    read, again = load_vectors(tmp_path)
    np.testing.assert_array_equal(read.toarray(), matrix.toarray())
    np.testing.assert_array_equal(again, weights)
