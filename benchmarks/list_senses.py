"""How often what stands beside a word in a list chooses the sense that it means.

    python benchmarks/list_senses.py [--misses]

tests/data/list_senses.tsv has words of several senses with a meaning in Korean or English, and a
pattern for the definitions that are right. Beside it: the word's first sense, whatever the list
says. Settings were chosen on these rows.
"""

from __future__ import annotations

import argparse
import csv
import re
from pathlib import Path

from malmoi.cli import console
from malmoi.lexicon.lookup import Lexicon
from malmoi.mnemonics.list_sense import sense_of

FILE = Path(__file__).parents[1] / "tests" / "data" / "list_senses.tsv"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--misses", action="store_true")
    misses = parser.parse_args().misses
    lexicon = Lexicon.open()
    rows = list(csv.DictReader(FILE.open(encoding="utf-8", newline=""), delimiter="\t"))
    right = {"first sense": 0, "by what stands beside it": 0}
    for row in rows:
        word = lexicon.word(row["word"])
        chosen = sense_of(word, row["meaning"], row["pos"], lexicon)
        assert chosen is not None
        for name, sense in zip(right, (word.senses[0], chosen), strict=True):
            right[name] += re.search(row["definition"], sense.definition) is not None
        if misses and not re.search(row["definition"], chosen.definition):
            print(row["word"], row["meaning"], chosen.id, chosen.definition, sep=" | ")
    console.table(("sense", "right", "of"), [(name, n, len(rows)) for name, n in right.items()])


if __name__ == "__main__":
    with console.shown():
        main()
