"""Rows of JSON Lines, CSV, TSV and Parquet become documents; fields are picked by name."""

import json
from pathlib import Path

import pytest

from malmoi.core.errors import SourceError
from malmoi.corpora.corpus import Corpus
from malmoi.corpora.readers import table
from malmoi.corpora.readers.cleaning import Fields
from malmoi.recipe import CorpusSection

ROWS = [
    {"id": "1", "title": "제목", "text": '쉼표, "따옴표"\n두 줄', "when": "2026-11-22"},
    {"id": "2", "title": "", "text": "글\x00자", "when": ""},
]


def read(path: Path, *fields: str, **named: str) -> Corpus:
    """The file read with the recipe's names of fields, but for those that are given."""
    usual = CorpusSection().model_dump()
    names = ("id_field", "title_field", "text_field", "date_field")
    chosen = {name: usual[name] for name in names} | dict(zip(names, fields, strict=False)) | named
    return table.read(path, Fields(*(chosen[name] for name in names)))


def write(folder: Path, ending: str, rows: list[dict[str, str]]) -> Path:
    path = folder / f"docs.{ending}"
    if ending in {"csv", "tsv"}:
        import csv

        with path.open("w", encoding="utf-8-sig", newline="") as file:
            writer = csv.DictWriter(file, rows[0], delimiter="\t" if ending == "tsv" else ",")
            writer.writeheader()
            writer.writerows(rows)
    elif ending == "parquet":
        import pyarrow
        import pyarrow.parquet

        pyarrow.parquet.write_table(pyarrow.Table.from_pylist(rows), path)
    else:
        path.write_text("\n".join(json.dumps(r) for r in rows), encoding="utf-8")
    return path


@pytest.mark.parametrize("ending", ["jsonl", "csv", "tsv", "parquet"])
def test_every_kind_gives_the_same_documents(tmp_path: Path, ending: str) -> None:
    corpus = read(write(tmp_path, ending, ROWS), date_field="when")
    assert [(d.id, d.title, d.text, d.date) for d in corpus.documents] == [
        ("1", "제목", '쉼표, "따옴표"\n두 줄', "2026-11-22"),
        ("2", "", "글 자", ""),
    ]
    assert corpus.name == "docs"
    assert corpus.counts == {"mended_control": 1}


@pytest.mark.parametrize("ending", ["jsonl", "csv", "tsv", "parquet"])
def test_a_missing_field_names_the_nearest(tmp_path: Path, ending: str) -> None:
    path = write(tmp_path, ending, [{"doc_id": "1", "title": "t", "text": "x"}])
    with pytest.raises(SourceError, match=r"no field 'id': did you mean 'doc_id'"):
        read(path)
    assert read(path, id_field="doc_id").documents[0].id == "1"


def test_without_ids_the_same_text_is_one_document_and_ids_stay(tmp_path: Path) -> None:
    rows = [{"text": "하나"}, {"text": "둘"}, {"text": "하나"}]
    corpus = read(write(tmp_path, "jsonl", rows), "", "")
    assert corpus.counts == {"dropped_duplicate": 1}
    more = read(write(tmp_path, "jsonl", [{"text": "영"}, *rows]), "", "")
    assert {d.id for d in corpus.documents} < {d.id for d in more.documents}


def test_a_csv_of_excel_in_korea(tmp_path: Path) -> None:
    (tmp_path / "d.csv").write_bytes("id,title,text\r\n1,제목,한국어 글\r\n".encode("cp949"))
    corpus = read(tmp_path / "d.csv")
    assert corpus.documents[0].text == "한국어 글"
    assert corpus.counts["read_as_cp949"] == 1


def test_line_separators_inside_json_strings_are_text(tmp_path: Path) -> None:
    (tmp_path / "d.jsonl").write_text('{"id":"1","title":"","text":"가\u2028나\u0085다"}\n')
    assert read(tmp_path / "d.jsonl").documents[0].text == "가\n나\n다"


def test_a_giant_cell_is_read(tmp_path: Path) -> None:
    (tmp_path / "d.csv").write_text("id,title,text\n1,t," + "가나다 " * 100_000)
    assert len(read(tmp_path / "d.csv").documents[0].text) == 399_999


def test_lone_surrogates_are_mended(tmp_path: Path) -> None:
    (tmp_path / "d.jsonl").write_text(r'{"id":"1","title":"","text":"가\ud800나"}')
    corpus = read(tmp_path / "d.jsonl")
    assert (corpus.documents[0].text, corpus.counts) == ("가 나", {"mended_control": 1})


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("d.txt", b"x", r"ends in '.txt'. Expected .jsonl.*give its folder"),
        ("d.docx", b"PK", r"ends in '.docx'.*Save its text as CSV"),
        ("d.xlsx", b"PK", r"ends in '.xlsx'.*save it as 'CSV UTF-8"),
        ("d.csv", b"PK\x03\x04..xl/workbook.xml", "a ZIP archive.*save it as 'CSV UTF-8"),
        ("d.csv", b"PK\x03\x04..docs.csv", "a ZIP archive.*Unpack it"),
        ("d.csv.gz", b"\x1f\x8b\x08 torn", "can't be unpacked"),
        ("d.json", b"[]", "an empty JSON array"),
        ("d.json", b'{"n": 1}', "arrays of objects in it: none"),
        (
            "d.json",
            b'{"a": [{"id": 1}], "b": {"c": [{"id": 2}]}}',
            "arrays of objects in it: a, b.c",
        ),
        ("d.json", b'[{"id": 1}', "is not JSON"),
        ("d.jsonl", b"", "is empty"),
        ("d.jsonl", b'{"id":"1"\n', "d.jsonl:1 is not JSON"),
        ("d.jsonl", b'[\n{"id":"1"},\n3]', r"d.jsonl\[0\] has no field 'title'"),
        ("d.csv", b"id,title,text,text\n1,t,a,b", r"field 'text' holds a list \(\['a', 'b'\]\)"),
        ("d.jsonl", b"[" * 100_000, "is not JSON"),
        ("d.csv", b"id,title,text\n1,t,a, b", "more cells than the header"),
        ("d.parquet", b"PAR1 no", "can't be read as Parquet"),
    ],
)
def test_broken_files_stop(tmp_path: Path, name: str, content: bytes, message: str) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(SourceError, match=message):
        read(tmp_path / name)


@pytest.mark.parametrize("ending", ["jsonl", "parquet"])
def test_a_missing_file_stops(tmp_path: Path, ending: str) -> None:
    with pytest.raises(SourceError, match="not there"):
        read(tmp_path / f"none.{ending}")
