"""`malmoi opensearch …`: the encoder in a cluster, with the same results as on the laptop.

The cluster's address and secrets come from the environment or `.env`: OPENSEARCH_URL,
OPENSEARCH_USERNAME, OPENSEARCH_PASSWORD, OPENSEARCH_CA, OPENSEARCH_AWS_REGION.
"""

from __future__ import annotations

import json as json_format
from collections import Counter
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from malmoi.cli.console import say, table
from malmoi.cli.options import DenseModelOption, DenseOption, dense_of

if TYPE_CHECKING:
    from malmoi.retrieval.opensearch.diff import Explained, Report
    from malmoi.retrieval.opensearch.push import Pushed
    from malmoi.retrieval.opensearch.status import NameStatus

app = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode=None,
    help="The encoder in an OpenSearch cluster (OPENSEARCH_URL).",
)

RunArgument = Annotated[Path, typer.Argument(metavar="RUN", help="A finished run's folder.")]
NameArgument = Annotated[str, typer.Argument(metavar="NAME", help="The alias of a push.")]
NameOption = Annotated[str, typer.Option(metavar="NAME", help="The alias (the recipe's name).")]
StudentOption = Annotated[str, typer.Option(help='Whose vectors: v1, v2, "v2 + synonyms", …')]
PackagesArgument = Annotated[
    Path, typer.Argument(metavar="PACKAGES", help="The folder that `package` wrote.")
]


@app.command()
def check() -> None:
    """Say what a cluster has and lacks for each feature."""
    from malmoi.core.errors import ClusterError
    from malmoi.retrieval.opensearch.check import check as features_of

    features = features_of()
    rows = [["yes" if f.there else "no", f.name, f.seen, f.remedy] for f in features]
    table(["", "feature", "seen", "remedy"], rows)
    if lacking := [f.name for f in features if f.required and not f.there]:
        raise ClusterError(f"A push needs what the cluster lacks: {'; '.join(lacking)}.")


@app.command()
def push(
    run: RunArgument,
    name: NameOption = "",
    student: StudentOption = "v2",
    synonyms: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Solr synonyms for BM25: a run's english-queries.txt."),
    ] = None,
    shards: Annotated[int, typer.Option(min=1, help="Primary shards of a new index.")] = 1,
    dense: DenseOption = False,
    dense_model: DenseModelOption = "",
) -> None:
    """Fill a new index, verify it, and switch the alias to it; resumes if stopped."""
    from malmoi.retrieval.opensearch.push import push as push_run
    from malmoi.synonyms.formats import solr

    rules = [(rule.left, rule.right) for rule in solr.read(synonyms)] if synonyms else []
    encoder = dense_of(dense, dense_model)
    print_pushed(push_run(run, name, student=student, synonyms=rules, shards=shards, dense=encoder))


@app.command()
def pull(
    name: NameArgument,
    out: Annotated[Path, typer.Option(metavar="FOLDER", help="Where the documents go.")],
) -> None:
    """Read an index back, each document as it was pushed."""
    from malmoi.retrieval.opensearch.pull import pull as pull_index

    say(f"{out}: {pull_index(name, out)} documents, each as it was pushed")


@app.command()
def status(name: NameArgument) -> None:
    """Show the indexes behind a name."""
    from malmoi.retrieval.opensearch.status import status as status_of

    print_status(status_of(name))


@app.command()
def remove(
    name: NameArgument,
    old: Annotated[
        bool, typer.Option("--old", help="Only the indexes that the alias no longer shows.")
    ] = False,
) -> None:
    """Delete what a push made."""
    from malmoi.retrieval.opensearch.remove import remove as remove_indexes

    removed = remove_indexes(name, old)
    say(f"removed: {', '.join(removed)}" if removed else f"There was nothing of {name} to remove.")


@app.command()
def diff(
    run: RunArgument,
    name: NameOption = "",
    student: StudentOption = "v2",
    mode: Annotated[
        Literal["neural_sparse", "rank_features", "sparse_vector"],
        typer.Option(help="The kind of query that the cluster runs."),
    ] = "neural_sparse",
    queries: Annotated[
        int, typer.Option(min=1, help="Number of the run's queries that are compared.")
    ] = 1000,
    top: Annotated[int, typer.Option(min=1, help="Number of results that are compared.")] = 10,
    json: Annotated[
        bool, typer.Option("--json", help="Print one JSON object a difference.")
    ] = False,
) -> None:
    """Compare a cluster's answers with the embedded index's; explain each difference."""
    from malmoi.retrieval.opensearch.diff import diff_run

    report = diff_run(run, name, student=student, mode=mode, queries=queries, k=top)
    print_report(report, as_json=json)
    if not report.agrees:
        raise typer.Exit(1)


@app.command()
def package(
    model: Annotated[Path, typer.Argument(metavar="MODEL", help="A model's folder.")],
    out: Annotated[Path, typer.Argument(metavar="FOLDER", help="Where the packages go.")],
) -> None:
    """Write an encoder as what a cluster's ml-commons registers."""
    from malmoi.encoder.export.packaging import package as write

    write(model, out)


