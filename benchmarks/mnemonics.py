"""Print what a run of the mnemonic writer reached, as Markdown: `mnemonics.py runs/mnemonics`.

All figures are those of the run's results.json; nothing is measured anew.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path


def main(folder: Path) -> None:
    results = json.loads((folder / "results.json").read_text(encoding="utf-8"))
    cards, words = results["cards"], results["words"]
    print(f"{words['words']:,} words, {cards['cards']:,} cards, claims: {cards['claims']}")
    print(f"features: {cards['features']}")
    print(f"learned from {results['learned_from']:,} cards; data set rows: {results['dataset']}\n")
    for table in results["proof"]["tables"]:
        tested = ["student − base", "test", "p (Holm)"] if table["tested"] else []
        heads = [table["title"], *table["systems"], *tested]
        print("| " + " | ".join(heads) + " |")
        print("|---" * len(heads) + "|")
        for row in table["rows"]:
            more = [row["difference"], row["test"], row["p"]] if table["tested"] else []
            print("| " + " | ".join([row["name"], *row["cells"], *more]) + " |")
        print()
    for target in results["targets"]:
        print(f"- {'met' if target['met'] else 'MISSED'}: {target['name']}: {target['value']}")
    seconds = results["seconds"]
    print(f"\nminutes: { ({name: round(s / 60, 1) for name, s in seconds.items()}) }")


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "runs/mnemonics"))
