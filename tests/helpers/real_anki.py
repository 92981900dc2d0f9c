"""Anki's own library, where it is installed (`make test` does that; see CONTRIBUTING.md).

A collection is driven as Anki's window drives it: what these functions call is what File → Import
and the reviewer call.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

LOGS = ("new", "updated", "duplicate", "conflicting", "first_field_match", "missing_notetype")


@contextmanager
def collection(path: Path) -> Iterator[Any]:
    """An Anki collection; the test is skipped where Anki's library isn't installed."""
    anki = pytest.importorskip(
        "anki.collection", reason="Anki's library isn't installed: pip install anki"
    )
    opened = anki.Collection(str(path))
    try:
        yield opened
    finally:
        opened.close()


def import_package(there: Any, path: Path, **options: Any) -> dict[str, int]:
    """File → Import of a package: how many notes were new, updated … (zeros are left out)."""
    from anki.collection import ImportAnkiPackageOptions, ImportAnkiPackageRequest

    chosen = ImportAnkiPackageOptions(**options)
    request = ImportAnkiPackageRequest(package_path=str(path), options=chosen)
    counts = _counts(there.import_anki_package(request).log)
    there.models._clear_cache()
    return counts


def import_text(there: Any, path: Path) -> dict[str, int]:
    """File → Import of a text file with what its header says, and nothing changed in the dialog."""
    from anki.import_export_pb2 import ImportCsvRequest

    metadata = there.get_csv_metadata(path=str(path), delimiter=None)
    request = ImportCsvRequest(path=str(path), metadata=metadata)
    return _counts(there.import_csv(request).log)


def _counts(log: Any) -> dict[str, int]:
    return {name: len(getattr(log, name)) for name in LOGS if len(getattr(log, name))}


def the_note(there: Any, term: str) -> Any:
    """The one note whose first field is `term`."""
    (found,) = there.find_notes(f'"Term:{term}"')
    return there.get_note(found)


def learn(there: Any, note: Any, *, lapses: int = 3, tags: tuple[str, ...] = ()) -> None:
    """What a learner does to a note's card in months: a schedule, lapses, tags."""
    for card in note.cards():
        card.type = card.queue = 2
        card.ivl, card.due, card.factor, card.reps, card.lapses = 33, 100, 1900, 20, lapses
        there.update_card(card)
    note.tags += tags
    there.update_note(note)


def schedule(note: Any) -> list[tuple[int, ...]]:
    """Whatever of a note's cards a learner would miss."""
    names = ("id", "did", "type", "queue", "ivl", "due", "factor", "reps", "lapses")
    return [tuple(getattr(card, name) for name in names) for card in note.cards()]


def export(there: Any, path: Path, *, scheduling: bool = True, legacy: bool = False) -> Path:
    """File → Export, by the ending of `path`: .apkg, .colpkg or .txt (with tags)."""
    if path.suffix == ".apkg":
        from anki.collection import ExportAnkiPackageOptions

        options = ExportAnkiPackageOptions(with_scheduling=scheduling, legacy=legacy)
        there.export_anki_package(out_path=str(path), options=options, limit=None)
    elif path.suffix == ".colpkg":
        there.export_collection_package(str(path), False, legacy)
        there.reopen()
    else:
        there.export_note_csv(
            out_path=str(path), limit=None, with_html=True, with_tags=True, with_deck=True,
            with_notetype=True, with_guid=True,
        )  # fmt: skip
    return path
