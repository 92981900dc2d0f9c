"""What synonyms are worth in search: nDCG@10 with minus without, for each use, on held-out queries.

    malmoi run korean-search
    python benchmarks/synonym_uses.py runs/korean-search

Prints what the run measured (`synonym_effect.py`). Candidates come from the run's corpus,
glossary and from packages; no aligned segment of a held-out page was read; settings were chosen on
development queries. `malmoi synonyms effect RUN TABLE` measures another table of pairs in queries.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from malmoi.cli.console import shown
from malmoi.evaluation.compare import HEADLINE


def main() -> None:
    """Print scores, differences and what was chosen."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("run", type=Path)
    found = json.loads((parser.parse_args().run / "results.json").read_text("utf-8"))["synonyms"]
    comparison = found["effect"]["comparison"]
    print(f"{found['accepted']:,} of {found['candidates']:,} candidates accepted")
    print("| with minus without | en→ko | ko→ko |\n|---|---|---|")
    tests = [t for t in comparison["comparisons"] if t["metric"] == HEADLINE]
    for name in dict.fromkeys(t["a"] for t in tests):
        cells = []
        for language in ("en", "ko"):
            (test,) = (t for t in tests if (t["a"], t["language"]) == (name, language))
            with_, without = (
                comparison["scores"][language][test[side]][HEADLINE]["mean"] for side in "ab"
            )
            interval = f"[{test['low']:+.3f}, {test['high']:+.3f}]"
            cells.append(f"{without:.3f} → {with_:.3f}: {test['difference']:+.3f} {interval}")
        print(f"| {name} | {' | '.join(cells)} |")
    for system, chosen in found["effect"]["chosen"].items():
        print(f"- {system}: {chosen}")


if __name__ == "__main__":
    with shown():
        main()
