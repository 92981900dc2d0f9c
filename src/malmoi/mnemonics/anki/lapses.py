"""The words that a learner keeps failing: Anki's leeches, and cards that were forgotten often.

Anki tags a note "leech" when a card of it has lapsed as often as the deck's options say (eight
times, unless they were changed). A card is a lapse each time that it is forgotten after it had been
learned.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from malmoi.core.errors import SourceError
from malmoi.mnemonics.anki.collection import TEXTS, LearnedNote, read_notes
from malmoi.mnemonics.anki.connect import AnkiConnect
from malmoi.mnemonics.list_line import plain_text
from malmoi.mnemonics.list_table import Cells, kind_of_column
from malmoi.mnemonics.word_list import Listed, of_cells

logger = logging.getLogger(__name__)

LEECH = "leech"
MAX_PHRASE = 3
"""Words of a field that is taken for the word itself and not for its meaning."""
_BATCH = 100
"""Notes whose text is asked for with one request."""


def lapsed_in_export(path: Path, min_lapses: int, field: str = "") -> list[Listed]:
    """The failed words of an Anki export.

    Args:
        path: a package (.apkg, .colpkg) with scheduling, or notes as text with tags, whose only
            sign is the tag "leech".
        min_lapses: lapses of a card from which on its word counts, leech or not.
        field: the field that holds the word ("": the first that holds one).

    Returns:
        A word a line with what the note says of its meaning, those without a word with the reason.

    Raises:
        SourceError: it is no such export, or no note in it is failed.
    """
    notes = read_notes(path)
    failed = [note for note in notes if _is_leech(note) or note.lapses >= min_lapses]
    if failed:
        return _words(failed, field, path.name)
    if path.suffix.lower() in TEXTS:
        raise SourceError(
            f"none of the {len(notes)} notes in {path} has the tag {LEECH!r}, and a text doesn't "
            "say how often one was forgotten. A package (.apkg) with scheduling does."
        )
    if not any(note.reviews for note in notes):
        raise SourceError(
            f'none of the {len(notes)} notes in {path} was ever reviewed. Tick "Include scheduling '
            'information" when you export it from Anki.'
        )
    raise SourceError(_none(f"of the {len(notes)} notes in {path}", min_lapses))


def lapsed_in_anki(anki: AnkiConnect, min_lapses: int, field: str = "") -> list[Listed]:
    """The failed words of a running Anki, as of an export.

    Raises:
        AnkiError: Anki can't be reached.
        SourceError: no note in it is failed.
    """
    searches = (f"tag:{LEECH}", f"prop:lapses>={min_lapses}")
    ids = sorted({note for search in searches for note in anki.find_notes(search)})
    if not ids:
        raise SourceError(_none("of the notes in Anki", min_lapses))
    notes = []
    for start in range(0, len(ids), _BATCH):
        for info in anki.notes(ids[start : start + _BATCH]):
            ordered = sorted(info["fields"].items(), key=lambda item: item[1]["order"])
            fields = {name: value["value"] for name, value in ordered}
            notes.append(LearnedNote(fields, tuple(info["tags"])))
    return _words(notes, field, "Anki")


def _none(where: str, min_lapses: int) -> str:
    return (
        f"none {where} is a leech or has {min_lapses} lapses, so there is no word to write for. A "
        "lower min_lapses (--min-lapses) finds more."
    )


def _is_leech(note: LearnedNote) -> bool:
    return any(tag.casefold() == LEECH for tag in note.tags)


def _words(notes: Sequence[LearnedNote], field: str, source: str) -> list[Listed]:
    """A line for each note."""
    found = [_word(number, note, field) for number, note in enumerate(notes, 1)]
    fields = Counter(name for name, word in found if word.word)
    shown = ", ".join(f"{name} ({count})" for name, count in fields.most_common(4)) or "none"
    logger.info(
        f"{source}: {len(notes):,} notes that are failed, {fields.total():,} with a word, in the "
        f"fields: {shown}"
    )
    return [word for _, word in found]


def _word(number: int, note: LearnedNote, field: str) -> tuple[str, Listed]:
    """A note's word, and the field that it stands in."""
    if field and field not in note.fields:
        there = ", ".join(map(repr, note.fields))
        return field, Listed(number, "", "", f"no field {field!r} among {there}")
    names = (field,) if field else tuple(note.fields)
    found = [(name, _listed(number, note, name)) for name in names]
    short = (each for each in found if each[1].word and each[1].word.count(" ") < MAX_PHRASE)
    return next(short, found[0] if found else ("", Listed(number, "", "", "empty")))


def _listed(number: int, note: LearnedNote, name: str) -> Listed:
    others = {other: plain_text(text) for other, text in note.fields.items() if other != name}
    told = {other: text for other, text in others.items() if text}
    meanings = list(_of_kind(told, "meaning")) or (list(told.values()) if len(told) == 1 else [])
    pos = next(_of_kind(told, "pos"), "")
    return of_cells(Cells(number, note.fields[name], "; ".join(meanings), pos))


def _of_kind(fields: dict[str, str], kind: str) -> Iterator[str]:
    return (text for name, text in fields.items() if kind_of_column(name) == kind)
