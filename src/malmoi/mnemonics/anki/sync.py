"""Cards into a running Anki: new ones are added, changed ones updated, the rest is left alone.

A note is known by its mark (`export.anki.Note.mark`), which Anki finds within a field. So nothing
is remembered here between two syncs: one that was killed is simply done again, and what it had done
is found. A note whose mark says that it has this very card is left alone, and with it what the
learner changed in it. Notes of before there were marks are known by their term, or by term and
definition.

A sync never deletes, moves or reschedules; tags are set on new notes alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from malmoi.core.errors import AnkiError
from malmoi.core.progress import Progress
from malmoi.mnemonics.anki.connect import (
    AnkiConnect,
    Refusal,
    having_field,
    in_field,
    of_note_type,
    without,
)
from malmoi.mnemonics.export.anki import FIELDS, MODEL, TEMPLATE, Note, looks

BATCH = 20
"""Notes that are added with one request: AnkiConnect reads a kilobyte every 25 ms, Anki's window
stands still while it adds, and a newer one takes none of a batch in which it refuses one."""

_MARK = "data-malmoi="
_DEFINITION = FIELDS.index("Definition")
_UNCLEAR = (
    "Anki has several notes of this word that are of an older Malmoi; import the package once"
)


@dataclass(frozen=True, slots=True)
class Plan:
    """What a sync would do.

    Attributes:
        new: notes that Anki lacks.
        changed: notes that Anki has with other fields, each with its id there.
        same: notes that Anki has as they are.
        unclear: notes of which Anki has several by their term, none of them marked.
    """

    new: list[Note] = field(default_factory=list)
    changed: list[tuple[int, Note]] = field(default_factory=list)
    same: list[Note] = field(default_factory=list)
    unclear: list[Note] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Synced:
    """What a sync did.

    Attributes:
        added, updated: the notes that were added, and those that were updated.
        same: the notes that were there as they are.
        failed: the notes that were not added or updated, each with the reason.
    """

    added: list[Note] = field(default_factory=list)
    updated: list[Note] = field(default_factory=list)
    same: list[Note] = field(default_factory=list)
    failed: list[tuple[Note, str]] = field(default_factory=list)


def plan(anki: AnkiConnect, notes: Sequence[Note]) -> Plan:
    """Look which notes Anki has; nothing is changed.

    Raises:
        AnkiError: Anki can't be reached, or its note type lacks a field of ours.
    """
    planned = Plan()
    if not (_have_fields(anki) or anki.find_notes(in_field("Feature", _MARK, whole=False))):
        planned.new.extend(notes)
        return planned
    unknown: list[Note] = []
    with Progress("looked up in Anki", len(notes)) as progress:
        for note in notes:
            if _is_there(anki, note):
                planned.same.append(note)
            elif ids := anki.find_notes(in_field("Feature", f"{note.id}.", whole=False)):
                planned.changed.append((ids[0], note))
            else:
                unknown.append(note)
            progress.advance()
    for group in _by_term(unknown):
        _look_up_unmarked(anki, group, planned)
    return planned


def sync(anki: AnkiConnect, notes: Sequence[Note], deck: str, create: bool = False) -> Synced:
    """Bring notes into Anki as they are here.

    Args:
        anki: the running Anki.
        notes: one a card.
        deck: where new notes go; those that are there stay in the decks they are in.
        create: make deck and note type where they are missing.

    Raises:
        AnkiError: Anki can't be reached or broke off, or it lacks deck, note type or a field of it.
            What was done until then stays; the same sync goes on.
    """
    planned = plan(anki, notes)
    done = Synced(same=planned.same, failed=[(note, _UNCLEAR) for note in planned.unclear])
    if create and planned.new:
        front, back, css = looks()
        anki.create_deck(deck)
        template = {"Name": TEMPLATE, "Front": front, "Back": back}
        anki.create_note_type(MODEL, FIELDS, css, [template])
    with Progress("brought into Anki", len(planned.new) + len(planned.changed)) as progress:
        for start in range(0, len(planned.new), BATCH):
            batch = planned.new[start : start + BATCH]
            _add(anki, batch, deck, done)
            progress.advance(len(batch))
        for there, note in planned.changed:
            _update(anki, there, note, done)
            progress.advance()
    if done.added:
        _have_fields(anki)
    return done


def _is_there(anki: AnkiConnect, note: Note) -> bool:
    return bool(anki.find_notes(in_field("Feature", note.mark, whole=False)))


def _by_term(notes: Iterable[Note]) -> list[list[Note]]:
    groups: dict[str, list[Note]] = {}
    for note in notes:
        groups.setdefault(note.fields[0], []).append(note)
    return list(groups.values())


def _look_up_unmarked(anki: AnkiConnect, notes: Sequence[Note], planned: Plan) -> None:
    """Put notes of one term, whose marks Anki doesn't have, where they belong in the plan."""
    search = (
        of_note_type(MODEL),
        in_field("Term", notes[0].fields[0], whole=True),
        without(in_field("Feature", _MARK, whole=False)),
    )
    there, left = anki.find_notes(*search), list(notes)
    if len(there) > 1 or len(left) > 1:
        for note in notes if there else ():
            definition = in_field("Definition", note.fields[_DEFINITION], whole=True)
            exact = [each for each in anki.find_notes(*search, definition) if each in there]
            if exact:
                planned.changed.append((exact[0], note))
                there.remove(exact[0])
                left.remove(note)
    if not there:
        planned.new.extend(left)
    elif len(there) == len(left) == 1:
        planned.changed.append((there[0], left[0]))
    else:
        planned.unclear.extend(left)


