"""`malmoi corpus RECIPE` and `malmoi teachers`: what a recipe names."""

from __future__ import annotations

import typer

from malmoi.cli.options import RecipeArgument, SetOption


def corpus(recipe: RecipeArgument, overrides: SetOption = None) -> None:
    """Read a recipe's corpus and describe it."""
    from malmoi.corpora.readers import read
    from malmoi.recipe import SearchRecipe, load

    resolved = load(recipe, overrides or [])
    if not isinstance(resolved, SearchRecipe):
        raise typer.BadParameter(f"{resolved.name} has a word list, not a corpus")
    read(resolved.corpus)


def teachers() -> None:
    """List the teachers that a recipe can name."""
    from malmoi.teachers.presets import table

    typer.echo(table())
