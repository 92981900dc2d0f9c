"""What a file or folder that nobody described holds: its reader, fields, language and licence.

    seen = survey("docs.csv")
    seen.section.text_field  # "body"
    seen.notes               # ("no column looks like a title (columns: no, body)",)

Columns are told by their names first and by what stands in them second: an id that repeats is no
id, a date that isn't written as one is no date.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any, NamedTuple

from malmoi.core.errors import SourceError
from malmoi.corpora.columns import Columns, choose
from malmoi.corpora.corpus import Corpus
from malmoi.corpora.describe import check_language
from malmoi.corpora.readers import read_unchecked, reader_of, table
from malmoi.recipe import CorpusSection
from malmoi.recipe.reader import read_section

_LICENCE_FILES = ("meta.json", "dataset_infos.json", "metadata.json", "README.md")
_LICENCE = re.compile(r"""^\W*licen[cs]e\W*:\s*["']?([^"'\n]{2,120}?)["']?\s*,?$""", re.I | re.M)


@dataclass(frozen=True, slots=True)
class Survey:
    """A source as a recipe would name it, and what was seen in it.

    Attributes:
        section: `[corpus]` with reader, path, language and the names of the fields.
        corpus: what that reads.
        columns: of a table, in its order; () elsewhere.
        licence: as the data says it, "" where it says none.
        notes: what a user should know: no titles, ids made, nothing to evaluate with.
    """

    section: CorpusSection
    corpus: Corpus
    columns: tuple[str, ...]
    licence: str
    notes: tuple[str, ...]


class _Fields(NamedTuple):
    keys: dict[str, str]
    columns: tuple[str, ...]
    licence: str
    notes: list[str]


def survey(source: str | Path) -> Survey:
    """Look at a file or folder and read it whole.

    Raises:
        SourceError: it is missing (the nearest name is given), empty, of no kind that is read, or
            in neither Korean nor English.
    """
    path = Path(source).expanduser()
    if not path.exists():
        raise SourceError(_missing(path))
    reader = reader_of(path)
    looked = _looked_at(path, reader)
    values = {"reader": reader, "path": str(path), **looked.keys}
    corpus = read_unchecked(read_section(CorpusSection, values, "corpus"))
    if not corpus.documents:
        raise SourceError(
            f"{path} holds no document with any text (dropped: {corpus.counts or 'nothing'}). "
            "Expected at least one: check how it was written."
        )
    section = read_section(CorpusSection, {**values, "language": _language(corpus)}, "corpus")
    notes = [*looked.notes, *_notes(corpus, titled=bool(looked.keys))]
    licence = looked.licence or corpus.licence or _licence(path)
    return Survey(section, corpus, looked.columns, licence, tuple(notes))


def _looked_at(path: Path, reader: str) -> _Fields:
    """The fields of a table, and of a BEIR folder that has other names than BEIR's."""
    if reader == "table":
        return _fields(path)
    if reader == "beir" and (file := next(iter(sorted(path.glob("corpus.jsonl*"))), None)):
        _, first = next(table.records(file, Counter(), ()), ("", {}))
        if first and not ("text" in first and first.keys() & {"_id", "id"}):
            return _fields(file)
    return _Fields({}, (), "", [])


def _fields(path: Path) -> _Fields:
    """The keys of `[corpus]` that name a table's columns."""
    records = [record for _, record in table.records(path, Counter(), ())]
    if not records:
        raise SourceError(f"{path} has no rows. Expected a document a row: check the file.")
    columns = choose(records)
    if not columns.text:
        raise SourceError(
            f"{path} has no column with text. It has {', '.join(columns.names)}: expected one "
            "whose cells hold the documents' words."
        )
    keys = {
        "id_field": columns.id,
        "title_field": columns.title,
        "text_field": columns.text,
        "date_field": columns.date,
    }
    return _Fields(keys, columns.names, columns.licence, _column_notes(columns))


def _column_notes(columns: Columns) -> list[str]:
    names = ", ".join(columns.names)
    notes = []
    if not columns.id:
        repeated = f"{columns.repeated_id!r} repeats" if columns.repeated_id else "no column is one"
        notes.append(f"ids are made of each document's content, since {repeated}")
    if not columns.title:
        notes.append(f"no column looks like a title (columns: {names}); documents have none")
    return notes


def _notes(corpus: Corpus, titled: bool) -> list[str]:
    """What the documents and queries are without; `titled`: titles were spoken of already."""
    notes = []
    if not titled and not any(document.title for document in corpus.documents):
        notes.append("no document has a title")
    if not corpus.qrels:
        notes.append(
            "no queries with judgements by people, so a run trains but proves nothing"
            " (a BEIR folder can hold them)"
        )
    return notes


def _language(corpus: Corpus) -> str:
    """ "ko" if most documents are in Korean, else "en" if most are in English."""
    refusals = []
    for language in ("ko", "en"):
        try:
            check_language(corpus, language)
        except SourceError as error:
            refusals.append(str(error))
        else:
            return language
    raise SourceError(
        f"{corpus.name}: most documents are in neither Korean nor English. {refusals[0]}"
    )


def _missing(path: Path) -> str:
    """What to say of a path that isn't there, with the nearest that is."""
    folder = path.parent
    while not folder.is_dir() and folder != folder.parent:
        folder = folder.parent
    names = [each.name for each in folder.iterdir() if not each.name.startswith(".")]
    lacking = path.relative_to(folder).parts[0]
    # By what stands before the endings, which may be left out and make any two names alike.
    stems = {name.partition(".")[0]: name for name in sorted(names, reverse=True)}
    near = get_close_matches(lacking.partition(".")[0], stems, n=1, cutoff=0.6)
    hint = f"did you mean {str(folder / stems[near[0]])!r}?" if near else "check the path."
    return f"{path} is not there: {hint}"


def _licence(path: Path) -> str:
    """What a file beside the documents says of their licence; "" if none does."""
    folder = path if path.is_dir() else path.parent
    # Beside a single file stand other projects' files: only a folder of data is known as one.
    names: Iterable[str] = _LICENCE_FILES if path.is_dir() else (f"{path.name}.license",)
    return next((text for name in names if (text := _licence_in(folder / name))), "")


def _licence_in(file: Path) -> str:
    if not file.is_file():
        return ""
    text = file.read_text(encoding="utf-8", errors="replace")[:100_000]
    if file.suffix == ".license":
        return _one_line(text.splitlines()[0] if text.strip() else "")
    if file.suffix == ".json":
        try:
            found = _value_of(json.loads(text))
        except ValueError:
            return ""
        return _one_line(found)
    match = _LICENCE.search(text)
    return _one_line(match[1]) if match else ""


def _value_of(values: Any) -> str:
    """The first text under a key "license" or "licence" in nested JSON objects."""
    if not isinstance(values, Mapping):
        return ""
    for key, value in values.items():
        if str(key).casefold() in {"license", "licence"} and isinstance(value, str):
            return value
    return next((text for value in values.values() if (text := _value_of(value))), "")


def _one_line(text: str) -> str:
    return " ".join(text.split())[:200]
