from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from malmoi.core.errors import RunError
from malmoi.retrieval.index.arrays import open_arrays, write_arrays

ARRAYS = {
    "few": np.array([1, 2, 3], np.uint8),
    "wide": np.array([-1, 1 << 40], np.int64),
    "middle": np.array([0.5], np.float32),
    "none": np.zeros(0, np.uint32),
}


@pytest.mark.parametrize("streamed", [None, [], [b"abc"], [b"", b"12345678", b"9"]])
def test_arrays_are_read_as_they_were_written(tmp_path: Path, streamed: list[bytes] | None) -> None:
    safetensors = pytest.importorskip("safetensors.numpy")
    path = tmp_path / "file"
    if streamed is None:
        write_arrays(path, ARRAYS)
    else:
        pieces = (np.frombuffer(piece, np.uint8) for piece in streamed)
        write_arrays(path, lambda: ARRAYS, pieces, "pieces")
    read = open_arrays(path)
    if streamed is not None:
        whole = b"".join(streamed)
        assert bytes(read.pop("pieces")) == whole + bytes(-len(whole) % 8)
    assert read.keys() == ARRAYS.keys()
    for name, array in ARRAYS.items():
        assert read[name].dtype == array.dtype
        assert read[name].tolist() == array.tolist()
    theirs = safetensors.load_file(path)
    assert all((theirs[name] == array).all() for name, array in read.items())


def test_the_arrays_after_a_stream_are_asked_for_when_it_has_ended(tmp_path: Path) -> None:
    seen = []

    def pieces():
        for number in range(3):
            seen.append(number)
            yield np.full(2, number, np.uint8)

    path = tmp_path / "file"
    write_arrays(path, lambda: {"count": np.array(seen, np.int32)}, pieces(), "pieces")
    assert open_arrays(path)["count"].tolist() == [0, 1, 2]


def test_a_file_that_was_cut_off_is_named(tmp_path: Path) -> None:
    path = tmp_path / "file"
    write_arrays(path, ARRAYS)
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(RunError, match="cut off"):
        open_arrays(path)
