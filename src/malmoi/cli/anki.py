"""`malmoi anki …`: cards and a running Anki."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from malmoi.cli.console import say
from malmoi.core.errors import SourceError

if TYPE_CHECKING:
    from malmoi.mnemonics.anki.connect import AnkiConnect
    from malmoi.mnemonics.anki.sync import Plan, Synced
    from malmoi.mnemonics.export.anki import Note
    from malmoi.mnemonics.word_list import Listed

app = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode=None,
    help="Cards and a running Anki, through its add-on AnkiConnect.",
)

UrlOption = Annotated[
    str, typer.Option(metavar="URL", help="Where AnkiConnect listens (http://127.0.0.1:8765).")
]
MinLapsesOption = Annotated[
    int, typer.Option(min=1, help="Lapses from which on a word counts, leech or not.")
]
FieldOption = Annotated[
    str, typer.Option(metavar="NAME", help="The field with the word (the first that holds one).")
]
RUNNING = "anki"
"""Names the Anki that is running, where an export could be named."""
SHOWN = 12


@app.command()
def sync(
    cards: Annotated[
        Path, typer.Argument(metavar="RUN|CARDS", help="A run's folder, or an .apkg of Malmoi.")
    ],
    deck: Annotated[
        str, typer.Option(metavar="NAME", help="Where new cards go (the run's or package's deck).")
    ] = "",
    create: Annotated[
        bool, typer.Option("--create", help="Make deck and note type where Anki lacks them.")
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only say what would be added and updated.")
    ] = False,
    url: UrlOption = "",
) -> None:
    """Add cards to a running Anki and update those it has; nothing else in it is touched.

    Schedules, tags, decks, styling and fields of the learner's own stay. Nothing is deleted. A sync
    that was stopped is done again with the same command. AnkiConnect's API key, where it has one,
    is taken from ANKI_CONNECT_KEY.
    """
    from malmoi.mnemonics.anki.sync import plan
    from malmoi.mnemonics.anki.sync import sync as sync_notes

    name, notes = notes_of(cards)
    with connected(url) as anki:
        if dry_run:
            print_plan(plan(anki, notes), deck or name)
            return
        done = sync_notes(anki, notes, deck or name, create)
    print_synced(done, deck or name)
    if done.failed:
        raise typer.Exit(1)


@app.command()
def lapses(
    source: Annotated[
        str, typer.Argument(metavar="[EXPORT]", help="An .apkg, .colpkg or .txt (else: ask Anki).")
    ] = RUNNING,
    min_lapses: MinLapsesOption = 8,
    field: FieldOption = "",
    url: UrlOption = "",
) -> None:
    """List the words that a learner keeps failing: Anki's leeches and words that lapse often.

    An export needs scheduling (.apkg, .colpkg) or tags (.txt). The list is one that `malmoi run`
    takes: a word a line, its meaning after a tab.
    """
    for word in failed_words(source, min_lapses, field, url):
        meaning = " ".join(word.meaning.split())
        print(f"{word.word}\t{meaning}" if meaning else word.word)


def failed_words(source: str, min_lapses: int, field: str = "", url: str = "") -> list[Listed]:
    """The failed words of an export or of the running Anki; notes without a word are named.

    Args:
        source: an export's path, or "anki".
        min_lapses, field, url: as the options say.
    """
    from malmoi.mnemonics.anki.lapses import lapsed_in_anki, lapsed_in_export
    from malmoi.reports.plots import visible

    if source == RUNNING:
        with connected(url) as anki:
            found = lapsed_in_anki(anki, min_lapses, field)
    else:
        found = lapsed_in_export(Path(source), min_lapses, field)
    for listed in found:
        if listed.problem:
            say(f"{visible(listed.raw)[:60]!r}: {listed.problem}")
    words: dict[str, Listed] = {}
    for listed in found:
        if listed.word:
            words.setdefault(listed.word, listed)
    if not words:
        raise SourceError(
            f"none of {len(found)} failed notes holds an English word. Name its field: --field NAME"
        )
    return list(words.values())


def connected(url: str = "") -> AnkiConnect:
    """The running Anki at an address ("": the usual one), with the key of the environment."""
    from malmoi.mnemonics.anki.connect import KEY, URL, AnkiConnect

    return AnkiConnect(url or URL, os.environ.get(KEY, ""))


def notes_of(source: Path) -> tuple[str, list[Note]]:
    """The deck's name and the notes of a run's folder or a package."""
    from malmoi.mnemonics.export.anki import note_of, read_anki
    from malmoi.mnemonics.export.tables import must_be_released
    from malmoi.pipelines.mnemonics.handover import cards_of_run

    if source.is_dir():
        name, cards = cards_of_run(source)
        must_be_released(cards)
        return name, [note_of(card) for card in cards]
    if source.suffix.lower() != ".apkg" or not source.exists():
        seen = "is there, but is neither" if source.exists() else "isn't there"
        raise SourceError(
            f"{source} {seen}. Expected a run's folder or a package of cards: `malmoi card WORD… "
            "--out cards.apkg` writes one."
        )
    return read_anki(source)


def print_plan(plan: Plan, deck: str) -> None:
    """What a sync would do."""
    print(f"{len(plan.new)} to add to {deck}{_words(plan.new)}")
    print(f"{len(plan.changed)} to update{_words([note for _, note in plan.changed])}")
    print(f"{len(plan.same)} there as they are")
    if plan.unclear:
        print(f"{len(plan.unclear)} unclear{_words(plan.unclear)}")
    say("Nothing was changed. Without --dry-run it is done.")


def print_synced(done: Synced, deck: str) -> None:
    """What a sync did, and what it could not."""
    print(f"{len(done.added)} added to {deck}{_words(done.added)}")
    print(f"{len(done.updated)} updated{_words(done.updated)}")
    print(f"{len(done.same)} there as they are")
    for note, reason in done.failed:
        say(f"{note.term}: {reason}")


def _words(notes: Sequence[Note]) -> str:
    more = f" and {len(notes) - SHOWN} more" if len(notes) > SHOWN else ""
    return (": " + ", ".join(note.term for note in notes[:SHOWN]) + more) if notes else ""
