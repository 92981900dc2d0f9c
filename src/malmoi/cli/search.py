"""`malmoi index` and `malmoi search`: the embedded index."""

from __future__ import annotations

import json as json_format
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from malmoi.cli.console import say, table
from malmoi.cli.options import (
    DateFieldOption,
    DenseModelOption,
    DenseOption,
    IdFieldOption,
    OnOption,
    TextFieldOption,
    TitleFieldOption,
    dense_of,
    executor_of,
    named,
)
from malmoi.text.unicode import readable

if TYPE_CHECKING:
    from malmoi.retrieval.index.building import Counts
    from malmoi.retrieval.index.index import Index, Result
    from malmoi.retrieval.query import AnalysedQuery


def index(
    model: Annotated[Path, typer.Argument(metavar="MODEL", help="A model's folder.")],
    corpus: Annotated[
        Path,
        typer.Argument(
            metavar="CORPUS",
            help="A BEIR folder, a folder of .txt files, or a JSON, CSV or Parquet file.",
        ),
    ],
    out: Annotated[Path, typer.Option(metavar="FOLDER", help="Where the index goes.")] = Path(
        "index"
    ),
    mirror: Annotated[
        bool, typer.Option("--mirror", help="Delete documents that the corpus no longer has.")
    ] = False,
    dense: DenseOption = False,
    dense_model: DenseModelOption = "",
    weight_bits: Annotated[
        int,
        typer.Option(min=2, max=24, help="Bits of a weight that a new index keeps; 17: smaller."),
    ] = 24,
    on: OnOption = None,
    id_field: IdFieldOption = None,
    title_field: TitleFieldOption = None,
    text_field: TextFieldOption = None,
    date_field: DateFieldOption = None,
) -> None:
    """Encode a corpus into an index on disk."""
    from malmoi.retrieval.index.building import index_corpus

    fields = named(
        id_field=id_field, title_field=title_field, text_field=text_field, date_field=date_field
    )
    encoder = dense_of(dense, dense_model)
    executor = executor_of(on)
    counts = index_corpus(model, corpus, out, mirror, executor, encoder, weight_bits, **fields)
    print_counts(counts, out)


def search(
    index: Annotated[Path, typer.Argument(metavar="INDEX", help="An index's folder.")],
    query: Annotated[str, typer.Argument(metavar="QUERY", help='As in "당뇨병 치료".')],
    top: Annotated[int, typer.Option(min=1, help="Number of results.")] = 10,
    hybrid: Annotated[
        bool, typer.Option("--hybrid", help="Add the similarity of a document's best passage.")
    ] = False,
    dense_model: DenseModelOption = "",
    dense_weight: Annotated[
        float | None,
        typer.Option(min=0, help="What a standard deviation of similarity counts (usual: 3)."),
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")] = False,
) -> None:
    """Search an index; show which tokens matched."""
    from malmoi.retrieval.fusion import DENSE_WEIGHT
    from malmoi.retrieval.index.index import Index

    searcher = Index.open(index, dense=dense_model)
    weight = DENSE_WEIGHT if dense_weight is None else dense_weight
    results = searcher.search(query, top, hybrid=hybrid, dense_weight=weight)
    print_results(results, searcher, query, as_json=json)


def print_counts(counts: Counts, out: Path) -> None:
    """Say on standard error what a build of the index at `out` did."""
    encoded = counts.added + counts.replaced
    parts = [
        f"{counts.added} added",
        f"{counts.replaced} replaced",
        f"{counts.unchanged} unchanged",
    ]
    if counts.deleted:
        parts.append(f"{counts.deleted} deleted")
    say(f"{out}: {counts.documents} documents ({', '.join(parts)})")
    if encoded:
        say(f"active dimensions of those encoded: {counts.active / encoded:.1f} on average")
    if counts.empty:
        say(f"{counts.empty} documents have no active dimension: no query can find them")


def print_results(
    results: Sequence[Result], index: Index, query: str, as_json: bool = False
) -> None:
    """Print results on standard output, with the tokens that matched and what each added.

    What was corrected in the query, and what the corpus doesn't have, goes to standard error.

    Args:
        results: what the search found, best first.
        index: where it was found; knows what of the query it searched.
        query: the text that was searched for.
        as_json: a JSON list instead of lines for people.
    """
    analysed = index.analyse(query)
    for note in analysed.notes():
        say(note)
    if as_json:
        records = [_record(result, analysed) for result in results]
        print(json_format.dumps(records, ensure_ascii=False, indent=1))
        return
    if not results:
        known = [readable(token) for token in analysed.weights]
        say(
            f"Nothing found in {len(index)} documents. "
            + (f"The query's tokens: {' '.join(known)}" if known else "No token of it is known.")
        )
        return
    rows = [
        [result.rank, f"{result.score:.3f}", name, _explained(result)]
        for result, name in zip(results, _names(results), strict=True)
    ]
    table(["#", "score", "title", "token contribution (query × document)"], rows)


def _names(results: Sequence[Result]) -> list[str]:
    """Titles, with the ids of those that several results have; ids where there is no title."""
    titles = Counter(result.title for result in results)
    return [
        f"{result.title} [{result.id}]"
        if result.title and titles[result.title] > 1
        else result.title or result.id
        for result in results
    ]


def _explained(result: Result) -> str:
    lines = [
        f"{m.token} {m.contribution:.3f} ({m.query_weight:.2f} × {m.document_weight:.2f})"
        for m in result.matches
    ]
    if result.dense:
        lines.append(f"similar passage {result.dense:+.3f}")
    return "\n".join(lines)


def _record(result: Result, query: AnalysedQuery) -> dict[str, Any]:
    return {
        "rank": result.rank,
        "score": result.score,
        "id": result.id,
        "title": result.title,
        "dense": result.dense,
        "tokens": [
            {
                "token": m.token,
                "query_weight": m.query_weight,
                "document_weight": m.document_weight,
                "contribution": m.contribution,
            }
            for m in result.matches
        ],
        "corrections": [asdict(correction) for correction in query.corrections],
        "unknown": [asdict(word) for word in query.unknown],
    }
