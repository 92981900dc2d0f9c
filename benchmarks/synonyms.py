"""How well the verifier tells synonyms from words that only look it.

    python benchmarks/synonyms.py [--run RUN] [--packages DEBS] [--ablate] [--teacher]
                                  [--without PACKAGE] [FILE]
    python benchmarks/synonyms.py [--run RUN] [--packages DEBS] --trial PAIRS
    python benchmarks/synonyms.py [--run RUN] [--packages DEBS] --by-hand

FILE (default tests/data/synonyms/dev.tsv; gold.tsv beside it is for the last measurement) has the
columns korean, english, label (1, 0), kind and source. Prints precision, recall, F1, the share of
false accepts on what is related but different and on random pairs, and coverage (the share of
pairs that a dictionary, a menu or aligned text holds), each with its 95 % bootstrap interval; what
is accepted by kind and by where the vocabulary is from; and the figures of the pairs that such a
source holds, and of those that it doesn't. --ablate takes one source away at a time, from the pairs
and from the pairs that the calibration is fitted on. --without takes away all that one package
holds ("namehint", or "vectors" for the dictionary of vectors), as if it were not installed.
--teacher tries the embedded teacher too, and --misses prints the rows that were told wrongly.
--trial does nothing but try that teacher on so many labelled pairs, and says what each kind of its
evidence tells and adds. --by-hand measures on the hand-labelled pairs that no package lists: looked
up alone, and judged by what is fitted on the other Korean terms.

Rows of one Korean term are drawn together: they share its evidence, and are not independent. No row
of FILE, nor of dev.tsv and gold.tsv, is calibrated on.
"""

from __future__ import annotations

import argparse
import csv
import time
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from malmoi.cli import console
from malmoi.core.files import cache_folder, read_lines, stable_share
from malmoi.corpora import readers
from malmoi.corpora.corpus import Corpus, Segment
from malmoi.evaluation import significance
from malmoi.lexicon.dictionaries.wordnet import WordNet
from malmoi.recipe import CorpusSection, TeacherSection
from malmoi.synonyms.sources.candidates import Evidence, Pair
from malmoi.synonyms.sources.evidence import Sources
from malmoi.synonyms.sources.related_terms import TermRelations
from malmoi.synonyms.verification import hand_labelled
from malmoi.synonyms.verification.calibration import TEACHER, fit, fit_unlisted, try_teacher
from malmoi.synonyms.verification.labelled_pairs import choose
from malmoi.synonyms.verification.masking import gather_masked
from malmoi.synonyms.verification.verify import (
    SynonymVerifier,
    Verdict,
    answers,
    calibrate,
    looked_up,
    trial_evidence,
)
from malmoi.teachers.open import open_teacher

DATA = Path(__file__).parents[1] / "tests" / "data" / "synonyms"
LABELLED = (DATA / "dev.tsv", DATA / "gold.tsv")
RESAMPLES = 2000
SEEN = ("packaged", "alignment", "parentheses", "glossary")
"""The sources that have a value above 0 only where they saw the pair itself."""
Counts = NDArray[np.float64]
"""Per row, or summed: the columns of `counts_of`."""


def read(path: Path) -> list[dict[str, str]]:
    """The rows of a file."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))


def counts_of(rows: Sequence[dict[str, str]], verdicts: Sequence[Verdict]) -> Counts:
    """n × 9, 0 or 1: hit, false accept, miss; of related, of random: accepted, all; known; all."""
    table = []
    for row, verdict in zip(rows, verdicts, strict=True):
        true, yes = row["label"] == "1", verdict.accepted
        random = row["kind"] == "random"
        related = not true and not random
        known = any(e.source in SEEN and e.value > 0 for e in verdict.evidence)
        table.append((true and yes, not true and yes, true and not yes, related and yes, related,
                      random and yes, random, known, True))  # fmt: skip
    return np.array(table, float)


def share(of: int, among: int) -> Callable[[Counts], Counts]:
    """The quotient of two columns' sums."""
    return lambda c: c[..., of] / np.maximum(c[..., among], 1e-12)


