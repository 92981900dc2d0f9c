from __future__ import annotations

from pathlib import Path

import pytest
import torch

from malmoi.core.errors import StudentError
from malmoi.encoder.building import document_encoder
from malmoi.encoder.document_side import document_side
from malmoi.encoder.modeling import computing
from malmoi.recipe import EncoderSection
from tests.helpers.tiny_student import tiny_base, tiny_encoder


def test_here_and_on_a_worker_it_is_the_same_module(tmp_path: Path) -> None:
    base = tiny_base(tmp_path)
    lexical = document_encoder(tiny_encoder(base)).lexical
    one, other = (document_side(lexical, EncoderSection(base=base)) for _ in range(2))
    assert one.state_dict().keys() == other.state_dict().keys()
    for name, values in one.state_dict().items():
        assert torch.equal(values, other.state_dict()[name]), name
    assert not one.training


def test_a_body_that_is_trained_is_in_float32(tmp_path: Path) -> None:
    base = tiny_base(tmp_path)
    lexical = document_encoder(tiny_encoder(base)).lexical
    frozen = getattr(torch, computing("bfloat16"))
    for layers, dtype in ((0, frozen), (1, torch.float32)):
        section = EncoderSection(base=base, unfreeze_layers=layers)
        assert {p.dtype for p in document_side(lexical, section).body.parameters()} == {dtype}


def test_a_body_that_is_nowhere_is_named(tmp_path: Path) -> None:
    lexical = document_encoder(tiny_encoder(tiny_base(tmp_path))).lexical
    with pytest.raises(StudentError, match="can't be loaded"):
        document_side(lexical, EncoderSection(base=str(tmp_path / "nowhere")))
