"""Tables on standard output."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence


def table(headers: Sequence[str], rows: Iterable[Sequence[object]], title: str = "") -> None:
    """Print a table on standard output; numbers are right-aligned, None is an empty cell."""
    from rich.box import SIMPLE_HEAD
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    cells = [list(row) for row in rows]
    drawn = Table(title=title or None, box=SIMPLE_HEAD, title_justify="left")
    for index, header in enumerate(headers):
        values = [row[index] for row in cells if row[index] is not None]
        numeric = bool(values) and all(isinstance(value, int | float) for value in values)
        drawn.add_column(Text(header), justify="right" if numeric else "left", overflow="fold")
    for row in cells:
        drawn.add_row(*(Text("" if value is None else str(value)) for value in row))
    # A log has no width of its own: rich would assume 80 columns and fold the figures.
    width = None if sys.stdout.isatty() else max(100, sum(map(len, headers)) + 60)
    Console(width=width).print(drawn)