RELATED, RANDOM = "false accepts, related", "false accepts, random"
FIGURES: dict[str, Callable[[Counts], Counts]] = {
    "precision": lambda c: c[..., 0] / np.maximum(c[..., 0] + c[..., 1], 1e-12),
    "recall": lambda c: c[..., 0] / np.maximum(c[..., 0] + c[..., 2], 1e-12),
    "F1": lambda c: 2 * c[..., 0] / np.maximum(2 * c[..., 0] + c[..., 1] + c[..., 2], 1e-12),
    RELATED: share(3, 4),
    RANDOM: share(5, 6),
    "coverage": lambda c: c[..., 7] / np.maximum(c[..., 8], 1e-12),
}


def interval(counts: Counts, clusters: Sequence[str], figure: Callable[[Counts], Counts]) -> str:
    """A figure of counts (n × columns) with its interval; a cluster's rows are drawn together."""
    _, members = np.unique(np.asarray(clusters, dtype=str), return_inverse=True)
    sums = np.zeros((members.max() + 1, counts.shape[1]))
    np.add.at(sums, members, counts)
    drawn = [figure(times @ sums) for times in significance.draws(len(sums), RESAMPLES)]
    low, high = significance.ends(np.concatenate(drawn))
    return f"{float(figure(counts.sum(0))):.3f} [{low:.3f}, {high:.3f}]"


def figures_row(counts: Counts, clusters: Sequence[str]) -> list[str]:
    """Every figure of `FIGURES`; "–" of what there is nothing to compute from."""
    true, false = counts[:, 0] + counts[:, 2], counts[:, 4] + counts[:, 6]
    there = {"recall": true.any(), "F1": true.any(), "precision": counts[:, :2].any(),
             RELATED: counts[:, 4].any(), RANDOM: counts[:, 6].any()}  # fmt: skip
    assert (true + false == 1).all()
    return [
        interval(counts, clusters, figure) if there.get(name, True) else "–"
        for name, figure in FIGURES.items()
    ]


def group(source: str) -> str:
    """The source that evidence is of: "alignment best" is of "alignment"."""
    return source.split()[0]


def without(source: str, evidence: Sequence[Evidence]) -> tuple[Evidence, ...]:
    """What the other sources say."""
    return tuple(e for e in evidence if group(e.source) != source)


class Ablation:
    """Verdicts as they would be if one source had never been."""

    def __init__(
        self, sources: Sources, relations: TermRelations, excluding: Sequence[tuple[str, str]]
    ) -> None:
        pairs, bitext = sources.packaged.pairs, sources.bitext
        self.labelled_pairs = choose(pairs, sources.korean, relations, bitext, None, excluding)
        self.evidence = gather_masked(self.labelled_pairs, sources, relations)
        self.by_hand = hand_labelled.choose(excluding) if sources.words is not None else []
        self.said_by_hand = gather_masked(self.by_hand, sources, relations)

    def verdicts(self, verdicts: Sequence[Verdict], source: str) -> list[Verdict]:
        """The verdicts anew, of a calibration that is fitted without the source."""
        fitted = fit(
            looked_up([without(source, said) for said in self.evidence]),
            *answers(self.labelled_pairs),
        )
        by_hand = [without(source, said) for said in self.said_by_hand]
        fitted = fit_unlisted(fitted, by_hand, *answers(self.by_hand))
        said = [without(source, verdict.evidence) for verdict in verdicts]
        return [
            replace(v, probability=p, accepted=fitted.accepts(e, p), evidence=e)
            for v, p, e in zip(verdicts, fitted.probabilities(said), said, strict=True)
        ]


