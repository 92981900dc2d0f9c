from __future__ import annotations

import json
from pathlib import Path

import pytest

from malmoi.cli.claims import claims
from malmoi.core.errors import SourceError
from malmoi.lexicon.lookup import Lexicon
from tests.helpers.toy_words import ToyLexicon


@pytest.fixture(autouse=True)
def toys(monkeypatch: pytest.MonkeyPatch) -> None:
    """A lexicon of a few words."""
    monkeypatch.setattr(Lexicon, "open", lambda: ToyLexicon())


def test_one_object_a_row(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "c.tsv"
    path.write_text(
        "term\ttext\nobstinate\tIt contains 'tin' and ends in -ly; it means zyz.\n"
        "abate\t\n\tIt contains 'x'.\nabate\t???\n",
        encoding="utf-8",
    )
    claims(path, json=True)
    objects = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [o["verdict"] for o in objects] == ["contradicted", *["unverified"] * 3]
    assert [c["verdict"] for c in objects[0]["claims"]] == [
        "supported", "contradicted", "unverified"]  # fmt: skip
    assert objects[0]["source"] == objects[0]["claims"][1]["source"]
    assert objects[0]["text"].startswith("It contains")
    assert set(objects[0]) == {"term", "text", "verdict", "source", "claims"}


def test_the_table_has_a_line_a_claim(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "c.csv"
    path.write_text("term,text\nobstinate,It contains 'tin'.\nabate,Hello.\n", encoding="utf-8")
    claims(path)
    out = capsys.readouterr().out
    assert "supported" in out
    assert "unverified" in out


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="nowhere"):
        claims(tmp_path / "nowhere.tsv")
