"""From a recipe's [corpus] to a corpus: the right reader, limit, checks and description."""

import json
from pathlib import Path

import pytest

from malmoi.core.errors import RecipeError, SourceError
from malmoi.corpora.corpus import Corpus, Document, Query, Section
from malmoi.corpora.readers import fields_of, named_fields, read, reader_of
from malmoi.corpora.readers.beir import write_beir
from malmoi.recipe import CorpusSection


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    documents = tuple(Document(f"d{n}", f"제목 {n}", (Section("", "글"),)) for n in range(40))
    queries = tuple(Query(f"q{n}", f"질문 {n}", "ko") for n in range(40))
    qrels = {f"q{n}": {f"d{n}": 1} for n in range(40)}
    write_beir(Corpus("c", documents, queries, qrels), tmp_path / "beir")
    return tmp_path


def section(**values: object) -> CorpusSection:
    return CorpusSection.model_validate(values)


def test_the_corpus_is_described(folder: Path, logged: pytest.LogCaptureFixture) -> None:
    corpus = read(section(reader="beir", path=str(folder / "beir")))
    assert len(corpus.documents) == 40
    assert logged.messages[-1].startswith("corpus beir: 40 documents")


def test_a_limit_takes_the_same_documents_and_their_queries(folder: Path) -> None:
    ten = read(section(reader="beir", path=str(folder / "beir"), limit=10))
    twenty = read(section(reader="beir", path=str(folder / "beir"), limit=20))
    assert len(ten.documents) == 10
    assert {d.id for d in ten.documents} < {d.id for d in twenty.documents}
    assert {d.id for d in ten.documents} == {d for r in ten.qrels.values() for d in r}
    assert len(ten.queries) == 10
    assert ten.counts == {"over_limit": 30}


def test_every_reader_is_reached(folder: Path) -> None:
    lines = [json.dumps({"id": "1", "title": "제목", "text": "한국어 글"})]
    (folder / "t.jsonl").write_text("\n".join(lines))
    paragraphs = [{"context": "한국어 글", "qas": []}]
    (folder / "s.json").write_text(json.dumps({"data": [{"title": "a", "paragraphs": paragraphs}]}))
    assert len(read(section(reader="table", path=str(folder / "t.jsonl"))).documents) == 1
    assert len(read(section(reader="squad", path=str(folder / "s.json"))).documents) == 1
    with pytest.raises(SourceError, match="libreoffice-help-ko"):
        read(section(path=str(folder)))
    with pytest.raises(SourceError, match="the data set"):
        read(section(reader="hub", path=str(folder / "none")))


def test_wrong_language_no_path_and_nothing_in_it_stop(folder: Path) -> None:
    with pytest.raises(SourceError, match="English"):
        read(section(reader="beir", path=str(folder / "beir"), language="en"))
    with pytest.raises(SourceError, match=r"set corpus\.path"):
        read(section(reader="table"))
    (folder / "t.csv").write_text("id,title,text\n1,,\n")
    with pytest.raises(SourceError, match=r"no document with any text.*dropped_empty"):
        read(section(reader="table", path=str(folder / "t.csv")))


def test_text_files_are_reached_and_may_have_no_titles(folder: Path) -> None:
    (folder / "a.txt").write_text("한국어 글", encoding="utf-8")
    (folder / "beir/corpus.jsonl").unlink()
    assert read(section(reader="text", path=str(folder))).documents[0].title == "a"
    untitled = read(section(reader="text", path=str(folder), title_field=""))
    assert untitled.documents[0].title == ""


def test_beir_takes_the_names_of_a_recipe(folder: Path) -> None:
    row = {"key": "d1", "제목": "하나", "본문": "한국어 글"}
    (folder / "beir/corpus.jsonl").write_text(json.dumps(row))
    names = {"id_field": "key", "title_field": "제목", "text_field": "본문"}
    corpus = read(section(reader="beir", path=str(folder / "beir"), **names))
    assert (corpus.documents[0].id, corpus.documents[0].title) == ("d1", "하나")


def test_the_reader_is_seen_from_the_source(folder: Path) -> None:
    for name, content in (
        ("d.csv", "id,title,text"), ("d.jsonl.gz", ""), ("d.json", '[{"id": 1}]'), ("t/a.md", "x"),
    ):  # fmt: skip
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(content)
    (folder / "s.json").write_text('{"data": [{"paragraphs": []}]}')
    assert reader_of(folder / "beir") == "beir"
    assert {name: reader_of(folder / name) for name in ("d.csv", "d.jsonl.gz", "d.json")} == {
        "d.csv": "table", "d.jsonl.gz": "table", "d.json": "table",
    }  # fmt: skip
    assert reader_of(folder / "s.json") == "squad"
    assert reader_of(folder / "t") == "text"
    (folder / "d.xlsx").write_bytes(b"PK")
    with pytest.raises(SourceError, match="save it as 'CSV UTF-8"):
        reader_of(folder / "d.xlsx")
    (folder / "one.txt").write_text("글")
    with pytest.raises(SourceError, match="give its folder"):
        reader_of(folder / "one.txt")
    (folder / "empty").mkdir()
    with pytest.raises(SourceError, match=r"empty holds nothing\. Expected a BEIR folder"):
        reader_of(folder / "empty")
    with pytest.raises(SourceError, match="is not there"):
        reader_of(folder / "none.csv")


def test_only_names_of_fields_are_taken_for_such() -> None:
    assert fields_of(named_fields({"text_field": "본문", "title_field": ""})) == (
        "id", "", "본문", "",
    )  # fmt: skip
    with pytest.raises(RecipeError, match="saw limit; expected some of id_field"):
        named_fields({"limit": "3"})