def measure_by_hand(
    sources: Sources, relations: TermRelations, excluding: Sequence[tuple[str, str]]
) -> None:
    """Print what is accepted of hand-labelled pairs that no package lists, each judged by trees
    that were fitted on other Korean terms."""
    chosen = choose(
        sources.packaged.pairs, sources.korean, relations, sources.bitext, None, excluding
    )
    listed = fit(looked_up(gather_masked(chosen, sources, relations)), *answers(chosen))
    by_hand = hand_labelled.choose(excluding)
    said = gather_masked(by_hand, sources, relations)
    folds = [int(stable_share(pair.korean, "by hand") * 5) for pair in by_hand]
    rows: list[tuple[bool, bool, bool, bool]] = []
    for fold in range(5):
        train = [place for place, other in enumerate(folds) if other != fold]
        judge = fit_unlisted(
            listed, [said[place] for place in train], *answers([by_hand[place] for place in train])
        )
        for place in [place for place, other in enumerate(folds) if other == fold]:
            pair, row = by_hand[place], said[place]
            if not pair.masked and not any(e.source == "packaged" and e.value > 0 for e in row):
                yes = (c.accepts(row, c.probability(row)) for c in (listed, judge))
                rows.append((pair.true, any(e.source == "initials" for e in row), *yes))
    table = []
    for title, initials in (("words", False), ("initials", True)):
        part = np.array([row for row in rows if row[1] == initials])
        true = part[:, 0]
        for name, yes in (("looked up", part[:, 2]), ("judged", part[:, 3])):
            precision = f"{true[yes].mean():.3f}" if yes.any() else "–"
            shares = f"{yes[true].mean():.3f}", precision, f"{yes[~true].mean():.4f}"
            table.append((title, name, int(true.sum()), int((~true).sum()), *shares))
    console.table(("", "", "true", "false", "recall", "precision", "false accepts"), table)


def corpus_of(run: Path | None, packages: Path | None) -> Corpus:
    """A run's aligned segments, or the help pages'."""
    if run is None:
        return readers.read(CorpusSection(path=str(packages) if packages else ""))
    lines = read_lines(run / "corpus" / "segments.jsonl")
    return Corpus(run.name, (), segments=tuple(Segment(r["document"], r["ko"], r["en"])
                                               for r in lines))  # fmt: skip


def missing(package: str, sources: Sources) -> Sources:
    """The sources as they would be without a package."""
    found = sources.packaged
    pairs = tuple(pair for pair in found.pairs if pair.package != package)
    words = None if package == "vectors" else sources.words
    return Sources(replace(found, pairs=pairs), sources.bitext, sources.encoder, words)


def by_kind(rows: Sequence[dict[str, str]], counts: Counts, names: Sequence[str]) -> None:
    """Print what is accepted of each kind, label and source of the vocabulary."""
    table = []
    for column in ("kind", "source"):
        for label, value in sorted({(r["label"], r[column]) for r in rows}, reverse=True):
            here = np.array([r["label"] == label and r[column] == value for r in rows])
            part = counts[here]
            found = significance.bootstrap(
                part[:, :2].sum(1), [n for n, h in zip(names, here, strict=True) if h]
            )
            share = f"{found.mean:.3f} [{found.low:.3f}, {found.high:.3f}]"
            table.append((label, value, len(part), share, f"{part[:, 7].mean():.3f}"))
    console.table(("label", "kind or source", "pairs", "accepted", "coverage"), table)


def by_evidence(verdicts: Sequence[Verdict], counts: Counts, names: Sequence[str]) -> None:
    """Print the figures of the pairs that each source speaks for, and of the others."""
    speaks = [{e.source for e in v.evidence if e.value > 0 and e.source in SEEN} for v in verdicts]
    table = []
    for source in sorted(set().union(*speaks)):
        for wanted in (True, False):
            here = np.array([(source in s) == wanted for s in speaks])
            if here.any():
                some = [n for n, h in zip(names, here, strict=True) if h]
                true = int(counts[here][:, [0, 2]].sum())
                title = source if wanted else f"no {source}"
                table.append(
                    (title, true, int(here.sum()) - true, *figures_row(counts[here], some))
                )
    console.table(("evidence for it", "true", "false", *FIGURES), table)


