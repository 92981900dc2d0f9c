from __future__ import annotations

from typing import Any

import pytest

from malmoi.core.errors import AnkiError
from malmoi.mnemonics.anki.connect import (
    AnkiConnect,
    Refusal,
    having_field,
    in_field,
    of_note_type,
    without,
)
from tests.helpers.anki_connect import AnkiServer, ToyAnki
from tests.helpers.bad_server import Answer, BadServer

NOTE = {"deckName": "Default", "modelName": "Plain", "tags": ["a"], "options": {}}
FRONT = [{"Name": "One", "Front": "{{Front}}", "Back": "{{Back}}"}]
AWKWARD = [
    "abate",
    "a:b",
    "re:x",
    "x*y_z",
    'q"q',
    "b\\s",
    "ne&#x27;er-do-well",
    "고집 센",
    "a b",
    "-c",
]


def note(front: str, back: str = "") -> dict[str, Any]:
    return {**NOTE, "fields": {"Front": front, "Back": back}}


def filled(server: AnkiServer) -> AnkiConnect:
    anki = server.client()
    anki.create_note_type("Plain", ["Front", "Back"], "", FRONT)
    return anki


def test_notes_are_added_found_and_updated(server: AnkiServer) -> None:
    anki = filled(server)
    first, second = anki.add_notes([note("abate", "lessen"), note("novel")])
    assert first
    assert second
    assert anki.find_notes(of_note_type("Plain")) == sorted([first, second])
    assert anki.find_notes(of_note_type("Other")) == []
    anki.update_note(first, {"Back": "new", "Nowhere": "lost"})
    assert anki.find_notes(in_field("Back", "new", whole=True)) == [first]
    (info,) = anki.notes([first])
    assert (info["fields"]["Back"]["value"], info["tags"]) == ("new", ["a"])
    assert anki.find_notes(in_field("Front", "ove", whole=False)) == [second]
    assert anki.find_notes(in_field("Front", "ove", whole=True)) == []
    anki.create_deck("Words::GRE")
    anki.create_deck("Words::GRE")
    anki.create_note_type("Plain", ["Front"], "", FRONT)
    assert anki.find_notes(having_field("Back"), of_note_type("Plain")) == sorted([first, second])
    assert anki.find_notes(having_field("Middle"), of_note_type("Plain")) == []
    assert anki.find_notes(without(in_field("Front", "abate", whole=True))) == [second]


def test_a_search_takes_every_sign_as_it_stands(server: AnkiServer) -> None:
    anki = filled(server)
    ids = [anki.add_notes([note(text)])[0] for text in AWKWARD]
    found = [anki.find_notes(in_field("Front", text, whole=True)) for text in AWKWARD]
    assert found == [[each] for each in ids]


def test_what_anki_refuses_is_said_in_its_words(server: AnkiServer) -> None:
    anki = filled(server)
    with pytest.raises(Refusal, match="deck was not found: Nowhere"):
        anki.add_notes([{**note("abate"), "deckName": "Nowhere"}])
    with pytest.raises(Refusal, match="model was not found: None"):
        anki.add_notes([note("novel"), {**note("abate"), "modelName": "None"}])
    assert anki.find_notes(of_note_type("Plain")) == []
    with pytest.raises(Refusal, match="updateNoteFields"):
        anki.update_note(1, {"Front": "x"})


def test_an_api_key() -> None:
    with AnkiServer(ToyAnki()) as server:
        server.key = "secret"
        assert server.client().find_notes("tag:x") == []
        with pytest.raises(AnkiError, match=r"none was given\. Put ANKI_CONNECT_KEY"):
            AnkiConnect(server.url).find_notes("tag:x")
        with pytest.raises(AnkiError, match="the one in ANKI_CONNECT_KEY is another"):
            AnkiConnect(server.url, "wrong").find_notes("tag:x")


def test_no_anki_at_all() -> None:
    with AnkiServer(ToyAnki()) as server:
        url = server.url
    with pytest.raises(AnkiError, match=r"nothing answers at .*Start Anki.*2055492159"):
        AnkiConnect(url).find_notes("tag:x")
    with pytest.raises(AnkiError, match="is no address"):
        AnkiConnect("anki").find_notes("tag:x")


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (Answer(body="<html>a printer</html>"), "is not AnkiConnect.*a printer"),
        (Answer(status=404, body="no"), "is not AnkiConnect.*404"),
        (Answer(status=403, body=None), "is not AnkiConnect.*403"),
        (Answer(body={"result": None, "error": "collection is not available"}), "Choose a profile"),
        (Answer(body={"result": None, "error": "unsupported action"}), "no action findNotes"),
        (Answer(body={"result": {"a": 1}, "error": None}), "Expected ids"),
        (Answer(body={"result": [1], "error": None}, cut=5), "broke off"),
        (Answer(body=[1], delay=2), "took longer than 0.5 s"),
    ],
)
def test_other_answers(answer: Answer, said: str) -> None:
    with BadServer(lambda *_: answer) as server, pytest.raises(AnkiError, match=said):
        AnkiConnect(server.url, timeout=0.5).find_notes("tag:x")


def test_an_answer_of_an_earlier_version_is_read() -> None:
    with BadServer(lambda *_: Answer(body=[3, 1])) as server, AnkiConnect(server.url) as anki:
        assert anki.find_notes("tag:x") == [1, 3]
    assert server.bodies == [
        {"action": "findNotes", "version": 6, "params": {"query": "tag:x"}},
    ]
