from __future__ import annotations

import pytest

from malmoi.core.progress import Progress, duration, progress_line, shown_on, track


class Watched:
    """A display that keeps what it was told."""

    def __init__(self) -> None:
        self.told: list[str] = []

    def advanced(self, job: Progress) -> None:
        self.told.append(f"{job.label} {job.done}/{job.total}")

    def ended(self, job: Progress, failed: bool) -> None:
        self.told.append(f"{job.label} {'failed' if failed else 'ended'}")


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0, "0 s"), (59.4, "59 s"), (59.6, "1 min 00 s"), (185, "3 min 05 s"), (7620, "2 h 07 min")],
)
def test_duration(seconds: float, text: str) -> None:
    assert duration(seconds) == text


def test_a_line_of_progress_counts_only_this_session() -> None:
    assert progress_line("queries", 50, 100, 25, 10.0) == "queries: 50/100, 2.5/s, 20 s left"
    assert progress_line("steps", 2, 4, 2, 10.0) == "steps: 2/4, 5.0 s each, 10 s left"
    assert progress_line("read", 7, None, 7, 7.0) == "read: 7, 1.0/s"
    assert progress_line("read", 5, 9, 0, 3.0) == "read: 5/9, 0.0/s, time left unknown"


def test_a_library_shows_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    assert list(track([1, 2], "job")) == [1, 2]
    assert capsys.readouterr() == ("", "")


def test_a_display_is_told_of_each_item_and_of_the_end() -> None:
    def fails() -> None:
        with Progress("resumed", 9, done=4) as job:
            job.advance(3)
            raise KeyError

    display = Watched()
    with shown_on(display):
        assert list(track([1, 2], "short")) == [1, 2]
        assert list(track(iter([1]), "unknown")) == [1]
        with pytest.raises(KeyError):
            fails()
    list(track([1], "afterwards"))
    assert display.told == [
        "short 1/2",
        "short 2/2",
        "short ended",
        "unknown 1/None",
        "unknown ended",
        "resumed 7/9",
        "resumed failed",
    ]


def test_the_display_before_is_back_afterwards() -> None:
    outer, inner = Watched(), Watched()
    with shown_on(outer):
        with shown_on(inner):
            list(track([1], "inner"))
        list(track([1], "outer"))
    assert outer.told == ["outer 1/1", "outer ended"]
    assert inner.told == ["inner 1/1", "inner ended"]
