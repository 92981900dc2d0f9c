"""Whether rules or a small language model tell unnatural cards: both against what raters said.

    python benchmarks/card_grammar.py

The second sentences of the plain cards of tests/data/rated_cards.tsv. "Unnatural" is what both
raters called so. The model is the packaged SmolLM2-135M: the mean and the worst log probability of
a token, the fact before it as context.
"""

from __future__ import annotations

import csv
import time
from functools import cache
from pathlib import Path
from typing import Any

from malmoi.cli.console import shown
from malmoi.evaluation.classification import auc
from malmoi.lexicon.lookup import Lexicon
from malmoi.mnemonics.compose.grammar import faults
from malmoi.mnemonics.student.weights import base_of, load_base, load_tokenizer

FILE = Path(__file__).parents[1] / "tests" / "data" / "rated_cards.tsv"


def main() -> None:
    with FILE.open(encoding="utf-8", newline="") as opened:
        rows = list(csv.DictReader(opened, delimiter="\t", quoting=csv.QUOTE_NONE))
    rows = [row for row in rows if row["writer"] == "plain" and row["a"][0] == row["b"][0]]
    bad = [row["a"][0] == "0" for row in rows]
    lexicon = Lexicon.open()
    found = [bool(faults(row["mnemonic"].partition(". ")[2], lexicon)) for row in rows]
    caught = sum(f and b for f, b in zip(found, bad, strict=True))
    print(f"{len(rows)} cards, {sum(bad)} unnatural")
    print(f"rules: {caught} of {sum(bad)} found, {sum(found) - caught} of "
          f"{len(rows) - sum(bad)} natural ones objected to")  # fmt: skip
    began = time.perf_counter()
    scores = [_log_probabilities(row["mnemonic"]) for row in rows]
    took = 1000 * (time.perf_counter() - began) / len(rows)
    for name, n in (("mean", 0), ("worst token", 1)):
        natural, unnatural = ([s[n] for s, b in zip(scores, bad, strict=True) if b is which]
                              for which in (False, True))  # fmt: skip
        print(f"SmolLM2-135M, {name}: AUC {auc(natural, unnatural):.3f}, {took:.0f} ms")


@cache
def _model() -> tuple[Any, Any]:
    base = base_of("")
    return load_base(base), load_tokenizer(base)


def _log_probabilities(text: str) -> tuple[float, float]:
    import torch

    model, tokenizer = _model()
    fact = text.partition(". ")[0] + "."
    start = len(tokenizer(fact).input_ids)
    ids = tokenizer(text, return_tensors="pt").input_ids
    with torch.no_grad():
        logits = model(ids).logits[0, :-1].float().log_softmax(-1)
    told = logits.gather(1, ids[0, 1:, None])[start - 1 :, 0]
    return float(told.mean()), float(told.min())


if __name__ == "__main__":
    with shown():
        main()
