"""An Anki that answers as AnkiConnect does, over HTTP: with Anki's own library, or a toy of it.

As its documentation and source have it: a POST with JSON; `{"result", "error"}` with status 200 for
version 5 and above, the bare result before; each connection closed after its answer, unannounced;
an unknown field passed over. `addNotes` is that of newer versions (all or nothing, with the errors)
or, where `old`, that of earlier ones (null for what was refused).
"""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Protocol

from malmoi.mnemonics.anki.connect import AnkiConnect
from tests.helpers import real_anki

ALLOWED = {
    "findNotes", "addNotes", "updateNoteFields", "createDeck", "createModel", "notesInfo",
}  # fmt: skip


class Backend(Protocol):
    """What a collection can do, with ids as they are in it."""

    def find(self, query: str) -> list[int]: ...
    def add(self, note: Mapping[str, Any]) -> int: ...
    def remove(self, note: int) -> None: ...
    def update(self, note: int, fields: Mapping[str, str]) -> None: ...
    def create_deck(self, deck: str) -> int: ...
    def create_model(self, name: str, fields: list[str], css: str, templates: Any) -> None: ...
    def info(self, note: int) -> dict[str, Any]: ...


class ToyAnki:
    """Notes in a dictionary, and as much of Anki's search as is used: terms that all must hold."""

    def __init__(self) -> None:
        self.decks, self.models = {"Default"}, dict[str, list[str]]()
        self.notes: dict[int, dict[str, Any]] = {}
        self._next = 1_700_000_000_000

    def find(self, query: str) -> list[int]:
        terms = re.findall(r'(-?)"((?:\\.|[^"\\])*)"|(\S+)', query)
        tests = [self._test(quoted or bare, bool(minus)) for minus, quoted, bare in terms]
        return [i for i, note in self.notes.items() if all(test(note) for test in tests)]

    def _test(self, term: str, negated: bool) -> Callable[[Mapping[str, Any]], bool]:
        negated, term = negated or term.startswith("-"), term.removeprefix("-")
        if term.startswith("prop:lapses>="):
            least = int(term.partition(">=")[2])
            return lambda note: (note["lapses"] >= least) != negated
        key, _, value = re.sub(r"\\:", "\0", term).partition(":")
        pattern = re.compile(_pattern(value.replace("\0", ":")), re.I | re.S)

        def holds(note: Mapping[str, Any]) -> bool:
            if key == "note":
                held = [note["model"]]
            elif key == "deck":
                held = [note["deck"]]
            elif key == "tag":
                held = note["tags"]
            else:
                held = [note["fields"][key]] if key in note["fields"] else []
            return any(pattern.fullmatch(text) for text in held) != negated

        return holds

    def add(self, note: Mapping[str, Any]) -> int:
        if note["modelName"] not in self.models:
            raise ValueError(f"model was not found: {note['modelName']}")
        if note["deckName"] not in self.decks:
            raise ValueError(f"deck was not found: {note['deckName']}")
        names = self.models[note["modelName"]]
        fields = {name: note["fields"].get(name, "") for name in names}
        if not fields[names[0]]:
            raise ValueError("cannot create note because it is empty")
        self._next += 1
        self.notes[self._next] = {
            "model": note["modelName"], "deck": note["deckName"], "tags": sorted(note["tags"]),
            "fields": fields, "lapses": 0,
        }  # fmt: skip
        return self._next

    def remove(self, note: int) -> None:
        del self.notes[note]

    def update(self, note: int, fields: Mapping[str, str]) -> None:
        if note not in self.notes:
            raise ValueError(f"Note was not found: {note}")
        there = self.notes[note]["fields"]
        there |= {name: value for name, value in fields.items() if name in there}

    def create_deck(self, deck: str) -> int:
        self.decks.add(deck)
        return 1

    def create_model(self, name: str, fields: list[str], css: str, templates: Any) -> None:
        if name in self.models:
            raise ValueError("Model name already exists")
        self.models[name] = fields

    def info(self, note: int) -> dict[str, Any]:
        there = self.notes[note]
        return _info(note, there["model"], there["tags"], there["fields"])


