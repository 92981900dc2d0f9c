"""`malmoi claims FILE`: what texts say about words, looked up."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from malmoi.cli.console import say

if TYPE_CHECKING:
    from malmoi.mnemonics.cards import Claim

NO_CLAIM = "no claim found"


def claims(
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="TSV or CSV with columns term and text.")
    ],
    json: Annotated[bool, typer.Option("--json", help="Print one JSON object a line.")] = False,
) -> None:
    """Look up what texts say about words: supported, contradicted or unverified."""
    from malmoi.core.files import to_line
    from malmoi.lexicon.lookup import Lexicon
    from malmoi.mnemonics.claims.checks import verdict_of
    from malmoi.mnemonics.claims.claim_table import as_record, check_rows, read_rows

    rows = list(read_rows(file))
    checked = []
    for row in check_rows(rows, Lexicon.open()):
        checked.append(row)
        if json:
            sys.stdout.write(to_line(as_record(*row)))
    if not json:
        print_claims(checked)
    verdicts = Counter(verdict_of(claims) for _, _, claims in checked)
    counts = (f"{verdicts[v]} {v}" for v in ("supported", "contradicted", "unverified"))
    say(f"{len(checked)} rows: {', '.join(counts)}")


def print_claims(rows: Sequence[tuple[str, str, tuple[Claim, ...]]]) -> None:
    """Print a table of (term, text, claims), a line a claim; a row without one gets a line too."""
    from rich.box import SIMPLE_HEAD
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    from malmoi.mnemonics.cards import Claim

    colours = {"supported": "green", "contradicted": "red", "unverified": "yellow"}
    drawn = Table(box=SIMPLE_HEAD)
    for header in ("term", "claim", "verdict", "source"):
        drawn.add_column(header, overflow="fold", no_wrap=header == "verdict")
    for term, text, claims in rows:
        for claim in claims or (Claim("meaning", text, "unverified", NO_CLAIM),):
            verdict = Text(claim.verdict, style=colours[claim.verdict])
            drawn.add_row(Text(term), Text(claim.text), verdict, Text(claim.source))
    Console(width=None if sys.stdout.isatty() else 140).print(drawn)
