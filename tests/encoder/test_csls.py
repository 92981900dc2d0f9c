import numpy as np
import pytest

from malmoi.encoder.csls import Csls


def unit(seed: int, n: int, d: int = 8) -> np.ndarray:
    rows = np.random.default_rng(seed).normal(size=(n, d)).astype(np.float32)
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def test_scores_are_the_formula() -> None:
    left, right = unit(0, 15), unit(1, 30)
    cosines = left @ right.T
    r_left = np.sort(cosines, 1)[:, -10:].mean(1)
    r_right = np.sort(cosines, 0)[-10:].mean(0)
    expected = 2 * cosines - r_left[:, None] - r_right[None]
    rows, columns = np.indices(cosines.shape).reshape(2, -1)
    found = Csls.of(left, right).scores(rows, columns)
    np.testing.assert_allclose(found, expected.ravel(), atol=1e-5)


@pytest.mark.parametrize("k", [1, 3, 50])
def test_nearest_are_those_of_the_highest_scores(k: int) -> None:
    left, right = unit(2, 12), unit(3, 20)
    csls = Csls.of(left, right)
    full = csls.scores(*np.indices((12, 20)).reshape(2, -1)).reshape(12, 20)
    rows, columns = csls.nearest(k)
    for row in range(12):
        assert set(columns[rows == row]) == set(np.argsort(-full[row])[:k])
    rows, columns = csls.nearest_of_right(k)
    for column in range(20):
        assert set(rows[columns == column]) == set(np.argsort(-full[:, column])[:k])


def test_a_hub_is_nobodys_nearest() -> None:
    # The hub is nearer to the first word than its own translation, and near to all others too.
    left = np.eye(4, dtype=np.float32)
    hub = np.full(4, 0.5, np.float32)
    own = left[0] * 0.45 + np.array([0, 0, 0, -0.9], np.float32)
    csls = Csls.of(left, np.stack([hub, own, -left[1], -left[2]]))
    assert (left[0] @ hub) > (left[0] @ own)
    rows, columns = csls.nearest(1)
    assert columns[rows == 0].tolist() == [1]


def test_no_words() -> None:
    empty = Csls.of(np.zeros((0, 4), np.float32), unit(0, 3, 4))
    assert empty.nearest(2)[0].size == 0
    assert empty.nearest_of_right(2)[0].size == 0
