"""`malmoi doctor [RECIPE]`: what this machine has and lacks, and what to do about it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from malmoi.cli.console import table
from malmoi.cli.options import SetOption

if TYPE_CHECKING:
    from malmoi.pipelines.doctor import Check


def doctor(
    recipe: Annotated[
        str,
        typer.Argument(
            metavar="[RECIPE]", help="Check what it needs, too: files, teachers, weights."
        ),
    ] = "",
    overrides: SetOption = None,
) -> None:
    """Say what this machine has and lacks, and what to do."""
    from malmoi.pipelines.doctor import examine
    from malmoi.recipe import load

    print_checks(examine(load(recipe, overrides or []) if recipe else None))


def print_checks(checks: Sequence[Check]) -> None:
    """Print the table; end with status 1 if something needed is lacking.

    Raises:
        typer.Exit: something is.
    """
    rows = [
        ["ok" if c.ok else "NO" if c.needed else "no", c.name, c.seen, "" if c.ok else c.remedy]
        for c in checks
    ]
    table(["", "what", "seen", "what to do"], rows)
    if lacking := [check.name for check in checks if check.stops]:
        typer.echo(f"malmoi: needed and lacking: {'; '.join(lacking)}", err=True)
        raise typer.Exit(1)
