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
    StudentTrainer,
    positive_text,
    trained,
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
