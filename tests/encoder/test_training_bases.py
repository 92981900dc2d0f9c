"""Bases of other architectures than e5's: RoBERTa (klue/roberta-base), ModernBERT (A.X-Encoder)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from malmoi.encoder.training import train
from malmoi.recipe import TrainingSection
from tests.helpers.tiny_student import DOCUMENTS, tiny_base, tiny_encoder

SIZES = {
    "hidden_size": 16,
    "num_hidden_layers": 2,
    "num_attention_heads": 2,
    "intermediate_size": 32,
    "max_position_embeddings": 130,
    "pad_token_id": 0,
    "bos_token_id": 2,
    "eos_token_id": 3,
}


def base_of(architecture: str, folder: Path) -> str:
    """A base with random weights and the tiny tokenizer."""
    from transformers import (
        AutoTokenizer,
        ModernBertConfig,
        ModernBertModel,
        RobertaConfig,
        RobertaModel,
    )

    tokenizer: Any = AutoTokenizer.from_pretrained(tiny_base(folder / "bert"))
    model: Any
    if architecture == "roberta":
        model = RobertaModel(RobertaConfig(vocab_size=len(tokenizer), **SIZES))
    else:
        ends = {"cls_token_id": 2, "sep_token_id": 3}
        model = ModernBertModel(ModernBertConfig(vocab_size=len(tokenizer), **SIZES, **ends))
    model.save_pretrained(folder / architecture)
    tokenizer.save_pretrained(folder / architecture)
    return str(folder / architecture)


@pytest.mark.parametrize("architecture", ["roberta", "modernbert"])
@pytest.mark.parametrize("pooling", ["mean", "max"])
def test_its_last_layer_is_trained(architecture: str, pooling: str, tmp_path: Path) -> None:
    more = {"unfreeze_layers": 1, "pooling": pooling, "document_prefix": "", "query_prefix": ""}
    encoder = tiny_encoder(base_of(architecture, tmp_path), **more)
    pairs = [
        {"query": text.split("\n")[0], "document": name, "negatives": [], "without": ""}
        for name, text in DOCUMENTS.items()
    ]

    def targets(numbers: list[int], documents: list[str]) -> Any:
        wanted = [[10.0 * (pairs[n]["document"] == d) for d in documents] for n in numbers]
        return np.array(wanted, np.float32)

    small = TrainingSection(steps=4, batch_size=4, num_negatives=0, evaluate_every=2, log_every=1)
    history = train(encoder, pairs, DOCUMENTS, small, 7, tmp_path / "run", None, targets=targets)
    losses = [record["loss"] for record in history["metrics"] if "loss" in record]
    assert len(losses) == 4
    assert np.isfinite(losses).all()
