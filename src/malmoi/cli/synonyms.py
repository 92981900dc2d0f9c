"""`malmoi synonyms …`: Korean–English synonyms that can be trusted."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(
    no_args_is_help=True, rich_markup_mode=None, help="Korean–English synonyms, verified."
)

PackagesOption = Annotated[
    Path | None,
    typer.Option(metavar="FOLDER", help="Where the Debian packages are (else: fetched with apt)."),
]
RunOption = Annotated[
    Path | None,
    typer.Option(metavar="RUN", help="A run whose aligned text is evidence (else: help pages)."),
]
UrlOption = Annotated[
    str | None,
    typer.Option(metavar="URL", help="A cluster whose nori reads the entries (else: kiwi)."),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print one object a line.")]
TableArgument = Annotated[
    Path, typer.Argument(metavar="TABLE", help="synonyms.jsonl, or the folder that holds it.")
]


@app.command()
def make(
    run: Annotated[Path, typer.Argument(metavar="RUN", help="A run of the search encoder.")],
    out: Annotated[
        Path | None, typer.Option(metavar="FOLDER", help="Where the files go beside RUN/synonyms.")
    ] = None,
    packages: PackagesOption = None,
    url: UrlOption = None,
) -> None:
    """Discover pairs in a run's corpus, verify them, write synonyms.txt and its table."""
    from malmoi.pipelines.search.synonym_stages import make_file

    make_file(run, out, packages, url)


@app.command()
def verify(
    pairs: Annotated[
        Path, typer.Argument(metavar="PAIRS", help="TSV or CSV with columns korean and english.")
    ],
    run: RunOption = None,
    json: JsonOption = False,
    teacher: Annotated[
        str, typer.Option(metavar="PRESET", help="Also ask this teacher, where canaries bear it.")
    ] = "",
    packages: PackagesOption = None,
) -> None:
    """Say of each pair of a file whether it is a synonym, how surely, and why."""
    from malmoi.recipe import TeacherSection
    from malmoi.synonyms.commands import verify_file

    section = TeacherSection(preset=teacher) if teacher else None
    verify_file(pairs, run, json, section, packages)


@app.command()
def enhance(
    dictionary: Annotated[Path, typer.Argument(metavar="FILE", help="A Solr synonyms file.")],
    out: Annotated[Path, typer.Option(metavar="FOLDER", help="Where the files go.")],
    run: RunOption = None,
    proposals: Annotated[
        Path | None, typer.Option(metavar="TABLE", help="Verified pairs to add from.")
    ] = None,
    packages: PackagesOption = None,
    url: UrlOption = None,
) -> None:
    """Verify a dictionary's entries, drop the rejected ones, propose others."""
    from malmoi.pipelines.search.synonym_files import enhance_file

    enhance_file(dictionary, out, run, proposals, packages, url)


@app.command()
def check(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A Solr synonyms file.")],
    url: UrlOption = None,
    json: JsonOption = False,
) -> None:
    """Warn of entries that the analyzer splits, drops or mixes up."""
    from malmoi.pipelines.search.synonym_files import check_file

    check_file(file, url, json)


@app.command()
def export(
    table: TableArgument,
    out: Annotated[Path, typer.Option(metavar="FOLDER", help="Where the data set goes.")],
    name: Annotated[str, typer.Option(help="Of the data set.")] = "korean-english-synonyms",
    licence: Annotated[str, typer.Option(help="Of the data set: an SPDX name.")] = "other",
) -> None:
    """Write the pairs as a Hugging Face data set: Parquet and a card."""
    from malmoi.pipelines.search.synonym_files import export_table

    export_table(table, out, name, licence)


@app.command()
def use(
    table: TableArgument,
    model: Annotated[Path, typer.Argument(metavar="MODEL", help="A model's or index's folder.")],
    scale: Annotated[
        float, typer.Option(min=0, help="Weight of an expansion beside the word itself.")
    ] = 0.75,
) -> None:
    """Expand the queries of a model or an index with the pairs."""
    from malmoi.pipelines.search.synonym_files import put_to_use

    put_to_use(table, model, scale)


@app.command()
def effect(
    run: Annotated[Path, typer.Argument(metavar="RUN", help="A finished run.")],
    table: TableArgument,
    json: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write every figure to this file.")
    ] = None,
) -> None:
    """Measure what the pairs in queries do to nDCG@10 of BM25F and of the encoder."""
    from malmoi.pipelines.search.synonym_files import show_effect

    show_effect(run, table, json)
