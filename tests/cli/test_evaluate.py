from __future__ import annotations

import json
from pathlib import Path

import pytest

from malmoi.cli.evaluate import evaluate
from malmoi.core.errors import SourceError
from malmoi.corpora.readers.beir import write_beir
from tests.encoder.test_evaluate import CORPUS
from tests.helpers.tiny_encoder import make_encoder


def test_a_model_is_shown_beside_its_baselines(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    model = make_encoder(tmp_path / "tiny-model")
    write_beir(CORPUS, tmp_path / "tiny")
    evaluate(model, tmp_path / "tiny", tmp_path / "out.json")
    out, err = capsys.readouterr()
    for text in (
        "8 queries (ko) to 8 pages",
        "tiny-model − BM25F",
        "active dimensions",
        "FLOPS, index of",
    ):
        assert text in out
    assert err.endswith(f"every figure: {tmp_path / 'out.json'}\n")
    results = json.loads((tmp_path / "out.json").read_text(encoding="utf-8"))
    assert results["comparison"]["queries"] == {"en": 2, "ko": 8}


def test_fields_are_named_as_in_a_recipe(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    model = make_encoder(tmp_path / "tiny-model")
    write_beir(CORPUS, tmp_path / "tiny")
    corpus = tmp_path / "tiny/corpus.jsonl"
    text = corpus.read_text(encoding="utf-8").replace('"_id"', '"key"').replace('"text"', '"본문"')
    corpus.write_text(text, encoding="utf-8")
    evaluate(model, tmp_path / "tiny", id_field="key", text_field="본문")
    assert "8 queries (ko) to 8 pages" in capsys.readouterr().out
    with pytest.raises(SourceError, match="no field '_id'"):
        evaluate(model, tmp_path / "tiny", text_field="본문")
