"""What is read back in NumPy is what scikit-learn fitted."""

from __future__ import annotations

import json
from dataclasses import asdict

import numpy as np
import pytest
from sklearn.ensemble import GradientBoostingClassifier

from malmoi.synonyms.verification.trees import SETTINGS, Trees, grow

draw = np.random.default_rng(7)
TABLE = draw.random((300, 5))
TRUTH = (TABLE[:, 0] > 0.5) ^ (TABLE[:, 1] > 0.5)


@pytest.fixture(scope="module")
def trees() -> Trees:
    return grow(TABLE, TRUTH)


def test_logits_are_those_of_scikit_learn(trees: Trees) -> None:
    model = GradientBoostingClassifier(**SETTINGS).fit(TABLE, TRUTH)
    new = draw.random((100, 5))
    assert trees.logits(new) == pytest.approx(model.decision_function(new), abs=1e-3)


def test_two_features_that_tell_nothing_alone_do_together(trees: Trees) -> None:
    assert (((trees.logits(TABLE) > 0) == TRUTH).mean()) > 0.9


def test_numbers_survive_json(trees: Trees) -> None:
    read = json.loads(json.dumps(asdict(trees)))
    again = Trees(**{k: tuple(v) if isinstance(v, list) else v for k, v in read.items()})
    assert again == trees


def test_nothing_is_said_of_no_rows(trees: Trees) -> None:
    assert trees.logits(TABLE[:0]).shape == (0,)
