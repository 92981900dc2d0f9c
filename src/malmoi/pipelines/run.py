"""A whole run from Python: what `malmoi run RECIPE` does."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Literal, overload

from malmoi.core.errors import RecipeError
from malmoi.core.executors import LOCAL, Executor
from malmoi.recipe import SearchRecipe, load

PlanRow = Sequence[object]
"""A stage, what it works on, and how much that is."""


@overload
def run(
    recipe: str | Path,
    overrides: Mapping[str, Any] | Sequence[str] = ...,
    runs: str | Path = ...,
    dry_run: Literal[False] = ...,
    executor: Executor = ...,
) -> dict[str, Any]: ...


@overload
def run(
    recipe: str | Path,
    overrides: Mapping[str, Any] | Sequence[str] = ...,
    runs: str | Path = ...,
    *,
    dry_run: Literal[True],
    executor: Executor = ...,
) -> list[PlanRow]: ...


def run(
    recipe: str | Path,
    overrides: Mapping[str, Any] | Sequence[str] = (),
    runs: str | Path = "runs",
    dry_run: bool = False,
    executor: Executor = LOCAL,
) -> dict[str, Any] | list[PlanRow]:
    """Start a run, or resume it where it was stopped.

    Args:
        recipe: a TOML file, or the name of a built-in recipe ("korean-search", "mnemonics").
        overrides: values that win over the recipe's, as {"corpus.limit": 100}.
        runs: folder that holds the runs, each in a folder of its recipe's name.
        dry_run: nothing is made; what would be done is returned.
        executor: a `RayExecutor` writes and encodes on the machines of a cluster.

    Returns:
        Every figure of the run's report, as its results.json holds them. With `dry_run` the plan:
        a row for each stage, what it all costs at most, and an estimate of the time.

    Raises:
        RecipeError: there is no such recipe, or it can't be used.
        MalmoiError: what stopped the run; the same call goes on from there.

    Example:
        >>> for stage, what, how_much in malmoi.run(
        ...     "my-recipe.toml", overrides={"queries.enabled": False}, dry_run=True
        ... ):
        ...     print(stage, "|", what, "|", how_much)
        glossary | 10 terms | 20 calls
        queries | 30 documents | 0 calls
        ...
    """
    resolved = load(recipe, overrides)
    folder = Path(runs) / resolved.name
    if isinstance(resolved, SearchRecipe):
        from malmoi.pipelines.search import pipeline as search

        if dry_run:
            return search.plan_rows(resolved, folder)
        return {**search.run_recipe(resolved, folder, executor)}
    if executor.distributed:
        raise RecipeError(
            f"{resolved.name} is a recipe of the mnemonic writer, which works on one machine; "
            "expected one of the search encoder, or no executor"
        )
    from malmoi.pipelines.mnemonics import pipeline as mnemonics

    if dry_run:
        return mnemonics.plan_rows(resolved, folder)
    return {**mnemonics.run_mnemonics(resolved, folder)}
