"""How far a job is and how long it will take: counted here, shown by whoever wants to.

A library shows nothing of itself: without a display a `Progress` only counts. The command line
installs one (`malmoi.cli.console`), and so may any other program:

    with shown_on(display):
        encoder.encode_documents(texts)
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from types import TracebackType
from typing import Protocol, TypeVar

T = TypeVar("T")


class Display(Protocol):
    """Shows jobs that are being done; several may be open at once, one inside another."""

    def advanced(self, job: Progress) -> None:
        """Some more of `job` is done; called for every item, so it decides how often to draw."""

    def ended(self, job: Progress, failed: bool) -> None:
        """`job` is over; `failed` says that an exception ended it."""


_display: Display | None = None


@contextmanager
def shown_on(display: Display) -> Iterator[None]:
    """Show every `Progress` of this process on `display` while this context holds."""
    global _display
    before, _display = _display, display
    try:
        yield
    finally:
        _display = before


def duration(seconds: float) -> str:
    """Seconds as people say them: "8 s", "3 min 05 s", "2 h 07 min"."""
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60:02d} s"
    return f"{whole // 3600} h {whole % 3600 // 60:02d} min"


def progress_line(label: str, done: int, total: int | None, here: int, seconds: float) -> str:
    """One line of progress.

    Args:
        label: what is being done.
        done: items that are finished, those of an earlier run included.
        total: all items, or None where nobody knows.
        here: those that were finished in `seconds`; the rate and the time left come of them alone.
        seconds: how long this process has worked.

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
    """Counts the items of one job; a context manager.

    `total` may be None (unknown); `done` items are finished already (a resumed run) and are left
    out of the rate.
    """

    def __init__(self, label: str, total: int | None = None, done: int = 0) -> None:
        self.label, self.total, self.done = label, total, done
        self._start_done = done
        self._start = 0.0

    def __enter__(self) -> Progress:
        self._start = time.monotonic()
        return self

    @property
    def seconds(self) -> float:
        """Since this process began with it."""
        return time.monotonic() - self._start

    @property
    def line(self) -> str:
        """What `progress_line` says of it now."""
        here = self.done - self._start_done
        return progress_line(self.label, self.done, self.total, here, self.seconds)

    def advance(self, items: int = 1) -> None:
        """Count `items` more as done."""
        self.done += items
        if _display is not None:
            _display.advanced(self)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if _display is not None:
            _display.ended(self, failed=kind is not None)


def track(items: Iterable[T], label: str, total: int | None = None) -> Iterator[T]:
    """Yield `items` while showing progress; `total` is taken from `len(items)` where it has one."""
    if total is None and isinstance(items, Sequence):
        total = len(items)
    with Progress(label, total) as progress:
        for item in items:
            yield item
            progress.advance()
