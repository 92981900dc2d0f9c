"""At which step words lose their card: a funnel of the lexicon writer.

    python benchmarks/card_coverage.py [words] [list.txt] [--held-out]

Of words of the built-in list (B2 and above, Zipf 2.0 to 4.3) with an etymology, a part or a
relative, or of the words of a file: the farthest step that any sense and any fact of each came to.
The words are of the half that may be looked at while the writer is built; `--held-out` takes the
other.
"""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path

from malmoi.cli.console import shown, table
from malmoi.core.files import stable_hash, stable_share
from malmoi.lexicon.lookup import Lexicon
from malmoi.mnemonics.compose import ONLY_SPELLED, attempts, untold
from malmoi.mnemonics.compose.link import MIN_LINK
from malmoi.mnemonics.compose.senses import doubtful, likely_senses
from malmoi.mnemonics.writer.lexicon_writer import checked

STEPS = (
    "a form of another word, or an insult",
    "the sense is in doubt",
    "no fact to hang it on",
    ONLY_SPELLED,
    "no short meaning",
    "no sentence for the step",
    "grammar",
    "the meaning doesn't follow",
    "a claim in doubt, a rule, or unlikely to be kept",
    "a card",
)
SALT = "x12"


def main(words: int = 1000, listed: str = "", held_out: bool = False) -> None:
    lexicon = Lexicon.open()
    terms = Path(listed).read_text("utf-8").split() if listed else _built_in(lexicon, held_out)
    lost: Counter[str] = Counter()
    for term in terms:
        word = lexicon.word(term)
        if not word.senses or not (listed or word.origins or word.parts or word.family):
            continue
        lost[step_of(term, lexicon)] += 1
        if lost.total() == words:
            break
    left, rows = lost.total(), []
    for name in STEPS:
        rows.append([name, lost[name], f"{lost[name] / lost.total():.1%}", left])
        left -= lost[name]
    table(["farthest step", "words", "share", "came there"], rows)


def step_of(term: str, lexicon: Lexicon) -> str:
    """The farthest step that any sense and any fact of a word came to."""
    word = lexicon.word(term)
    farthest = 0
    for sense in likely_senses(word, lexicon):
        if untold(word, sense):
            continue
        if doubtful(word, sense, lexicon):
            farthest = max(farthest, STEPS.index("the sense is in doubt"))
            continue
        if checked(word, sense, lexicon, 1):
            return "a card"
        farthest = max(farthest, STEPS.index("no fact to hang it on"))
        for each in attempts(word, sense, lexicon):
            step = each.refused or (
                "a claim in doubt, a rule, or unlikely to be kept"
                if each.candidate and each.candidate.link >= MIN_LINK
                else "the meaning doesn't follow"
            )
            farthest = max(farthest, STEPS.index(step))
    return STEPS[farthest]


def _built_in(lexicon: Lexicon, held_out: bool) -> list[str]:
    words = lexicon.candidates("B2", 2.0, 4.3)
    half = [word for word in words if (stable_share(word, SALT) >= 0.5) == held_out]
    return sorted(half, key=lambda word: stable_hash(f"{SALT}{word}"))


if __name__ == "__main__":
    given = [argument for argument in sys.argv[1:] if argument != "--held-out"]
    with shown():
        main(
            int(given[0]) if given else 1000,
            given[1] if len(given) > 1 else "",
            "--held-out" in sys.argv,
        )
