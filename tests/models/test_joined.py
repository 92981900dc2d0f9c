from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from malmoi.models.joined import Joined, JoinedQueries


class Turned:
    """A text by its length, as a direction; passages are turned the other way."""

    def __init__(self, name: str, step: float) -> None:
        self.weights, self.step = name, step

    def embed_queries(self, texts):
        angles = np.array([len(text) * self.step for text in texts], np.float32)
        return np.stack([np.cos(angles), np.sin(angles)], axis=1)

    def embed_passages(self, texts):
        return self.embed_queries(texts)[:, ::-1]


TEXTS = st.lists(st.text(max_size=9), min_size=1, max_size=4)


@given(TEXTS, TEXTS, st.floats(0.01, 2))
def test_a_similarity_is_the_weighted_mean_of_both(queries, passages, share):
    one, two = Turned("one", 0.3), Turned("two", 0.7)
    joined = Joined(one, two, share)
    left, right = joined.embed_queries(queries), joined.embed_passages(passages)
    parts = [each.embed_queries(queries) @ each.embed_passages(passages).T for each in (one, two)]
    np.testing.assert_allclose(
        left @ right.T, (parts[0] + share * parts[1]) / (1 + share), atol=1e-5
    )
    np.testing.assert_allclose(np.linalg.norm(left, axis=1), 1, atol=1e-5)
    assert left.dtype == right.dtype == np.float32


@pytest.mark.parametrize(("second", "share"), [("two", 0.2), ("other", 0.1)])
def test_weights_are_those_of_both_and_the_share(second, share):
    usual = JoinedQueries(Turned("one", 1), Turned("two", 1), 0.1)
    assert usual.weights == Joined(Turned("one", 1), Turned("two", 1), 0.1).weights
    assert JoinedQueries(Turned("one", 1), Turned(second, 1), share).weights != usual.weights
