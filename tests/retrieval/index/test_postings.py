from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from malmoi.retrieval.index import postings
from malmoi.retrieval.index.postings import PackedList, PostingList, pack_list, rounded

EXTREMES = [1e-45, 1e-39, 3e38, -1.5, -1e-42]


def weights_of(kind: str, length: int, rng: np.random.Generator) -> np.ndarray:
    """Weights as encoders give them, and as none does."""
    drawn = rng.gamma(2, 0.5, length).astype(np.float32) + np.float32(0.01)
    if kind == "quarters":
        return np.ceil(drawn * 4) / np.float32(4)
    if kind == "equal":
        return np.full(length, 1.5, np.float32)
    if kind == "half":
        return drawn.astype(np.float16).astype(np.float32)
    if kind == "extreme":
        return np.where(rng.random(length) < 0.3, rng.choice(EXTREMES, length), drawn).astype("f4")
    return -drawn if kind == "negative" else drawn


@settings(max_examples=150, deadline=None)
@given(
    st.sampled_from([1, 2, 63, 64, 65, 1000, 5000]),
    st.sampled_from([1, 1.3, 3, 20, 300, 3000, 200_000]),
    st.sampled_from(["full", "quarters", "equal", "half", "extreme", "negative"]),
    st.integers(0, 1 << 16),
)
def test_a_packed_list_is_the_list(length: int, spread: float, kind: str, seed: int) -> None:
    rng = np.random.default_rng(seed)
    documents = int(length * spread) + 1
    rows = np.unique(rng.integers(0, documents, length)).astype(np.int32)
    weights = weights_of(kind, len(rows), rng)
    parts, packing = pack_list(rows, weights)
    packed = PackedList(np.concatenate([*parts, np.full(9, 255, np.uint8)]), packing)
    assert len(packed) == len(rows)
    assert packed.rows.tolist() == rows.tolist()
    assert packed.weights.tolist() == weights.tolist()
    asked = np.unique(rng.integers(0, documents + 9, 20))
    asked = np.union1d(asked, rows[-1:]).astype(np.int32)
    plain = PostingList(rows, weights)
    for few in (asked, asked[:1], asked[-1:], asked[:0]):
        assert packed.weights_of(few).tolist() == plain.weights_of(few).tolist()


@pytest.mark.parametrize("kind", ["full", "quarters", "half", "extreme", "negative"])
def test_sums_are_exact_or_within_the_error(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(postings, "_BLOCK", 256)
    monkeypatch.setattr(postings, "_SPARE", [])
    rng = np.random.default_rng(3)
    rows = np.unique(rng.integers(0, 60_000, 2000)).astype(np.int32)
    weights = weights_of(kind, len(rows), rng)
    parts, packing = pack_list(rows, weights)
    packed, plain = PackedList(np.concatenate(parts), packing), PostingList(rows, weights)
    right, exact, quick = np.zeros((3, 60_000), np.float32)
    plain.add_to(right, 0.7)
    packed.add_to(exact, 0.7)
    assert exact.tolist() == right.tolist()
    if kind in {"extreme", "negative"}:
        assert packed.error in {0, np.inf}
        return
    assert packed.error < 2**-10
    packed.add_to(quick, 0.7, exact=False)
    assert (quick <= right).all()
    assert (quick >= right * (1 - packed.error - 1e-6)).all()


def test_weights_of_few_bits_take_few_bytes() -> None:
    rows = np.arange(0, 100_000, 20, dtype=np.int32)
    sizes = {}
    for kind in ("full", "half", "quarters", "equal"):
        parts, _ = pack_list(rows, weights_of(kind, len(rows), np.random.default_rng(0)))
        sizes[kind] = sum(map(len, parts)) / len(rows)
    assert sizes["full"] < 5
    assert sizes["half"] < 3.2
    assert sizes["quarters"] < 2.2
    assert sizes["equal"] < 1.1


def test_weights_are_rounded_to_the_nearest_of_so_many_bits() -> None:
    weights = np.random.default_rng(0).gamma(2, 0.5, 10_000).astype(np.float32)
    for bits in (8, 17):
        near = rounded(weights, bits)
        assert (np.abs(near - weights) <= weights * 2.0**-bits).all()
        assert (np.frexp(near)[0] * 2**bits % 1 == 0).all()
        assert (rounded(near, bits) == near).all()
        assert (rounded(-weights, bits) == -near).all()
    halves = np.array([1 + 1 / 256, 1 + 3 / 256], np.float32)
    assert rounded(halves, 8).tolist() == [1, 1 + 4 / 256]
