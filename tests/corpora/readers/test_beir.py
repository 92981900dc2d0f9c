"""What is written is read back exactly; broken folders say what is wrong with them."""

import gzip
import tempfile
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from malmoi.core.errors import SourceError
from malmoi.corpora.corpus import Corpus, Document, Query, Section
from malmoi.corpora.readers import beir
from malmoi.corpora.readers.cleaning import Fields, tidy
from malmoi.text.morphemes import clean

line = st.text(st.characters(codec=None), min_size=1, max_size=12).map(clean).filter(bool)
block = st.text(st.characters(codec=None), max_size=40).map(tidy)
document = st.builds(
    Document,
    line,
    line,
    st.lists(st.builds(Section, line, block), max_size=3).map(tuple),
    st.sampled_from(["", "2026-11-22"]),
)
query = st.builds(Query, line, line, st.sampled_from(["ko", "en"]), st.sampled_from(["human", "x"]))


@st.composite
def corpora(draw: st.DrawFn) -> Corpus:
    documents = draw(st.lists(document, min_size=1, max_size=4, unique_by=lambda d: d.id))
    queries = draw(st.lists(query, max_size=4, unique_by=lambda q: q.id))
    judged = st.dictionaries(
        st.sampled_from([d.id for d in documents]), st.integers(0, 3), min_size=1
    )
    qrels = {q.id: draw(judged) for q in queries if draw(st.booleans())}
    return Corpus("folder", tuple(documents), tuple(queries), qrels)


