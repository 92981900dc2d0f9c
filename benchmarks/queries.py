"""What the teacher's queries are like beside people's, from a run of whatever version.

    malmoi run korean-search && python benchmarks/queries.py runs/korean-search

Prints the rows of docs/queries.md. A run keeps the same figures in results.json.
"""

from __future__ import annotations

import argparse
import shutil
import tempfile
from pathlib import Path

from malmoi.core.files import read_lines
from malmoi.pipelines.search.context import corpus_of
from malmoi.runs.run import Stage
from malmoi.synthesis.quality import Quality, measure

FIGURES = ("bleu", "rouge_l", "chrf", "self_bleu", "distinct_1", "new_words")


def of_run(run: Path) -> Quality:
    """The figures of the queries that a run has kept; nothing is written into it."""
    with tempfile.TemporaryDirectory() as copied:
        corpus = corpus_of(Stage(Path(shutil.copytree(run / "corpus", Path(copied, "corpus")))))
    return measure(read_lines(run / "queries" / "records.jsonl"), corpus)


def markdown(found: Quality) -> str:
    """A row for each kind of query."""
    lines = [
        "| | language | queries | compared | BLEU | ROUGE-L | chrF | self-BLEU | distinct-1 "
        "| new words |",
        "|---|---|---|---|---|---|---|---|---|---|",
    ]
    for row in found["rows"]:
        values = [row[name] for name in FIGURES]  # type: ignore[literal-required]
        cells = ["–" if value is None else f"{value:.3f}" for value in values]
        head = [row["name"], row["language"], str(row["texts"]), str(row["compared"])]
        lines.append(f"| {' | '.join([*head, *cells])} |")
    return "\n".join([*lines, found["missing"]])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("run", type=Path)
    print(markdown(of_run(parser.parse_args().run)))


if __name__ == "__main__":
    main()
