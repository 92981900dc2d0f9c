"""Judgements in every layout are the same judgements; no relevance is lost."""

import gzip
import json
import tempfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from malmoi.core.errors import SourceError
from malmoi.corpora.readers.qrels import Judgement, judgements, read_qrels, split_files, whole

name = st.text(st.sampled_from("가나abAB01-_."), min_size=1, max_size=6)
grade = st.integers(-2, 4) | st.sampled_from([0.5, 1.5, 0.25, 0.1])
Rows = list[tuple[str, str, float]]


def trec(rows: Rows, between: str = " ") -> str:
    return "\n".join(between.join((q, "0", d, f"{r:g}")) for q, d, r in rows)


def table(rows: Rows, between: str, header: str = "") -> str:
    first = [header.replace(" ", between)] if header else []
    return "\n".join(first + [between.join((q, d, f"{r:g}")) for q, d, r in rows])


def lines(rows: Rows, *names: str) -> str:
    return "\n".join(json.dumps(dict(zip(names, row, strict=True))) for row in rows)


def nested(rows: Rows) -> str:
    by_query: dict[str, dict[str, float]] = {}
    for query, document, relevance in rows:
        by_query.setdefault(query, {})[document] = relevance
    return json.dumps(by_query)


LAYOUTS: dict[str, tuple[str, Callable[[Rows], str]]] = {
    "BEIR": (".tsv", lambda rows: table(rows, "\t", "query-id corpus-id score")),
    "BEIR without header": (".tsv", lambda rows: table(rows, "\t")),
    "TREC, spaces": (".txt", trec),
    "TREC, aligned": (".qrels", lambda rows: trec(rows, "   ")),
    "TREC, tabs": (".tsv", lambda rows: trec(rows, "\t")),
    "other header": (".tsv", lambda rows: table(rows, "\t", "qid docid relevance")),
    "unknown header": (".tsv", lambda rows: table(rows, "\t", "질의 문서 점수")),
    "CSV": (".csv", lambda rows: table(rows, ",", "query_id,doc_id,rel")),
    "CSV of Excel": (".csv", lambda rows: table(rows, ";", "Query-ID;Doc-ID;Label")),
    "CSV without header": (".csv", lambda rows: table(rows, ",")),
    "JSON Lines": (".jsonl", lambda rows: lines(rows, "query-id", "corpus-id", "score")),
    "JSON Lines, other names": (".jsonl", lambda rows: lines(rows, "qid", "pid", "label")),
    "JSON by query": (".json", nested),
}


@pytest.mark.parametrize("layout", LAYOUTS)
@given(
    rows=st.lists(
        st.tuples(name, name, grade), min_size=1, max_size=5, unique_by=lambda row: row[:2]
    )
)
def test_every_layout_gives_the_same(layout: str, rows: Rows) -> None:
    ending, write = LAYOUTS[layout]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"test{ending}"
        path.write_text(write(rows), encoding="utf-8")
        seen = {(j.query, j.document, j.relevance) for j in judgements(path, Counter())}
    assert seen == {(query, document, float(relevance)) for query, document, relevance in rows}


@given(st.lists(st.floats(0, 1000) | st.sampled_from([0.5, 1 / 3, 1e-9])))
def test_no_relevance_becomes_nothing_and_none_changes_its_rank(given_: list[float]) -> None:
    made = whole(given_)
    assert all((before > 0) == (after > 0) for before, after in zip(given_, made, strict=True))
    in_order = sorted(zip(given_, made, strict=True))
    assert [after for _, after in in_order] == sorted(made)


@pytest.mark.parametrize(
    ("relevances", "expected"),
    [
        ([0, 1, 2], [0, 1, 2]),
        ([1.0, 3.0], [1, 3]),
        ([0.5, 1], [1, 2]),
        ([0.25, 0.5, 2], [1, 2, 8]),
        ([0.1, 1], [1, 10]),
        ([1 / 3, 1], [33, 100]),
        ([0.001, 1], [1, 100]),
    ],
)
def test_fractions_are_made_whole(relevances: list[float], expected: list[int]) -> None:
    assert whole(relevances) == expected


def read(folder: Path, content: str, file: str = "test.tsv") -> dict[str, dict[str, int]]:
    path = folder / file
    path.write_text(content, encoding="utf-8")
    return read_qrels([path], {"d1", "d2"}, {"q1", "q2"}, Counter())


def test_half_a_relevance_counts_and_is_said(
    tmp_path: Path, logged: pytest.LogCaptureFixture
) -> None:
    content = "query-id\tcorpus-id\tscore\nq1\td1\t.5\nq2\td2\t1\n"
    assert read(tmp_path, content) == {"q1": {"d1": 1}, "q2": {"d2": 2}}
    assert logged.messages == ["qrels: relevance has fractions; all of it is multiplied by 2"]


