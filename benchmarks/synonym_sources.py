"""What each source of synonym evidence proposes and tells: candidates of a run, AUC on known pairs.

    malmoi run korean-search
    python benchmarks/synonym_sources.py runs/korean-search
    python benchmarks/synonym_sources.py runs/korean-search --pairs tests/data/synonyms/dev.tsv

The first table counts candidates by the sources that speak for them (a value over 0; of sound,
what is proposed for it), and those
that nothing else speaks for. The second takes pairs with labels: of how many each evidence says
anything, how often it is over 0 for true and for false pairs, and its area under the ROC curve
among the pairs that it says anything of (.5: tells nothing). `--out` keeps the candidates.
"""

from __future__ import annotations

import argparse
import csv
from collections import Counter
from pathlib import Path

from malmoi.cli import console
from malmoi.core.files import read_lines, write_lines
from malmoi.corpora.corpus import Corpus, Document, Section, Segment
from malmoi.recipe.synonyms import SynonymsSection
from malmoi.synonyms.discover import discover
from malmoi.synonyms.sources.candidates import Evidence, Pair
from malmoi.synonyms.sources.evidence import Sources

TEXT = frozenset({"glossary", "alignment", "parentheses", "packaged", "transliteration"})
"""Sources that are counted; a neighbour always says something."""


def read_corpus(folder: Path) -> Corpus:
    """Documents and aligned segments of a run."""
    documents = (
        Document(r["id"], r["title"], tuple(Section(*part) for part in r["sections"]))
        for r in read_lines(folder / "corpus" / "records.jsonl")
    )
    segments = (
        Segment(r["document"], r["ko"], r["en"])
        for r in read_lines(folder / "corpus" / "segments.jsonl")
    )
    return Corpus(folder.name, tuple(documents), segments=tuple(segments))


def spoken(pair: Pair) -> set[str]:
    """The counted sources that speak for a pair, "neighbours" and "vectors" where it is mutual
    nearest."""
    sound = SynonymsSection().min_loanword_score
    found = {
        e.source
        for e in pair.evidence
        if e.source in TEXT and e.value >= (sound if e.source == "transliteration" else 1e-4)
    }
    for source, standing in (("neighbours", "neighbours rank"), ("vectors", "vectors best")):
        values = [e.value for e in pair.evidence if e.source == standing]
        if values and min(values) == 1:
            found.add(source)
    return found


def proposed(pairs: list[Pair]) -> None:
    """Print the first table."""
    sources = [spoken(pair) for pair in pairs]
    every = Counter(name for names in sources for name in names)
    alone = Counter(name for names in sources if len(names) == 1 for name in names)
    rows = [(name, every[name], alone[name]) for name in sorted(every, key=lambda n: -every[n])]
    rows.append(("any", len(pairs), sum(not names for names in sources)))
    console.table(["source", "candidates", "nothing else"], rows)


def told(rows: list[dict[str, str]], evidence: list[tuple[Evidence, ...]]) -> None:
    """Print the second table."""
    from sklearn.metrics import roc_auc_score

    truth = [row["label"] == "1" for row in rows]
    by_kind: dict[tuple[str, str], dict[int, float]] = {}
    for number, said in enumerate(evidence):
        for e in said:
            by_kind.setdefault((e.source, e.direction), {})[number] = e.value
    table = []
    for (source, direction), values in by_kind.items():
        of = [truth[number] for number in values]
        over = [value > 0 for value in values.values()]
        auc = roc_auc_score(of, list(values.values())) if 0 < sum(of) < len(of) else None
        true = sum(a and b for a, b in zip(of, over, strict=True))
        table.append(
            (
                source,
                direction,
                f"{true} of {sum(of)}",
                f"{sum(over) - true} of {len(of) - sum(of)}",
                round(auc, 3) if auc is not None else None,
            )
        )
    console.table(["evidence", "direction", "over 0: true", "over 0: false", "AUC"], table)
    silent = [not [e for e in said if not e.source.startswith("neighb")] for said in evidence]
    true = sum(a and b for a, b in zip(silent, truth, strict=True))
    console.say(
        f"nothing but neighbours says anything of {true} of {sum(truth)} true and "
        f"{sum(silent) - true} of {len(truth) - sum(truth)} false pairs"
    )


def main() -> None:
    """Open the sources once, print both tables."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("run", type=Path)
    parser.add_argument("--packages", type=Path, help="folder of the Debian packages")
    parser.add_argument("--pairs", type=Path, help="TSV with korean, english, label: no discovery")
    parser.add_argument("--out", type=Path, help="JSON Lines of the candidates")
    asked = parser.parse_args()
    corpus = read_corpus(asked.run)
    sources = Sources.open(corpus, asked.packages)
    if asked.pairs:
        with asked.pairs.open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file, delimiter="\t"))
        told(rows, sources.evidence_of([(row["korean"], row["english"]) for row in rows]))
        return
    glossary = list(read_lines(asked.run / "glossary" / "records.jsonl"))
    pairs = discover(corpus, glossary, SynonymsSection(), sources)
    proposed(pairs)
    if asked.out:
        write_lines(
            asked.out,
            (
                {
                    "korean": pair.korean,
                    "english": pair.english,
                    "evidence": [[e.source, e.direction, e.value, e.detail] for e in pair.evidence],
                }
                for pair in pairs
            ),
        )


if __name__ == "__main__":
    with console.shown():
        main()
