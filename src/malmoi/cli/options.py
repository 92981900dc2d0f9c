"""Options and arguments that several commands have."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

import typer

if TYPE_CHECKING:
    from malmoi.core.executors import Executor

OnOption = Annotated[
    Literal["ray"] | None,
    typer.Option(help="Where teachers write and documents are encoded: on a Ray cluster."),
]
RecipeArgument = Annotated[
    str, typer.Argument(metavar="RECIPE", help="A TOML file, or the name of a built-in recipe.")
]
SetOption = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="TABLE.KEY=VALUE", help="Override a value; may be repeated."),
]


def executor_of(on: str | None) -> Executor:
    """The executor that `--on` names."""
    from malmoi.core.executors import LOCAL, RayExecutor

    return RayExecutor() if on == "ray" else LOCAL
