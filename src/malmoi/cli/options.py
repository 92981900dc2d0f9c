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
IdFieldOption = Annotated[
    str | None, typer.Option(metavar="NAME", help="Field of the id; '' makes ids of the text.")
]
TitleFieldOption = Annotated[
    str | None, typer.Option(metavar="NAME", help="Field of the title; '' for no titles.")
]
TextFieldOption = Annotated[str | None, typer.Option(metavar="NAME", help="Field of the text.")]
DateFieldOption = Annotated[str | None, typer.Option(metavar="NAME", help="Field of the date.")]
DenseOption = Annotated[
    bool, typer.Option("--dense", help="Embed passages too, for hybrid search.")
]
DenseModelOption = Annotated[
    str,
    typer.Option(
        metavar="MODEL",
        help="Embeds passages and queries: a sentence-transformers model's hub id or path.",
    ),
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


def dense_of(dense: bool, model: str) -> str:
    """The dense encoder that `--dense` and `--dense-model` name; empty: none."""
    from malmoi.models.dense import EMBEDDED

    return model or (EMBEDDED if dense else "")


def named(**fields: str | None) -> dict[str, str]:
    """The fields that were named on the command line."""
    return {name: value for name, value in fields.items() if value is not None}