def test_negative_relevance_is_none_and_said_once(
    tmp_path: Path, logged: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "test.txt"
    path.write_text("q1 0 d1 -2\nq1 0 d2 1\nq2 0 d1 -1\n")
    counts: Counter[str] = Counter()
    assert read_qrels([path], {"d1", "d2"}, {"q1", "q2"}, counts) == {
        "q1": {"d1": 0, "d2": 1},
        "q2": {"d1": 0},
    }
    assert counts == {"negative_relevance": 2}
    assert logged.messages == [
        "test.txt: query id = column 1, document id = column 3, relevance = column 4",
        "qrels: 2 negative judgements count as not relevant (0)",
    ]


def test_the_usual_layout_is_read_without_a_word(
    tmp_path: Path, logged: pytest.LogCaptureFixture
) -> None:
    read(tmp_path, "query-id\tcorpus-id\tscore\nq1\td1\t1\n")
    assert logged.messages == []


def test_pairs_without_relevance_count_as_one(
    tmp_path: Path, logged: pytest.LogCaptureFixture
) -> None:
    assert read(tmp_path, "qid,docid\nq1,d1\n", "a.csv") == {"q1": {"d1": 1}}
    assert read(tmp_path, "q1\td1\n") == {"q1": {"d1": 1}}
    assert "each pair counts as 1" in logged.text


def test_ids_may_hold_spaces_and_commas(tmp_path: Path) -> None:
    path = tmp_path / "test.tsv"
    path.write_text("q 1\tdoc, one\t2\n")
    assert list(judgements(path, Counter())) == [Judgement("test.tsv:1", "q 1", "doc, one", 2)]
    path = tmp_path / "test.csv"
    path.write_text('query,doc,rel\nq 1,"doc, one",2\n')
    assert list(judgements(path, Counter())) == [Judgement("test.csv:2", "q 1", "doc, one", 2)]
    path = tmp_path / "test.trec"
    path.write_text("q1 Q0 doc,one 2\n")
    assert list(judgements(path, Counter())) == [Judgement("test.trec:1", "q1", "doc,one", 2)]


def test_excels_first_line_names_the_delimiter(tmp_path: Path) -> None:
    content = "sep=;\nquery;doc;rel\nq1;d1;0,5\n"
    assert read(tmp_path, content, "test.csv") == {"q1": {"d1": 1}}


def test_columns_in_another_order_are_found_by_name(tmp_path: Path) -> None:
    assert read(tmp_path, "doc_id\trel\tquery_id\nd1\t3\tq1\n") == {"q1": {"d1": 3}}


def test_judgements_of_nothing_warn_with_an_example(
    tmp_path: Path, logged: pytest.LogCaptureFixture
) -> None:
    assert read(tmp_path, "d1\tq1\t1\n") == {}
    assert "such as query 'd1' with document 'q1'" in logged.text


@pytest.mark.parametrize(
    ("content", "file", "message"),
    [
        ("q1 Q0 d1 1 0.5 run", "test.txt", "looks like a run"),
        ("q1", "test.tsv", "Expected query id, document id and relevance"),
        ("q1\td1\t1\nq1\td2\tnan", "test.tsv", r"test\.tsv:2 is .*a number"),
        ("q1\td1\t1\nq1\td2\t1e99", "test.tsv", r"test\.tsv:2 is .*a number"),
        ("q1\td1\t1\nq1 d2 1", "test.tsv", r"test\.tsv:2 .*tabs"),
        ("q1 0 d1 1\nq1 d2 1", "test.txt", r"test\.txt:2 .*spaces"),
        ('{"qid": "q1", "text": "d1", "rel": 1}', "test.jsonl", "has the fields qid, text, rel"),
        ('{"qid": "q1", "docid": "d1", "rel": "yes"}', "test.jsonl", "relevance is 'yes'"),
        ('{"qid": {"id": "q1"}, "docid": "d1"}', "test.jsonl", "the query is {'id': 'q1'}"),
        ("q1\td1\t1\nq1\td1\t0.5", "test.tsv", "judged twice for query 'q1', as 1 and 0.5"),
    ],
)
def test_what_is_no_judgement_stops(tmp_path: Path, content: str, file: str, message: str) -> None:
    with pytest.raises(SourceError, match=message):
        read(tmp_path, content, file)


@pytest.mark.parametrize(
    ("files", "splits"),
    [
        (["qrels/test.tsv", "qrels/dev.tsv"], {"test": "test.tsv", "dev": "dev.tsv"}),
        (["qrels/test.tsv", "qrels/test.csv", "qrels/README.txt"], {"test": "test.tsv"}),
        (["qrels/test.tsv.gz", "qrels/dev.trec"], {"test": "test.tsv.gz"}),
        (["qrels/test.trec", "qrels/README.txt"], {"test": "test.trec"}),
        (["qrels/test.jsonl.gz"], {"test": "test.jsonl.gz"}),
        (["qrels.tsv"], {"test": "qrels.tsv"}),
        (["qrels.test.txt", "dev_qrels.csv"], {"test": "qrels.test.txt", "dev": "dev_qrels.csv"}),
        (["corpus.jsonl"], {}),
    ],
)
def test_splits_are_named_by_their_files(
    tmp_path: Path, files: list[str], splits: dict[str, str]
) -> None:
    for file in files:
        (tmp_path / file).parent.mkdir(exist_ok=True)
        (tmp_path / file).write_text("q1\td1\t1\n")
    assert {split: path.name for split, path in split_files(tmp_path).items()} == splits


def test_files_beside_a_tsv_are_left_out_and_said(
    tmp_path: Path, logged: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "qrels").mkdir()
    for name in ("test.tsv", "dev.csv"):
        (tmp_path / "qrels" / name).write_text("q1,d1,1\n")
    assert list(split_files(tmp_path)) == ["test"]
    assert logged.messages == []
    split_files(tmp_path, say=True)
    assert logged.messages == [f"{tmp_path}/qrels: only its .tsv files are read, not dev.csv"]


def test_packed_qrels_are_read(tmp_path: Path) -> None:
    (tmp_path / "test.tsv.gz").write_bytes(gzip.compress(b"q1\td1\t1\n"))
    assert read_qrels([tmp_path / "test.tsv.gz"], {"d1"}, {"q1"}, Counter()) == {"q1": {"d1": 1}}
