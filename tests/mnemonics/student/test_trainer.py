from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace

import pytest

from malmoi.core.errors import StudentError
from malmoi.mnemonics.student import weights
from malmoi.recipe.mnemonics import StudentSection
from tests.helpers.tiny_llama import make_tiny_llama


def test_a_folded_adapter_writes_alike_and_is_taken_out_exactly(tmp_path: Path) -> None:
    import torch
    from peft import get_peft_model
    from transformers import AutoModelForCausalLM

    from malmoi.mnemonics.student.trainer import merged

    base = make_tiny_llama(tmp_path / "tiny")
    plain = AutoModelForCausalLM.from_pretrained(base, dtype=torch.float32)
    model = get_peft_model(plain, weights.lora(StudentSection(lora_rank=4)))
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            if "lora_B" in name:
                parameter.normal_(std=0.05)
    before = {name: value.clone() for name, value in model.state_dict().items()}
    ids = torch.arange(3, 40)[None]
    expected = model(input_ids=ids).logits
    with model.disable_adapter():
        untrained = model(input_ids=ids).logits
    with merged(model):
        folded = model(input_ids=ids).logits
    assert torch.allclose(folded, expected, atol=1e-4)
    assert not torch.allclose(untrained, expected, atol=1e-2)
    assert all(torch.equal(value, before[name]) for name, value in model.state_dict().items())
    assert torch.equal(model(input_ids=ids).logits, expected)


def test_the_watch_writes_what_matters_and_stops_what_diverged(tmp_path: Path) -> None:
    from malmoi.mnemonics.student.trainer import Watch

    watch = Watch(tmp_path, "test", "lower student.learning_rate")
    state = SimpleNamespace(global_step=3)
    watch.on_log(None, state, None, {"loss": 1.23456789, "epoch": 0.1, "num_tokens": 7})
    watch.on_log(None, state, None, {"train_runtime": 2.0})
    lines = (tmp_path / "metrics.jsonl").read_text(encoding="utf-8").splitlines()
    assert list(map(json.loads, lines)) == [{"step": 3, "loss": 1.234568}]
    with pytest.raises(StudentError, match=r"step 3: the grad_norm is nan.*student\.learning_rate"):
        watch.on_log(None, state, None, {"loss": 1.0, "grad_norm": float("nan")})