@given(corpora())
@settings(max_examples=50, deadline=None)
def test_round_trip_is_exact_but_for_sections(corpus: Corpus) -> None:
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "folder"
        beir.write_beir(corpus, folder, "dev")
        back = beir.read(folder)
        judged = beir.read(folder, "dev")
    flat = tuple(map(beir.flatten, corpus.documents))
    assert (back.documents, back.queries, back.qrels) == (flat, corpus.queries, corpus.qrels)
    assert {q.id for q in judged.queries} == set(corpus.qrels)
    assert back.name == corpus.name


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder as other programs write it: no metadata, two splits."""
    (tmp_path / "qrels").mkdir()
    write(
        tmp_path / "corpus.jsonl", '{"_id":"d1","title":"제목","text":"글"}', '{"_id":2,"text":"b"}'
    )
    write(tmp_path / "queries.jsonl", '{"_id":"q1","text":"무엇"}', '{"_id":"q2","text":"what"}')
    write(tmp_path / "qrels/test.tsv", "query-id\tcorpus-id\tscore", "q1\td1\t1")
    write(tmp_path / "qrels/train.tsv", "query-id\tcorpus-id\tscore", "q2\t2\t2", "q9\td1\t1")
    return tmp_path


def write(path: Path, *lines: str) -> None:
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def test_a_folder_of_others_is_read_whole_or_by_split(folder: Path) -> None:
    whole = beir.read(folder)
    assert [(d.id, d.title, d.text) for d in whole.documents] == [
        ("d1", "제목", "글"),
        ("2", "", "b"),
    ]
    assert [(q.id, q.language, q.kind) for q in whole.queries] == [
        ("q1", "ko", "human"), ("q2", "en", "human"),
    ]  # fmt: skip
    assert whole.qrels == {"q1": {"d1": 1}, "q2": {"2": 2}}
    assert whole.counts == {"dropped_judgement_of_nothing": 1}
    test = beir.read(folder, "test")
    assert ([q.id for q in test.queries], test.qrels) == (["q1"], {"q1": {"d1": 1}})


def test_sections_become_lines_of_the_text() -> None:
    written = Document("d", "t", (Section("", "앞"), Section("제목", "뒤")))
    assert beir.flatten(written).text == "앞\n제목\n뒤"
    assert beir.flatten(replace(written, sections=())).sections == ()


def test_writing_another_split_keeps_the_first(folder: Path) -> None:
    corpus = beir.read(folder, "test")
    beir.write_beir(corpus, folder, "dev")
    assert {p.stem for p in (folder / "qrels").iterdir()} == {"test", "train", "dev"}


@pytest.mark.parametrize(
    ("name", "line", "message"),
    [
        ("corpus.jsonl", '{"_id":"d1","title":"제목","text":"딴 글"}', "'d1' stands for two"),
        ("corpus.jsonl", '{"_id":"d3","txt":"글"}', "did you mean 'txt'"),
        ("corpus.jsonl", "{", "corpus.jsonl:3 is not JSON"),
        ("corpus.jsonl", "[1]", "is a list"),
        ("queries.jsonl", '{"_id":"q1","text":"딴 것"}', "query id 'q1' stands for two"),
        ("queries.jsonl", '{"_id":"","text":"x"}', "empty _id"),
        ("qrels/test.tsv", "q1 d1 1", "test.tsv:3 .*tabs"),
        ("qrels/test.tsv", "q1\td1\tyes", "a number"),
        ("qrels/test.tsv", "q1\td1\t2", "judged twice for query 'q1', as 1 and 2"),
    ],
)
def test_broken_lines_stop(folder: Path, name: str, line: str, message: str) -> None:
    with (folder / name).open("a", encoding="utf-8") as file:
        file.write(line + "\n")
    with pytest.raises(SourceError, match=message):
        beir.read(folder)


def test_missing_parts(folder: Path) -> None:
    with pytest.raises(SourceError, match=r"no split 'dev'. It has: test, train"):
        beir.read(folder, "dev")
    (folder / "queries.jsonl").unlink()
    assert beir.read(folder).queries == ()
    with pytest.raises(SourceError, match=r"no corpus.jsonl. Expected a BEIR folder"):
        beir.read(folder / "qrels")


def test_a_document_may_have_only_a_title(folder: Path) -> None:
    rows = ['{"_id":"d1","title":"제목"}', '{"_id":"2","title":"b","text":null}']
    write(folder / "corpus.jsonl", *rows)
    corpus = beir.read(folder)
    assert [(d.id, d.title, d.text) for d in corpus.documents] == [
        ("d1", "제목", ""),
        ("2", "b", ""),
    ]
    assert corpus.counts == {"without_text": 1, "dropped_judgement_of_nothing": 1}
    beir.write_beir(corpus, folder)
    assert beir.read(folder).documents == corpus.documents


def test_fields_may_have_other_names(folder: Path) -> None:
    write(folder / "corpus.jsonl", '{"doc":"d1","name":"제목","body":"글","day":"2026-01-02"}')
    write(folder / "queries.jsonl", '{"doc":"q1","text":"무엇"}')
    corpus = beir.read(folder, fields=Fields("doc", "name", "body", "day"))
    assert corpus.documents == (Document("d1", "제목", (Section("", "글"),), "2026-01-02"),)
    assert corpus.qrels == {"q1": {"d1": 1}}
    with pytest.raises(SourceError, match="no field '_id'"):
        beir.read(folder)
    untitled = beir.read(folder, fields=Fields("doc", "", "body", ""))
    assert untitled.documents[0].title == ""


def test_a_recipes_own_names_are_those_of_beir_where_it_has_them(folder: Path) -> None:
    usual = Fields("id", "title", "text", "")
    write(folder / "corpus.jsonl", '{"_id":"d1","id":7,"title":"제목","text":"글"}')
    assert beir.read(folder, fields=usual).documents[0].id == "d1"
    write(folder / "corpus.jsonl", '{"id":"d1","title":"제목","text":"글"}')
    assert beir.read(folder, fields=usual).documents[0].id == "d1"


def test_parts_may_be_packed_or_other_tables(folder: Path) -> None:
    whole = beir.read(folder)
    for name in ("corpus.jsonl", "queries.jsonl", "qrels/test.tsv"):
        data = (folder / name).read_bytes()
        (folder / f"{name}.gz").write_bytes(gzip.compress(data))
        (folder / name).unlink()
    assert beir.read(folder) == whole
    assert beir.is_beir(folder)
    (folder / "corpus.jsonl.gz").unlink()
    assert not beir.is_beir(folder)
    (folder / "corpus.csv").write_text("_id;title;text\nd1;제목;글\n2;;b\n", encoding="utf-8")
    assert beir.read(folder).documents == whole.documents
