"""`malmoi status RUN`: what a run has done so far, as a table."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from malmoi.cli.console import table
from malmoi.core.progress import duration

if TYPE_CHECKING:
    from malmoi.runs.run import StageSummary


def status(
    run: Annotated[Path, typer.Argument(metavar="RUN", help="A run's folder.")],
) -> None:
    """Show what a run has done, kept, rejected and spent, and which sources have changed since."""
    from malmoi.pipelines.sources import changes, of_run
    from malmoi.runs.run import lock_holder
    from malmoi.runs.run import status as status_of

    stages = status_of(run)
    headers = ["stage", "state", "items", "records", "rejected", "tokens", "cost", "time", "memory"]
    table(headers, [_row(stage) for stage in stages], title=str(run))
    for stage in stages:
        if stage.rejected:
            worst = sorted(stage.rejected.items(), key=lambda pair: (-pair[1], pair[0]))
            reasons = ", ".join(f"{reason} {count:,}" for reason, count in worst)
            print(f"{stage.name} rejected: {reasons}")
    for what, of, more in changes(run, of_run(run)):
        said = f"{more}: `malmoi run` makes {of} anew" if what == "made anew" else f"{of}: {more}"
        print(f"{said}.")
    holder = lock_holder(run)
    print(f"Being written by {holder}." if holder else "Nobody is writing in it.")


def _row(stage: StageSummary) -> list[object]:
    records = sum(count for name, count in stage.counts.items() if name != "rejects")
    tokens = stage.tokens_in + stage.tokens_out
    return [
        stage.name,
        "done" if stage.done else "half done" if stage.seconds else "begun",
        f"{stage.items:,} of {stage.total:,}" if stage.total else None,
        records or None,
        sum(stage.rejected.values()) or None,
        tokens or None,
        round(stage.cost, 4) or None,
        duration(stage.seconds),
        f"{stage.memory / 2**30:.1f} GiB" if stage.memory else None,
    ]
