from __future__ import annotations

from pathlib import Path

import pytest

from malmoi.core.errors import SourceError
from malmoi.text.encodings import encoding_of

WORDS = "abate\nobstinate\npreposterous\n"
KOREAN = "word,뜻\nabate,줄다\nabet,부추기다\n"


@pytest.mark.parametrize(
    ("data", "encoding", "noted"),
    [
        (WORDS.encode(), "utf-8", False),
        ("café\n".encode(), "utf-8", False),
        (WORDS.encode("utf-8-sig"), "utf-8-sig", False),
        (WORDS.encode("utf-16"), "utf-16", False),
        (WORDS.encode("utf-32"), "utf-32", False),
        (WORDS.encode("utf-16-le"), "utf-16-le", True),
        (WORDS.encode("utf-16-be"), "utf-16-be", True),
        (KOREAN.encode("cp949"), "cp949", True),
        ("naïve\ncafé\n".encode("latin-1"), "cp1252", True),
        ("crème brûlée\nDÉJÀ\n".encode("latin-1"), "cp1252", True),
        (KOREAN.encode() + b"caf\xe9\n", "utf-8", True),
    ],
)
def test_the_encoding_is_found(tmp_path: Path, data: bytes, encoding: str, noted: bool) -> None:
    path = tmp_path / "words.txt"
    path.write_bytes(data)
    found, note = encoding_of(path)
    assert found == encoding
    assert bool(note) == noted


def test_a_character_across_two_chunks_is_no_error(tmp_path: Path) -> None:
    path = tmp_path / "words.txt"
    path.write_bytes(b"x" * ((1 << 20) - 1) + "é".encode())
    assert encoding_of(path) == ("utf-8", "")


@pytest.mark.parametrize(
    ("data", "what"),
    [(b"", "empty"), (b"PK\x03\x04rest", "xlsx"), (b"%PDF-1.7", "PDF"), (b"\x1f\x8b\x08", "gzip")],
)
def test_what_is_no_text_is_refused(tmp_path: Path, data: bytes, what: str) -> None:
    path = tmp_path / "words.txt"
    path.write_bytes(data)
    with pytest.raises(SourceError, match=what):
        encoding_of(path)


def test_a_missing_file_or_folder_is_refused(tmp_path: Path) -> None:
    for path in (tmp_path / "nothing.txt", tmp_path):
        with pytest.raises(SourceError, match="not there"):
            encoding_of(path)
