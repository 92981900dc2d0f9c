from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from malmoi.core.errors import SourceError
from malmoi.text.encodings import decode_text, encoding_of, encoding_of_bytes, other_file

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


@pytest.mark.parametrize(
    "text", [KOREAN, "가나다 대한민국 마바사\n" * 9, '{"id": "1", "text": "글"}']
)
@pytest.mark.parametrize(
    ("encoding", "noted"),
    [
        ("utf-8", False),
        ("utf-8-sig", False),
        ("utf-16", False),
        ("utf-32", False),
        ("utf-16-le", True),
        ("utf-16-be", True),
        ("cp949", True),
    ],
)
def test_korean_comes_back_from_every_encoding(text: str, encoding: str, noted: bool) -> None:
    read, note = decode_text(text.encode(encoding))
    assert read == text
    assert bool(note) == noted


def test_what_no_codec_decodes_is_told() -> None:
    assert encoding_of_bytes(b"A=\xff\xfa\n") == ("", "byte 0xff at 2 is not utf-8")
    assert decode_text(b"A=\xff\n")[0] == "A=\ufffd\n"
    assert encoding_of_bytes(b"\xff\xfe\x00") == ("", "it is broken utf-16")


def test_a_nul_in_utf8_is_no_wide_text() -> None:
    assert encoding_of_bytes(b"one\x00two three four five six seven\n")[0] == "utf-8"
    assert encoding_of_bytes("글\0자 하나 둘 셋 넷 다섯\n".encode())[0] == "utf-8"


@given(st.text())
def test_utf8_is_read_as_it_is_unless_it_is_full_of_zeros(text: str) -> None:
    read, _ = decode_text(text.encode("utf-8", "replace"))
    if "\0" not in text and not text.startswith("\ufeff"):
        assert read == text.encode("utf-8", "replace").decode()


def test_files_of_other_kinds_are_known_by_their_first_bytes() -> None:
    assert other_file(b"PK\x03\x04..") == "a ZIP archive (as .xlsx and .docx are)"
    assert other_file(b"id,text") == ""
