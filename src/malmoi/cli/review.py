"""`malmoi review RUN`: a blind choice between mnemonics."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from malmoi.cli.console import say

if TYPE_CHECKING:
    from malmoi.mnemonics.judging.review import Review

ANSWERS = {"1": "1", "2": "2", "t": "tie", "tie": "tie", "s": "skip", "skip": "skip"}
QUESTION = "Which helps more? 1, 2, t(ie), s(kip) or q(uit): "


def review(
    run: Annotated[Path, typer.Argument(metavar="RUN", help="A run's folder.")],
    reviewer: Annotated[str, typer.Option(help="Name of who chooses.")] = "me",
) -> None:
    """Choose between two mnemonics without knowing who wrote which; stop and go on at will."""
    from malmoi.mnemonics.judging.review import Review

    ask(Review.open(run, reviewer))


def ask(review: Review) -> None:
    """Ask for choices in the terminal, or read them line by line where there is none."""
    count = len(review.pairs)
    left = review.left()
    if not left:
        say(f"{review.reviewer} has seen all {count} pairs; there is nothing left to choose.")
        return
    answers = _answers()
    for pair in left:
        _show(pair, len(review.done) + 1, count)
        choice = _choose(answers)
        if not choice:
            break
        review.choose(pair, choice)
    say(f"{len(review.done)} of {count} pairs done by {review.reviewer}; kept in {review.path}")


def _show(pair: dict[str, Any], number: int, total: int) -> None:
    from rich.console import Console
    from rich.padding import Padding
    from rich.rule import Rule
    from rich.text import Text

    out = Console(width=None if sys.stdout.isatty() else 100, highlight=False)
    out.print(Rule(f"{number} of {total}", align="left"))
    head = Text(pair["term"], style="bold")
    head.append(f" ({pair['pos']}): {pair['definition']}", style="not bold")
    out.print(head)
    for side in ("1", "2"):
        out.print(Text(f"\n[{side}]", style="bold"))
        out.print(Padding(Text(pair[side]), (0, 0, 0, 4)))
    out.print()


def _answers() -> Iterator[str]:
    """Lines of the terminal or of standard input; ends with it, or with Ctrl-C."""
    while True:
        try:
            if sys.stdin.isatty():
                yield input(QUESTION)
            else:
                line = sys.stdin.readline()
                if not line:
                    return
                yield line
        except (EOFError, KeyboardInterrupt):
            return


def _choose(answers: Iterable[str]) -> str:
    """The next choice that is one; "" to quit."""
    for answer in answers:
        word = answer.strip().lower()
        if word in ("q", "quit"):
            return ""
        if word in ANSWERS:
            return ANSWERS[word]
        say(f"{answer.strip()[:40]!r} is none of 1, 2, t, s and q.")
    return ""
