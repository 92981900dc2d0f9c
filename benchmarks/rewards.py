"""How well the reward tells good outputs from degenerate ones.

    python benchmarks/rewards.py [FOLDER] [--worst 10]

FOLDER (default tests/data/rewards) holds good.jsonl and degenerate.jsonl: objects with term, sense
(the id of the sense that was asked for), text, and writer or kind. Prints the exact AUC (ties half)
with its bootstrap interval, the mean reward by writer and kind, the milliseconds a text, and the
worst overlaps: the good of least reward and the degenerate of most.
"""

from __future__ import annotations

import argparse
import json
import time
from collections import defaultdict
from pathlib import Path
from typing import Any

from malmoi.cli import console
from malmoi.evaluation.classification import auc, auc_interval
from malmoi.lexicon.lookup import Lexicon
from malmoi.mnemonics.scoring.rewards import reward

ROWS = Path(__file__).parents[1] / "tests" / "data" / "rewards"


def read(path: Path) -> list[dict[str, str]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def worth(row: dict[str, Any], lexicon: Lexicon) -> float:
    word = lexicon.word(row["term"])
    sense = next((each for each in word.senses if each.id == row["sense"]), None)
    return reward(row["text"], word, sense, lexicon)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", nargs="?", type=Path, default=ROWS)
    parser.add_argument("--worst", type=int, default=10)
    arguments = parser.parse_args()
    lexicon = Lexicon.open()
    good = read(arguments.folder / "good.jsonl")
    bad = read(arguments.folder / "degenerate.jsonl")
    for row in (*good, *bad):
        lexicon.word(row["term"])
    worth(good[0], lexicon)
    start = time.perf_counter()
    high, low = ([worth(row, lexicon) for row in rows] for rows in (good, bad))
    each = 1000 * (time.perf_counter() - start) / (len(good) + len(bad))
    found = auc_interval(high, low)
    console.say(
        f"AUC {found.mean:.4f} [{found.low:.4f}, {found.high:.4f}]: {len(good)} good, "
        f"{len(bad)} degenerate; {each:.0f} ms a text"
    )
    groups: dict[str, list[float]] = defaultdict(list)
    for row, value in zip((*good, *bad), (*high, *low), strict=True):
        groups[f"good: {row['writer']}" if "writer" in row else row["kind"]].append(value)
    console.table(
        ("outputs", "n", "mean reward", "least", "most", "AUC against the other side"),
        [
            (name, len(values), f"{sum(values) / len(values):.3f}", f"{min(values):.3f}",
             f"{max(values):.3f}",
             f"{auc(values, low) if name.startswith('good') else auc(high, values):.4f}")
            for name, values in groups.items()
        ],
    )  # fmt: skip
    for title, rows, values, sign in (("good", good, high, 1), ("degenerate", bad, low, -1)):
        console.say(f"\n{title}, the worst:")
        order = sorted(range(len(rows)), key=lambda i: sign * values[i])
        for i in order[: arguments.worst]:
            told = rows[i]["text"].replace("\n", " / ")
            console.say(f"  {values[i]:.3f} {rows[i].get('kind', '')} {rows[i]['term']}: {told}")


if __name__ == "__main__":
    with console.shown():
        main()
