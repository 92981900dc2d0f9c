"""`malmoi review RUN`: a blind choice between mnemonics."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def review(
    run: Annotated[Path, typer.Argument(metavar="RUN", help="A run's folder.")],
    reviewer: Annotated[str, typer.Option(help="Whose choices these are.")] = "me",
) -> None:
    """Choose between two mnemonics without knowing who wrote which; stop and go on at will."""
    from malmoi.mnemonics.judging.review import review as ask

    ask(run, reviewer)
