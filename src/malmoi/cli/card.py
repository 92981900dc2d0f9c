"""`malmoi card WORD…`: cards at once."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def card(
    words: Annotated[list[str], typer.Argument(metavar="WORD…", help="As in obstinate.")],
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
) -> None:
    """Write cards at once, from the lexicon's facts alone or with a trained student."""
    from malmoi.mnemonics.writer.card_command import write_cards

    write_cards(words, student, learner, out)
