from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse import csr_matrix

from malmoi.retrieval.index.segment import Segment, text_key
from malmoi.retrieval.index.segment_writer import merge_segments, write_segment

WIDTH = 9
ROWS = st.lists(
    st.dictionaries(st.integers(0, WIDTH - 1), st.floats(0.125, 9, width=16)),
    min_size=1,
    max_size=6,
)
NONE = np.array([], np.int32)


def dense(rows: list[dict[int, float]]) -> np.ndarray:
    out = np.zeros((len(rows), WIDTH), np.float32)
    for number, row in enumerate(rows):
        out[number, list(row)] = list(row.values())
    return out


def written(
    path: Path, matrix: np.ndarray, first: int = 0, dead: np.ndarray = NONE, packed: bool = False
) -> Segment:
    ids = [f"문서 {first + n}" for n in range(len(matrix))]
    titles = [f"제목 {identifier}\ud800" for identifier in ids]
    digests = [text_key(i) for i in ids]
    write_segment(path, ids, titles, digests, csr_matrix(matrix), packed=packed)
    return Segment(path, dead)


def scores(segment: Segment, query: dict[int, float]) -> list[float]:
    lists = [segment.postings(dimension) for dimension in query]
    return segment.scores(lists, list(query.values())).tolist()


@pytest.mark.parametrize("packed", [False, True])
def test_a_segment_holds_what_was_written(tmp_path_factory, packed: bool) -> None:
    @given(ROWS)
    def check(rows: list[dict[int, float]]) -> None:
        matrix = dense(rows)
        path = tmp_path_factory.mktemp("segment") / "one"
        segment = written(path, matrix, packed=packed)
        assert len(segment) == len(rows)
        assert segment.id(0) == "문서 0"
        assert segment.title(len(rows) - 1) == f"제목 문서 {len(rows) - 1}\ud800"
        query = np.arange(WIDTH, dtype=np.float32)
        sums = scores(segment, dict(enumerate(query.tolist())))
        np.testing.assert_allclose(sums, matrix @ query, rtol=1e-5)
        everyone = np.arange(len(rows), dtype=np.int32)
        for dimension in range(WIDTH):
            its = segment.postings(dimension).weights_of(everyone)
            assert (its == matrix[:, dimension]).all()

    check()


@pytest.mark.parametrize("packed", [False, True])
def test_deleted_rows_are_found_no_more_and_merged_away(tmp_path: Path, packed: bool) -> None:
    matrix = dense([{0: 1.0}, {0: 2.0, 3: 1.0}, {8: 4.0}])
    first = written(tmp_path / "a", matrix, 0, np.array([1], np.int32), packed)
    second = written(tmp_path / "b", matrix, 3)
    ids = ["문서 0", "문서 1", "none"]
    keys = np.array([text_key(i) for i in ids], np.uint64)
    assert first.live_rows(ids, keys) == [0]
    assert scores(first, {0: 1.0}) == [1.0, 0.0, 0.0]
    with first.sums() as sums:
        assert sums.tolist() == [0.0, -np.inf, 0.0]
    merge_segments(tmp_path / "c", [first, second], WIDTH, packed)
    merged = Segment(tmp_path / "c", NONE)
    assert [merged.id(row) for row in range(len(merged))] == [f"문서 {n}" for n in (0, 2, 3, 4, 5)]
    assert scores(merged, {0: 1.0}) == [1.0, 0.0, 1.0, 2.0, 0.0]
    assert len(merged.postings(5)) == 0
