"""What every reader does with bad input: repair it and count that, or stop and say where it is."""

from __future__ import annotations

import gzip
import logging
import re
import unicodedata
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any, NamedTuple

from malmoi.core.errors import SourceError
from malmoi.corpora.corpus import Document, Section
from malmoi.text.encodings import encoding_of_bytes, other_file
from malmoi.text.morphemes import clean

logger = logging.getLogger(__name__)

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
_LINE_ENDS = re.compile(r"\r\n|[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]")

_WORKBOOKS = (".xlsx", ".xls", ".xlsm", ".xlsb", ".ods", ".numbers")

Counts = Counter[str]


class Row(NamedTuple):
    """A document as a table holds it; `where` is what an error calls it ("docs.csv:17")."""

    id: str
    title: str
    text: str
    date: str
    where: str


class Fields(NamedTuple):
    """The names of the fields that hold a document's parts, as in a recipe's `[corpus]`.

    An empty `id` makes ids of a hash of title and text, so that the same text is one document; an
    empty `title` or `date` leaves that empty. The text is never left out.
    """

    id: str
    title: str
    text: str
    date: str


def ending_of(path: Path) -> str:
    """The ending that tells what a file is: ".csv" of "docs.CSV" and of "docs.csv.gz"."""
    name = path.name.lower().removesuffix(".gz")
    return Path(name).suffix


def stem_of(path: Path) -> str:
    """The name without that ending: "docs" of "docs.csv.gz"."""
    return Path(path.stem).stem if path.name.lower().endswith(".gz") else path.stem


def decode(path: Path, counts: Counts) -> str:
    """The text of a file, unpacked if it is gzip's: UTF-8, UTF-16, UTF-32 or CP949 (EUC-KR).

    What nothing in the file confirms is said: CP949 (which is counted too), and UTF-16 without a
    byte order mark.

    Raises:
        SourceError: the file is missing, is empty, is no text, or is in another encoding.
    """
    data = bytes_of(path)
    if what := other_file(data):
        raise SourceError(f"{path} is {what}, not text. {remedy_for(path, data)}")
    if not data.strip():
        raise SourceError(f"{path} is empty. Expected documents in it: check how it was written.")
    encoding, note = encoding_of_bytes(data)
    if not encoding:
        raise SourceError(
            f"{path} is neither UTF-8 nor CP949 (EUC-KR): {note}. Convert it to UTF-8, for example "
            "with `iconv -t utf-8`."
        )
    if note:
        logger.info(f"{path.name}: {note}")
    if encoding == "cp949":
        counts["read_as_cp949"] += 1
    return data.decode(encoding).removeprefix("\ufeff")


def remedy_for(path: Path, data: bytes = b"") -> str:
    """What to do with a file that is not read, by its ending or its content."""
    if ending_of(path) in _WORKBOOKS or b"xl/workbook" in data:
        return (
            "Open it in Excel or LibreOffice, save it as 'CSV UTF-8 (Comma delimited)', and give "
            "that file."
        )
    if ending_of(path) in {".txt", ".md"}:
        return "If it is a table, call it .csv or .tsv; if it is a document, give its folder."
    if data.startswith(b"PK"):
        return "Unpack it and give the file or the folder that comes out."
    return "Save its text as CSV, JSON Lines or .txt files, and give those."


def bytes_of(path: Path) -> bytes:
    """What a file holds, unpacked if it is gzip's.

    Raises:
        SourceError: the file is missing, can't be read, or is a torn archive.
    """
    if not path.is_file():
        raise SourceError(f"{path} is not there (or is a folder). Expected a file: check the path.")
    try:
        data = path.read_bytes()
        return gzip.decompress(data) if data.startswith(b"\x1f\x8b") else data
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise SourceError(
            f"{path} can't be unpacked: {error}. Expected a whole gzip file: fetch it anew."
        ) from error
    except OSError as error:
        raise SourceError(f"{path} can't be read: {error.strerror}. Check who may.") from error


def tidy(text: str, counts: Counts | None = None) -> str:
    """Lines cleaned as `words.clean` does, empty ones dropped; tidying twice changes nothing.

    Control characters, NUL and lone surrogates become spaces; a text that held one is counted.
    """
    if counts is not None and _CONTROL.search(text):
        counts["mended_control"] += 1
    if counts is not None and "\ufffd" in text:
        counts["with_replacement_character"] += 1
    lines = (tidy_line(line) for line in _LINE_ENDS.split(text))
    return "\n".join(line for line in lines if line)


def tidy_line(line: str) -> str:
    """What `words.clean` gives, by a short way for the many lines that need no cleaning."""
    if line.isprintable() and unicodedata.is_normalized("NFC", line):
        return " ".join(line.split())
    return clean(line)


def documents_of(rows: Iterable[Row], counts: Counts) -> Iterator[Document]:
    """Documents of one section each; the text of `rows` is tidied here, their ids cleaned.

    Rows with neither title nor text are dropped ("dropped_empty"), and so is a row that repeats an
    earlier one entirely ("dropped_duplicate"). The same title and text under another id is kept and
    counted ("same_text"), since qrels may name either.

    Raises:
        SourceError: a row has no id, or an id stands for two different documents.
    """
    seen: dict[str, int] = {}
    texts: set[int] = set()
    for row in rows:
        key = clean(row.id)
        if not key:
            raise SourceError(f"{row.where} has an empty id. Expected a different id in each row.")
        title, text = clean(row.title), tidy(row.text, counts)
        if not title and not text:
            counts["dropped_empty"] += 1
            continue
        content = hash((title, text))
        if key in seen:
            if seen[key] != content:
                raise SourceError(
                    f"{row.where}: id {key!r} stands for two different documents. Expected unique "
                    "ids: give one of them another id, or remove it."
                )
            counts["dropped_duplicate"] += 1
            continue
        if content in texts:
            counts["same_text"] += 1
        seen[key] = content
        texts.add(content)
        sections = (Section("", text),) if text else ()
        yield Document(key, title, sections, clean(row.date))


def value(record: Mapping[str, Any], name: str, where: str) -> str:
    """The field `name` of a record as text, "" where it is null; an empty `name` gives "".

    Raises:
        SourceError: there is no such field (the nearest one is named), or it holds no plain value.
    """
    if not name:
        return ""
    if name not in record:
        fields = [str(key) for key in record if key]
        near = nearest(name, fields, 0.3)
        hint = f"did you mean {near!r}? " if near else ""
        raise SourceError(
            f"{where} has no field {name!r}: {hint}It has {', '.join(fields) or 'no fields'}. Name "
            "the right ones: id_field, title_field, text_field, date_field in a recipe's [corpus], "
            "--id-field and so on for a command (an empty title field means that there are no "
            "titles)."
        )
    found = record[name]
    if found is None or found != found:  # NaN, a missing value in a table of numbers
        return ""
    if isinstance(found, list | tuple | dict | bytes):
        raise SourceError(
            f"{where}: field {name!r} holds a {type(found).__name__} ({str(found)[:60]}). Expected "
            "text: choose another field, or flatten it."
        )
    return str(found)


def nearest(name: str, fields: Iterable[str], cutoff: float) -> str:
    """The field whose name is most like `name` in whatever case, or "" if none is."""
    folded = {field.casefold(): field for field in fields}
    near = get_close_matches(name.casefold(), folded, n=1, cutoff=cutoff)
    return folded[near[0]] if near else ""
