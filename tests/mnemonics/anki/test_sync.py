from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from malmoi.core.errors import AnkiError
from malmoi.mnemonics.anki import sync as sync_module
from malmoi.mnemonics.anki.sync import plan, sync
from malmoi.mnemonics.cards import Card
from malmoi.mnemonics.export.anki import (
    FIELDS,
    MODEL,
    Note,
    fields,
    note_of,
    write_anki,
)
from tests.helpers import real_anki
from tests.helpers.anki_connect import ALLOWED, AnkiServer, RealAnki, ToyAnki
from tests.helpers.real_anki import learn, schedule, the_note
from tests.helpers.toy_cards import card

WORDS = ("obstinate", "abate", "novel", "ne'er-do-well", "a:b*c_d", "고집")
DECK = "Words::GRE"


def notes(*cards: Card) -> list[Note]:
    return [note_of(each) for each in cards or [card(word) for word in WORDS]]


@pytest.fixture
def toy() -> Iterator[AnkiServer]:
    with AnkiServer(ToyAnki()) as made:
        yield made


def held(server: AnkiServer) -> dict[int, dict[str, str]]:
    """Every note that Anki has: id → field → text."""
    found = server.anki.find(f'"note:{MODEL}"')
    infos = {note: server.anki.info(note)["fields"] for note in found}
    return {i: {name: f["value"] for name, f in info.items()} for i, info in infos.items()}


def texts(server: AnkiServer) -> list[list[str]]:
    return sorted([there[name] for name in FIELDS] for there in held(server).values())


def add_by_hand(server: AnkiServer, wanted: Card, values: Sequence[str] | None = None) -> int:
    """A note as it came by an older package: without a mark."""
    client = server.client()
    client.create_deck(DECK)
    client.create_note_type(
        MODEL, FIELDS, "", [{"Name": "Recall", "Front": "{{Term}}", "Back": ""}]
    )
    named = dict(zip(FIELDS, values or fields(wanted), strict=True))
    note = {"deckName": DECK, "modelName": MODEL, "fields": named, "tags": []}
    (made,) = client.add_notes([{**note, "options": {"allowDuplicate": True}}])
    assert made
    return made


def test_new_notes_are_added_and_a_second_sync_does_nothing(server: AnkiServer) -> None:
    wanted = notes()
    done = sync(server.client(), wanted, DECK, create=True)
    assert (done.added, done.updated, done.same, done.failed) == (wanted, [], [], [])
    assert texts(server) == sorted(note.fields for note in wanted)
    server.actions.clear()
    again = sync(server.client(), wanted, DECK)
    assert (again.added, again.updated, again.same) == ([], [], wanted)
    assert set(server.actions) == {"findNotes"}


def test_only_what_changed_is_updated(server: AnkiServer) -> None:
    sync(server.client(), notes(), DECK, create=True)
    before = held(server)
    mine, changed = min(before), card("abate", mnemonic="New.")
    assert before[mine]["Term"] == "obstinate"
    server.anki.update(mine, {"Mnemonic": "My own."})
    server.actions.clear()
    wanted = notes(card(), changed, card("candid"))
    planned = plan(server.client(), wanted)
    assert ([note.term for note in planned.new], [note.term for note in planned.same]) == (
        ["candid"],
        ["obstinate"],
    )
    assert [note.term for _, note in planned.changed] == ["abate"]
    assert set(server.actions) == {"findNotes"}, "a plan only looks"
    done = sync(server.client(), wanted, DECK)
    assert [note.term for note in done.updated] == ["abate"]
    after = held(server)
    assert after.keys() > before.keys()
    assert len(after) == len(before) + 1
    assert after[mine]["Mnemonic"] == "My own."
    assert set(server.actions) == {"findNotes", "addNotes", "updateNoteFields"}


