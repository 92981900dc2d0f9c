"""`malmoi card WORD…`: cards at once, from the facts alone or with a trained student."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from malmoi.cli.anki import MinLapsesOption, failed_words
from malmoi.cli.console import say
from malmoi.core.errors import SourceError

if TYPE_CHECKING:
    from malmoi.mnemonics.cards import Card

LEARNERS = ("en", "ko")
ENDINGS = (".apkg", ".csv", ".tsv", ".md")


def card(
    words: Annotated[
        list[str] | None, typer.Argument(metavar="[WORD…]", help="As in obstinate.")
    ] = None,
    student: Annotated[
        Path | None,
        typer.Option(metavar="MODEL", help="A student's folder or GGUF (else: no model at all)."),
    ] = None,
    learner: Annotated[
        str, typer.Option(help="First language of the learner, en or ko: Korean keywords too.")
    ] = "en",
    out: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Also write .apkg, .csv, .tsv or .md."),
    ] = None,
    lapsed: Annotated[
        str,
        typer.Option(
            metavar="EXPORT", help="Words that are failed in this export of Anki; anki: ask it."
        ),
    ] = "",
    min_lapses: MinLapsesOption = 8,
) -> None:
    """Write cards at once, from the lexicon's facts alone or with a trained student."""
    from malmoi.lexicon.lookup import Lexicon
    from malmoi.mnemonics.writer.cards import write_cards

    if learner not in LEARNERS:
        raise SourceError(f"--learner: saw {learner!r}, expected {' or '.join(LEARNERS)}")
    if out and out.suffix.lower() not in ENDINGS:
        raise SourceError(f"--out: saw {out.name!r}, expected a name in {', '.join(ENDINGS)}")
    failed = failed_words(lapsed, min_lapses) if lapsed else []
    words = [*(words or ()), *(each.word for each in failed)]
    if not words:
        raise typer.BadParameter("no word was given. Expected one at least, or --lapsed EXPORT.")
    meanings = {each.word: each.meaning for each in failed}
    cards = []
    for made in write_cards(words, Lexicon.open(), student, learner, meanings):
        print_card(made)
        cards.append(made)
    if out:
        save(cards, out)
        say(f"{len(cards)} cards in {out}")


def print_card(card: Card) -> None:
    """A card on standard output, with the verdict of each claim."""
    from malmoi.mnemonics.export.tables import MARKS
    from malmoi.reports.plots import visible

    said = f" /{card.ipa}/" if card.ipa else ""
    korean = f" · {card.korean}" if card.korean else ""
    lines = [
        f"{card.term}{said} ({card.pos}): {card.definition}{korean}",
        f"  {card.mnemonic}",
        f"  [{card.feature}] {card.reasoning}",
        *([f"  e.g. {card.example}"] if card.example else []),
    ]
    for claim in card.claims:
        source = f" ({claim.source})" if claim.source else ""
        lines.append(f"  {MARKS[claim.verdict]} {claim.text}{source}")
    print("", *map(visible, lines), sep="\n")


def save(cards: Sequence[Card], out: Path) -> None:
    """Write cards in the format that the file's name ends with."""
    from malmoi.mnemonics.export.anki import write_anki
    from malmoi.mnemonics.export.tables import write

    if out.suffix.lower() == ".apkg":
        write_anki(cards, out)
    else:
        write(cards, out)
