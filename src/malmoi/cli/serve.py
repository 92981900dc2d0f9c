"""`malmoi serve`: pages to search, compare and judge by."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from malmoi.cli.console import say
from malmoi.core.errors import SourceError


def serve(
    runs: Annotated[Path, typer.Option(metavar="FOLDER", help="The folder of runs.")] = Path(
        "runs"
    ),
    index: Annotated[
        list[Path] | None, typer.Option(metavar="FOLDER", help="An index; may be repeated.")
    ] = None,
    judgements: Annotated[
        Path, typer.Option(metavar="FOLDER", help="Where judgements are kept.")
    ] = Path("judgements"),
    opensearch: Annotated[
        bool, typer.Option("--opensearch", help="Search pushed runs in the cluster, too.")
    ] = False,
    host: Annotated[
        str, typer.Option(help="Address to listen at; the usual one is this machine's alone.")
    ] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="0 takes a free one.")] = 8765,
) -> None:
    """Show runs in a browser: search, compare, judge."""
    try:
        from malmoi.web.server import serve as run
        from malmoi.web.workspace import Settings
    except ModuleNotFoundError as error:
        raise SourceError(f"{error.name} is not installed: pip install 'malmoi[web]'") from error
    indexes = tuple(index or ())
    for folder in indexes:
        if not (folder / "manifest.json").is_file():
            raise SourceError(f"{folder} holds no index; make one with `malmoi index`")
    if not runs.is_dir() and not indexes:
        raise SourceError(f"{runs} is no folder; name that of your runs with --runs")
    run(Settings(runs, indexes, judgements, cluster=opensearch), host, port, say)
