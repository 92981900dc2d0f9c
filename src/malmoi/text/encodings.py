"""Which encoding a text is in: by its byte order mark, else by what its bytes allow."""

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
    if what := other_file(head):
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


def encoding_of_bytes(data: bytes) -> tuple[str, str]:
    """The name of a codec that decodes all of `data`, or ""; and a note on what was seen.

    By its mark, else UTF-16 by its zero bytes, else UTF-8, else CP949 (a superset of EUC-KR). The
    note is empty where the bytes leave no doubt.
    """
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return (encoding, "") if _decodes(data, encoding) else ("", f"it is broken {encoding}")
    wide = _wide(data[:4096])
    if wide and _decodes(data, wide):
        return wide, f"no byte order mark, but zero bytes as in {wide}; read as that"
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        seen = f"byte {data[error.start]:#04x} at {error.start} is not utf-8"
    else:
        return "utf-8", ""
    if _decodes(data, "cp949"):
        return "cp949", f"{seen}; read as CP949 (EUC-KR)"
    return "", seen


def decode_text(data: bytes) -> tuple[str, str]:
    """The text of `data` without its mark, and a note; what no codec decodes becomes U+FFFD."""
    encoding, note = encoding_of_bytes(data)
    text = data.decode(encoding or "utf-8", "replace").removeprefix("\ufeff")
    return text, note if encoding else f"{note}; what can't be read became U+FFFD"


def other_file(head: bytes) -> str:
    """What a file is whose first bytes are those of something else than text; else ""."""
    return next((what for mark, what in _OTHER_FILES.items() if head.startswith(mark)), "")


def _decodes(data: bytes, encoding: str) -> bool:
    try:
        data.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def _wide(head: bytes) -> str:
    """UTF-16 without a mark: the spaces and signs of any text leave zeros in it.

    Of the two byte orders, the one in which most characters are ASCII's or Hangul.
    """
    head = head[: len(head) // 2 * 2]
    if head.count(0) <= 0.02 * len(head):
        return ""
    shares = {name: _usual(head.decode(name, "replace")) for name in ("utf-16-le", "utf-16-be")}
    best = max(shares, key=lambda name: shares[name])
    return best if shares[best] > 0.5 else ""


def _usual(text: str) -> float:
    """The share of ASCII's characters and Hangul in a text, 0 if it holds a NUL."""
    usual = sum(" " <= c <= "~" or c in "\t\r\n" for c in text) + count_syllables(text)
    return 0.0 if "\0" in text else usual / max(1, len(text))


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