def test_a_learners_schedule_deck_tags_and_fields_stay(tmp_path: Path) -> None:
    pytest.importorskip("genanki")
    with (
        real_anki.collection(tmp_path / "c.anki2") as there,
        AnkiServer(RealAnki(there)) as server,
    ):
        write_anki([card(), card("abate")], tmp_path / "a.apkg", DECK)
        real_anki.import_package(there, tmp_path / "a.apkg")
        model = there.models.by_name(MODEL)
        there.models.add_field(model, there.models.new_field("My note"))
        model["css"] += "/* mine */"
        there.models.update_dict(model)
        note = the_note(there, "obstinate")
        note["My note"] = "mine"
        learn(there, note, tags=("leech", "mine"))
        there.set_deck(note.card_ids(), there.decks.id("Mine"))
        before = schedule(the_note(there, "obstinate"))
        wanted = notes(card(mnemonic="New."), card("abate"), card("novel"))
        done = sync(server.client(), wanted, DECK)
        assert [len(done.added), len(done.updated), len(done.same)] == [1, 1, 1]
        after = the_note(there, "obstinate")
        assert (after.id, after.guid, schedule(after)) == (note.id, card().id, before)
        assert (after["Mnemonic"], after["My note"]) == ("New.", "mine")
        assert {"leech", "mine"} <= set(after.tags)
        assert there.models.by_name(MODEL)["css"].endswith("/* mine */")
        (new,) = the_note(there, "novel").cards()
        assert (new.did, the_note(there, "novel").tags) == (
            there.decks.id_for_name(DECK),
            ["malmoi", "malmoi::etymology"],
        )
        assert set(server.actions) == {"findNotes", "addNotes", "updateNoteFields"}


def test_two_senses_of_a_word_are_two_notes(server: AnkiServer) -> None:
    bank, shore = (
        card("bank", sense=f"bank.noun.{n}", definition=text)
        for n, text in enumerate(("a house for money", "the land beside a river"))
    )
    done = sync(server.client(), notes(bank, shore), DECK, create=True)
    assert len(done.added) == 2
    new = card("bank", sense="bank.noun.1", definition="a river's side")
    assert len(sync(server.client(), notes(bank, new), DECK).updated) == 1
    assert texts(server) == sorted(note.fields for note in notes(bank, new))


def test_notes_of_an_older_package_are_known_by_their_term(server: AnkiServer) -> None:
    first = add_by_hand(server, card())
    done = sync(server.client(), notes(card(definition="stubborn"), card("novel")), DECK)
    assert [note.term for note in done.updated] == ["obstinate"]
    assert held(server)[first]["Definition"] == "stubborn"
    assert len(held(server)) == 2


def test_older_notes_of_one_term_are_known_by_their_definition(server: AnkiServer) -> None:
    bank, shore, tilt = (
        card("bank", sense=f"bank.noun.{n}", definition=text)
        for n, text in enumerate(("money's house", "the land beside a river", "a slope in a turn"))
    )
    there = add_by_hand(server, shore)
    done = sync(server.client(), notes(bank, shore), DECK)
    assert [done.added, done.updated] == [notes(bank), notes(shore)]
    assert held(server)[there]["Definition"] == "the land beside a river"
    for each in (tilt, tilt):
        add_by_hand(server, each, [*fields(each)[:3], "of before", *fields(each)[4:]])
    done = sync(server.client(), notes(bank, shore, tilt), DECK)
    assert [note for note, _ in done.failed] == notes(tilt)
    assert "import the package once" in done.failed[0][1]
    assert len(held(server)) == 4


def test_what_is_missing_is_said_and_made_when_asked(server: AnkiServer) -> None:
    with pytest.raises(AnkiError, match=r"no (deck|note type) '.*--create"):
        sync(server.client(), notes(), DECK)
    server.client().create_note_type(
        MODEL, FIELDS, "", [{"Name": "Recall", "Front": "{{Term}}", "Back": ""}]
    )
    with pytest.raises(AnkiError, match=r"no deck 'Words::GRE'\. Name one"):
        sync(server.client(), notes(), DECK)
    assert held(server) == {}
    assert len(sync(server.client(), notes(), "Default").added) == len(WORDS)
    assert set(server.actions) <= ALLOWED - {"notesInfo"}


def test_a_field_that_the_note_type_lacks_is_named(toy: AnkiServer) -> None:
    toy.anki.create_model(MODEL, [name for name in FIELDS if name != "Korean"], "", [])
    with pytest.raises(AnkiError, match="lacks 'Korean'"):
        sync(toy.client(), notes(), "Default")
    with pytest.raises(AnkiError, match="lacks 'Korean'"):
        plan(toy.client(), notes())
    assert "updateNoteFields" not in toy.actions


@pytest.mark.parametrize("old", [False, True])
def test_a_note_that_is_refused_costs_no_other(server: AnkiServer, old: bool) -> None:
    server.old = old
    sync(server.client(), notes(card("candid")), DECK, create=True)
    server.refused = {"novel": "cannot create note for unknown reason"}
    done = sync(server.client(), notes(), DECK)
    assert sorted(note.term for note in done.added) == sorted({*WORDS} - {"novel"})
    ((note, reason),) = done.failed
    assert note.term == "novel"
    assert ("doesn't say why" if old else "unknown reason") in reason
    server.refused = {}
    assert [note.term for note in sync(server.client(), notes(), DECK).added] == ["novel"]
    assert len(held(server)) == len(WORDS) + 1


