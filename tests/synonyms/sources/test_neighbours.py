"""CSLS takes hubs down; ranks count who is nearer."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from malmoi.synonyms.sources.neighbours import Neighbours

KOREAN = [f"말{i}" for i in range(20)]
ENGLISH = [f"word{i}" for i in range(20)]


class Encoder:
    """말i and wordi point the same way, but for some noise; "hub" is near every word."""

    identity = "test"

    def __init__(self) -> None:
        noise = np.random.default_rng(7)
        self._vectors: dict[str, NDArray[np.float64]] = {}
        for i in range(20):
            base = np.eye(24)[i] + 0.8
            self._vectors[f"말{i}"] = base + 0.05 * noise.normal(size=24)
            self._vectors[f"word{i}"] = base + 0.05 * noise.normal(size=24)
        self._vectors["hub"] = np.ones(24)

    def embed_queries(self, texts: Sequence[str]) -> NDArray[np.float32]:
        rows = np.stack([self._vectors[text] for text in texts])
        return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)

    embed_passages = embed_queries


@pytest.fixture(scope="module")
def near() -> Neighbours:
    return Neighbours(Encoder(), KOREAN, [*ENGLISH, "hub"])


def test_partners_are_mutual_neighbours(near: Neighbours) -> None:
    assert {(k, e) for k, e, _ in near.mutual()} >= {(f"말{i}", f"word{i}") for i in range(20)}


def test_a_partner_has_nobody_ahead(near: Neighbours) -> None:
    (found,) = near.compare([("말3", "word3")])
    assert (found.ahead_of_english, found.ahead_of_korean) == (0, 0)
    assert found.value > 0.5


def test_others_do(near: Neighbours) -> None:
    partner, other = near.compare([("말3", "word3"), ("말3", "word4")])
    assert other.csls < partner.csls
    assert other.ahead_of_english >= 1
    assert other.ahead_of_korean >= 1


def test_a_hub_is_no_neighbour(near: Neighbours) -> None:
    """Its cosine to every word is high, its CSLS is not."""
    partner, hub = near.compare([("말3", "word3"), ("말3", "hub")])
    assert hub.csls < partner.csls
    assert all(e != "hub" for _, e, _ in near.mutual())


def test_nothing_is_compared_without_pairs(near: Neighbours) -> None:
    assert near.compare([]) == []


def test_densities_are_read_again_unless_they_are_damaged(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pairs = [("말3", "word3"), ("말3", "word4")]
    first = Neighbours(Encoder(), KOREAN, ENGLISH, tmp_path).compare(pairs)
    (kept,) = tmp_path.glob("densities-*.npz")
    with monkeypatch.context() as patched:
        patched.setattr(Neighbours, "_densities", lambda *_: pytest.fail("computed anew"))
        assert Neighbours(Encoder(), KOREAN, ENGLISH, tmp_path).compare(pairs) == first
    kept.write_bytes(b"PK")
    assert Neighbours(Encoder(), KOREAN, ENGLISH, tmp_path).compare(pairs) == first
    assert Neighbours(Encoder(), KOREAN, ENGLISH).compare(pairs) == first


def test_the_lead_is_over_the_nearest_of_the_reference_terms(near: Neighbours) -> None:
    partner, other = near.compare([("말3", "word3"), ("말3", "word4")])
    assert partner.lead_of_english == pytest.approx(0, abs=1e-4)
    assert other.lead_of_english < -0.1
