"""What the user sees while a command works: the library's messages, progress with an ETA, tables.

Messages and progress go to standard error, results (tables) to standard output, so that
`malmoi search … > file` holds results alone. On a terminal progress is a bar; elsewhere (a log, CI)
it is a line every ten seconds. Nothing is shown for work that takes less than two seconds.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from malmoi.core import processes
from malmoi.core.progress import Progress, duration, shown_on

if TYPE_CHECKING:
    from rich.progress import Progress as Bars
    from rich.progress import TaskID


class Screen:
    """Standard error: messages, and the bars of open jobs below them.

    Args:
        quiet: seconds of work before any progress is shown.
        every: seconds between two lines of progress where there is no terminal.
    """

    def __init__(self, quiet: float = 2.0, every: float = 10.0) -> None:
        self.quiet, self.every = quiet, every
        self._bars: Bars | None = None
        self._tasks: dict[Progress, TaskID] = {}
        self._last_lines: dict[Progress, float] = {}

    def say(self, message: str) -> None:
        """Print one message, above a running progress bar."""
        if self._bars is not None:
            self._bars.console.print(message, markup=False, highlight=False, soft_wrap=True)
        else:
            print(message, file=sys.stderr, flush=True)

    def advanced(self, job: Progress) -> None:
        """Draw the bar of `job`, or say how far it is if that wasn't said just now."""
        seconds = job.seconds
        if seconds < self.quiet:
            return
        if sys.stderr.isatty():
            self._draw(job)
        elif seconds - self._last_lines.get(job, 0.0) >= self.every:
            self._last_lines[job] = seconds
            self.say(job.line)

    def ended(self, job: Progress, failed: bool) -> None:
        """Take its bar away, and say how much was done in what time."""
        self._last_lines.pop(job, None)
        task = self._tasks.pop(job, None)
        if task is not None and self._bars is not None:
            self._bars.remove_task(task)
            if not self._tasks:
                self._bars.stop()
                self._bars = None
        seconds = job.seconds
        if not failed and seconds >= self.quiet:
            self.say(f"{job.label}: {job.done} in {duration(seconds)}")

    def _draw(self, job: Progress) -> None:
        if self._bars is None:
            self._bars = _new_bars()
            self._bars.start()
        if job not in self._tasks:
            self._tasks[job] = self._bars.add_task(job.label, total=job.total)
        self._bars.update(self._tasks[job], completed=job.done, description=job.line)


def _new_bars() -> Bars:
    from rich.console import Console
    from rich.progress import BarColumn, SpinnerColumn, TextColumn
    from rich.progress import Progress as Bars

    return Bars(
        SpinnerColumn(),
        TextColumn("{task.description}", markup=False),
        BarColumn(bar_width=30),
        console=Console(stderr=True),
        transient=True,
    )


screen = Screen()


def say(message: str) -> None:
    """Print one message on standard error, above a running progress bar."""
    screen.say(message)


class MessageHandler(logging.Handler):
    """Says what the library logs, a warning as one."""

    def emit(self, record: logging.LogRecord) -> None:
        """Print a record's message on standard error."""
        text = self.format(record)
        say(f"{record.levelname.lower()}: {text}" if record.levelno >= logging.WARNING else text)


@contextmanager
def shown() -> Iterator[None]:
    """Show the library's messages and progress while this holds, training processes' included."""
    logger = logging.getLogger("malmoi")
    handler = MessageHandler()
    before = logger.level, logger.propagate, processes.shown
    # What other libraries do to the root logger must not say a message twice.
    logger.setLevel(logging.INFO)
    logger.propagate, processes.shown = False, shown
    logger.addHandler(handler)
    try:
        with shown_on(screen):
            yield
    finally:
        logger.removeHandler(handler)
        level, logger.propagate, processes.shown = before
        logger.setLevel(level)


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
