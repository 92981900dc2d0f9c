from __future__ import annotations

import json
from pathlib import Path

import pytest

from malmoi.core.errors import SourceError
from malmoi.mnemonics.claims.claim_commands import check_file, read_rows
from tests.helpers.toy_words import ToyLexicon

pytestmark = pytest.mark.usefixtures("shown")

ROWS = [("obstinate", "It contains 'tin', “says” 말모이."), ("abate", "It ends in -ly.")]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp949"])
@pytest.mark.parametrize("line", ["\n", "\r\n"])
def test_tsv_in_any_encoding(tmp_path: Path, encoding: str, line: str) -> None:
    path = tmp_path / "c.tsv"
    text = line.join(["id\tterm\ttext", *(f"{i}\t{t}\t{x}" for i, (t, x) in enumerate(ROWS))])
    path.write_bytes(text.encode(encoding))
    assert list(read_rows(path)) == ROWS


def test_csv_with_quotes_and_a_header_in_any_case(tmp_path: Path) -> None:
    path = tmp_path / "c.csv"
    path.write_text('Text, TERM\n"It has ""tin"", and\nmore",obstinate\n\n', encoding="utf-8")
    assert list(read_rows(path)) == [("obstinate", 'It has "tin", and\nmore')]


def test_a_stray_quote_in_tsv_swallows_nothing(tmp_path: Path) -> None:
    path = tmp_path / "c.tsv"
    path.write_text('term\ttext\na\t"Tin" is in it\nb\t"open\nc\t"all ""in"""\n', encoding="utf-8")
    assert list(read_rows(path)) == [("a", '"Tin" is in it'), ("b", '"open'), ("c", 'all "in"')]


@pytest.mark.parametrize("content", ["", "word\ttext\na\tb\n", "hello\n", "term\n"])
def test_what_is_wrong_is_said(tmp_path: Path, content: str) -> None:
    path = tmp_path / "c.tsv"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(SourceError):
        list(read_rows(path))
    with pytest.raises(SourceError):
        list(read_rows(tmp_path / "none.tsv"))


def test_one_object_a_row(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "c.tsv"
    path.write_text(
        "term\ttext\nobstinate\tIt contains 'tin' and ends in -ly; it means zyz.\n"
        "abate\t\n\tIt contains 'x'.\nabate\t???\n",
        encoding="utf-8",
    )
    check_file(path, json=True, lexicon=ToyLexicon())  # type: ignore[arg-type]
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
    check_file(path, lexicon=ToyLexicon())  # type: ignore[arg-type]
    out = capsys.readouterr().out
    assert "supported" in out
    assert "unverified" in out
