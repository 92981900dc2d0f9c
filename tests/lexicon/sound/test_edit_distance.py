"""All keywords at once against plain edit distance one by one."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from malmoi.lexicon.sound.edit_distance import prefix_costs

PHONES = 4
TABLE = (1.0 - np.eye(PHONES)).astype(np.float32)
INSERT = np.full(PHONES, 0.9, dtype=np.float32)
DELETE = np.full(PHONES, 0.8, dtype=np.float32)
words = st.lists(st.integers(0, PHONES - 1), min_size=2, max_size=5)


def slow(word, target):
    """Edit distance whose first phones face each other and whose last target phone is faced."""
    infinite = float("inf")
    costs = {(0, 1): TABLE[target[0], word[0]]}
    for j in range(2, len(target) + 1):
        costs[0, j] = costs[0, j - 1] + DELETE[target[j - 1]]
    costs[0, 0] = infinite
    for i in range(1, len(word)):
        costs[i, 0] = infinite
        for j in range(1, len(target) + 1):
            faced = costs[i - 1, j - 1] + TABLE[target[j - 1], word[i]]
            kept = min(faced, costs[i - 1, j] + INSERT[word[i]])
            if i < len(word) - 1:
                kept = min(kept, costs[i, j - 1] + DELETE[target[j - 1]])
            costs[i, j] = kept
    return [costs[len(word) - 1, j] for j in range(1, len(target) + 1)]


@settings(max_examples=80, deadline=None)
@given(st.lists(words, min_size=1, max_size=6), words)
def test_many_at_once_are_as_one_by_one(listed, target):
    ids = np.zeros((len(listed), max(map(len, listed))), dtype=np.int64)
    for row, word in enumerate(listed):
        ids[row, : len(word)] = word
    lengths = np.array([len(w) for w in listed])
    found = prefix_costs(ids, lengths, target, TABLE, INSERT, DELETE)
    assert found.shape == (len(target), len(listed))
    for at, word in enumerate(listed):
        assert found[:, at] == pytest.approx(slow(word, target), abs=1e-5)
