from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from malmoi.cli import app
from malmoi.cli.anki import lapses, notes_of, sync
from malmoi.core.errors import AnkiError, RunError, SourceError
from malmoi.core.files import to_line
from malmoi.mnemonics.cards import to_record
from malmoi.mnemonics.export.anki import MODEL, note_of, write_anki
from tests.helpers.anki_connect import AnkiServer, ToyAnki
from tests.helpers.toy_cards import card

pytest.importorskip("genanki")


@pytest.fixture
def server() -> Iterator[AnkiServer]:
    with AnkiServer(ToyAnki()) as made:
        yield made


@pytest.fixture
def package(tmp_path: Path) -> Path:
    write_anki([card(), card("abate")], tmp_path / "cards.apkg", "My words")
    return tmp_path / "cards.apkg"


def a_run(folder: Path, *cards: Any) -> Path:
    (folder / "cards").mkdir(parents=True)
    (folder / "recipe.json").write_text('{"job": "mnemonics", "name": "exam"}')
    (folder / "cards" / "stage.json").write_text(
        '{"fingerprint": "x", "done": true, "depends": {}, "after": []}'
    )
    lines = "".join(to_line(to_record(each)) for each in cards)
    (folder / "cards" / "records.jsonl").write_text(lines, encoding="utf-8")
    return folder


def test_a_package_is_synced(
    server: AnkiServer, package: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    sync(package, dry_run=True, url=server.url)
    assert capsys.readouterr().out == (
        "2 to add to My words: obstinate, abate\n0 to update\n0 there as they are\n"
    )
    assert server.actions == ["findNotes"] * len(server.actions)
    with pytest.raises(AnkiError, match=r"no note type .*--create"):
        sync(package, url=server.url)
    sync(package, create=True, url=server.url)
    assert capsys.readouterr().out == (
        "2 added to My words: obstinate, abate\n0 updated\n0 there as they are\n"
    )
    write_anki([card(mnemonic="New."), card("abate")], package, "My words")
    sync(package, url=server.url)
    assert capsys.readouterr().out == (
        "0 added to My words\n1 updated: obstinate\n1 there as they are\n"
    )
    assert {note["deck"] for note in server.anki.notes.values()} == {"My words"}  # type: ignore[attr-defined]


def test_a_runs_cards_are_synced(
    server: AnkiServer, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run = a_run(tmp_path / "run", *[card(f"word{n}") for n in range(14)])
    assert notes_of(run)[1][0] == note_of(card("word0"))
    sync(run, create=True, url=server.url)
    said = capsys.readouterr().out
    assert said.startswith("14 added to exam: word0, word1,")
    assert "word11 and 2 more\n" in said
    server.actions.clear()
    sync(run, deck="Elsewhere", url=server.url)
    assert capsys.readouterr().out.endswith("14 there as they are\n")
    assert set(server.actions) == {"findNotes"}


def test_what_failed_is_said_and_ends_with_1(
    server: AnkiServer, package: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    server.refused = {"abate": "cannot create note for unknown reason"}
    with pytest.raises(typer.Exit) as ended:
        sync(package, create=True, url=server.url)
    assert ended.value.exit_code == 1
    printed, said = capsys.readouterr()
    assert printed.startswith("1 added to My words: obstinate\n")
    assert said.startswith("abate: AnkiConnect refused addNotes: ")


def test_the_api_key_comes_from_the_environment(
    server: AnkiServer, package: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.key = "secret"
    monkeypatch.setenv("ANKI_CONNECT_KEY", "secret")
    sync(package, create=True, url=server.url)
    assert len(server.anki.find(f'"note:{MODEL}"')) == 2


@pytest.mark.parametrize("name", ["nowhere", "cards.csv", "other.apkg", "run"])
def test_what_holds_no_cards_is_named(tmp_path: Path, name: str) -> None:
    (tmp_path / "cards.csv").write_text("term\n")
    (tmp_path / "other.apkg").write_bytes(b"PK rubbish")
    (tmp_path / "run").mkdir()
    with pytest.raises((SourceError, RunError), match=rf"{name}.* Expected a"):
        notes_of(tmp_path / name)


def test_no_anki_is_a_message_and_no_traceback(package: Path) -> None:
    with AnkiServer(ToyAnki()) as server:
        url = server.url
    done = CliRunner().invoke(app, ["anki", "sync", str(package), "--url", url])
    assert done.exit_code == 1
    assert "nothing answers at http://127.0.0.1:" in done.output
    assert "Traceback" not in done.output


NOTES = (
    "#separator:tab\n#html:true\n#tags column:3\nabate\tto  lessen\tleech\n"
    "novel\tnew\t\nbanal\t\tleech\n1789\t\tleech\nabate\tagain\tleech\n"
)


def test_failed_words_are_listed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "notes.txt").write_text(NOTES)
    lapses(str(tmp_path / "notes.txt"))
    printed, said = capsys.readouterr()
    assert printed == "abate\tto lessen\nbanal\n"
    assert "'1789': a digit (1)" in said
    (tmp_path / "notes.txt").write_text(NOTES[: NOTES.index("abate")] + "1789\t\tleech\n")
    with pytest.raises(SourceError, match=r"none of 1 failed notes.*--field"):
        lapses(str(tmp_path / "notes.txt"))


def test_failed_words_of_the_running_anki(
    server: AnkiServer, capsys: pytest.CaptureFixture[str]
) -> None:
    client = server.client()
    client.create_note_type("Plain", ["Front", "Back"], "", [])
    note = {"deckName": "Default", "modelName": "Plain", "fields": {"Front": "x", "Back": "abate"}}
    client.add_notes([{**note, "tags": ["leech"]}])
    lapses(url=server.url, field="Back")
    assert capsys.readouterr().out.startswith("abate\t")
    server.anki.remove(1_700_000_000_001)
    with pytest.raises(SourceError, match="a leech or has 3 lapses"):
        lapses(url=server.url, min_lapses=3)