def test_an_old_ankiconnect_that_takes_nothing(toy: AnkiServer) -> None:
    toy.old = True
    with pytest.raises(AnkiError, match=r"took none of 6 notes.*--create"):
        sync(toy.client(), notes(), DECK)


def test_an_update_that_anki_passed_over_is_said(toy: AnkiServer) -> None:
    """As earlier versions did while the Browse window showed the note."""
    sync(toy.client(), notes(), DECK, create=True)
    toy.viewed = set(held(toy))
    done = sync(toy.client(), notes(card(mnemonic="New.")), DECK)
    assert [(note.term, "Browse" in reason) for note, reason in done.failed] == [
        ("obstinate", True)
    ]
    toy.viewed = set()
    assert len(sync(toy.client(), notes(card(mnemonic="New.")), DECK).updated) == 1


def test_a_copy_that_a_learner_made_is_left_to_the_learner(server: AnkiServer) -> None:
    sync(server.client(), notes(), DECK, create=True)
    copy = add_by_hand(server, card(), note_of(card()).fields)
    wanted = notes(card(mnemonic="New."))
    assert len(sync(server.client(), wanted, DECK).updated) == 1
    assert held(server)[copy]["Mnemonic"] != "New."
    assert sync(server.client(), wanted, DECK).same == wanted


def test_a_sync_that_broke_off_ends_the_same_when_repeated(
    server: AnkiServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Anki ends after each number of requests that a whole sync takes."""
    monkeypatch.setattr(sync_module, "BATCH", 2)
    old = [card(word) for word in WORDS]
    new = [card(word, mnemonic=f"New {word}.") for word in (*WORDS[:4], "candid", "banal", "quell")]
    client = server.client()
    sync(client, notes(*old), DECK, create=True)
    start, requests = held(server), 0
    expected = {note.fields[0]: note.fields for note in notes(*old, *new)}
    while True:
        server.actions.clear()
        server.ends_after = requests
        with suppress(AnkiError):
            sync(client, notes(*new), DECK)
            break
        server.ends_after = None
        sync(client, notes(*new), DECK)
        assert texts(server) == sorted(expected.values())
        assert held(server).keys() > start.keys()
        for i in held(server).keys() - start.keys():
            server.anki.remove(i)
        for i, there in start.items():
            server.anki.update(i, there)
        requests += 1
    assert requests > 15


KILLED = """
import sys
from malmoi.mnemonics.anki.connect import AnkiConnect
from malmoi.mnemonics.anki.sync import sync
from tests.mnemonics.anki.test_sync import DECK, many
print("ready", flush=True)
sync(AnkiConnect(sys.argv[1]), many(), DECK, create=True)
"""


def many() -> list[Note]:
    return notes(*[card(f"word{n}") for n in range(200)])


def test_a_killed_sync_ends_the_same_when_repeated(toy: AnkiServer) -> None:
    for moment in (0.0, 0.02, 0.05, 0.1):
        process = subprocess.Popen(
            [sys.executable, "-c", KILLED, toy.url], stdout=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
        )  # fmt: skip
        assert process.stdout
        process.stdout.readline()
        time.sleep(moment)
        process.send_signal(signal.SIGKILL)
        process.wait()
    done = sync(toy.client(), many(), DECK, create=True)
    assert done.failed == []
    assert texts(toy) == sorted(note.fields for note in many())
    assert not {"deleteNotes", "changeDeck"} & set(toy.actions)


def test_what_is_asked_is_in_the_documented_form(toy: AnkiServer) -> None:
    asked: list[Any] = []
    answer = toy.answer
    toy.answer = lambda body: (asked.append(body), answer(body))[1]  # type: ignore[method-assign]
    sync(toy.client(), notes(card()), DECK, create=True)
    sync(toy.client(), notes(card(mnemonic="New.")), DECK)
    by_action = {body["action"]: body for body in asked}
    assert {body["version"] for body in asked} == {6}
    assert by_action.keys() == {
        "findNotes", "createDeck", "createModel", "addNotes", "updateNoteFields",
    }  # fmt: skip
    (added,) = by_action["addNotes"]["params"]["notes"]
    assert added.keys() == {"deckName", "modelName", "fields", "tags", "options"}
    assert list(added["fields"]) == list(FIELDS)
    made = by_action["createModel"]["params"]
    assert made["inOrderFields"] == list(FIELDS)
    assert "{{Term}}" in made["cardTemplates"][0]["Front"]
    assert ".malmoi" in made["css"]
    assert by_action["updateNoteFields"]["params"]["note"].keys() == {"id", "fields"}
