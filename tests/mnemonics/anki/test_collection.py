from __future__ import annotations

import builtins
import json
import sqlite3
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest

from malmoi.core.errors import SourceError
from malmoi.mnemonics.anki.collection import LearnedNote, read_notes
from tests.helpers import real_anki
from tests.helpers.real_anki import export, learn

HTML = "<div>a &amp; b</div> 줄다"


def old_database(path: Path) -> bytes:
    """A collection as Anki wrote it before schema 18, with one note of two cards."""
    connection = sqlite3.connect(path)
    connection.executescript(
        "CREATE TABLE col (models text);"
        "CREATE TABLE notes (id integer, mid integer, flds text, tags text);"
        "CREATE TABLE cards (id integer, nid integer, lapses integer, reps integer);"
        "INSERT INTO cards VALUES (1, 7, 2, 5), (2, 7, 9, 20);"
    )
    models = {"3": {"flds": [{"name": "Back", "ord": 1}, {"name": "Front", "ord": 0}]}}
    connection.execute("INSERT INTO col VALUES (?)", [json.dumps(models)])
    connection.execute("INSERT INTO notes VALUES (7, 3, ?, ' leech a ')", [f"abate\x1f{HTML}"])
    connection.commit()
    connection.close()
    return path.read_bytes()


NOTE = LearnedNote({"Front": "abate", "Back": HTML}, ("leech", "a"), 9, 25)


def package(path: Path, **files: bytes) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in files.items():
            archive.writestr(f"collection.{name}", content)
    return path


def test_the_newest_database_of_a_package_is_read(tmp_path: Path) -> None:
    zstandard = pytest.importorskip("zstandard")
    data = old_database(tmp_path / "c")
    packed = zstandard.ZstdCompressor().compress(data)
    for files in (
        {"anki2": data},
        {"anki2": b"please update Anki", "anki21": data},
        {"anki2": b"please update Anki", "anki21b": packed},
    ):
        assert read_notes(package(tmp_path / "a.apkg", **files)) == [NOTE]


@pytest.mark.parametrize("legacy", [True, False])
@pytest.mark.parametrize("kind", ["apkg", "colpkg", "txt"])
def test_what_anki_exports_is_read(tmp_path: Path, kind: str, legacy: bool) -> None:
    with real_anki.collection(tmp_path / "c.anki2") as there:
        for front in ("abate", "Über-Ich"):
            note = there.new_note(there.models.by_name("Basic"))
            note["Front"], note["Back"] = front, HTML
            there.add_note(note, there.decks.id("Words"))
            learn(there, note, lapses=9, tags=("leech", "한국어"))
        path = export(there, tmp_path / f"words.{kind}", legacy=legacy)
    first, second = read_notes(path)
    text = kind == "txt"
    assert list(first.fields.values()) == ["abate", HTML]
    assert list(first.fields) == (["1", "2"] if text else ["Front", "Back"])
    assert "Über-Ich" in second.fields.values()
    assert set(first.tags) == {"leech", "한국어"}
    assert (first.lapses, first.reviews) == ((0, 0) if text else (9, 20))


def test_a_package_of_the_newer_form_without_zstandard(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = builtins.__import__

    def no_zstandard(name: str, *others: Any) -> Any:
        if name == "zstandard":
            raise ImportError(name)
        return real(name, *others)

    monkeypatch.setattr(builtins, "__import__", no_zstandard)
    monkeypatch.delitem(sys.modules, "zstandard", raising=False)
    path = package(tmp_path / "a.apkg", anki2=b"x", anki21b=b"y")
    with pytest.raises(SourceError, match=r"malmoi\[mnemonics\].*Support older Anki versions"):
        read_notes(path)


def test_a_text_of_notes(tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_text(
        "\ufeff#separator:Comma\n#html:true\n#guid column:1\n#deck column:3\n#tags column:5\n"
        'g1,abate,Words,"to\n""lessen""",leech a::b\ng2,novel,Words,new\n\n',
        encoding="utf-8",
    )
    assert read_notes(path) == [
        LearnedNote({"1": "abate", "2": 'to\n"lessen"'}, ("leech", "a::b")),
        LearnedNote({"1": "novel", "2": "new"}, ()),
    ]


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.apkg", b"rubbish", "is no package.*File → Export"),
        ("a.pdf", b"", "ends in '.pdf'"),
        ("a.txt", b"#separator:tab\nabate\tlessen\n", "Include tags"),
        ("b.apkg", None, "is not there"),
    ],
)
def test_what_is_no_export_is_said(
    tmp_path: Path, name: str, content: bytes | None, said: str
) -> None:
    if content is not None:
        (tmp_path / name).write_bytes(content)
    with pytest.raises(SourceError, match=said):
        read_notes(tmp_path / name)


def test_packages_that_hold_something_else(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="holds no collection"):
        read_notes(package(tmp_path / "a.apkg", other=b"x"))
    with pytest.raises(SourceError, match=r"can't be read \(file is not a database\)"):
        read_notes(package(tmp_path / "a.apkg", anki2=b"no database at all" * 100))
