from __future__ import annotations

import logging
from pathlib import Path

import numpy as np
import pytest

from malmoi.corpora.corpus import Document, Query, Section
from malmoi.encoder.building import document_encoder, query_parameter
from malmoi.encoder.development import Development
from malmoi.encoder.fitting import fit_neural
from malmoi.encoder.lexical_fit import LexicalFit, fit_lexical
from malmoi.encoder.neural_gain import described, neural_gain
from malmoi.encoder.pairs import own_pairs
from malmoi.recipe import TrainingSection
from tests.helpers.tiny_student import DOCUMENTS, tiny_base, tiny_parts, tiny_section

PAGES = [
    Document(name, text.partition("\n")[0], (Section("", text.partition("\n")[2]),))
    for name, text in DOCUMENTS.items()
]
TRAINING = TrainingSection(
    steps=2, batch_size=2, evaluate_every=1, num_negatives=0, distillation_weight=0.0
)
QUERIES = [Query(name, text.partition("\n")[0], "ko") for name, text in DOCUMENTS.items()]
QRELS = {name: {name: 1} for name in DOCUMENTS}


@pytest.fixture(scope="module")
def start(tmp_path_factory: pytest.TempPathFactory) -> LexicalFit:
    vocabulary, _, _ = tiny_parts()
    return fit_lexical(PAGES, vocabulary, {}, tiny_section(tiny_base(tmp_path_factory.mktemp("b"))))


def test_a_student_without_a_gain_is_its_lexical_part(
    start: LexicalFit, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    pairs = own_pairs(PAGES, hide=False)
    with caplog.at_level(logging.WARNING):
        encoder, history = fit_neural(start, pairs, TRAINING, tmp_path, dev=QUERIES, qrels=QRELS)
    assert history["neural_gain"]["difference"] == 0  # titles find their pages without a network
    assert not history["neural_gain"]["shown"]
    assert not document_encoder(encoder).neural
    assert "no gain (+0.000 [+0.000, +0.000] in nDCG@10 of 6 development queries)" in caplog.text
    np.testing.assert_array_equal(query_parameter(encoder).detach().cpu().numpy(), start.weights)
    kept = TRAINING.model_copy(update={"require_gain": False})
    encoder, _ = fit_neural(start, pairs, kept, tmp_path / "kept", dev=QUERIES, qrels=QRELS)
    assert document_encoder(encoder).neural


def test_without_development_queries_it_stays(start: LexicalFit, tmp_path: Path) -> None:
    pairs = own_pairs(PAGES, hide=False)
    encoder, history = fit_neural(start, pairs, TRAINING, tmp_path / "a")
    assert document_encoder(encoder).neural
    assert "neural_gain" not in history
    assert history["steps"] == 0  # nothing tells whether training helps
    assert history["best"]["document_dimensions"] > 5
    np.testing.assert_array_equal(query_parameter(encoder).detach().cpu().numpy(), start.weights)
    trained = TRAINING.model_copy(update={"without_development": True})
    assert fit_neural(start, pairs, trained, tmp_path / "b")[1]["steps"] == TRAINING.steps


def test_a_gain_is_shown_where_its_interval_is_above_zero(
    start: LexicalFit, tmp_path: Path
) -> None:
    encoder, _ = fit_neural(start, own_pairs(PAGES, hide=False), TRAINING, tmp_path)
    development = Development(start.vocabulary, start.texts, start.ids, QUERIES, QRELS)
    blind = LexicalFit(**(vars(start) | {"vectors": start.vectors * 0}))
    gain = neural_gain(encoder, blind, development)
    assert gain["shown"]
    assert 0 < gain["low"] <= gain["difference"] <= gain["high"] <= 1
    assert described(gain).startswith(f"{gain['difference']:+.3f} [{gain['low']:+.3f}, ")
    assert not neural_gain(encoder, start, development)["shown"]
