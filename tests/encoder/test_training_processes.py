"""Two CPU processes (gloo) train one student."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from malmoi.core import processes
from malmoi.core.errors import StudentError
from malmoi.encoder.building import document_encoder, query_parameter
from malmoi.encoder.training import train
from malmoi.recipe import TrainingSection
from tests.helpers.tiny_student import DOCUMENTS, tiny_base, tiny_encoder
from tests.helpers.together import OwnDocument, Rising, drift, gather

IDS = list(DOCUMENTS)
PAIRS = [
    {"query": query, "document": name, "negatives": [n for n in IDS if n != name][:2]}
    for name, text in DOCUMENTS.items()
    for query in (text.split("\n")[0], text.split("\n")[1].split(". ")[0])
]
SMALL = {"steps": 30, "batch_size": 4, "num_negatives": 2, "evaluate_every": 10, "log_every": 1}

pytestmark = pytest.mark.slow


@pytest.fixture(autouse=True)
def importable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parents[2]))
    monkeypatch.setenv("OMP_NUM_THREADS", "1")


def run(base: str, folder: Path, rise: float = 0.1, **section: Any) -> tuple[Any, dict[str, Any]]:
    encoder = tiny_encoder(base)
    settings = TrainingSection(**(SMALL | {"query_learning_rate": 0.3} | section))
    history = train(
        encoder, PAIRS, DOCUMENTS, settings, 7, folder, Rising(str(folder), rise),
        targets=OwnDocument(PAIRS),
    )  # fmt: skip
    return encoder, history


def test_the_loss_falls_and_the_first_alone_writes(tmp_path: Path) -> None:
    folder = tmp_path / "training"
    encoder, history = run(tiny_base(tmp_path / "base"), folder, processes=2, learn_scale=True)
    assert [r["step"] for r in history["metrics"] if "loss" in r] == list(range(1, 31))
    assert [r["step"] for r in history["metrics"] if "dev_ndcg@10" in r] == [0, 10, 20, 30]
    losses = [r["contrastive"] for r in history["metrics"] if "contrastive" in r]
    assert np.mean(losses[-5:]) < 0.8 * np.mean(losses[:5])
    assert history["best"]["step"] == 30
    assert sorted(p.name for p in folder.iterdir()) == [
        "best.json", "best.pt", "metrics.jsonl", "rank-0",
    ]  # fmt: skip
    # What came back is in the encoder that was given.
    best = torch.load(folder / "best.pt", weights_only=True)
    weight = next(v for k, v in best.items() if k.endswith("query.0.weight"))
    assert torch.equal(query_parameter(encoder).detach(), weight)
    assert not torch.equal(
        document_encoder(encoder).head.weight,
        document_encoder(tiny_encoder(str(tmp_path / "base"))).head.weight,
    )


def test_it_is_not_what_one_process_makes_but_always_the_same(tmp_path: Path) -> None:
    base = tiny_base(tmp_path / "base")

    def weights(name: str, **section: Any) -> torch.Tensor:
        encoder, _ = run(base, tmp_path / name, steps=6, evaluate_every=3, **section)
        return query_parameter(encoder).detach().clone()

    two = weights("two", processes=2)
    assert torch.equal(two, weights("again", processes=2))
    assert not torch.equal(two, weights("one"))


def test_all_end_together_where_it_grows_no_better(tmp_path: Path) -> None:
    base = tiny_base(tmp_path / "base")
    _, history = run(base, tmp_path / "training", -0.1, processes=2, evaluate_every=5)
    assert history["steps"] == 10
    assert history["best"]["step"] == 0


def test_fewer_pairs_than_places_are_refused(tmp_path: Path) -> None:
    base = tiny_base(tmp_path / "base")
    with pytest.raises(StudentError, match=r"12 training pairs are fewer than.*\(16\)"):
        run(base, tmp_path / "few", batch_size=8, processes=2)


def test_processes_that_drift_apart_are_refused(tmp_path: Path) -> None:
    assert processes.launch(drift, (False,), tmp_path / "same", 2)
    with pytest.raises(StudentError, match="ended with different weights"):
        processes.launch(drift, (True,), tmp_path / "apart", 2)


def test_documents_of_the_others_come_with_their_gradients(tmp_path: Path) -> None:
    found = processes.launch(gather, ([2, 3],), tmp_path / "gather", 2)
    assert found["names"] == [10, 11, 12]
    assert found["vectors"] == [[2.0] * 3] * 3
    # Each one's documents are told by the other's loss alone, whose factor is 5 + its rank.
    assert found["gradients"] == [[[6.0] * 3] * 2, [[5.0] * 3] * 3]
