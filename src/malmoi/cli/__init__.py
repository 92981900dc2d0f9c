"""The `malmoi` command: each subcommand parses, calls the function that does the work, prints.

A file holds a command, or those of a group. What they call is a function that returns its result
and can be called from Python; only what stands in this folder prints.

Nothing heavy is imported before a command runs, so that `malmoi --help` answers at once. An error
that is written for the user ends the program with status 1 and no traceback; Ctrl-C with 130.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from malmoi.cli import (
    anki,
    card,
    claims,
    doctor,
    evaluate,
    new,
    opensearch,
    prompts,
    recipe,
    review,
    run,
    search,
    serve,
    status,
    synonyms,
    word,
)
from malmoi.cli.console import shown
from malmoi.core.errors import MalmoiError
from malmoi.core.threads import spin_briefly
from malmoi.core.version import installed_version


class Commands(TyperGroup):
    """The group of commands, with the one place where errors become messages."""

    def invoke(self, ctx: Any) -> Any:
        """Run a command, show what it logs, print a MalmoiError; Ctrl-C says how to go on."""
        try:
            with shown():
                return super().invoke(ctx)
        except MalmoiError as error:
            typer.echo(f"malmoi: {error}", err=True)
            raise typer.Exit(1) from None
        except KeyboardInterrupt:
            typer.echo("malmoi: stopped; the same command resumes", err=True)
            raise typer.Exit(130) from None


app = typer.Typer(
    cls=Commands,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    help="Teaches small models what large ones know about words, and proves what was learned.",
)

COMMANDS: tuple[Callable[..., None], ...] = (
    new.new, run.run, status.status, doctor.doctor, recipe.corpus, recipe.teachers,
    prompts.prompts, evaluate.evaluate, search.index, search.search, word.word, claims.claims,
    card.card, review.review, serve.serve,
)  # fmt: skip
for command in COMMANDS:
    app.command()(command)
app.add_typer(synonyms.app, name="synonyms")
app.add_typer(opensearch.app, name="opensearch")
app.add_typer(anki.app, name="anki")


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"malmoi {installed_version()}")
        raise typer.Exit


@app.callback()
def start(
    version: Annotated[
        bool,
        typer.Option(
            "--version", callback=_print_version, is_eager=True, help="Print the version and end."
        ),
    ] = False,
) -> None:
    """Read `.env` before any command, for the keys of paid endpoints."""
    from malmoi.cli.env_file import read_env_file

    read_env_file()
    spin_briefly()


def main() -> None:
    """Entry point of the `malmoi` command."""
    app()
