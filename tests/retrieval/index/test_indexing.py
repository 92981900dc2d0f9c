from __future__ import annotations

import json
from pathlib import Path

import pytest

from malmoi.core.errors import SourceError, StudentError
from malmoi.retrieval.index.indexing import _read, index_corpus


def test_a_file_and_a_folder_are_read(tmp_path: Path) -> None:
    row = {"id": "1", "title": "당뇨병", "text": "당뇨병은 혈당이 높은 병이다."}
    table = tmp_path / "corpus.jsonl"
    table.write_text(json.dumps(row, ensure_ascii=False) + "\n", encoding="utf-8")
    (document,) = _read(table).documents
    assert (document.id, document.title, document.text) == ("1", row["title"], row["text"])
    table.write_text(json.dumps({"_id": "1", "title": "a", "text": "b"}) + "\n", encoding="utf-8")
    (document,) = _read(tmp_path).documents
    assert (document.id, document.title, document.text) == ("1", "a", "b")


def test_no_corpus_and_no_model(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="no corpus at"):
        index_corpus(tmp_path, tmp_path / "none.csv", tmp_path / "index")
    (tmp_path / "corpus.csv").write_text("id,title,text\n1,a,b c d\n")
    with pytest.raises(StudentError):
        index_corpus(tmp_path, tmp_path / "corpus.csv", tmp_path / "index")
    assert not (tmp_path / "index").exists()
