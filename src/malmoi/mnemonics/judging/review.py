"""Blind review by people, in a terminal, and what their choices add up to.

    review(Path("runs/mnemonics"), reviewer="mina")
    fold(Path("runs/mnemonics"))

In the run's folder:

    review/pairs.jsonl           what is shown, made once; no names of systems in it
    review/key.json              pair → who wrote which side; opened by `fold` alone
    review/choices/mina.jsonl    a line for each choice, written as it is made

Every reviewer sees the same pairs in the same order, so that what two of them did overlaps. Who
stops is asked the rest next time.
"""

from __future__ import annotations

import json
import logging
import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from malmoi.core import console
from malmoi.core.errors import RunError
from malmoi.core.files import (
    Record,
    append_line,
    drop_torn_line,
    read_lines,
    write_atomically,
    write_lines,
)
from malmoi.evaluation.significance import SEED
from malmoi.mnemonics.judging.pairs import Output, make_pairs
from malmoi.mnemonics.judging.preferences import Choice, alpha_text, fold_choices

logger = logging.getLogger(__name__)

FOLDER = "review"
PAIRS = "pairs.jsonl"
KEY = "key.json"
CHOICES = "choices"
OUTPUTS = Path("outputs") / "records.jsonl"
"""What the proof's systems wrote (`pairs.Output` a line)."""

WON = {"1": 1.0, "2": 0.0, "tie": 0.5, "skip": None}
ANSWERS = {"1": "1", "2": "2", "t": "tie", "tie": "tie", "s": "skip", "skip": "skip"}
QUESTION = "Which helps more? 1, 2, t(ie), s(kip) or q(uit): "


def build(run: Path, most: int = 100, seed: int = 13) -> list[Record]:
    """The run's pairs as they are shown; drawn from the proof's outputs the first time.

    Raises:
        RunError: there is nothing to draw from, or the pairs were drawn from other outputs.
    """
    folder = run / FOLDER
    if (folder / PAIRS).exists() and (folder / KEY).exists():
        return list(read_lines(folder / PAIRS))
    outputs = [Output(**record) for record in read_lines(run / OUTPUTS)]
    if not outputs:
        raise RunError(
            f"{run / OUTPUTS} holds nothing to review: finish the run up to its proof first "
            "(`malmoi run RECIPE`)"
        )
    pairs = make_pairs(outputs, most=most, seed=seed)
    if not pairs:
        systems = sorted({output.system for output in outputs})
        raise RunError(
            f"{run / OUTPUTS} has outputs of {', '.join(systems)}; a review needs those of the "
            "student, and of its base or the lexicon writer, on the same words"
        )
    key = {pair.id: {"systems": list(pair.systems), "term": pair.term} for pair in pairs}
    shown = [
        {"id": pair.id, "term": pair.term, "pos": pair.pos, "definition": pair.definition}
        | {"1": pair.texts[0], "2": pair.texts[1]}
        for pair in pairs
    ]
    # The key first: pairs that people may have chosen on are never without one.
    write_atomically(folder / KEY, json.dumps(key, ensure_ascii=False, indent=1) + "\n")
    write_lines(folder / PAIRS, shown)
    return shown


