from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from malmoi.corpora.corpus import Document, Section
from malmoi.encoder.lexical_fit import fit_lexical
from malmoi.encoder.target_scores import HybridTargets
from malmoi.models import dense
from malmoi.recipe import EncoderSection
from malmoi.retrieval.passages import DensePassages
from tests.helpers.tiny_student import DOCUMENTS, tiny_parts
from tests.helpers.toy_encoder import open_characters

IDS = list(DOCUMENTS)
QUERIES = ["문서 인쇄", "표 삽입", "글꼴 글꼴", "unknown"]


class Parts:
    """What a `HybridTargets` is made of, and one for any weight of the dense model."""

    def __init__(self, folder: Path) -> None:
        titles = [text.partition("\n") for text in DOCUMENTS.values()]
        made = [
            Document(name, title, (Section("", body),))
            for name, (title, _, body) in zip(IDS, titles, strict=True)
        ]
        self.vocabulary, _, _ = tiny_parts()
        self.start = fit_lexical(made, self.vocabulary, {}, EncoderSection())
        self.matrix, self.weights = self.start.vectors, self.start.weights
        self.passages = DensePassages(made, 50, "", folder)

    def hybrid(self, weight: float) -> HybridTargets:
        return HybridTargets(QUERIES, self.start, self.passages, weight)


@pytest.fixture
def parts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Parts:
    monkeypatch.setattr(dense, "open_encoder", open_characters)
    return Parts(tmp_path)


def test_without_the_dense_model_it_is_the_lexical_score(parts: Parts) -> None:
    targets = parts.hybrid(0.0)([0, 2], IDS)
    for row, query in zip(targets, ["문서 인쇄", "글꼴"], strict=True):
        (pieces,) = parts.vocabulary.encode([query])
        expected = parts.matrix[:, pieces].toarray() @ parts.weights[pieces]
        np.testing.assert_allclose(row, expected, rtol=1e-5)
    assert targets[0].argmax() == IDS.index("print")


def test_the_dense_part_is_standardised_by_query(parts: Parts) -> None:
    numbers = range(len(QUERIES))
    added = parts.hybrid(2.0)(numbers, IDS) - parts.hybrid(0.0)(numbers, IDS)
    np.testing.assert_allclose(added.mean(1), 0, atol=1e-4)
    np.testing.assert_allclose(added.std(1), 2, atol=1e-3)


def test_a_target_does_not_depend_on_its_batch(parts: Parts) -> None:
    hybrid = parts.hybrid(1.0)
    whole = hybrid(range(len(QUERIES)), IDS)
    assert whole.dtype == np.float32
    np.testing.assert_allclose(
        hybrid([3, 1], ["table", "print"]),
        whole[[3, 1]][:, [IDS.index("table"), IDS.index("print")]],
        rtol=1e-5,
    )
