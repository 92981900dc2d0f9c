"""Whether what the lexicon writer knows of a card tells what raters said of it.

    python benchmarks/rated_gates.py

The plain cards of tests/data/rated_cards.tsv whose anchor today's writer still proposes. Of "the
meaning follows" and of "keep" (both raters said yes) the AUC of today's link, and of a logistic
regression on sixteen features, cross-validated; then how often raters agree with the sense, by the
number of the word's senses, of cards whose sense is in no doubt today.
"""

from __future__ import annotations

import csv
import re
from collections import defaultdict
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from malmoi.cli.console import shown, table
from malmoi.evaluation.classification import auc
from malmoi.lexicon.facts import Sense, Word
from malmoi.lexicon.lookup import Lexicon
from malmoi.mnemonics.compose import attempts
from malmoi.mnemonics.compose.phrases import zipf
from malmoi.mnemonics.compose.senses import doubtful
from malmoi.mnemonics.compose.similarity import near, stems

FILE = Path(__file__).parents[1] / "tests" / "data" / "rated_cards.tsv"
WRITERS = ("plain", "clauses", "sure")
SENSE, LINK, KEEP = 1, 3, 4
FOLDS = 10
Row = dict[str, str]


def main() -> None:
    with FILE.open(encoding="utf-8", newline="") as opened:
        rows = list(csv.DictReader(opened, delimiter="\t", quoting=csv.QUOTE_NONE))
    lexicon = Lexicon.open()
    cards = [
        (row, word, sense)
        for row in rows
        if row["writer"] in WRITERS
        for word in [lexicon.word(row["word"])]
        for sense in word.senses
        if sense.definition == row["meaning"]
    ]
    found = [(row, f) for row, word, sense in cards if (f := _features(row, word, sense, lexicon))]
    told = []
    for name, question in (("the meaning follows", LINK), ("keep", KEEP)):
        yes = np.array([row["a"][question] + row["b"][question] == "11" for row, _ in found])
        x = np.array([f for _, f in found])
        fitted = _cross_validated(x, yes)
        told.append([name, len(yes), f"{yes.mean():.2f}",
                     f"{auc(x[yes, 0], x[~yes, 0]):.3f}",
                     f"{auc(fitted[yes], fitted[~yes]):.3f}"])  # fmt: skip
    table(["question", "cards", "yes", "AUC of today's link", "of a regression"], told)
    agreed: dict[int, list[int]] = defaultdict(list)
    for row, word, sense in cards:
        if not doubtful(word, sense, lexicon):
            agreed[min(len(word.senses), 4)] += [int(row[rater][SENSE]) for rater in "ab"]
    table(
        ["senses of the word", "answers", "agree with the sense"],
        [[f"{n}{'+' * (n == 4)}", len(a), f"{np.mean(a):.2f}"] for n, a in sorted(agreed.items())],
    )


def _features(row: Row, word: Word, sense: Sense, lexicon: Lexicon) -> list[float]:
    """Today's link first, then what else is known; [] where the anchor isn't proposed any more."""
    fact = re.sub(r"\W+", " ", row["mnemonic"].partition(". ")[0]).lower()
    for each in attempts(word, sense, lexicon):
        if not each.candidate or re.sub(r"\W+", " ", each.basis.fact).strip().lower() != fact:
            continue
        basis, own = each.basis, word.zipf.value if word.zipf else 1.5
        anchor = zipf(basis.anchor.word, lexicon)
        defined = max((near(text, sense.definition) for text in basis.defined), default=0.0)
        return [
            each.candidate.link, near(basis.says, sense.definition), defined,
            bool(stems(basis.shown or basis.says) & stems(sense.definition)),
            basis.named, basis.trigger, basis.kind == "compound", basis.kind == "literal",
            basis.feature == "orthography", basis.feature == "etymology", anchor, anchor - own, own,
            len(word.senses), sense.pos == "noun", sense.pos == "verb",
        ]  # fmt: skip
    return []


def _cross_validated(x: NDArray[np.float64], yes: NDArray[np.bool_]) -> NDArray[np.float64]:
    from sklearn.linear_model import LogisticRegression
    from sklearn.model_selection import StratifiedKFold, cross_val_predict
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    model = make_pipeline(StandardScaler(), LogisticRegression(C=0.3))
    folds = StratifiedKFold(FOLDS, shuffle=True, random_state=0)
    found: NDArray[np.float64] = cross_val_predict(model, x, yes, cv=folds, method="predict_proba")[
        :, 1
    ]
    return found


if __name__ == "__main__":
    with shown():
        main()