def review(run: Path, reviewer: str = "me", most: int = 100, seed: int = 13) -> None:
    """Ask for choices in the terminal, or read them line by line where there is none.

    Each is kept as it is made.

    Args:
        run: the run's folder, with the texts of student and base.
        reviewer: who chooses; names the file of choices.
        most: pairs to draw at most; counts only where none have been drawn yet.
        seed: of that draw.

    Raises:
        RunError: there is nothing to review, or the reviewer's name can't name a file.
    """
    if not re.fullmatch(r"[\w][\w.-]{0,63}", reviewer):
        raise RunError(
            f"{reviewer!r} can't name a reviewer: use letters, digits, '.', '-' and '_' "
            "(64 at most)"
        )
    pairs = build(run, most, seed)
    path = run / FOLDER / CHOICES / f"{reviewer}.jsonl"
    drop_torn_line(path)
    done = {record["pair"] for record in read_lines(path)}
    left = [pair for pair in pairs if pair["id"] not in done]
    if not left:
        logger.info(f"{reviewer} has seen all {len(pairs)} pairs; there is nothing left to choose.")
        return
    answers = _answers()
    for pair in left:
        _show(pair, len(done) + 1, len(pairs))
        choice = _choose(answers)
        if not choice:
            break
        append_line(path, {"pair": pair["id"], "reviewer": reviewer, "choice": choice})
        done.add(pair["id"])
    logger.info(f"{len(done)} of {len(pairs)} pairs done by {reviewer}; kept in {path}")


def choices(run: Path) -> list[Choice]:
    """What all reviewers chose, with the systems' names from the key.

    Raises:
        RunError: a choice is on a pair that the key doesn't have.
    """
    folder = run / FOLDER
    if not (folder / KEY).exists():
        return []
    key = json.loads((folder / KEY).read_text(encoding="utf-8"))
    found = []
    for path in sorted((folder / CHOICES).glob("*.jsonl")):
        for record in read_lines(path):
            if record["pair"] not in key:
                raise RunError(
                    f"{path} has a choice on {record['pair']}, which {folder / KEY} doesn't know: "
                    "the two are of different reviews; move one of them away"
                )
            pair = key[record["pair"]]
            first, second = pair["systems"]
            won = WON[record["choice"]]
            found.append(Choice(record["pair"], pair["term"], (first, second), path.stem, won))
    return found


def fold(run: Path, level: float = 0.95, resamples: int = 2000, seed: int = SEED) -> dict[str, Any]:
    """Agreement, strengths and win rates of a run's review (see `fold_choices`).

    {} where nobody has chosen yet; a skipped pair is missing.

    Args:
        run: the run's folder.
        level: of the intervals and verdicts (0.95: 95 %).
        resamples: times that words are drawn anew.
        seed: of the draws.

    Raises:
        RunError: choices and key are of different reviews.
    """
    found = choices(run)
    if not found:
        return {}
    pairs = len(list(read_lines(run / FOLDER / PAIRS)))
    return {"pairs": pairs, **fold_choices(found, level, resamples, seed)}


def print_fold(folded: Record) -> None:
    """Tables of what `fold` gave, on standard output."""
    if not folded:
        logger.info("Nobody has chosen yet: malmoi review RUN")
        return
    raters = folded["raters"]
    rows: list[list[object]] = [
        [
            f"{m['first']} against {m['second']}",
            m["pairs"],
            f"{m['wins']} / {m['ties']} / {m['losses']}",
            f"{m['rate']:.3f} [{m['low']:.3f}, {m['high']:.3f}]",
            f"{m['p_holm']:.4f}",
            m["verdict"],
        ]
        for m in folded["meetings"]
    ]
    headers = ["", "pairs", "won / tied / lost", "win rate", "p (Holm)", "verdict"]
    who = f"{len(raters)} reviewer{'s' if len(raters) != 1 else ''}"
    console.table(headers, rows, title=f"Blind choices of {who}")
    console.table(
        ["", "Bradley–Terry strength", "won", "tied", "lost"],
        [
            [
                s["name"],
                f"{s['strength']:+.2f} [{s['low']:+.2f}, {s['high']:+.2f}]",
                f"{s['wins']:g}",
                f"{s['ties']:g}",
                f"{s['losses']:g}",
            ]
            for s in folded["strengths"]
        ],
    )
    if folded["agreement"]:
        logger.info(f"Agreement between reviewers: {alpha_text(folded['agreement'])}")


def _show(pair: Record, number: int, total: int) -> None:
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
        logger.info(f"{answer.strip()[:40]!r} is none of 1, 2, t, s and q.")
    return ""