class RealAnki:
    """A collection of Anki's own library."""

    def __init__(self, collection: Any) -> None:
        self.collection = collection

    def find(self, query: str) -> list[int]:
        return list(self.collection.find_notes(query))

    def add(self, note: Mapping[str, Any]) -> int:
        self.collection.models._clear_cache()
        model = self.collection.models.by_name(note["modelName"])
        if model is None:
            raise ValueError(f"model was not found: {note['modelName']}")
        deck = self.collection.decks.by_name(note["deckName"])
        if deck is None:
            raise ValueError(f"deck was not found: {note['deckName']}")
        made = self.collection.new_note(model)
        for name, value in note["fields"].items():
            if name in made:
                made[name] = value
        made.tags = note["tags"]
        duplicate = made.fields_check() == 2
        if duplicate and not note.get("options", {}).get("allowDuplicate"):
            raise ValueError("cannot create note because it is a duplicate")
        self.collection.add_note(made, deck["id"])
        return int(made.id)

    def remove(self, note: int) -> None:
        self.collection.remove_notes([note])

    def update(self, note: int, fields: Mapping[str, str]) -> None:
        there = self.collection.get_note(note)
        for name, value in fields.items():
            if name in there:
                there[name] = value
        self.collection.update_note(there)

    def create_deck(self, deck: str) -> int:
        return int(self.collection.decks.id(deck))

    def create_model(self, name: str, fields: list[str], css: str, templates: Any) -> None:
        models = self.collection.models
        models._clear_cache()
        if models.by_name(name):
            raise ValueError("Model name already exists")
        made = models.new(name)
        for field in fields:
            models.add_field(made, models.new_field(field))
        for each in templates:
            template = models.new_template(each["Name"])
            template["qfmt"], template["afmt"] = each["Front"], each["Back"]
            models.add_template(made, template)
        made["css"] = css
        models.add(made)

    def info(self, note: int) -> dict[str, Any]:
        there = self.collection.get_note(note)
        return _info(note, there.note_type()["name"], there.tags, dict(there.items()))


def _info(note: int, model: str, tags: list[str], fields: Mapping[str, str]) -> dict[str, Any]:
    ordered = {name: {"value": v, "order": n} for n, (name, v) in enumerate(fields.items())}
    return {"noteId": note, "modelName": model, "tags": tags, "fields": ordered}


def _pattern(value: str) -> str:
    """Anki's wildcards as a regular expression."""
    parts = re.findall(r"\\(.)|(\*)|(_)|(.)", value, re.S)
    return "".join(
        ".*" if star else "." if one else re.escape(escaped or plain)
        for escaped, star, one, plain in parts
    )


class AnkiServer:
    """AnkiConnect in front of a backend, in threads of its own.

    Attributes:
        actions: what it was asked for, in order.
        old: `addNotes` is that of earlier versions.
        key: the `apiKey`, "" for none.
        viewed: notes that are shown in the Browse window, which earlier versions didn't update.
        refused: terms of notes that are refused, in the words of an error.
        ends_after: closes as if Anki had ended, after so many requests.
    """

    def __init__(self, anki: Backend) -> None:
        self.anki = anki
        self.actions: list[str] = []
        self.old, self.key = False, ""
        self.viewed: set[int] = set()
        self.refused: dict[str, str] = {}
        self.ends_after: int | None = None
        self._lock = threading.Lock()
        outer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                self.close_connection = True
                body = self.rfile.read(int(self.headers["Content-Length"]))
                with outer._lock:
                    done = len(outer.actions)
                    if outer.ends_after is not None and done >= outer.ends_after:
                        return
                    answer = json.dumps(outer.answer(json.loads(body))).encode()
                self.send_response(200)
                self.send_header("Content-Type", "text/json")
                self.send_header("Content-Length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)

            def log_message(self, *_: Any) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()

    def __enter__(self) -> AnkiServer:
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def client(self) -> AnkiConnect:
        """A client of it."""
        return AnkiConnect(self.url, self.key, timeout=20)

    def answer(self, asked: Mapping[str, Any]) -> Any:
        """What AnkiConnect answers to a request."""
        action = asked["action"]
        self.actions.append(action)
        try:
            if self.key and asked.get("key") != self.key:
                raise ValueError("valid api key must be provided")
            if action not in ALLOWED:
                raise ValueError("unsupported action")
            result, error = self._do(action, asked.get("params", {})), None
        except Exception as problem:  # as AnkiConnect does
            result, error = None, str(problem)
        if asked.get("version", 4) <= 4 and error is None:
            return result
        return {"result": result, "error": error}

    def _do(self, action: str, params: Mapping[str, Any]) -> Any:
        anki = self.anki
        if action == "findNotes":
            return anki.find(params["query"])
        if action == "addNotes":
            return self._add(params["notes"])
        if action == "updateNoteFields":
            note = params["note"]
            return None if note["id"] in self.viewed else anki.update(note["id"], note["fields"])
        if action == "createDeck":
            return anki.create_deck(params["deck"])
        if action == "createModel":
            assert not params["isCloze"]
            templates = params["cardTemplates"]
            return anki.create_model(
                params["modelName"], params["inOrderFields"], params["css"], templates
            )
        return [anki.info(note) for note in params["notes"]]

    def _add(self, notes: list[dict[str, Any]]) -> list[int | None]:
        added: list[int | None] = []
        errors = []
        for note in notes:
            try:
                if reason := self.refused.get(note["fields"].get("Term", "")):
                    raise ValueError(reason)
                added.append(self.anki.add(note))
            except Exception as error:
                errors.append(str(error))
                if self.old:
                    added.append(None)
        if errors and not self.old:
            for note_id in added:
                assert note_id
                self.anki.remove(note_id)
            raise ValueError(str(errors))
        return added


@contextmanager
def real_server(path: Path) -> Iterator[AnkiServer]:
    """A server of a real collection at `path`; the test is skipped where there is no Anki."""
    with real_anki.collection(path) as collection, AnkiServer(RealAnki(collection)) as server:
        yield server
