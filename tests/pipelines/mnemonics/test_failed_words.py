from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from malmoi.core.errors import AnkiError, RecipeError, SourceError
from malmoi.mnemonics.anki import connect
from malmoi.mnemonics.word_list import Listed
from malmoi.pipelines.mnemonics import failed_words
from malmoi.pipelines.mnemonics.failed_words import FailedWords
from malmoi.recipe import WordsSection
from malmoi.runs.run import Stage
from tests.helpers.anki_connect import AnkiServer, ToyAnki
from tests.pipelines.mnemonics.test_words import choose, problems, terms, write

HEAD = "#separator:tab\n#html:true\n#tags column:3\n"
TEXT = HEAD + "abate\tto lessen\tleech\nnovel\tnew\t\nbanal\ttrite\tleech marked\n1789\t\tleech\n"


def lapse(**section: Any) -> WordsSection:
    return WordsSection.model_validate({"when": "lapse", **section})


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[AnkiServer]:
    with AnkiServer(ToyAnki()) as made:
        client = made.client()
        client.create_note_type("Plain", ["Front", "Back"], "", [])
        note: dict[str, Any] = {"deckName": "Default", "modelName": "Plain"}
        for word in ("abate", "banal"):
            fields = {"Front": word, "Back": ""}
            client.add_notes([{**note, "fields": fields, "tags": ["leech"]}])
        made.actions.clear()
        monkeypatch.setattr(failed_words, "AnkiConnect", lambda key: connect.AnkiConnect(made.url))
        yield made


def test_the_words_are_those_of_the_export(tmp_path: Path) -> None:
    path = write(tmp_path / "notes.txt", TEXT)
    stage = choose(tmp_path, when="lapse", anki=path)
    assert terms(stage) == ["abate", "banal"]
    assert stage.records()[0]["meaning"] == "to lessen"
    assert problems(stage) == {3: "a digit (1)"}
    assert stage.figures == {"lines": 3, "words": 2}


def test_of_a_list_the_failed_words_are_learned(tmp_path: Path) -> None:
    path = write(tmp_path / "notes.txt", TEXT)
    own = write(tmp_path / "list.txt", "candid\nto banal\nAbate\nx9\n")
    stage = choose(tmp_path, when="lapse", anki=path, path=own)
    assert terms(stage) == ["banal", "abate"]
    assert problems(stage) == {1: "no word that is failed in Anki", 4: "a digit (9)"}


def test_the_rest_of_the_section_decides_nothing(tmp_path: Path) -> None:
    """Level and frequency choose words of the lexicon; these are the learner's own."""
    path = write(tmp_path / "notes.txt", TEXT)
    stage = choose(tmp_path, when="lapse", anki=path)
    again = choose(tmp_path, when="lapse", anki=path, min_level="C2", max_zipf=3)
    assert again.fingerprint == stage.fingerprint
    assert choose(tmp_path, when="lapse", anki=path, min_lapses=3).fingerprint != stage.fingerprint


def test_other_failed_words_are_another_choice(tmp_path: Path) -> None:
    path = write(tmp_path / "notes.txt", TEXT)
    assert terms(choose(tmp_path, when="lapse", anki=path)) == ["abate", "banal"]
    write(tmp_path / "notes.txt", TEXT.replace("new\t", "new\tleech"))
    assert terms(choose(tmp_path, when="lapse", anki=path)) == ["abate", "novel", "banal"]


def test_an_export_that_is_gone_costs_a_finished_run_nothing(tmp_path: Path) -> None:
    path = write(tmp_path / "notes.txt", TEXT)
    choose(tmp_path, when="lapse", anki=path)
    Path(path).unlink()
    assert terms(choose(tmp_path, when="lapse", anki=path)) == ["abate", "banal"]
    with pytest.raises(SourceError, match="is not there"):
        choose(tmp_path, when="lapse", anki=path, min_lapses=3)


def test_a_running_anki_is_asked_once(tmp_path: Path, server: AnkiServer) -> None:
    def chosen() -> Stage:
        return choose(tmp_path, when="lapse")

    assert terms(chosen()) == ["abate", "banal"]
    asked = list(server.actions)
    assert asked == ["findNotes", "findNotes", "notesInfo"]
    server.anki.remove(server.anki.find("tag:leech")[0])
    assert terms(chosen()) == ["abate", "banal"], "what the run has learned"
    assert server.actions == asked


def test_no_anki_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with AnkiServer(ToyAnki()) as server:
        url = server.url
    monkeypatch.setattr(failed_words, "AnkiConnect", lambda key: connect.AnkiConnect(url))
    with pytest.raises(AnkiError, match="nothing answers"):
        choose(tmp_path, when="lapse")


def test_words_that_cannot_be_learned_are_said(tmp_path: Path) -> None:
    path = write(tmp_path / "notes.txt", HEAD + "zebra\t줄무늬\tleech\n")
    with pytest.raises(SourceError, match=r"first, 'zebra': no meaning.*field"):
        choose(tmp_path, when="lapse", anki=path)


def test_an_export_without_its_purpose_is_an_error(tmp_path: Path) -> None:
    path = write(tmp_path / "notes.txt", TEXT)
    with pytest.raises(RecipeError, match=r'words.when to "lapse"'):
        choose(tmp_path, anki=path)


def test_lines_that_are_problems_stay_so(tmp_path: Path) -> None:
    failed = FailedWords(lapse(anki=write(tmp_path / "notes.txt", TEXT)))
    lines = [Listed(1, "9", "", "a digit (9)"), Listed(2, "abate", "abate", "")]
    assert list(failed.of(lines)) == lines
