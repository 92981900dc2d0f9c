"""Which encoding a word list is in: by its byte order mark, else by what its bytes allow."""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from pathlib import Path

from malmoi.core.errors import SourceError
from malmoi.text.hangul import count_syllables

_CHUNK = 1 << 20
# UTF-32's little-endian mark begins with UTF-16's, so it is looked for first.
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_OTHER_FILES = {
    b"PK\x03\x04": "a ZIP archive (as .xlsx and .docx are)",
    b"\xd0\xcf\x11\xe0": "an old Office file",
    b"%PDF": "a PDF",
    b"\x1f\x8b": "gzip",
    b"PAR1": "Parquet",
    b"SQLite": "a SQLite database",
}


def encoding_of(path: Path) -> tuple[str, str]:
    """The name of a codec, and a note to the user where nothing in the file confirms it.

    UTF-8, UTF-16 and UTF-32 with a mark; UTF-16 without one, by its zero bytes; UTF-8; CP949 if
    that gives Hangul; UTF-8 with bad bytes if most of what is not ASCII is sound; else Windows-1252
    (which holds Latin-1's letters). Reads the file once, in chunks.

    Raises:
        SourceError: the file is missing, can't be read, is empty, or is no text.
    """
    if not path.is_file():
        raise SourceError(
            f"{path} is not there (or is a folder). Expected a word list: check the path."
        )
    try:
        with path.open("rb") as file:
            head = file.read(4096)
    except OSError as error:
        raise SourceError(f"{path} can't be read: {error.strerror}. Check who may.") from error
    if not head:
        raise SourceError(f"{path} is empty. Expected a word a line: check how it was written.")
    for mark, what in _OTHER_FILES.items():
        if head.startswith(mark):
            raise SourceError(
                f"{path} is {what}, not text. Expected a word list: save it as CSV or text."
            )
    for mark, encoding in _MARKS:
        if head.startswith(mark):
            return encoding, ""
    if wide := _wide(head):
        return wide, f"no byte order mark, but zero bytes as in {wide}; read as that"
    bad, sound = _count(path, "utf-8")
    if not bad:
        return "utf-8", ""
    bad_korean, korean = _count(path, "cp949", hangul=True)
    if korean > 10 * bad_korean:
        return "cp949", f"{bad} places are not UTF-8 and it holds Hangul as CP949; read as that"
    if sound > bad:
        return "utf-8", f"{bad} places are not UTF-8; their lines are passed over"
    return "cp1252", f"{bad} places are not UTF-8, nor is it CP949; read as Windows-1252 (Latin-1)"


def _wide(head: bytes) -> str:
    """UTF-16 without a mark: nearly every other byte of English text is then zero."""
    even, odd = head[::2].count(0), head[1::2].count(0)
    if odd > 0.4 * len(head[1::2]) and even < 0.1 * odd:
        return "utf-16-le"
    if even > 0.4 * len(head[::2]) and odd < 0.1 * even:
        return "utf-16-be"
    return ""


def _count(path: Path, encoding: str, hangul: bool = False) -> tuple[int, int]:
    """Places that can't be decoded, and characters beyond ASCII (or Hangul alone) that can."""
    bad = good = 0
    for text in _decoded(path, encoding):
        if text.isascii():
            continue
        bad += text.count("\ufffd")
        good += count_syllables(text) if hangul else sum(c > "\x7f" and c != "\ufffd" for c in text)
    return bad, good


def _decoded(path: Path, encoding: str) -> Iterator[str]:
    decoder = codecs.getincrementaldecoder(encoding)(errors="replace")
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            yield decoder.decode(chunk)
    yield decoder.decode(b"", final=True)
