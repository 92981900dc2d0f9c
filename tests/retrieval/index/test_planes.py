from __future__ import annotations

import numpy as np
import pytest

from malmoi.retrieval.index.planes import CHUNK, Planes, pack, planes_size


@pytest.mark.parametrize("bits", range(0, 33, 4))
@pytest.mark.parametrize("length", [1, 2, 7, 64, 129])
@pytest.mark.parametrize("kind", [np.uint32, np.int64])
def test_integers_are_unpacked_as_they_were_packed(bits: int, length: int, kind: type) -> None:
    rng = np.random.default_rng(bits + length)
    values = rng.integers(0, 1 << bits, length).astype(np.uint32)
    data = np.concatenate([np.zeros(0, np.uint8), *pack(values, bits)])
    assert len(data) == planes_size(length, bits)
    assert len(data) % 4 == 0
    planes = Planes(np.concatenate([data, np.full(5, 255, np.uint8)]), length, bits, kind)
    for start in {0, length // 4 * 2}:
        out = np.full(length - start, 3, kind)
        planes.read(start, length, out, np.empty(length + 1, np.uint16))
        assert out.tolist() == values[start:].tolist()
    places = rng.integers(0, length, 20)
    assert planes.at(places).tolist() == values[places].tolist()
    out = np.zeros(length, kind)
    planes.read(0, length, out, np.empty(length + 1, np.uint16), exact=False)
    assert out.tolist() == (values >> planes.lower_bits << planes.lower_bits).tolist()


@pytest.mark.parametrize("bits", [4, 8, 12, 16])
def test_chunks_are_read_together(bits: int) -> None:
    values = np.random.default_rng(bits).integers(0, 1 << bits, 5 * CHUNK).astype(np.uint32)
    planes = Planes(np.concatenate(pack(values, bits)), len(values), bits, np.int64)
    assert (planes.chunks(np.array([4, 1, 1])) == values.reshape(5, CHUNK)[[4, 1, 1]]).all()
