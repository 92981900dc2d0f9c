import json
from pathlib import Path

import pytest

from malmoi.core.errors import RecipeError, SourceError
from malmoi.corpora.loading import Corpus
from tests.helpers.small_corpus import articles, corpus, write_small_corpus


def write_rows(path: Path, count: int = 30) -> Path:
    rows = [
        {"id": name, "title": title, "text": f"{heading}\n{text}"}
        for name, title, heading, text, _ in articles()[:count]
    ]
    lines = [json.dumps(row, ensure_ascii=False) for row in rows]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def test_the_source_says_what_it_is(tmp_path: Path) -> None:
    folder = write_small_corpus(tmp_path / "beir")
    read = Corpus.load(folder)
    assert len(read.documents) == 30
    assert read.qrels == corpus().qrels
    assert repr(read) == "Corpus('beir', 30 documents, 22 queries)"
    rows = Corpus.load(str(write_rows(tmp_path / "docs.jsonl")), language="ko")
    assert repr(rows) == "Corpus('docs', 30 documents)"
    article = {"title": "물", "paragraphs": [{"context": "물은 얼면 얼음이 됩니다.", "qas": []}]}
    (tmp_path / "squad.json").write_text(json.dumps({"data": [article]}), encoding="utf-8")
    assert Corpus.load(tmp_path / "squad.json").documents[0].title == "물"


def test_settings_are_those_of_a_recipe(tmp_path: Path) -> None:
    path = write_rows(tmp_path / "docs.jsonl")
    assert len(Corpus.load(path, limit=7).documents) == 7
    renamed = tmp_path / "rows.txt"
    renamed.write_text(path.read_text().replace('"text"', '"body"'))
    renamed = renamed.rename(tmp_path / "rows.jsonl")
    assert Corpus.load(renamed, text_field="body").documents[0].title == "김치 담그기"
    with pytest.raises(RecipeError, match="'limt'; did you mean 'limit'"):
        Corpus.load(path, limt=7)
    with pytest.raises(RecipeError, match=r"limit: saw 'ten' \(str\)"):
        Corpus.load(path, limit="ten")


def test_what_is_no_corpus_is_told_with_what_would_be(tmp_path: Path) -> None:
    with pytest.raises(
        SourceError, match=r"nowhere.jsonl is not there. Expected a BEIR folder.*hub"
    ):
        Corpus.load(tmp_path / "nowhere.jsonl")
    (tmp_path / "docs.doc").write_text("text")
    with pytest.raises(SourceError, match=r"a file that ends in '.doc'"):
        Corpus.load(tmp_path / "docs.doc")
    with pytest.raises(SourceError, match="Expected most documents to be in English"):
        Corpus.load(write_rows(tmp_path / "docs.jsonl"), language="en")


def test_a_part_of_it_is_a_corpus_that_can_be_loaded_too(tmp_path: Path) -> None:
    part = Corpus.load(write_rows(tmp_path / "docs.jsonl")).only(["rice"])
    assert type(part) is Corpus
    assert [document.id for document in part.documents] == ["rice"]
