"""What every reader does with bad input: repair it and count that, or stop and say where it is."""

from __future__ import annotations

import logging
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any, NamedTuple

from malmoi.core.errors import SourceError
from malmoi.corpora.corpus import Document, Section
from malmoi.text.morphemes import clean

logger = logging.getLogger(__name__)

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
_BOMS = {b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16", b"\xef\xbb\xbf": "utf-8-sig"}
_LINE_ENDS = re.compile(r"\r\n|[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]")

Counts = Counter[str]


class Row(NamedTuple):
    """A document as a table holds it; `where` is what an error calls it ("docs.csv:17")."""

    id: str
    title: str
    text: str
    date: str
    where: str


def decode(path: Path, counts: Counts) -> str:
    """The text of a file in UTF-8 (with or without a byte order mark), UTF-16 with one, or CP949.

    CP949 is a superset of EUC-KR. A file that isn't valid UTF-8 is tried as CP949, and that is
    counted and said, since nothing in the file confirms it.

    Raises:
        SourceError: the file is missing, is empty, or is in another encoding.
    """
    if not path.is_file():
        raise SourceError(f"{path} is not there (or is a folder). Expected a file: check the path.")
    try:
        data = path.read_bytes()
    except OSError as error:
        raise SourceError(f"{path} can't be read: {error.strerror}. Check who may.") from error
    if not data.strip():
        raise SourceError(f"{path} is empty. Expected documents in it: check how it was written.")
    encoding = next((e for bom, e in _BOMS.items() if data.startswith(bom)), "utf-8")
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        seen = f"byte {error.object[error.start]:#04x} at {error.start} is not {encoding}"
    try:
        text = data.decode("cp949")
    except UnicodeDecodeError as error:
        raise SourceError(
            f"{path} is neither UTF-8 nor CP949 (EUC-KR): {seen}. Convert it to UTF-8, for example "
            "with `iconv -t utf-8`."
        ) from error
    counts["read_as_cp949"] += 1
    logger.info(f"{path.name}: {seen}; read as CP949 (EUC-KR)")
    return text


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
        fields = [str(key) for key in record if key is not None]
        near = get_close_matches(name, fields, n=1, cutoff=0.3)
        hint = f"did you mean {near[0]!r}? " if near else ""
        raise SourceError(
            f"{where} has no field {name!r}: {hint}It has {', '.join(fields) or 'no fields'}. Name "
            "the right ones in the recipe ([corpus] id_field, title_field, text_field, date_field; "
            "an empty title_field means that there are no titles)."
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
