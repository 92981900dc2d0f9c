"""Gradient-boosted trees as plain numbers: fitted by scikit-learn, kept in JSON, read by NumPy.

    trees = grow(table, truth)
    trees.logits(table)                   # of each row being true

Vectors and known partners hint, each in its way, and only together say anything: trees weigh them
(Friedman 2001, "Greedy function approximation: a gradient boosting machine").
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Vector = NDArray[Any]

SETTINGS = {"n_estimators": 300, "max_depth": 4, "learning_rate": 0.04, "subsample": 0.5,
         "min_samples_leaf": 10, "max_features": 0.3, "random_state": 0}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Trees:
    """Boosted regression trees, node by node; a leaf's `features` entry is −1.

    `roots` are the trees' first nodes, `left` and `right` the nodes below, `values` what a leaf
    adds to the logit (learning rate included), `start` the logit before any tree.
    """

    start: float
    roots: tuple[int, ...]
    features: tuple[int, ...]
    thresholds: tuple[float, ...]
    left: tuple[int, ...]
    right: tuple[int, ...]
    values: tuple[float, ...]

    def logits(self, table: Vector) -> Vector:
        """Of each row of features [rows, features]."""
        features, values = np.array(self.features), np.array(self.values)
        thresholds, below = np.array(self.thresholds), np.array([self.left, self.right])
        nodes = np.tile(np.array(self.roots), (len(table), 1))
        rows = np.arange(len(table))[:, None]
        while (inside := features[nodes] >= 0).any():
            # float32, as scikit-learn compares
            over = table.astype(np.float32)[rows, features[nodes]] > thresholds[nodes]
            nodes = np.where(inside, below[over.astype(int), nodes], nodes)
        found: Vector = self.start + values[nodes].sum(axis=1)
        return found


def grow(table: Vector, truth: Vector) -> Trees:
    """Fit trees to a table of features [rows, features] and the answers [rows]."""
    from sklearn.ensemble import GradientBoostingClassifier

    model: Any = GradientBoostingClassifier(**SETTINGS).fit(table, truth)
    share = float(truth.mean())
    roots: list[int] = []
    features: list[int] = []
    thresholds: list[float] = []
    left: list[int] = []
    right: list[int] = []
    values: list[float] = []
    for (regressor,) in model.estimators_:
        tree, first = regressor.tree_, len(values)
        roots.append(first)
        features += np.maximum(tree.feature, -1).tolist()
        thresholds += tree.threshold.tolist()
        left += (np.maximum(tree.children_left, 0) + first).tolist()
        right += (np.maximum(tree.children_right, 0) + first).tolist()
        values += np.round(model.learning_rate * tree.value[:, 0, 0], 6).tolist()
    start = float(np.log(share / (1 - share)))
    return Trees(
        start,
        tuple(roots),
        tuple(features),
        tuple(thresholds),
        tuple(left),
        tuple(right),
        tuple(values),
    )
