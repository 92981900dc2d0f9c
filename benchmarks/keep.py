"""How well a card's text tells whether raters keep it, and the weights that are fitted to that.

    python benchmarks/keep.py

On the cards of tests/data/rated_cards.tsv (yes: both raters keep it): the AUC of the gate of three
(how many questions are passed), and of the probability of `malmoi.mnemonics.scoring.keep`, refitted
ten times so that no word is scored by weights that have seen it; of all cards, of those that the
gates let through or not ("tight", "loose"), and of each writer's. Then, of the lexicon writer's
latest, how many are left from a probability on and how many of those are kept; last the weights.
Cards that were chosen by the probability ("fitted", "mended", "plain student") are left out.
"""

from __future__ import annotations

import csv
import zlib
from dataclasses import astuple, fields
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from malmoi.cli.console import say, shown, table
from malmoi.evaluation.classification import auc
from malmoi.lexicon.lookup import Lexicon
from malmoi.mnemonics.cards import Draft
from malmoi.mnemonics.form import NONE
from malmoi.mnemonics.scoring.analysis import DraftAnalysis
from malmoi.mnemonics.scoring.keep import Features

FILE = Path(__file__).parents[1] / "tests" / "data" / "rated_cards.tsv"
CHOSEN = ("fitted", "mended", "plain student")
"""Whose cards were chosen by the probability itself."""
KEEP, FOLDS, C = 4, 10, 0.3
Matrix = NDArray[np.float64]


def main() -> None:
    with FILE.open(encoding="utf-8", newline="") as opened:
        rows = list(csv.DictReader(opened, delimiter="\t", quoting=csv.QUOTE_NONE))
    rows = [row for row in rows if row["writer"] not in CHOSEN]
    lexicon = Lexicon.open()
    analyses = [_analysis(row, lexicon) for row in rows]
    x = np.array([astuple(each.keep_features) for each in analyses], float)
    gates = [each.gate for each in analyses]
    before = np.array([g.anchor + g.enacted + g.trigger for g in gates], float)
    kept = np.array([(int(row["a"][KEEP]) + int(row["b"][KEEP])) / 2 for row in rows])
    writers = np.array([row["writer"] for row in rows])
    fold = np.array([zlib.crc32(row["word"].encode()) % FOLDS for row in rows])
    found = np.zeros(len(rows))
    for part in range(FOLDS):
        mean, weights = _fitted(x[fold != part], kept[fold != part] == 1)
        found[fold == part] = 1 / (1 + np.exp(-(mean + x[fold == part] @ weights)))
    groups = {"all": writers != "", "tight and loose": np.isin(writers, ("tight", "loose"))}
    groups |= {str(name): writers == name for name in dict.fromkeys(writers)}
    table(
        ["cards", "number", "kept", "AUC of the gate of three", "of the probability"],
        [
            [name, of.sum(), f"{kept[of].mean():.2f}",
             *(_auc(scores[of], kept[of]) for scores in (before, found))]
            for name, of in groups.items()
            if of.sum() >= 20
        ],
    )  # fmt: skip
    latest = groups["tight and loose"]
    rows_ = []
    for least in (0.0, 0.2, 0.3, 0.35, 0.4, 0.5, 0.6):
        left = latest & (found >= least)
        rows_.append([f"{least:g}", left.sum(), f"{kept[left].mean():.3f}"])
    table(["probability from", "cards left", "kept"], rows_)
    intercept, weights = _fitted(x, kept == 1)
    say(f"INTERCEPT = {intercept:.2f}")
    for field, weight in zip(fields(Features), weights, strict=True):
        say(f"    {field.name}={weight:.2f},")


def _auc(scores: Matrix, kept: Matrix) -> str:
    yes = kept == 1
    return f"{auc(scores[yes], scores[~yes]):.3f}" if 0 < yes.sum() < len(yes) else "–"


def _analysis(row: dict[str, str], lexicon: Lexicon) -> DraftAnalysis:
    word = lexicon.word(row["word"])
    sense = next((s for s in word.senses if s.definition == row["meaning"]), None)
    reasoning = row["mnemonic"].partition(". ")[0] + "."
    draft = Draft("etymology", reasoning, row["mnemonic"], row["example"] or NONE)
    return DraftAnalysis(draft, word, sense or next(iter(word.senses), None), lexicon)


def _fitted(x: Matrix, yes: NDArray[np.bool_]) -> tuple[float, Matrix]:
    """Intercept and weights of the features as they are."""
    from sklearn.linear_model import LogisticRegression

    mean, spread = x.mean(0), x.std(0) + 1e-9
    model = LogisticRegression(C=C, max_iter=1000).fit((x - mean) / spread, yes)
    weights = model.coef_[0] / spread
    return float(model.intercept_[0] - mean @ weights), weights


if __name__ == "__main__":
    with shown():
        main()