def _have_fields(anki: AnkiConnect) -> bool:
    """Whether there are notes of our type, and all have our fields.

    AnkiConnect passes over a field that the note type lacks, and says nothing.
    """
    ours = of_note_type(MODEL)
    if anki.find_notes(ours, *map(having_field, FIELDS)):
        return True
    if not anki.find_notes(ours):
        return False
    lacking = [name for name in FIELDS if not anki.find_notes(ours, having_field(name))]
    raise AnkiError(
        f"Anki's note type {MODEL!r} lacks {', '.join(map(repr, lacking))}: was a field renamed or "
        "deleted? Give it its name again (Tools → Manage Note Types → Fields); fields of your own "
        "may stay."
    )


def _add(anki: AnkiConnect, notes: Sequence[Note], deck: str, done: Synced) -> None:
    """Add a batch; where Anki refuses it, each of its notes by itself, to know which and why."""
    try:
        ids = anki.add_notes([_new(note, deck) for note in notes])
        reason = "AnkiConnect doesn't say why"
        if not any(ids) and not done.added:
            raise AnkiError(
                f"Anki took none of {len(notes)} notes, and its AnkiConnect doesn't say why. "
                f"Is there a deck {deck!r} and the note type {MODEL!r}? --create makes them."
            )
    except Refusal as refusal:
        _must_be_there(str(refusal), deck)
        ids, reason = [None] * len(notes), str(refusal)
    for note, there in zip(notes, ids, strict=True):
        if there or (len(notes) > 1 and _is_there(anki, note)):
            done.added.append(note)
        elif len(notes) > 1:
            _add(anki, [note], deck, done)
        else:
            done.failed.append((note, reason))


def _must_be_there(refusal: str, deck: str) -> None:
    if "deck was not found" in refusal:
        raise AnkiError(
            f"Anki has no deck {deck!r}. Name one of yours with --deck, or let it be made with "
            "--create."
        )
    if "model was not found" in refusal:
        raise AnkiError(
            f"Anki has no note type {MODEL!r}. Import a package of cards once (File → Import), or "
            "let it be made with --create; if it has another name now, give it this one again."
        )


def _update(anki: AnkiConnect, there: int, note: Note, done: Synced) -> None:
    try:
        anki.update_note(there, dict(zip(FIELDS, note.fields, strict=True)))
    except Refusal as refusal:
        done.failed.append((note, str(refusal)))
        return
    if _is_there(anki, note):
        done.updated.append(note)
    else:
        done.failed.append((note, "Anki kept the old text: close its Browse window, then repeat"))


def _new(note: Note, deck: str) -> dict[str, Any]:
    """A note as `addNotes` takes it. Two senses of a word have one first field, by which Anki tells
    duplicates; that there is none was looked up by the mark."""
    return {
        "deckName": deck,
        "modelName": MODEL,
        "fields": dict(zip(FIELDS, note.fields, strict=True)),
        "tags": note.tags,
        "options": {"allowDuplicate": True},
    }
