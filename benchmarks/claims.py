"""How well the claim checker tells true claims from false ones.

    python benchmarks/claims.py [--split dev] [--misses] [FILE]

FILE (default tests/data/claims.tsv and the others beside it) has the columns term, text, kind,
truth (true, false) and split. "dev" and "fresh4-dev" are claims that settings were chosen on;
"fresh3" were written by someone who had not seen the checker; "fresh4" is the other half, by hash,
of claims labelled before the checker was run on them. Prints, for each split, what share of the
claims called contradicted are false (precision) and what share of the false ones are called so
(recall), the same for supported and true claims, each with Wilson's 95 % interval, how many are
decided, and the verdicts by kind. A row's verdict is its worst.
"""

from __future__ import annotations

import argparse
import csv
import time
from collections import Counter
from pathlib import Path

from malmoi.cli import console
from malmoi.lexicon.lookup import Lexicon
from malmoi.mnemonics.claims.checks import check_claims, verdict_of

DATA = Path(__file__).parents[1] / "tests" / "data"
FILES = {
    "dev": (DATA / "claims.tsv", DATA / "claims_fresh.tsv", DATA / "claims_fresh2.tsv"),
    "fresh3": (DATA / "claims_fresh3.tsv",),
    "fresh4-dev": (DATA / "claims_fresh4.tsv",),
    "fresh4": (DATA / "claims_fresh4.tsv",),
}
"""The others were fresh once: their misses are read, so that they are dev now."""


def read(path: Path) -> list[dict[str, str]]:
    """The rows of a file."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))


def wilson(hits: int, total: int, z: float = 1.959964) -> str:
    """A share with its 95 % interval (Wilson 1927), "–" of nothing."""
    if not total:
        return "–"
    share, square = hits / total, z * z
    middle = (share + square / (2 * total)) / (1 + square / total)
    spread = (
        z * (share * (1 - share) / total + square / (4 * total**2)) ** 0.5 / (1 + square / total)
    )
    return f"{share:.3f} [{middle - spread:.3f}, {middle + spread:.3f}] ({hits}/{total})"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("file", nargs="?", type=Path)
    parser.add_argument("--split", choices=tuple(FILES))
    parser.add_argument("--misses", action="store_true", help="print the rows that were not told")
    arguments = parser.parse_args()
    lexicon = Lexicon.open()
    if arguments.file:
        rows = [r for r in read(arguments.file) if arguments.split in {None, r["split"]}]
    else:
        wanted = [arguments.split] if arguments.split else list(FILES)
        rows = [
            {**r, "split": split}
            for split in wanted
            for path in FILES[split]
            for r in read(path)
            if "fresh4" not in split or r["split"] == split
        ]
    start = time.perf_counter()
    told = []
    for row in rows:
        claims = check_claims(row["term"], row["text"], lexicon)
        told.append((row, verdict_of(claims), claims))
    seconds = time.perf_counter() - start
    figures, kinds = [], []
    for split in sorted({r["split"] for r in rows}):
        here = [(r["truth"], v) for r, v, _ in told if r["split"] == split]
        count: Counter[tuple[str, str]] = Counter(here)
        for verdict, truth in (("contradicted", "false"), ("supported", "true")):
            hits = count[truth, verdict]
            called = sum(v == verdict for _, v in here)
            all_such = sum(t == truth for t, _ in here)
            figures.append((split, verdict, wilson(hits, called), wilson(hits, all_such)))
        decided = sum(v != "unverified" for _, v in here)
        figures.append((split, "decided", "", wilson(decided, len(here))))
        for kind in sorted({r["kind"] for r in rows}):
            count = Counter(
                (r["truth"], v) for r, v, _ in told if r["split"] == split and r["kind"] == kind
            )
            cells = [count[t, v] for t in ("true", "false")
                     for v in ("supported", "unverified", "contradicted")]  # fmt: skip
            kinds.append((split, kind, *cells))
    console.table(("split", "verdict", "precision", "recall"), figures, f"{len(rows)} claims")
    console.table(
        ("split", "kind", "true: supp.", "unver.", "contr.", "false: supp.", "unver.", "contr."),
        kinds,
    )
    console.say(f"{1000 * seconds / max(len(rows), 1):.0f} ms a row")
    if arguments.misses:
        right = {("true", "supported"), ("false", "contradicted")}
        for row, verdict, claims in told:
            if (row["truth"], verdict) not in right:
                wrong = "!!" if verdict != "unverified" else "  "
                print(f"{wrong} {row['truth']:5} {verdict:12} {row['term']}: {row['text']}")
                for claim in claims:
                    print(
                        f"      {claim.kind} {claim.verdict}: {claim.text} | {claim.source[:150]}"
                    )


if __name__ == "__main__":
    with console.shown():
        main()
