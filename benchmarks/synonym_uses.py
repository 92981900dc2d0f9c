"""What synonyms are worth in search: nDCG@10 with minus without, for each use, on held-out queries.

    malmoi run korean-search
    python benchmarks/synonym_uses.py runs/korean-search

Candidates are discovered in the run's corpus and glossary and in packages, and verified without a
teacher. Aligned segments of held-out pages are taken away first, so that nothing of a page that is
asked for was learned from its translation. Settings are chosen on development queries. The table of
pairs is left in the folder that --out names, to be used or read; with --table it is read instead.
"""

from __future__ import annotations

import argparse
from dataclasses import replace
from pathlib import Path

from malmoi import console
from malmoi.evaluation.compare import HEADLINE
from malmoi.files import read_lines
from malmoi.sparse import splits
from malmoi.sparse.synonyms import writing
from malmoi.sparse.synonyms.bench import Bench, read_bench
from malmoi.sparse.synonyms.verify import Verdict


def discovered(bench: Bench, run: Path, packages: Path | None, dense: bool) -> list[Verdict]:
    """Verdicts on all candidates that the run gives, none of held-out pages' translations."""
    from malmoi.lexicon.wordnet import WordNet
    from malmoi.recipe.synonyms import SynonymsSection
    from malmoi.sparse.synonyms.discover import discover
    from malmoi.sparse.synonyms.sources import Sources
    from malmoi.sparse.synonyms.verify import Verifier, verify

    free = splits.free_segments(bench.corpus, bench.recipe.corpus.test_share)
    corpus = replace(bench.corpus, segments=free)
    glossary = list(read_lines(run / "glossary" / "records.jsonl"))
    sources = Sources.open(corpus, packages, dense=dense)
    candidates = discover(corpus, glossary, SynonymsSection(neighbours=dense), sources)
    console.say(f"{len(candidates)} candidates")
    return verify(candidates, Verifier.open(sources, wordnet=WordNet.open(packages)))


def main() -> None:
    """Print scores, differences and what was chosen."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("run", type=Path)
    parser.add_argument("--packages", type=Path, help="folder of the Debian packages")
    parser.add_argument("--no-dense", action="store_true", help="no neighbours: minutes less")
    parser.add_argument("--out", type=Path, default=Path("synonyms"))
    parser.add_argument("--table", type=Path, help="verified pairs, instead of discovering them")
    parser.add_argument("--json", type=Path, help="every figure")
    asked = parser.parse_args()
    table = asked.table
    if table is None:
        bench = read_bench(asked.run)
        writing.write(asked.out, discovered(bench, asked.run, asked.packages, not asked.no_dense))
        table = asked.out
    results = writing.show_effect(asked.run, table, asked.json)
    lines = ["| en→ko | ko→ko | with minus without |", "|---|---|---|"]
    tests = [t for t in results["comparison"]["comparisons"] if t["metric"] == HEADLINE]
    for name in dict.fromkeys(t["a"] for t in tests):
        cells = [
            f"{t['difference']:+.3f} [{t['low']:+.3f}, {t['high']:+.3f}]"
            for language in ("en", "ko")
            for t in tests
            if (t["a"], t["language"]) == (name, language)
        ]
        lines.append(f"| {' | '.join(cells)} | {name} |")
    print("\n".join(lines))


if __name__ == "__main__":
    main()
