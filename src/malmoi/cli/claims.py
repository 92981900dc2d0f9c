"""`malmoi claims FILE`: what texts say about words, looked up."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def claims(
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="TSV or CSV with columns term and text.")
    ],
    json: Annotated[bool, typer.Option("--json", help="Print one object a line.")] = False,
) -> None:
    """Look up what texts say about words: supported, contradicted or unverified."""
    from malmoi.mnemonics.claims.claim_commands import check_file

    check_file(file, json)
