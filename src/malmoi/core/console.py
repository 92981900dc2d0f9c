"""What the user sees while work goes on: messages, progress with an ETA, tables.

Messages and progress go to standard error, results (tables) to standard output, so that
`malmoi search … > file` holds results alone. On a terminal progress is a bar; elsewhere (a log, CI)
it is a line every ten seconds. Nothing is shown for work that takes less than two seconds.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from types import TracebackType
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from rich.progress import Progress as RichProgress

T = TypeVar("T")

QUIET_SECONDS = 2.0
"""Work shorter than this shows no progress."""
LINE_SECONDS = 10.0
"""Without a terminal: seconds between two lines of progress."""

_bars: RichProgress | None = None
_open_bars = 0


def say(message: str) -> None:
    """Print one message on standard error, above a running progress bar."""
    if _bars is not None:
        _bars.console.print(message, markup=False, highlight=False, soft_wrap=True)
    else:
        print(message, file=sys.stderr, flush=True)


def hush_transformers() -> None:
    """Silence transformers' bars of the loading of weights, and what it deprecates for itself."""
    import warnings

    from transformers.utils import logging

    logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    warnings.filterwarnings("ignore", category=FutureWarning, module=r"(?:transformers|trl|peft)\b")


def duration(seconds: float) -> str:
    """Seconds as people say them: "8 s", "3 min 05 s", "2 h 07 min"."""
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60:02d} s"
    return f"{whole // 3600} h {whole % 3600 // 60:02d} min"


def progress_line(label: str, done: int, total: int | None, here: int, seconds: float) -> str:
    """One line of progress; `here` items took `seconds`, the other done ones are of an earlier run.

    >>> progress_line("queries", 50, 100, 25, 10.0)
    'queries: 50/100, 2.5/s, 20 s left'
    """
    rate = here / seconds if seconds > 0 else 0.0
    speed = f"{rate:.1f}/s" if rate >= 1 or rate == 0 else f"{1 / rate:.1f} s each"
    if total is None:
        return f"{label}: {done}, {speed}"
    left = f"{duration((total - done) / rate)} left" if rate > 0 else "time left unknown"
    return f"{label}: {done}/{total}, {speed}, {left}"


class Progress:
    """Counts the items of one job and says how far it is and how long it will take.

    Use as a context manager. `total` may be None (unknown); `done` items are finished already (a
    resumed run) and are left out of the rate.
    """

    def __init__(self, label: str, total: int | None = None, done: int = 0) -> None:
        self.label, self.total, self.done = label, total, done
        self._start_done = done
        self._start = self._last_line = 0.0
        self._task: int | None = None

    def __enter__(self) -> Progress:
        self._start = self._last_line = time.monotonic()
        return self

    def advance(self, items: int = 1) -> None:
        """Count `items` more as done."""
        self.done += items
        now = time.monotonic()
        if now - self._start < QUIET_SECONDS:
            return
        if sys.stderr.isatty():
            self._draw()
        elif now - self._last_line >= LINE_SECONDS:
            self._last_line = now
            here = self.done - self._start_done
            say(progress_line(self.label, self.done, self.total, here, now - self._start))

    def _draw(self) -> None:
        global _bars, _open_bars
        if _bars is None:
            _bars = _new_bars()
            _bars.start()
        if self._task is None:
            _open_bars += 1
            self._task = _bars.add_task(self.label, total=self.total)
        here = self.done - self._start_done
        line = progress_line(
            self.label, self.done, self.total, here, time.monotonic() - self._start
        )
        from rich.progress import TaskID

        _bars.update(TaskID(self._task), completed=self.done, description=line)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        global _bars, _open_bars
        if self._task is not None and _bars is not None:
            from rich.progress import TaskID

            _bars.remove_task(TaskID(self._task))
            self._task = None
            _open_bars -= 1
            if _open_bars == 0:
                _bars.stop()
                _bars = None
        seconds = time.monotonic() - self._start
        if kind is None and seconds >= QUIET_SECONDS:
            say(f"{self.label}: {self.done} in {duration(seconds)}")


def _new_bars() -> RichProgress:
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


def track(items: Iterable[T], label: str, total: int | None = None) -> Iterator[T]:
    """Yield `items` while showing progress; `total` is taken from `len(items)` where it has one."""
    if total is None and isinstance(items, Sequence):
        total = len(items)
    with Progress(label, total) as progress:
        for item in items:
            yield item
            progress.advance()


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
