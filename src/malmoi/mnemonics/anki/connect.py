"""AnkiConnect, the add-on through which a running Anki is asked: its version 6, JSON over HTTP.

Six of its more than hundred actions are used here: `findNotes`, `addNotes` and `updateNoteFields`;
`createDeck` and `createModel`, since notes are refused where deck or note type is missing; and
`notesInfo`, since the text of notes that nobody here wrote can't be had by searching. None of them
deletes, moves or schedules anything.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from types import TracebackType
from typing import Any

import httpx

from malmoi.core.errors import AnkiError

URL = "http://127.0.0.1:8765"
KEY = "ANKI_CONNECT_KEY"
"""The environment's variable with AnkiConnect's `apiKey`, where it has one."""
TIMEOUT = 120.0
"""Seconds for an answer: Anki gives none while a dialog is open or while it synchronises."""

_ADD_ON = "2055492159"
_SPECIAL = re.compile(r'([\\"*_:])')


class Refusal(AnkiError):
    """AnkiConnect's own words for why it did not do what it was asked."""


class AnkiConnect:
    """A running Anki.

    Args:
        url: where AnkiConnect listens.
        key: its `apiKey`, "" where it has none.
        timeout: seconds that an answer may take.
    """

    def __init__(self, url: str = URL, key: str = "", timeout: float = TIMEOUT) -> None:
        self.url, self.key, self.timeout = url, key, timeout
        # AnkiConnect closes each connection without a word of it, so none is used twice; what it
        # listens on is this machine's, so no proxy is asked.
        self._client = httpx.Client(
            timeout=timeout,
            trust_env=False,
            headers={"Connection": "close"},
            limits=httpx.Limits(max_keepalive_connections=0),
        )

    def __enter__(self) -> AnkiConnect:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self._client.close()

    def find_notes(self, *terms: str) -> list[int]:
        """Ids of the notes that all of these terms find, each as `note_type` … make them."""
        found = self._call("findNotes", query=" ".join(terms))
        if not isinstance(found, list):
            raise AnkiError(f"{self.url} answered findNotes with {found!r:.80}. Expected ids.")
        return sorted(found)

    def add_notes(self, notes: Sequence[Mapping[str, Any]]) -> list[int | None]:
        """Add notes; their ids, None for one that wasn't taken.

        Raises:
            Refusal: one wasn't taken by a newer AnkiConnect, which then takes none of them.
        """
        added = self._call("addNotes", notes=list(notes))
        if not isinstance(added, list) or len(added) != len(notes):
            raise AnkiError(f"{self.url} answered addNotes with {added!r:.80}. Expected ids.")
        return added

    def update_note(self, note: int, fields: Mapping[str, str]) -> None:
        """Replace these fields of a note; its other fields, tags and cards stay as they are."""
        self._call("updateNoteFields", note={"id": note, "fields": dict(fields)})

    def create_deck(self, deck: str) -> None:
        """Make a deck, unless it is there."""
        self._call("createDeck", deck=deck)

    def create_note_type(
        self, name: str, fields: Sequence[str], css: str, templates: Sequence[Mapping[str, str]]
    ) -> None:
        """Make a note type, unless there is one of that name.

        Args:
            name: its name.
            fields: their names in order.
            css: the styling of its cards.
            templates: of its cards: `Name`, `Front` and `Back` of each.
        """
        try:
            self._call(
                "createModel",
                modelName=name,
                inOrderFields=list(fields),
                css=css,
                isCloze=False,
                cardTemplates=[dict(template) for template in templates],
            )
        except Refusal as refusal:
            if "exists" not in str(refusal):
                raise

    def notes(self, ids: Sequence[int]) -> list[dict[str, Any]]:
        """What `notesInfo` says of notes: `fields` (name → `value`, `order`) and `tags`."""
        infos = self._call("notesInfo", notes=list(ids))
        return [info for info in infos or () if info]

    def _call(self, action: str, **params: Any) -> Any:
        asked: dict[str, Any] = {"action": action, "version": 6, "params": params}
        if self.key:
            asked["key"] = self.key
        try:
            response = self._client.post(self.url, json=asked)
        except httpx.ConnectError as error:
            raise AnkiError(
                f"nothing answers at {self.url}. Start Anki and leave it open; if it is, it lacks "
                f"the add-on AnkiConnect: Tools → Add-ons → Get Add-ons…, code {_ADD_ON}, then "
                "start Anki anew."
            ) from error
        except httpx.TimeoutException as error:
            raise AnkiError(
                f"Anki took longer than {self.timeout:g} s for {action}. Is a dialog open in it, "
                "or is it synchronising? Then the same command goes on."
            ) from error
        except (httpx.InvalidURL, httpx.UnsupportedProtocol) as error:
            raise AnkiError(f"{self.url!r} is no address. Expected one like {URL}.") from error
        except httpx.HTTPError as error:
            raise AnkiError(
                f"Anki broke off while it was asked for {action} ({error}). If it was closed, "
                "start it; the same command goes on."
            ) from error
        return self._result(action, response)

    def _result(self, action: str, response: httpx.Response) -> Any:
        try:
            reply = response.json()
        except ValueError:
            reply = response.text
        if response.status_code != 200 or isinstance(reply, str):
            raise AnkiError(
                f"what answers at {self.url} is not AnkiConnect (status {response.status_code}: "
                f"{response.text[:60]!r}). Expected Anki with that add-on, code {_ADD_ON}; another "
                "address can be given with --url."
            )
        if not isinstance(reply, dict) or not reply.keys() & {"result", "error"}:
            return reply  # an AnkiConnect that takes the request for one of version 4 and before
        if error := reply.get("error"):
            raise self._refusal(action, str(error))
        return reply.get("result")

    def _refusal(self, action: str, error: str) -> AnkiError:
        if "api key" in error:
            seen = f"the one in {KEY} is another" if self.key else "none was given"
            return AnkiError(
                f"AnkiConnect wants its API key, and {seen}. Put {KEY}=… into the environment or "
                ".env; Anki shows it under Tools → Add-ons → AnkiConnect → Config, as apiKey."
            )
        if "collection is not available" in error:
            return AnkiError("Anki has no collection open. Choose a profile in Anki, then repeat.")
        if "unsupported action" in error:
            return AnkiError(
                f"this AnkiConnect has no action {action}. Bring it up to date: Tools → Add-ons → "
                "Check for Updates."
            )
        return Refusal(f"AnkiConnect refused {action}: {error[:300]}")


def of_note_type(name: str) -> str:
    """The search term of a note type's notes."""
    return f'"note:{_exact(name)}"'


def in_field(field: str, text: str, *, whole: bool) -> str:
    """The search term of notes with `text` as a field's content, or within it."""
    exact = _exact(text)
    return f'"{_exact(field)}:{exact}"' if whole else f'"{_exact(field)}:*{exact}*"'


def having_field(field: str) -> str:
    """The search term of notes that have such a field, whatever is in it."""
    return f'"{_exact(field)}:*"'


def without(term: str) -> str:
    """The search term of notes that `term` doesn't find."""
    return f"-{term}"


def _exact(text: str) -> str:
    """`text` with the signs escaped that mean something in Anki's searches."""
    return _SPECIAL.sub(r"\\\1", text)