@app.command()
def deploy(packages: PackagesArgument) -> None:
    """Register and deploy packages, make the ingest pipeline, compare a few weights."""
    from malmoi.retrieval.opensearch.connection import connect
    from malmoi.retrieval.opensearch.deploy import deploy as register

    register(connect(), packages)


@app.command()
def undeploy(packages: PackagesArgument) -> None:
    """Take away what `deploy` made."""
    from malmoi.retrieval.opensearch.connection import connect
    from malmoi.retrieval.opensearch.deploy import undeploy as take_away

    gone = take_away(connect(), packages)
    say(f"removed: {', '.join(gone)}" if gone else "There was nothing of these packages.")


@app.command()
def workbench(
    run: RunArgument,
    name: NameOption = "",
    split: Annotated[
        Literal["test", "dev"], typer.Option(help="Whose judgements: held-out or development.")
    ] = "test",
    query_model: Annotated[
        str,
        typer.Option(metavar="ID", help="The deployed query model: adds encoder and hybrid."),
    ] = "",
    out: Annotated[
        Path | None, typer.Option(metavar="FOLDER", help="Only write what would be sent, as JSON.")
    ] = None,
) -> None:
    """Put queries, judgements and search configurations into the Search Relevance Workbench."""
    from malmoi.retrieval.opensearch.connection import connect
    from malmoi.retrieval.opensearch.workbench import of_run, put, write

    made = of_run(run, name, split=split, query_model=query_model)
    if made.left_out:
        say(f"{made.left_out} queries are the same as another, or too long, and left out")
    if out:
        say(f"{len(write(made, out))} files in {out}, numbered in the order of sending")
        return
    table(["name", "id"], [[what, identifier] for what, identifier in put(connect(), made).items()])


def print_pushed(done: Pushed) -> None:
    """Say on standard error what a push did."""
    say(f"{done.index}: {done.documents} documents, {done.sent} sent, {done.there} there before")
    say(
        f"{done.name} shows it now; what it showed before is kept until it is removed with --old."
        if done.switched
        else f"{done.name} showed it already."
    )


def print_status(found: NameStatus) -> None:
    """Print the indexes behind a name."""
    if not found.indexes:
        say(
            f"There is no index of malmoi's for {found.name}. Make one with: malmoi opensearch "
            "push RUN"
        )
    else:
        rows = [
            [
                one.index,
                one.state,
                f"{one.documents:,} of {one.expected:,}",
                f"{one.bytes / 2**20:.1f}",
                one.segments,
                one.health,
                f"{one.run}, {one.student}",
            ]
            for one in found.indexes
        ]
        table(["index", "state", "documents", "MB", "segments", "health", "run, student"], rows)
    for one in found.indexes:
        if one.state == "live" and not one.current:
            say(
                f"{one.index} analyses text in another way than a push would now; push the run "
                "again for the present one."
            )
    for pipeline in found.pipelines:
        say(f"pipeline {pipeline}")
    if found.template:
        say(f"template {found.name}")


def print_report(report: Report, as_json: bool = False) -> None:
    """Print a report: a JSON object a difference, or text with a table of tokens for each."""
    from malmoi.retrieval.opensearch.parity import ByteFormat

    counts = Counter(each.reason for each in report.differences)
    queries = len({each.query for each in report.differences})
    if as_json:
        for each in report.differences:
            print(json_format.dumps(asdict(each), ensure_ascii=False))
    else:
        for each in report.differences:
            print(text_of(each))
    named = ", ".join(f"{count} {reason}" for reason, count in sorted(counts.items()))
    kinds = " and ".join("bytes" if isinstance(f, ByteFormat) else "9 bits" for f in report.formats)
    say(
        f"{report.index} by {report.mode} ({kinds}): {report.queries} queries, "
        f"{queries} with a difference{f' ({named})' if named else ''}. "
        + ("All are within the number format." if report.agrees else "NOT explained by the format.")
    )


def text_of(each: Explained) -> str:
    """A difference in lines: ranks, scores, bounds, and its tokens."""
    d = each.difference
    there = "–" if d.there is None else f"{d.there:.6g}"
    lines = [
        f"{each.reason}: {d.document} for {each.text!r} ({each.query}): "
        f"rank {d.rank_here or '–'} here, {d.rank_there or '–'} there; "
        f"score {d.here:.6g} here, {there} there, where it may be {d.low:.6g} to {d.high:.6g}"
    ]
    lines += [
        f"    {row.token}: query {row.query:.6g} here, {_shown(row.stored_query)} there; "
        f"document {row.document:.6g} here, {_shown(row.stored_document)} there"
        for row in each.tokens
    ]
    return "\n".join(lines)


def _shown(weight: float | None) -> str:
    return "–" if weight is None else f"{weight:.6g}"
