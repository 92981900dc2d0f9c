from __future__ import annotations

from pathlib import Path

import pytest
from typer import BadParameter

from malmoi.cli.recipe import corpus, teachers
from malmoi.corpora.corpus import Corpus, Document, Section
from malmoi.corpora.readers.beir import write_beir


def test_a_recipe_s_corpus_is_described_on_standard_error(
    tmp_path: Path, shown: None, capsys: pytest.CaptureFixture[str]
) -> None:
    write_beir(Corpus("c", (Document("1", "행", (Section("", "행을 더하기"),)),)), tmp_path / "c")
    corpus("korean-search", ["corpus.reader=beir", f"corpus.path={tmp_path / 'c'}"])
    out, err = capsys.readouterr()
    assert out == ""
    assert "corpus c: 1 document" in err


def test_a_word_list_is_no_corpus() -> None:
    with pytest.raises(BadParameter, match="has a word list, not a corpus"):
        corpus("mnemonics")


def test_teachers_are_listed_with_their_models(capsys: pytest.CaptureFixture[str]) -> None:
    teachers()
    assert "gemma-3-270m" in capsys.readouterr().out
