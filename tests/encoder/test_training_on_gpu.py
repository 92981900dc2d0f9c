"""What CPUs train and encode, a GPU does too."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from malmoi.encoder.building import document_encoder
from malmoi.encoder.training import train
from malmoi.recipe import TrainingSection
from tests.helpers.gpu import DEVICE
from tests.helpers.tiny_student import DOCUMENTS, tiny_base, tiny_encoder

pytestmark = pytest.mark.gpu
PAIRS = [
    {"query": text.split("\n")[0], "document": name, "negatives": [other], "without": ""}
    for (name, text), other in zip(
        DOCUMENTS.items(), [*DOCUMENTS][1:] + [*DOCUMENTS][:1], strict=True
    )
]
SMALL = TrainingSection(steps=40, batch_size=4, num_negatives=1, evaluate_every=20, log_every=2)


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> str:
    return tiny_base(tmp_path_factory.mktemp("base"))


def wanted(pairs: list[int], documents: list[str]) -> Any:
    rows = [[10.0 * (PAIRS[n]["document"] == d) for d in documents] for n in pairs]
    return np.array(rows, np.float32)


def encoded(encoder: Any) -> Any:
    return encoder.encode_document(list(DOCUMENTS.values())).to_dense().float().cpu().numpy()


@pytest.mark.parametrize("layers", [0, 1])
def test_it_learns_there(base: str, tmp_path: Path, layers: int) -> None:
    encoder = tiny_encoder(base, unfreeze_layers=layers)
    history = train(encoder, PAIRS, DOCUMENTS, SMALL, 7, tmp_path, None, targets=wanted)
    losses = [record["loss"] for record in history["metrics"] if "loss" in record]
    assert np.isfinite(losses).all()
    assert np.mean(losses[-4:]) < np.mean(losses[:4])
    assert document_encoder(encoder).head.weight.device.type == DEVICE


def test_what_was_trained_there_is_the_same_on_a_cpu(base: str, tmp_path: Path) -> None:
    from sentence_transformers import SparseEncoder

    encoder = tiny_encoder(base)
    train(encoder, PAIRS, DOCUMENTS, SMALL, 7, tmp_path / "run", None, targets=wanted)
    encoder.save_pretrained(str(tmp_path / "model"))
    there = encoded(encoder)
    here = encoded(SparseEncoder(str(tmp_path / "model"), trust_remote_code=True, device="cpu"))
    np.testing.assert_allclose(there, here, atol=1e-3)


def test_bfloat16_is_near_to_float32(base: str) -> None:
    exact = encoded(tiny_encoder(base).to("cpu"))
    near = encoded(tiny_encoder(base, precision="bfloat16").to(DEVICE))
    cosine = (exact * near).sum(1) / np.linalg.norm(exact, axis=1) / np.linalg.norm(near, axis=1)
    assert cosine.min() > 0.99
