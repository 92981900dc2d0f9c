"""What raters said of cards: each question's share of yes by writer, and how far the raters agree.

    python benchmarks/rated_cards.py

tests/data/rated_cards.tsv holds cards of words that nobody looked at while the writer was built, by
builds of the lexicon writer ("scenes", "plain", "clauses", "sure" and "wider"; the last three on
words of their own), by a student that learned from scenes, and cards written by hand. "tight" and
"loose" are of development words: what "wider", mended, let through, and what it refused; the
probability that a card is kept was fitted with them (`benchmarks/keep.py`). "fitted" is the writer
with that probability, on held-out words, and "mended" the one after it, on what was left of them:
words that none of the sets before had a card of.
"plain student" is what the student that learned from plain cards wrote for 100 held-out words and
what was released of it: every claim supported, and likely enough to be kept.
Two raters answered, who saw the cards in random order and not who wrote them; both are a large
language model, asked apart with different instructions, one as a strict teacher, one as a teacher
who is hard to please. `a` and `b` are their answers (1 yes, 0 no) in the order of `QUESTIONS`. A
build was mended at what was said of the one before it.

Sets were rated one after the other, so raters differ as well as builds:
tests/data/rated_together.tsv has a third rater's answers to 55 cards each of "fitted" and "mended",
which it saw mixed.
"""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np

from malmoi.cli import console
from malmoi.evaluation.agreement import alpha
from malmoi.evaluation.significance import bootstrap

FILE = Path(__file__).parent.parent / "tests" / "data" / "rated_cards.tsv"
TOGETHER = FILE.with_name("rated_together.tsv")
QUESTIONS = {
    "natural": "natural, grammatical, complete English",
    "sense": "the sense that a learner should meet first",
    "anchor": "the word itself calls up the anchor",
    "link": "the meaning follows from the anchor",
    "keep": "I would keep the card",
}
Answers = list[tuple[str, str, str]]
"""Writer, and the answers of both raters."""


def read(path: Path = FILE) -> Answers:
    """Each card's writer and answers.

    Raises:
        ValueError: an answer is missing or neither 0 nor 1.
    """
    with path.open(encoding="utf-8", newline="") as opened:
        rows = list(csv.DictReader(opened, delimiter="\t", quoting=csv.QUOTE_NONE))
    for row in rows:
        if any(len(row[r]) != len(QUESTIONS) or not set(row[r]) <= {"0", "1"} for r in "ab"):
            raise ValueError(f"{row['word']}: answers {row['a']!r} and {row['b']!r}")
    return [(row["writer"], row["a"], row["b"]) for row in rows]


def rows(answers: Answers) -> list[list[object]]:
    """A line for each question: share of yes by writer and rater, agreement with its interval."""
    writers = sorted({writer for writer, _, _ in answers}, reverse=True)
    found = []
    for n, text in enumerate(QUESTIONS.values()):
        line: list[object] = [text]
        for writer in writers:
            own = np.array([[a[n], b[n]] for w, a, b in answers if w == writer], float)
            both = bootstrap(own.mean(1), [str(n) for n in range(len(own))])
            line.append(
                f"{own[:, 0].mean():.2f}, {own[:, 1].mean():.2f}; "
                f"{both.mean:.2f} [{both.low:.2f}, {both.high:.2f}]"
            )
        agreed = alpha([(a[n], b[n]) for _, a, b in answers], "nominal")
        line.append(f"{agreed.alpha or 0:.2f} [{agreed.low or 0:.2f}, {agreed.high or 0:.2f}]")
        found.append(line)
    return found


def together(path: Path = TOGETHER) -> list[list[object]]:
    """A line for each question: share of yes by writer, of the rater that saw both mixed."""
    with path.open(encoding="utf-8", newline="") as opened:
        rows = list(csv.DictReader(opened, delimiter="\t", quoting=csv.QUOTE_NONE))
    found: list[list[object]] = []
    for n, text in enumerate(QUESTIONS.values()):
        line: list[object] = [text]
        for writer in ("fitted", "mended"):
            own = np.array([int(row["c"][n]) for row in rows if row["writer"] == writer], float)
            one = bootstrap(own, [str(n) for n in range(len(own))])
            line.append(f"{one.mean:.2f} [{one.low:.2f}, {one.high:.2f}]")
        found.append(line)
    return found


def main() -> None:
    """Print the tables."""
    answers = read()
    writers = sorted({writer for writer, _, _ in answers}, reverse=True)
    heads = [f"{writer}, {sum(w == writer for w, _, _ in answers)} cards" for writer in writers]
    console.table(["question", *heads, "agreement (α)"], rows(answers))
    console.table(["question, by a third rater", "fitted, 55 cards", "mended, 55"], together())


if __name__ == "__main__":
    with console.shown():
        main()
