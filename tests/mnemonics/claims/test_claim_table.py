from __future__ import annotations

from pathlib import Path

import pytest

from malmoi.core.errors import SourceError
from malmoi.mnemonics.claims.claim_table import as_record, check_rows, read_rows
from tests.helpers.toy_words import ToyLexicon

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


def test_a_record_has_the_worst_verdict_and_its_source() -> None:
    rows = [
        ("obstinate", "It contains 'tin' and ends in -ly; it means zyz."),
        ("abate", ""),
        ("", "It contains 'x'."),
        ("abate", "???"),
    ]
    checked = [*check_rows(rows, ToyLexicon())]  # type: ignore[arg-type]
    assert [(term, text) for term, text, _ in checked] == rows
    first, *others = [as_record(*row) for row in checked]
    claims = first["claims"]
    assert isinstance(claims, list)
    assert [c["verdict"] for c in claims] == ["supported", "contradicted", "unverified"]
    assert (first["verdict"], first["source"]) == ("contradicted", claims[1]["source"])
    assert [(other["verdict"], other["claims"]) for other in others] == [("unverified", [])] * 3
