"""`malmoi opensearch …`: the encoder in a cluster, with the same results as on the laptop.

The cluster's address and secrets come from the environment or `.env`: OPENSEARCH_URL,
OPENSEARCH_USERNAME, OPENSEARCH_PASSWORD, OPENSEARCH_CA, OPENSEARCH_AWS_REGION.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from malmoi.cli.console import say

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
    from malmoi.retrieval.opensearch import commands

    commands.check()


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
) -> None:
    """Fill a new index, verify it, and switch the alias to it; resumes if stopped."""
    from malmoi.retrieval.opensearch import commands
    from malmoi.synonyms.formats import solr

    rules = [(rule.left, rule.right) for rule in solr.read(synonyms)] if synonyms else []
    commands.push(run, name, student, synonyms=rules, shards=shards)


@app.command()
def pull(
    name: NameArgument,
    out: Annotated[Path, typer.Option(metavar="FOLDER", help="Where the documents go.")],
) -> None:
    """Read an index back, each document as it was pushed."""
    from malmoi.retrieval.opensearch import commands

    commands.pull(name, out)


@app.command()
def status(name: NameArgument) -> None:
    """Show the indexes behind a name."""
    from malmoi.retrieval.opensearch import commands

    commands.show_status(name)


@app.command()
def remove(
    name: NameArgument,
    old: Annotated[
        bool, typer.Option("--old", help="Only the indexes that the alias no longer shows.")
    ] = False,
) -> None:
    """Delete what a push made."""
    from malmoi.retrieval.opensearch import commands

    commands.remove(name, old)


@app.command()
def diff(
    run: RunArgument,
    name: NameOption = "",
    student: StudentOption = "v2",
    mode: Annotated[
        Literal["neural_sparse", "rank_features", "sparse_vector"],
        typer.Option(help="How the cluster is asked."),
    ] = "neural_sparse",
    queries: Annotated[int, typer.Option(min=1, help="So many of the run's queries.")] = 1000,
    top: Annotated[int, typer.Option(min=1, help="Places that are compared.")] = 10,
    json: Annotated[bool, typer.Option("--json", help="Print one object a difference.")] = False,
) -> None:
    """Compare a cluster's answers with the embedded index's; explain each difference."""
    from malmoi.retrieval.opensearch.diff import diff_run

    report = diff_run(run, name, student=student, mode=mode, queries=queries, k=top, as_json=json)
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
