from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from malmoi.core.errors import SourceError
from malmoi.mnemonics.anki import lapses
from malmoi.mnemonics.anki.collection import LearnedNote
from malmoi.mnemonics.anki.lapses import lapsed_in_anki, lapsed_in_export
from malmoi.mnemonics.export.anki import FIELDS, note_of
from tests.helpers import real_anki
from tests.helpers.anki_connect import AnkiServer, RealAnki, ToyAnki
from tests.helpers.real_anki import export, learn
from tests.helpers.toy_cards import card


def basic(
    front: str, back: str = "", lapses: int = 9, *tags: str, reviews: int = 20
) -> LearnedNote:
    return LearnedNote({"Front": front, "Back": back}, tags, lapses, reviews)


@pytest.fixture
def exported(monkeypatch: pytest.MonkeyPatch) -> Any:
    def read(
        *notes: LearnedNote, least: int = 8, field: str = "", name: str = "deck.apkg"
    ) -> list[tuple[str, str, str]]:
        monkeypatch.setattr(lapses, "read_notes", lambda _: list(notes))
        found = lapsed_in_export(Path(name), least, field)
        return [(each.word, each.meaning, each.problem) for each in found]

    return read


def test_leeches_and_what_was_forgotten_often(exported: Any) -> None:
    notes = (
        basic("abate", "lessen", 8), basic("novel", "new", 7), basic("banal", "trite", 0, "Leech"),
        basic("quell", "crush", 0, "leeches"),
    )  # fmt: skip
    assert exported(*notes) == [("abate", "lessen", ""), ("banal", "trite", "")]
    assert [word for word, *_ in exported(*notes, least=7)] == ["abate", "novel", "banal"]


@pytest.mark.parametrize(
    ("front", "back", "word", "meaning"),
    [
        ("<b>Abate</b>&nbsp;", "to become less", "abate", "to become less"),
        ("abate (v.) [sound:abate.mp3]", "줄다", "abate", "줄다"),
        ("줄다", "abate", "abate", "줄다"),
        ("to become less strong or severe", "abate", "abate", "to become less strong or severe"),
        ("give up", "surrender", "give up", "surrender"),
        ("The storm will {{c1::abate::lessen}}.", "", "abate", "lessen"),
        ("Abate", "", "abate", ""),
    ],
)
def test_the_word_of_a_note(exported: Any, front: str, back: str, word: str, meaning: str) -> None:
    ((found, told, problem),) = exported(basic(front, back))
    assert (found, problem) == (word, "")
    assert told.startswith(meaning)


def test_the_field_can_be_named(exported: Any) -> None:
    assert exported(basic("banal", "trite"), field="Back") == [("trite", "banal", "")]
    ((word, _, problem),) = exported(basic("banal", "trite"), field="Word")
    assert word == ""
    assert problem == "no field 'Word' among 'Front', 'Back'"


def test_a_note_without_a_word_says_so(exported: Any) -> None:
    assert exported(basic("1789", "?"), basic("abate")) == [
        ("", "", "a digit (1)"),
        ("abate", "", ""),
    ]


def test_the_meaning_of_a_note_with_many_fields(exported: Any) -> None:
    note = note_of(card())
    ours = LearnedNote(dict(zip(FIELDS, note.fields, strict=True)), (), 9, 20)
    ((word, meaning, _),) = exported(ours)
    assert (word, meaning) == ("obstinate", "refusing to change one’s opinion; 고집 센")
    strange = LearnedNote({"A": "abate", "B": "x", "C": "y"}, (), 9, 20)
    assert exported(strange) == [("abate", "", "")]


def test_where_nothing_is_failed_the_reason_is_said(exported: Any) -> None:
    with pytest.raises(SourceError, match=r"leech or has 8 lapses.*--min-lapses"):
        exported(basic("abate", "", 7))
    with pytest.raises(SourceError, match=r"ever reviewed.*Include scheduling"):
        exported(basic("abate", "", 0, reviews=0))
    with pytest.raises(SourceError, match=r"tag 'leech'.*\.apkg"):
        exported(basic("abate", "", 0, reviews=0), name="notes.txt")


def failing(server: AnkiServer, count: int) -> None:
    """Notes of which every third is a leech and the rest have as many lapses as their number."""
    client = server.client()
    template = [{"Name": "One", "Front": "{{Front}}", "Back": "{{Back}}"}]
    client.create_note_type("Plain", ["Front", "Back"], "", template)
    for n in range(count):
        fields = {"Front": f"word{'abcdefghijklmnop'[n]}", "Back": f"meaning {n}"}
        tags = ["leech"] if n % 3 == 0 else []
        client.add_notes(
            [{"deckName": "Default", "modelName": "Plain", "fields": fields, "tags": tags}]
        )
    if isinstance(server.anki, ToyAnki):
        for n, note in enumerate(server.anki.notes.values()):
            note["lapses"] = n
    else:
        assert isinstance(server.anki, RealAnki)
        there = server.anki.collection
        for n, note in enumerate(there.find_notes("")):
            learn(there, there.get_note(note), lapses=n)


@pytest.mark.parametrize("kind", ["toy", "real"])
def test_a_running_anki_and_its_export_say_the_same(
    tmp_path: Path, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lapses, "_BATCH", 3)
    expected = [f"word{'abcdefghijklmnop'[n]}" for n in range(12) if n % 3 == 0 or n >= 8]
    if kind == "toy":
        with AnkiServer(ToyAnki()) as server:
            failing(server, 12)
            found = lapsed_in_anki(server.client(), 8)
    else:
        with real_anki.collection(tmp_path / "c.anki2") as there:
            with AnkiServer(RealAnki(there)) as server:
                failing(server, 12)
                found = lapsed_in_anki(server.client(), 8)
            path = export(there, tmp_path / "deck.apkg")
            assert lapsed_in_export(path, 8) == found
            unscheduled = export(there, tmp_path / "deck.apkg", scheduling=False)
            with pytest.raises(SourceError, match="Include scheduling"):
                lapsed_in_export(unscheduled, 8)
    assert [each.word for each in found] == expected
    assert found[0].meaning == "meaning 0"


def test_a_running_anki_without_failed_words() -> None:
    with AnkiServer(ToyAnki()) as server:
        with pytest.raises(SourceError, match="none of the notes in Anki is a leech"):
            lapsed_in_anki(server.client(), 8)
        assert server.actions == ["findNotes", "findNotes"]
