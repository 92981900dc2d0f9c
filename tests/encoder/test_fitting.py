from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from malmoi.core.errors import StudentError
from malmoi.corpora.corpus import Document, Query, Section
from malmoi.encoder.building import query_parameter
from malmoi.encoder.fitting import fit_neural
from malmoi.encoder.lexical_fit import fit_lexical
from malmoi.encoder.pairs import own_pairs
from malmoi.recipe import TrainingSection
from tests.helpers.tiny_student import DOCUMENTS, tiny_base, tiny_parts, tiny_section

PAGES = [
    Document(name, text.partition("\n")[0], (Section("", text.partition("\n")[2]),))
    for name, text in DOCUMENTS.items()
]


def test_a_network_is_trained_on_top_and_the_same_seed_gives_the_same(tmp_path: Path) -> None:
    vocabulary, _, _ = tiny_parts()
    start = fit_lexical(PAGES, vocabulary, {}, tiny_section(tiny_base(tmp_path / "base")))
    training = TrainingSection(
        steps=4,
        batch_size=2,
        evaluate_every=2,
        log_every=1,
        num_negatives=0,
        distillation_weight=0.0,
        without_development=True,
    )
    pairs, dev = own_pairs(PAGES, hide=True), [Query("q", "표 삽입", "ko")]
    weights = []
    for name in ("first", "second"):
        encoder, history = fit_neural(
            start, pairs, training, tmp_path / name, dev=dev, qrels={"q": {"table": 1}}
        )
        assert history["steps"] == 4
        assert 0 <= history["best"]["figures"]["ndcg@10"] <= 1
        weights.append(query_parameter(encoder).detach().cpu().numpy())
    np.testing.assert_array_equal(*weights)
    with pytest.raises(StudentError, match="no training pairs"):
        fit_neural(start, [], training, tmp_path / "none")
    distilled = training.model_copy(update={"distillation_weight": 1.0})
    with pytest.raises(StudentError, match="distillation"):
        fit_neural(start, pairs, distilled, tmp_path / "distilled")