def trial(
    sources: Sources,
    relations: TermRelations,
    excluding: Sequence[tuple[str, str]],
    kept: Path,
    count: int,
) -> None:
    """Print what the embedded teacher's evidence tells of `count` pairs, and what it adds."""
    labelled_pairs = choose(sources.packaged.pairs, sources.korean, relations, sources.bitext, None,
                      excluding)  # fmt: skip
    evidence = looked_up(gather_masked(labelled_pairs, sources, relations))
    with open_teacher(TeacherSection(), kept) as teacher:
        start = time.perf_counter()
        tried, judged = trial_evidence(labelled_pairs, evidence, teacher, count)
        seconds = time.perf_counter() - start
        name = teacher.identity
    said = sorted({f"{e.source} {e.direction}" for row in judged for e in row
                   if e.source.startswith(TEACHER)})  # fmt: skip
    table = []
    for wanted in [*([each] for each in said), said]:
        rows = [
            [e for e in row
             if not e.source.startswith(TEACHER) or f"{e.source} {e.direction}" in wanted]
            for row in judged
        ]  # fmt: skip
        test = try_teacher(rows, *answers(tried), name)
        figures = ("{:.3f} [{:.3f}, {:.3f}]".format(*each) for each in (test.auc, test.gain))
        table.append((" + ".join(wanted) if len(wanted) == 1 else "all", *figures))
    true, related = (sum(getattr(c, kind) for c in tried) for kind in ("true", "related"))
    title = f"{name}\n{len(tried)} pairs, {true} of them true, {related} related but different"
    headers = ("its evidence", "AUC, true against related", "log loss saved, nats a pair")
    console.table(headers, table, title)
    console.say(test.sentence())
    for title, kept_or_not in (("without it", None), ("with it", replace(test, kept=True))):
        f1 = fit(judged, *answers(tried), kept_or_not).figures.f1
        console.say("cross-validated F1 {}: {:.3f} [{:.3f}, {:.3f}]".format(title, *f1))
    console.say(f"{seconds:.0f} s for its evidence, {seconds / len(tried):.2f} s a pair")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("file", nargs="?", type=Path, default=LABELLED[0])
    parser.add_argument("--run", type=Path, help="a run whose aligned text is read")
    parser.add_argument("--packages", type=Path, help="folder of the Debian packages")
    parser.add_argument("--ablate", action="store_true", help="leave one source out at a time")
    parser.add_argument("--teacher", action="store_true", help="try the embedded teacher too")
    parser.add_argument("--trial", type=int, metavar="PAIRS", help="try that teacher alone")
    parser.add_argument("--without", default="", help="a package that is taken for not installed")
    parser.add_argument("--by-hand", action="store_true", help="measure on hand-labelled pairs")
    parser.add_argument("--misses", action="store_true", help="print the rows that were not told")
    arguments = parser.parse_args()
    rows = read(arguments.file)
    names = [row["korean"] for row in rows]
    labelled = dict.fromkeys((*LABELLED, arguments.file))
    excluding = [(row["korean"], row["english"]) for path in labelled for row in read(path)]
    packages = arguments.packages
    sources = missing(arguments.without, Sources.open(corpus_of(arguments.run, packages), packages))
    relations = TermRelations(
        sources.korean, sources.english, WordNet.open(packages), sources.words
    )
    kept = cache_folder() / "synonyms" / "teacher.sqlite"
    if arguments.trial:
        trial(sources, relations, excluding, kept, arguments.trial)
        return
    if arguments.by_hand:
        measure_by_hand(sources, relations, excluding)
        return
    start = time.perf_counter()
    with open_teacher(TeacherSection(), kept) if arguments.teacher else nullcontext() as teacher:
        fitted = calibrate(sources, relations, teacher, "", excluding)
        if fitted.teacher is not None:
            console.say(fitted.teacher.sentence())
        pairs = [Pair(row["korean"], row["english"]) for row in rows]
        verdicts = SynonymVerifier(sources, relations, fitted, teacher).verify(pairs)
    seconds = time.perf_counter() - start
    counts = counts_of(rows, verdicts)
    table = [("all", *figures_row(counts, names))]
    if arguments.ablate:
        ablation = Ablation(sources, relations, excluding)
        for source in sorted({group(e.source) for v in verdicts for e in v.evidence}):
            fewer = counts_of(rows, ablation.verdicts(verdicts, source))
            table.append((f"without {source}", *figures_row(fewer, names)))
    true = sum(row["label"] == "1" for row in rows)
    title = f"{arguments.file.name}: {true} true and {len(rows) - true} false pairs"
    console.table(("evidence", *FIGURES), table, title)
    by_kind(rows, counts, names)
    by_evidence(verdicts, counts, names)
    console.say(f"{seconds:.1f} s with the fit")
    if arguments.misses:
        for row, verdict in zip(rows, verdicts, strict=True):
            if verdict.accepted != (row["label"] == "1"):
                said = " ".join(f"{e.source}={e.value}" for e in verdict.evidence if e.value > 0)
                print(f"{row['label']} {verdict.probability:.3f} {row['korean']} = "
                      f"{row['english']} ({row['kind']}): {said}")  # fmt: skip


if __name__ == "__main__":
    with console.shown():
        main()
