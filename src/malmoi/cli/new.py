"""`malmoi new SOURCE`: a commented recipe for documents, and how long a run with it takes."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from malmoi.cli.console import say

if TYPE_CHECKING:
    from malmoi.pipelines.search.new_recipe import NewRecipe


def new(
    source: Annotated[
        str, typer.Argument(metavar="SOURCE", help="A table, a SQuAD file or a folder (BEIR).")
    ],
    out: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Where the recipe goes; names the run (NAME.toml)."),
    ] = None,
    overwrite: Annotated[
        bool, typer.Option("--overwrite", help="Replace a recipe that is there.")
    ] = False,
) -> None:
    """Look at documents and write a recipe for them."""
    from malmoi.pipelines.search.new_recipe import write_recipe

    print_new(write_recipe(source, out, overwrite))


def print_new(made: NewRecipe) -> None:
    """Say what was seen and how to go on; the recipe's path alone is on stdout."""
    from malmoi.corpora.describe import describe
    from malmoi.pipelines.duration import spoken

    say(describe(made.survey.corpus))
    section = made.recipe.corpus
    if "text_field" in section.model_fields_set:
        fields = {
            "id": section.id_field,
            "title": section.title_field,
            "text": section.text_field,
            "date": section.date_field,
        }
        say("fields: " + ", ".join(f"{key} = {name or 'none'}" for key, name in fields.items()))
    for note in made.survey.notes:
        say(f"note: {note}")
    if not made.survey.licence:
        say("note: the data says no licence")
    say(f"a run takes {spoken(made.parts)} on this machine (an estimate)")
    say(f"{'replaced' if made.replaced else 'written'}; read it, then: malmoi run {made.path}")
    print(made.path)
