"""Seconds of a card and of a reward, of this build and of another one, taken in turns.

    python benchmarks/analysis.py [--against CHECKOUT] [--words 40] [--rounds 5]

A card is composed, chosen and checked for words of the built-in list, each for the first time in
its process; a reward is that of each text of tests/data/rewards. Every round is a process of its
own, this build and the other alternating; shown are medians and their ratio. Both must make the
same cards and rewards, to the last digit, or nothing is shown.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import time
from itertools import islice
from pathlib import Path
from typing import Any

from malmoi.cli import console
from malmoi.core.errors import MalmoiError
from malmoi.core.files import stable_hash
from malmoi.lexicon.lookup import Lexicon
from malmoi.recipe import WordsSection

ROOT = Path(__file__).parents[1]
ROWS = ROOT / "tests" / "data" / "rewards"

WORKER = """
import json, sys, time
from dataclasses import asdict
from malmoi.lexicon.lookup import Lexicon
try:
    from malmoi.mnemonics.scoring.rewards import reward
    from malmoi.mnemonics.writer.card import write_card
except ImportError:  # before there was a folder for each
    from malmoi.mnemonics.card_command import _card
    from malmoi.mnemonics.rewards import reward

    def write_card(term, lexicon):
        word = lexicon.word(term)
        return _card(word, word.senses[0], None, lexicon, "en", "")

terms, rows = json.load(sys.stdin)
lexicon = Lexicon.open()
write_card("candid", lexicon)  # opens every source
known = [lexicon.word(term) for term in terms]
start = time.perf_counter()
cards = [write_card(term, lexicon) for term in terms]
card_seconds = time.perf_counter() - start
asked = []
for row in rows:
    word = lexicon.word(row["term"])
    sense = next((each for each in word.senses if each.id == row["sense"]), None)
    asked.append((row["text"], word, sense))
start = time.perf_counter()
rewards = [reward(*each, lexicon) for each in asked]
reward_seconds = time.perf_counter() - start
made = [card and asdict(card) for card in cards], rewards
print(json.dumps([card_seconds / len(cards), reward_seconds / len(rewards), made]))
"""


def timed(checkout: Path, asked: str) -> tuple[float, float, Any]:
    """Seconds of a card and of a reward in a new process, and what it made."""
    environment = {**os.environ, "PYTHONPATH": str(checkout / "src")}
    done = subprocess.run(
        [sys.executable, "-c", WORKER], input=asked, env=environment, check=True,
        stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    card, reward, made = json.loads(done.stdout.splitlines()[-1])
    return card, reward, made


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--against", type=Path, help="another checkout of malmoi")
    parser.add_argument("--words", type=int, default=40)
    parser.add_argument("--rounds", type=int, default=5)
    arguments = parser.parse_args()
    words = WordsSection()
    lexicon = Lexicon.open()
    listed = lexicon.candidates(words.min_level, words.min_zipf, words.max_zipf)
    known = (term for term in sorted(listed, key=stable_hash) if lexicon.word(term).senses)
    terms = list(islice(known, arguments.words))
    rows = [
        json.loads(line)
        for path in sorted(ROWS.glob("*.jsonl"))
        for line in path.read_text(encoding="utf-8").splitlines()
    ]
    builds = {"this build": ROOT}
    if arguments.against:
        builds["the other"] = arguments.against.resolve()
    seconds: dict[str, list[tuple[float, float]]] = {name: [] for name in builds}
    outcomes = []
    start = time.perf_counter()
    for _ in range(arguments.rounds):
        for name, checkout in builds.items():
            card, reward, made = timed(checkout, json.dumps([terms, rows]))
            seconds[name].append((card, reward))
            outcomes.append(made)
    if any(made != outcomes[0] for made in outcomes):
        raise MalmoiError("the builds don't make the same cards and rewards: nothing to compare")
    medians = {
        name: [statistics.median(column) for column in zip(*rounds, strict=True)]
        for name, rounds in seconds.items()
    }
    lines = [
        (name, *(f"{1000 * value:.2f} ms" for value in values)) for name, values in medians.items()
    ]
    if arguments.against:
        ratios = zip(*(medians[name] for name in builds), strict=True)
        lines.append(("ratio", *(f"{ours / theirs:.2f}" for ours, theirs in ratios)))
    title = (
        f"{len(terms)} cards, {len(rows)} rewards, median of {arguments.rounds} rounds in turns "
        f"({time.perf_counter() - start:.0f} s)"
    )
    console.table(("", "a card", "a reward"), lines, title)


if __name__ == "__main__":
    main()
