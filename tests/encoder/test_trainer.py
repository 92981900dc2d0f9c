from __future__ import annotations

from pathlib import Path

import numpy as np
import torch

from malmoi.encoder.losses import StudentLoss
from malmoi.encoder.trainer import (
    MAX_ACTIVE,
    MIN_ACTIVE,
    TRAINED,
    Batches,
    Limits,
    StudentTrainer,
    positive_text,
    trained,
    unhealthy,
)
from malmoi.recipe import TrainingSection
from tests.helpers.tiny_student import DOCUMENTS, tiny_base, tiny_encoder

PAIRS = [
    {"query": "문서 인쇄", "document": "print", "negatives": ["save", "table"]},
    {"query": "문서 인쇄", "document": "save", "negatives": ["chart"]},
    {"query": "표 삽입", "document": "table", "without": "표 삽입"},
]


def test_a_positive_hides_only_what_it_is_asked_to() -> None:
    assert positive_text(PAIRS[0], DOCUMENTS) == DOCUMENTS["print"]
    assert "표 삽입\n" not in positive_text(PAIRS[2], DOCUMENTS)
    assert MIN_ACTIVE < MAX_ACTIVE


def test_a_batch_never_takes_another_answer_for_a_negative(tmp_path: Path) -> None:
    def targets(numbers: list[int], ids: list[str]) -> np.ndarray:
        return np.array([[10.0 * n + len(i) for i in ids] for n in numbers], np.float32)

    batches = Batches(tiny_encoder(tiny_base(tmp_path)), PAIRS, DOCUMENTS, 2, targets)
    document = batches([{"pair": 0}, {"pair": 1}])["document"]
    # Columns in the order in which they came: print, save, table, chart.
    assert document["candidates"].tolist() == [[0, 1, 2], [1, 3, -1]]
    assert document["allowed"].tolist() == [
        [True, False, True, True],
        [False, True, True, True],
    ]
    assert document["targets"].shape == (2, 4)
    assert document["targets"][1].tolist() == [15.0, 14.0, 15.0, 15.0]


def test_a_resumed_training_asks_no_part_to_teach_again(tmp_path: Path) -> None:
    encoder = tiny_encoder(tiny_base(tmp_path / "base"))
    loss = StudentLoss(encoder, TrainingSection(), torch.ones(1))
    assert "flops" in loss.unseen
    torch.save(trained(loss), tmp_path / TRAINED)
    trainer = StudentTrainer.__new__(StudentTrainer)
    trainer.loss = loss
    trainer._load_from_checkpoint(str(tmp_path))
    assert not loss.unseen


def test_limits_are_those_of_the_lexical_vectors_where_documents_are_short(tmp_path: Path) -> None:
    encoder = tiny_encoder(tiny_base(tmp_path))
    usual = Limits.of(encoder, DOCUMENTS)
    assert (usual.least, usual.most, usual.wordless) == (MIN_ACTIVE, MAX_ACTIVE, frozenset())
    short = Limits.of(encoder, {"a": "\n문서 인쇄 저장", "b": "\n표 삽입 저장", "signs": "\n!!!"})
    assert short.least == 1.0  # half of two words on average
    assert short.wordless == {"signs"}
    assert not unhealthy({"a": 3, "b": 3, "signs": 0}, short)
    assert "collapsed: documents have 0.7 " in unhealthy({"a": 1, "b": 1, "signs": 0}, short)


def test_long_documents_may_have_more_than_the_usual_most() -> None:
    long = Limits(5, 4000.0)
    assert not unhealthy({"book": 2500}, long)
    said = unhealthy({"book": 5000, "leaf": 4500}, long)
    assert "still dense" in said
    assert "most in 'book', 'leaf'" in said


def test_what_is_wrong_names_the_documents() -> None:
    counts = {f"d{n}": 20 for n in range(20)} | {f"e{n}": 0 for n in range(7)}
    said = unhealthy(counts, Limits())
    assert "26% of the documents have words and an empty vector" in said
    assert "'e0', 'e1', 'e2', 'e3', 'e4' and 2 more" in said
    assert not unhealthy(counts, Limits(wordless=frozenset(f"e{n}" for n in range(7))))
    assert "fewest in 'a'" in unhealthy({"a": 1, "b": 2}, Limits())
    nothing = Limits(0.0, MAX_ACTIVE, frozenset({"a"}))
    assert "no document has a content word ('a')" in unhealthy({"a": 0}, nothing)
