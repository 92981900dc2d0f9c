"""How often the sense that a card teaches is one that a learner meets first.

    python benchmarks/senses.py

Against `tests/data/senses.tsv`: the weights were fitted on its words above the line FIT; the words
below were labelled afterwards, their senses shuffled, before anything was tried on them.
"""

from __future__ import annotations

from pathlib import Path

from malmoi.cli.console import shown
from malmoi.lexicon.lookup import Lexicon
from malmoi.mnemonics.compose.senses import first_sense

FILE = Path(__file__).parents[1] / "tests" / "data" / "senses.tsv"
FIT = 176


def main() -> None:
    lexicon = Lexicon.open()
    lines = FILE.read_text("utf-8").splitlines()
    rows = [line.split("\t") for line in lines if not line.startswith("#")]
    for name, part in (("fitted on", rows[:FIT]), ("held out", rows[FIT:])):
        right = first = 0
        for term, ids, _ in part:
            word = lexicon.word(term)
            chosen = first_sense(word, lexicon)
            assert chosen
            right += chosen.id in ids.split()
            first += word.senses[0].id in ids.split()
            if name == "fitted on" and chosen.id not in ids.split():
                print(f"  {term}: {chosen.id}, {chosen.definition}")
        print(f"{name}: {len(part)} words, chosen {right / len(part):.3f}, "
              f"WordNet's first {first / len(part):.3f}")  # fmt: skip


if __name__ == "__main__":
    with shown():
        main()
