"""Bad input: encodings, control characters, surrogates, empty fields, repeated ids."""

import gzip
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from malmoi.core.errors import SourceError
from malmoi.corpora.readers.cleaning import (
    Row,
    decode,
    documents_of,
    ending_of,
    nearest,
    stem_of,
    tidy,
    tidy_line,
    value,
)
from malmoi.text.morphemes import clean

any_text = st.text(st.characters(codec=None), max_size=60)


def row(key: str, title: str = "t", text: str = "x", where: str = "f:1") -> Row:
    return Row(key, title, text, "", where)


@pytest.mark.parametrize(
    "encoding",
    [
        "utf-8",
        "utf-8-sig",
        "utf-16",
        "utf-16-le",
        "utf-32",
        "cp949",
        "euc-kr",
    ],
)
def test_korean_is_read_in_the_encodings_it_is_found_in(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "f.txt"
    path.write_bytes("한국어 문서".encode(encoding))
    counts: Counter[str] = Counter()
    assert decode(path, counts) == "한국어 문서"
    assert counts["read_as_cp949"] == (encoding in {"cp949", "euc-kr"})


def test_cp949_is_said(tmp_path: Path, logged: pytest.LogCaptureFixture) -> None:
    (tmp_path / "f.txt").write_bytes("똠방각하".encode("cp949"))
    decode(tmp_path / "f.txt", Counter())
    assert "CP949" in logged.text


def test_other_bytes_missing_and_empty_files_stop(tmp_path: Path) -> None:
    (tmp_path / "binary").write_bytes(b"\x80\xff\x00\x81\xff")
    (tmp_path / "empty").write_bytes(b" \n")
    for name, message in (("binary", "iconv"), ("empty", "is empty"), ("none", "not there")):
        with pytest.raises(SourceError, match=message):
            decode(tmp_path / name, Counter())


@given(any_text)
@settings(max_examples=500)
def test_tidying_twice_changes_nothing_and_leaves_no_control_character(text: str) -> None:
    once = tidy(text)
    assert tidy(once) == once
    assert not any(ord(c) < 32 and c != "\n" for c in once)
    once.encode("utf-8")  # no lone surrogate


@given(any_text)
@settings(max_examples=500)
def test_the_short_way_gives_what_clean_gives(line: str) -> None:
    assert tidy_line(line) == clean(line)


def test_mended_texts_are_counted_and_clean_ones_are_not() -> None:
    counts: Counter[str] = Counter()
    assert tidy("가\x00나\ud800다\r\n\r\n라\tmark", counts) == "가 나 다\n라 mark"
    assert tidy("멀쩡한 글\n두 줄", counts) == "멀쩡한 글\n두 줄"
    tidy("깨진 \ufffd 글", counts)
    assert counts == {"mended_control": 1, "with_replacement_character": 1}


def test_a_giant_line_is_no_trouble() -> None:
    assert len(tidy("가나 " * 1_000_000)) == 3_000_000 - 1


def test_identical_rows_are_dropped_and_counted() -> None:
    counts: Counter[str] = Counter()
    rows = [row("a"), row("a", text=" x "), row("b", text="y"), row("c"), row("d", "", " ")]
    assert [d.id for d in documents_of(rows, counts)] == ["a", "b", "c"]
    assert counts == {"dropped_duplicate": 1, "same_text": 1, "dropped_empty": 1}


def test_one_id_for_two_documents_stops_and_names_it() -> None:
    with pytest.raises(SourceError, match=r"f:9: id 'a' stands for two different documents"):
        list(documents_of([row("a"), row("a", text="other", where="f:9")], Counter()))


def test_an_empty_id_stops() -> None:
    with pytest.raises(SourceError, match="f:1 has an empty id"):
        list(documents_of([row(" \x00")], Counter()))


def test_a_title_alone_or_a_text_alone_is_a_document() -> None:
    made = list(documents_of([row("a", "t", ""), row("b", "", "x")], Counter()))
    assert [(d.title, d.text) for d in made] == [("t", ""), ("", "x")]


def test_a_missing_field_names_the_nearest_one() -> None:
    with pytest.raises(SourceError, match=r"no field 'text': did you mean 'texts'\?.*body, texts"):
        value({"body": "", "texts": ""}, "text", "f:1")
    with pytest.raises(SourceError, match="no fields"):
        value({}, "text", "f:1")


def test_values_that_are_plain_become_text_and_others_stop() -> None:
    record = {"n": 3, "none": None, "nan": float("nan"), "list": ["a"]}
    assert [value(record, k, "f") for k in ("n", "none", "nan", "")] == ["3", "", "", ""]
    with pytest.raises(SourceError, match="holds a list"):
        value(record, "list", "f:1")


def test_endings_are_those_of_what_is_packed() -> None:
    names = ["docs.CSV", "docs.csv.gz", "a.b.jsonl", "docs"]
    assert [ending_of(Path(name)) for name in names] == [".csv", ".csv", ".jsonl", ""]
    assert [stem_of(Path(name)) for name in names] == ["docs", "docs", "a.b", "docs"]


def test_gzip_is_unpacked_under_any_name(tmp_path: Path) -> None:
    (tmp_path / "f.csv").write_bytes(gzip.compress("한국어".encode("cp949")))
    counts: Counter[str] = Counter()
    assert (decode(tmp_path / "f.csv", counts), counts) == ("한국어", {"read_as_cp949": 1})


def test_a_name_in_another_case_is_the_nearest() -> None:
    with pytest.raises(SourceError, match="did you mean 'ID'"):
        value({"ID": "1", "text": "x"}, "id", "f:1")
    assert nearest("text", ["url", "brand"], 0.5) == ""
