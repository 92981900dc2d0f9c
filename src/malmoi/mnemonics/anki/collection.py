"""The notes of an Anki export: a package of a deck or of a whole collection, or a text file.

A package is a zip with an SQLite database: `collection.anki21b`, compressed with Zstandard, since
Anki 2.1.50; `collection.anki21` or `collection.anki2` where "Support older Anki versions" was
ticked. The first also holds a `collection.anki2`, whose one note asks for a newer Anki, so the
newest is read.
"""

from __future__ import annotations

import csv
import json
import shutil
import sqlite3
import tempfile
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from malmoi.core.errors import SourceError
from malmoi.text.encodings import encoding_of

if TYPE_CHECKING:
    import zstandard

PACKAGES = (".apkg", ".colpkg")
TEXTS = (".txt", ".tsv", ".csv")

_DATABASES = ("collection.anki21b", "collection.anki21", "collection.anki2")
_SEPARATORS = {
    "tab": "\t", "comma": ",", "semicolon": ";", "space": " ", "pipe": "|", "colon": ":",
}  # fmt: skip
_EXPECTED = (
    "Expected what Anki's File → Export writes: a deck package (.apkg) or collection package "
    '(.colpkg) with scheduling, or "Notes in Plain Text" (.txt) with tags.'
)
_NOTES = """
    SELECT notes.mid, notes.flds, notes.tags, max(cards.lapses), sum(cards.reps)
    FROM notes JOIN cards ON cards.nid = notes.id GROUP BY notes.id ORDER BY notes.id
"""


@dataclass(frozen=True, slots=True)
class LearnedNote:
    """A note in a learner's collection.

    Attributes:
        fields: name → HTML, in the note type's order ("1", "2" … in a text file, which has none).
        tags: of the note.
        lapses: how often its worst card was forgotten; 0 in a text file, which doesn't say.
        reviews: how often its cards were answered; 0 in a text file.
    """

    fields: dict[str, str]
    tags: tuple[str, ...]
    lapses: int = 0
    reviews: int = 0


def read_notes(path: Path) -> list[LearnedNote]:
    """The notes of an export, by the file's ending.

    Raises:
        SourceError: it is missing, no export of Anki, needs the package zstandard, or is a text
            without tags.
    """
    if not path.is_file():
        raise SourceError(f"{path} is not there. {_EXPECTED}")
    ending = path.suffix.lower()
    if ending in PACKAGES:
        return list(_of_package(path))
    if ending in TEXTS:
        return list(_of_text(path))
    raise SourceError(f"{path} ends in {ending!r}. {_EXPECTED}")


def _of_package(path: Path) -> Iterator[LearnedNote]:
    with tempfile.TemporaryDirectory() as folder:
        database = Path(folder) / "collection"
        _unpack(path, database)
        try:
            with closing(sqlite3.connect(database)) as connection:
                # Names are compared by it; what is asked for here compares none.
                connection.create_collation("unicase", _compare)
                names = _field_names(connection)
                rows = connection.execute(_NOTES).fetchall()
        except (sqlite3.Error, ValueError, KeyError) as error:
            raise SourceError(f"{path} can't be read ({error}). {_EXPECTED}") from error
    for note_type, joined, tags, lapses, reviews in rows:
        values = joined.split("\x1f")
        named = names.get(note_type, [])
        named = [*named, *(str(n + 1) for n in range(len(named), len(values)))]
        fields = dict(zip(named, values, strict=False))
        yield LearnedNote(fields, tuple(tags.split()), lapses, reviews)


def _unpack(path: Path, database: Path) -> None:
    """Write the newest database of a package to `database`."""
    try:
        with zipfile.ZipFile(path) as archive:
            there = set(archive.namelist())
            name = next((each for each in _DATABASES if each in there), "")
            if not name:
                raise SourceError(f"{path} holds no collection. {_EXPECTED}")
            with archive.open(name) as packed, database.open("wb") as plain:
                if name == "collection.anki21b":
                    _decompressor(path).copy_stream(packed, plain)
                else:
                    shutil.copyfileobj(packed, plain)
    except zipfile.BadZipFile as error:
        raise SourceError(f"{path} is no package ({error}). {_EXPECTED}") from error


def _decompressor(path: Path) -> zstandard.ZstdDecompressor:
    try:
        import zstandard
    except ImportError as error:
        raise SourceError(
            f"{path} is of Anki's newer form, which the package zstandard reads. Run `pip install "
            "'malmoi[mnemonics]'`, or export again with \"Support older Anki versions\" ticked."
        ) from error
    return zstandard.ZstdDecompressor()


def _field_names(connection: sqlite3.Connection) -> dict[int, list[str]]:
    """The names of each note type's fields in order, of a database of either form."""
    tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_master")}
    names: dict[int, list[str]] = {}
    if "fields" in tables:
        for note_type, name in connection.execute(
            "SELECT ntid, name FROM fields ORDER BY ntid, ord"
        ):
            names.setdefault(note_type, []).append(name)
        return names
    (models,) = connection.execute("SELECT models FROM col").fetchone()
    for key, model in json.loads(models).items():
        fields = sorted(model["flds"], key=lambda field: field["ord"])
        names[int(key)] = [field["name"] for field in fields]
    return names


def _compare(one: str, other: str) -> int:
    one, other = one.casefold(), other.casefold()
    return (one > other) - (one < other)


def _of_text(path: Path) -> Iterator[LearnedNote]:
    encoding, _ = encoding_of(path)
    with path.open(encoding=encoding, errors="replace", newline="") as file:
        lines = file.read().splitlines(keepends=True)
    settings: dict[str, str] = {}
    while lines and lines[0].lstrip("\ufeff").startswith("#"):
        key, _, value = lines.pop(0).lstrip("\ufeff#").partition(":")
        settings[key.strip()] = value.strip()
    columns = {
        key.removesuffix(" column"): int(value) - 1
        for key, value in settings.items()
        if key.endswith(" column") and value.isdigit()
    }
    if "tags" not in columns:
        raise SourceError(
            f"{path} doesn't say which notes are leeches: it has no line `#tags column:N`. Export "
            'it from Anki as "Notes in Plain Text" with "Include tags" ticked.'
        )
    separator = settings.get("separator", "tab")
    delimiter = _SEPARATORS.get(separator.casefold(), separator[:1])
    for row in csv.reader(lines, delimiter=delimiter):
        if row:
            yield _of_row(row, columns["tags"], set(columns.values()))


def _of_row(row: Sequence[str], tags: int, apart: set[int]) -> LearnedNote:
    values = [cell for at, cell in enumerate(row) if at not in apart]
    fields = {str(number): value for number, value in enumerate(values, 1)}
    return LearnedNote(fields, tuple(row[tags].split()) if tags < len(row) else ())
