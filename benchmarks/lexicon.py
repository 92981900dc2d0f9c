"""What the lexicon costs and how much it knows: python benchmarks/lexicon.py [--words 500].

Opens every source, looks words of the built-in list up (chosen by hash), and prints seconds to
open, milliseconds a word, memory, and for how many of the words each field is known.
"""

from __future__ import annotations

import argparse
import time
from collections import Counter
from dataclasses import fields
from pathlib import Path

from malmoi.cli.console import shown, table
from malmoi.core.files import stable_hash
from malmoi.lexicon.facts import Word
from malmoi.lexicon.lookup import Lexicon

SOURCES = ("sounds", "frequency", "morphology", "wordnet", "gcide", "etymology")
LEFT_OUT = ("term", "lemma", "unknown")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--words", type=int, default=500)
    wanted = parser.parse_args().words

    lexicon = Lexicon.open()
    opening = []
    for source in SOURCES:
        start = time.perf_counter()
        getattr(lexicon, source)
        opening.append((source, round(time.perf_counter() - start, 2), memory()))
    start = time.perf_counter()
    lexicon.word("obstinate")  # reads what is read at the first look-up
    opening.append(("first word", round(time.perf_counter() - start, 2), memory()))
    table(("opened", "seconds", "MB after"), opening)

    start = time.perf_counter()
    every = lexicon.candidates("B2", 2.0, 4.3)
    print(f"{len(every)} words of the built-in list in {time.perf_counter() - start:.1f} s")
    words = sorted(every, key=stable_hash)[:wanted]
    start, used = time.perf_counter(), time.process_time()
    facts = [lexicon.word(word) for word in words]
    wall, cpu = time.perf_counter() - start, time.process_time() - used
    print(
        f"{len(words)} words: {1000 * wall / len(words):.2f} ms a word "
        f"({1000 * cpu / len(words):.2f} ms of processor), {memory()} MB in all"
    )
    known = Counter(f.name for word in facts for f in fields(Word) if getattr(word, f.name))
    names = [f.name for f in fields(Word) if f.name not in LEFT_OUT]
    table(("field", "share of words"), [(n, round(known[n] / len(words), 3)) for n in names])


def memory() -> int:
    """Resident memory of this process in megabytes, 0 where the system doesn't tell."""
    status = Path("/proc/self/status")
    lines = status.read_text().splitlines() if status.exists() else []
    return next((int(x.split()[1]) // 1000 for x in lines if x.startswith("VmRSS")), 0)


if __name__ == "__main__":
    with shown():
        main()
