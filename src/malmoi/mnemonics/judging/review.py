"""Blind review by people, and what their choices add up to.

    review = Review.open(Path("runs/mnemonics"), reviewer="mina")
    review.choose(review.left()[0], "1")
    aggregate(Path("runs/mnemonics"))

In the run's folder:

    review/pairs.jsonl           what is shown, made once; no names of systems in it
    review/key.json              pair → who wrote which side; opened by `aggregate` alone
    review/choices/mina.jsonl    a line for each choice, written as it is made

Every reviewer sees the same pairs in the same order, so that what two of them did overlaps. Who
stops is asked the rest next time.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

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
from malmoi.mnemonics.judging.preferences import Choice, aggregate_choices

FOLDER = "review"
PAIRS = "pairs.jsonl"
KEY = "key.json"
CHOICES = "choices"
OUTPUTS = Path("outputs") / "records.jsonl"
"""What the evaluation's systems wrote (`pairs.Output` a line)."""

WON = {"1": 1.0, "2": 0.0, "tie": 0.5, "skip": None}


def build(run: Path, limit: int = 100, seed: int = 13) -> list[Record]:
    """The run's pairs as they are shown; drawn from the evaluation's outputs the first time.

    Raises:
        RunError: there is nothing to draw from, or the pairs were drawn from other outputs.
    """
    folder = run / FOLDER
    if (folder / PAIRS).exists() and (folder / KEY).exists():
        return list(read_lines(folder / PAIRS))
    outputs = [Output(**record) for record in read_lines(run / OUTPUTS)]
    if not outputs:
        raise RunError(
            f"{run / OUTPUTS} holds nothing to review: finish the run up to its evaluation first "
            "(`malmoi run RECIPE`)"
        )
    pairs = make_pairs(outputs, limit=limit, seed=seed)
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


@dataclass
class Review:
    """What one reviewer is shown, and has chosen; each choice is kept as it is made."""

    pairs: list[Record]
    path: Path
    reviewer: str
    done: set[str]
    """Ids of the pairs that were chosen on."""

    @classmethod
    def open(cls, run: Path, reviewer: str = "me", limit: int = 100, seed: int = 13) -> Review:
        """A reviewer's part of a run's review, as far as it is.

        Args:
            run: the run's folder, with the texts of student and base.
            reviewer: who chooses; names the file of choices.
            limit: pairs to draw at most; counts only where none have been drawn yet.
            seed: of that draw.

        Raises:
            RunError: there is nothing to review, or the reviewer's name can't name a file.
        """
        if not re.fullmatch(r"[\w][\w.-]{0,63}", reviewer):
            raise RunError(
                f"{reviewer!r} can't name a reviewer: use letters, digits, '.', '-' and '_' "
                "(64 at most)"
            )
        pairs = build(run, limit, seed)
        path = run / FOLDER / CHOICES / f"{reviewer}.jsonl"
        drop_torn_line(path)
        return cls(pairs, path, reviewer, {record["pair"] for record in read_lines(path)})

    def left(self) -> list[Record]:
        """The pairs that nothing was chosen on, in their order."""
        return [pair for pair in self.pairs if pair["id"] not in self.done]

    def choose(self, pair: Record, choice: str) -> None:
        """Keep a choice: "1", "2", "tie" or "skip"."""
        record = {"pair": pair["id"], "reviewer": self.reviewer, "choice": choice}
        append_line(self.path, record, sync=True)
        self.done.add(pair["id"])


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


def aggregate(
    run: Path, level: float = 0.95, resamples: int = 2000, seed: int = SEED
) -> dict[str, Any]:
    """Agreement, strengths and win rates of a run's review (see `aggregate_choices`).

    {} where nobody has chosen yet; a skipped pair is missing.

    Args:
        run: the run's folder.
        level: of the intervals and verdicts (0.95: 95 %).
        resamples: times that words are drawn again.
        seed: of the draws.

    Raises:
        RunError: choices and key are of different reviews.
    """
    found = choices(run)
    if not found:
        return {}
    pairs = len(list(read_lines(run / FOLDER / PAIRS)))
    return {"pairs": pairs, **aggregate_choices(found, level, resamples, seed)}
