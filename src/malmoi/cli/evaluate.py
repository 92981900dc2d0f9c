"""`malmoi evaluate MODEL`: a model beside its baselines, as tables."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from malmoi.cli.console import say, table
from malmoi.cli.options import (
    DateFieldOption,
    IdFieldOption,
    TextFieldOption,
    TitleFieldOption,
    named,
)
from malmoi.cli.results import print_comparison, write_results

if TYPE_CHECKING:
    from malmoi.encoder.evaluate import EvaluationResults


def evaluate(
    model: Annotated[Path, typer.Argument(metavar="MODEL", help="A model's folder.")],
    data: Annotated[Path, typer.Option(metavar="BEIR_FOLDER", help="Corpus, queries and qrels.")],
    json: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write every figure to this file.")
    ] = None,
    id_field: IdFieldOption = None,
    title_field: TitleFieldOption = None,
    text_field: TextFieldOption = None,
    date_field: DateFieldOption = None,
) -> None:
    """Measure a model beside its baselines."""
    from malmoi.encoder.evaluate import evaluate as evaluate_model

    fields = named(
        id_field=id_field, title_field=title_field, text_field=text_field, date_field=date_field
    )
    results = evaluate_model(model, data, **fields)
    print_comparison(results["comparison"])
    print_costs(results)
    if json is not None:
        write_results(results, json)
        say(f"every figure: {json}")


def print_costs(results: EvaluationResults) -> None:
    """Print what the vectors of an evaluated encoder cost, on standard output."""
    (name,) = (name for name, of in results["systems"].items() if of["group"] == "ours")
    costs, seconds = results["systems"][name], results["seconds"]
    queries = sum(results["comparison"]["queries"].values())
    rows = [
        [
            side,
            f"{of['mean']:.1f}",
            f"{of['p5']:.0f} · {of['p50']:.0f} · {of['p95']:.0f}",
            of["zero"],
            f"{1000 * seconds[side] / count:.1f}",
        ]
        for side, of, count in (
            ("documents", costs["document_dimensions"], results["documents"]),
            ("queries", costs["query_dimensions"], queries),
        )
        if of is not None
    ]
    title = f"{name}: {costs['flops']:.2f} FLOPS, index of {costs['index_bytes']:,} bytes"
    headers = ["", "active dimensions", "5 · 50 · 95 %", "empty", "ms each"]
    table(headers, rows, title=title)
