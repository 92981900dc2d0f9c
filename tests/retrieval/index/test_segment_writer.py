from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import scipy.sparse as sp

from malmoi.retrieval.index import segment_writer
from malmoi.retrieval.index.segment import Segment
from malmoi.retrieval.index.segment_writer import merge_segments, write_segment

DIMENSIONS = 300


def segments(folder: Path, count: int, packed: bool) -> tuple[list[Segment], np.ndarray]:
    """Segments of a few hundred documents, every fifth deleted, and what they hold alive."""
    rng = np.random.default_rng(7)
    made, alive = [], []
    for number in range(count):
        matrix = sp.random(400, DIMENSIONS, 0.05, "csr", np.float32, random_state=rng)
        names = [f"{number}-{n}" for n in range(400)]
        path = folder / f"{number}"
        write_segment(path, names, names, range(400), matrix, packed=packed and number % 2 == 0)
        dead = np.arange(0, 400, 5, dtype=np.int32)
        made.append(Segment(path, dead))
        alive.append(np.delete(matrix.toarray(), dead, axis=0))
    return made, np.concatenate(alive)


def dense(segment: Segment) -> np.ndarray:
    out = np.zeros((len(segment), DIMENSIONS), np.float32)
    for dimension in range(DIMENSIONS):
        postings = segment.postings(dimension)
        out[postings.rows, dimension] = postings.weights
    return out


@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize("chunk", [1, 500, 1 << 22])
def test_a_merge_of_both_kinds_holds_every_weight(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, packed: bool, chunk: int
) -> None:
    monkeypatch.setattr(segment_writer, "_CHUNK", chunk)
    made, alive = segments(tmp_path, 3, packed=True)
    merge_segments(tmp_path / "all", made, DIMENSIONS, packed)
    merged = Segment(tmp_path / "all", np.zeros(0, np.int32))
    assert (dense(merged) == alive).all()
    assert merged.id(0) == "0-1"
    assert merged.title(len(merged) - 1) == "2-399"
    assert merged.digests.tolist() == [n for n in range(400) if n % 5] * 3


def test_packed_arrays_are_less_than_two_thirds(tmp_path: Path) -> None:
    rng = np.random.default_rng(7)
    matrix = sp.random(20_000, 100, 0.2, "csr", np.float32, random_state=rng)
    names = [str(n) for n in range(20_000)]
    sizes = []
    for packed in (False, True):
        write_segment(tmp_path / "one", names, names, range(20_000), matrix, packed=packed)
        sizes.append((tmp_path / "one").stat().st_size)
    assert sizes[1] < sizes[0] * 2 / 3


def test_a_segment_of_no_weights_can_be_packed(tmp_path: Path) -> None:
    nothing = sp.csr_matrix((2, DIMENSIONS), dtype=np.float32)
    write_segment(tmp_path / "one", ["a", "b"], ["", ""], [1, 2], nothing, packed=True)
    segment = Segment(tmp_path / "one", np.zeros(0, np.int32))
    assert len(segment) == 2
    assert len(segment.postings(3)) == 0
