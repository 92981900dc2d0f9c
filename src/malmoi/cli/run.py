"""`malmoi run RECIPE`: a run, or what it would do."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from malmoi.cli.options import OnOption, RecipeArgument, SetOption, executor_of


def run(
    recipe: RecipeArgument,
    overrides: SetOption = None,
    runs: Annotated[Path, typer.Option(help="Folder that holds the runs.")] = Path("runs"),
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would be done, and what it costs at most.")
    ] = False,
    on: OnOption = None,
) -> None:
    """Start a run, or resume it where it was stopped."""
    from malmoi.recipe import SearchRecipe, load

    resolved = load(recipe, overrides or [])
    folder = runs / resolved.name
    if isinstance(resolved, SearchRecipe):
        from malmoi.pipelines.search.pipeline import run_recipe

        run_recipe(resolved, folder, dry_run, executor_of(on))
    else:
        if on:
            raise typer.BadParameter(f"--on {on} is for search encoders; {resolved.name} is none")
        from malmoi.pipelines.mnemonics.pipeline import run_mnemonics

        run_mnemonics(resolved, folder, dry_run)
