"""Are the default weights of words right? A random search on the development queries alone.

    python benchmarks/weights.py runs/korean-search --settings 40

Prints the best settings by the mean of ko→ko and en→ko nDCG@10 on development queries, beside the
defaults, and what both give on the held-out queries: lexical v0, nothing trained.
"""

from __future__ import annotations

import argparse
import random
from dataclasses import asdict, replace
from pathlib import Path

from lexical import measure

from malmoi.cli import console
from malmoi.core.progress import track
from malmoi.corpora import splits
from malmoi.encoder.lexical import Weighting
from malmoi.encoder.vocabulary import Vocabulary
from malmoi.pipelines.search.context import SearchContext
from malmoi.recipe import SearchRecipe, load_dumped
from malmoi.runs.run import Run

CHOICES = {
    "k1": (0.6, 0.9, 1.2, 1.6),
    "b": (0.1, 0.2, 0.3, 0.4, 0.5),
    "title": (0.4, 0.6, 0.8, 1.0, 1.2),
    "lead": (0.0, 0.2, 0.4),
    "lead_words": (8, 20, 40),
}


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("run", type=Path)
    parser.add_argument("--settings", type=int, default=40)
    options = parser.parse_args()
    folder = options.run
    recipe = load_dumped(folder / "recipe.json", SearchRecipe)
    with Run.open(folder, recipe) as run:
        corpus = SearchContext.as_it_is(run, recipe).corpus
    dev, test = splits.held_out(corpus, recipe.corpus.test_share)
    vocabulary = Vocabulary.load(folder / "vocabulary")
    draw = random.Random(1)
    tried = [Weighting()]
    for _ in range(options.settings):
        values = {name: draw.choice(choices) for name, choices in CHOICES.items()}
        tried.append(replace(Weighting(), **values))
    found = []
    for weighting in track(tried, "settings", len(tried)):
        figures, _ = measure(corpus, dev, vocabulary, weighting)
        found.append((figures["ndcg@10"], weighting, figures))
    best = sorted(found, key=lambda each: -each[0])[:3]
    rows = []
    for name, (_, weighting, on_dev) in [("default", found[0]), *(("found", b) for b in best)]:
        on_test, _ = measure(corpus, test, vocabulary, weighting)
        values = ", ".join(f"{k} {asdict(weighting)[k]}" for k in CHOICES)
        shown = [f"{f[language]:.4f}" for f in (on_dev, on_test) for language in ("ko", "en")]
        rows.append([name, values, *shown])
    headers = ["", "weights", "dev ko", "dev en", "held-out ko", "held-out en"]
    console.table(headers, rows, title="lexical v0, nDCG@10")


if __name__ == "__main__":
    with console.shown():
        main()
