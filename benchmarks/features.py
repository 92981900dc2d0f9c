"""How well the feature classifier tells what a card's reasoning builds on.

    python benchmarks/features.py [FILE] [--misses]

FILE (default tests/data/features.tsv) has the columns term, feature, reasoning, mnemonic, example
and split (dev, test; by a hash of the term): cards written by hand. Cues and weights were chosen on
dev alone. Prints macro-F1 with its bootstrap interval, precision and recall of each class, and the
confusion matrix, for each split. --misses prints the dev cards that were told wrong.
"""

from __future__ import annotations

import argparse
import csv
from collections import Counter
from pathlib import Path

from malmoi.cli import console
from malmoi.evaluation.classification import macro_f1_interval, per_class
from malmoi.lexicon.lookup import Lexicon
from malmoi.mnemonics.cards import FEATURES, Draft
from malmoi.mnemonics.scoring.analysis import DraftAnalysis

ROWS = Path(__file__).parents[1] / "tests" / "data" / "features.tsv"


def read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("file", nargs="?", type=Path, default=ROWS)
    parser.add_argument("--misses", action="store_true")
    arguments = parser.parse_args()
    lexicon = Lexicon.open()
    rows = read(arguments.file)
    for split in ("dev", "test"):
        here = [row for row in rows if row["split"] == split]
        truth = [row["feature"] for row in here]
        told = []
        for row in here:
            draft = Draft(truth[len(told)], row["reasoning"], row["mnemonic"], row["example"])
            told.append(DraftAnalysis(draft, lexicon.word(row["term"]), None, lexicon).feature)
            if arguments.misses and split == "dev" and told[-1] != row["feature"]:
                console.say(f"{row['term']}: {row['feature']} told {told[-1]}: {row['reasoning']}")
        f1 = macro_f1_interval(truth, told)
        title = f"{split}: {len(here)} cards, macro-F1 {f1.mean:.3f} [{f1.low:.3f}, {f1.high:.3f}]"
        counts, scores = Counter(zip(truth, told, strict=True)), per_class(truth, told)
        console.table(
            ("feature", "cards", "precision", "recall", "F1", *(f"told {f[:5]}" for f in FEATURES)),
            [
                (f, s.examples, f"{s.precision:.2f}", f"{s.recall:.2f}", f"{s.f1:.2f}",
                 *(counts[f, other] for other in FEATURES))
                for f in FEATURES if (s := scores.get(f))
            ],
            title,
        )  # fmt: skip


if __name__ == "__main__":
    with console.shown():
        main()
