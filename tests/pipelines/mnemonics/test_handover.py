from __future__ import annotations

import csv
import json
import shutil
import sqlite3
import zipfile
from pathlib import Path
from typing import Any

import pytest

from malmoi.core.errors import RunError
from malmoi.lexicon.lookup import Lexicon
from malmoi.mnemonics.cards import Card, from_record
from malmoi.mnemonics.prompting.prompts import SYSTEM
from malmoi.mnemonics.student import gguf_export
from malmoi.pipelines.mnemonics.context import MnemonicsContext
from malmoi.pipelines.mnemonics.handover import cards_of_run, hand_over
from malmoi.runs.run import Run, Stage
from tests.helpers.small_run import Made, lines


def cards(made: Made) -> list[Card]:
    return [from_record(record) for record in lines(made.folder / "cards" / "records.jsonl")]


def test_an_anki_package_with_a_note_a_card(made: Made, tmp_path: Path) -> None:
    with zipfile.ZipFile(made.folder / "handover" / "cards.apkg") as package:
        package.extract("collection.anki2", tmp_path)
    database = sqlite3.connect(tmp_path / "collection.anki2")
    notes = dict(database.execute("select guid, flds from notes"))
    decks = json.loads(database.execute("select decks from col").fetchone()[0])
    database.close()
    assert notes.keys() == {card.id for card in cards(made)}
    assert "small" in {deck["name"] for deck in decks.values()}


def test_tables_and_text_hold_every_card(made: Made) -> None:
    folder = made.folder / "handover"
    with (folder / "cards.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["id"] for row in rows] == [card.id for card in cards(made)]
    assert [row["mnemonic"] for row in rows] == [card.mnemonic for card in cards(made)]
    markdown = (folder / "cards.md").read_text(encoding="utf-8")
    anki = (folder / "cards-for-anki.txt").read_text(encoding="utf-8")
    for card in cards(made):
        assert f"## {card.term}\n" in markdown
        assert card.id in anki
    assert "✓" in markdown
    assert "✗" not in markdown


def test_the_student_for_llama_cpp_and_ollama(made: Made) -> None:
    folder = made.folder / "handover" / "student"
    for name in ("small-F16.gguf", "small-Q8_0.gguf"):
        assert (folder / name).read_bytes()[:4] == b"GGUF"
    modelfile = (folder / "Modelfile").read_text(encoding="utf-8")
    best = Stage(made.folder / "handover").figures["gguf"][-1]
    assert f"FROM ./{best}" in modelfile
    assert SYSTEM in modelfile


def anew(made: Made, folder: Path, change: Any = None) -> Stage:
    """The run's last stage once more, with or without a student."""
    shutil.copytree(made.folder, folder)
    shutil.rmtree(folder / "handover")
    with Run.open(folder, made.recipe) as run:
        student = None if change == "no student" else Stage(folder / "student")
        return hand_over(
            MnemonicsContext(run, made.recipe, Lexicon()), Stage(folder / "cards"), student
        )


def test_a_student_that_is_no_gguf_stops_nothing(
    made: Made, tmp_path: Path, logged: pytest.LogCaptureFixture
) -> None:
    """A base of another architecture has been trained for hours; its report must come."""
    shutil.copytree(made.folder, tmp_path / "run")
    config = tmp_path / "run" / "student" / "grpo" / "model" / "config.json"
    values = json.loads(config.read_text(encoding="utf-8"))
    values |= {"model_type": "gemma3_text", "architectures": ["Gemma3ForCausalLM"]}
    config.write_text(json.dumps(values), encoding="utf-8")
    stage = anew(Made(made.recipe, tmp_path / "run"), tmp_path / "again")
    assert stage.done
    assert stage.figures == {"cards": len(cards(made)), "gguf": []}
    assert (stage.folder / "cards.apkg").is_file()
    assert "no GGUF of the student: " in logged.text


def test_a_kill_amid_the_export_is_made_good(
    made: Made, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(gguf_export, "export_all", killed)
    with pytest.raises(KeyboardInterrupt):
        anew(made, tmp_path / "run")
    assert (tmp_path / "run" / "handover" / "cards.apkg").is_file()
    monkeypatch.undo()
    with Run.open(tmp_path / "run", made.recipe) as run:
        before = Stage(tmp_path / "run" / "cards"), Stage(tmp_path / "run" / "student")
        stage = hand_over(MnemonicsContext(run, made.recipe, Lexicon()), *before)
    for name in ("cards.csv", "cards.md", "student/small-F16.gguf", "student/Modelfile"):
        whole = (made.folder / "handover" / name).read_bytes()
        assert (stage.folder / name).read_bytes() == whole


def test_without_a_student_cards_alone(made: Made, tmp_path: Path) -> None:
    stage = anew(made, tmp_path / "run", "no student")
    assert sorted(path.name for path in stage.folder.iterdir()) == [
        "cards-for-anki.txt", "cards.apkg", "cards.csv", "cards.md", "cards.tsv", "stage.json",
    ]  # fmt: skip


def test_without_cards_no_empty_files(made: Made, tmp_path: Path) -> None:
    with Run.open(tmp_path / "run", made.recipe) as run:
        none = run.stage("cards", {})
        none.finish()
        stage = hand_over(MnemonicsContext(run, made.recipe, Lexicon()), none, None)
    assert [path.name for path in stage.folder.iterdir()] == ["stage.json"]


def test_a_contradicted_claim_is_never_handed_over(made: Made, tmp_path: Path) -> None:
    (record, *_) = lines(made.folder / "cards" / "records.jsonl")
    record["claims"][0] |= {"verdict": "contradicted", "source": "CMUdict: no"}
    with Run.open(tmp_path / "run", made.recipe) as run:
        bad = run.stage("cards", {})
        bad.fill([record])
        bad.finish()
        with pytest.raises(RunError, match="contradicted"):
            hand_over(MnemonicsContext(run, made.recipe, Lexicon()), bad, None)


def test_a_runs_cards_and_name(made: Made, tmp_path: Path) -> None:
    assert cards_of_run(made.folder) == ("small", cards(made))
    with pytest.raises(RunError, match="no finished cards"):
        cards_of_run(tmp_path)
