"""The teacher's glossary of the demo's terms by an earlier build and this one, in one run.

    git worktree add before 3ddabe0
    python benchmarks/glossary.py --before before/src

The 700 terms of recipes/korean-search-demo.toml, three samples each. Each build is a process with
its model in memory; they write in turns, and of each the least of the rounds counts: processor's
seconds, and the clock's. Printed are accepted entries a minute, the ratio, whether the entries are
equal, and nDCG@10 of English questions on the demo's 500 Korean pages: the lexical part with that
glossary and no other source, on development and on held-out queries.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import asdict
from itertools import islice
from pathlib import Path
from typing import Any

SUBJECT = "office software (menus, documents, spreadsheets)"
RECIPE = Path(__file__).parent.parent / "recipes" / "korean-search-demo.toml"


class Build:
    """A process that writes the glossary each time it is asked."""

    def __init__(self, name: str, source: Path, terms: Path, samples: int, threads: int) -> None:
        self.name = name
        self.rounds: list[dict[str, Any]] = []
        environment = os.environ | {"PYTHONPATH": str(source)}
        command = [sys.executable, __file__, "--write", str(terms)]
        command += ["--samples", str(samples), "--threads", str(threads)]
        self._process = subprocess.Popen(
            command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def write(self) -> None:
        """One round: the seconds that it took, and the records."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write("again\n")
        self._process.stdin.flush()
        self.rounds.append(json.loads(self._process.stdout.readline()))

    def least(self, of: str) -> float:
        """The fewest seconds of a round: of the "clock", or the "processor"."""
        return float(min(round_[of] for round_ in self.rounds))

    @property
    def records(self) -> list[dict[str, Any]]:
        """What it wrote, the same in every round."""
        return list(self.rounds[0]["records"])

    def close(self) -> None:
        """End the process."""
        self._process.communicate()


def write_when_asked(terms: Path, samples: int, threads: int) -> None:
    """The process of a build; what changed its name since 3ddabe0 is taken by either."""
    try:
        from malmoi.synthesis import glossary
        from malmoi.teachers.build import build
        from malmoi.teachers.presets import resolve
    except ImportError:
        from malmoi.sparse import glossary  # type: ignore[import-not-found, no-redef]
        from malmoi.teacher.build import build  # type: ignore[import-not-found, no-redef]
        from malmoi.teacher.presets import resolve  # type: ignore[import-not-found, no-redef]
    from malmoi.recipe import GlossarySection, TeacherSection

    section = GlossarySection(subject=SUBJECT, samples=samples)
    asked = [glossary.Term(**term) for term in json.loads(terms.read_text("utf-8"))]
    teacher = build(resolve(TeacherSection(preset="gemma-3-270m", threads=threads)))

    def records(terms: list[Any]) -> Iterator[Any]:
        for group in glossary.batches(terms, section):
            replies = iter(list(teacher.write(glossary.requests(group, section, teacher.chat))))
            for term in group:
                yield from glossary.read(term, list(islice(replies, section.samples))).records

    list(records(asked[:8]))
    for _ in sys.stdin:
        clock, processor = time.perf_counter(), time.process_time()
        written = list(records(asked))
        processor, clock = time.process_time() - processor, time.perf_counter() - clock
        print(json.dumps({"clock": clock, "processor": processor, "records": written}), flush=True)


def scores(glossaries: dict[str, list[dict[str, Any]]]) -> list[list[object]]:
    """Rows of (glossary, queries, nDCG@10, difference to the first): English to Korean."""
    from malmoi.corpora import readers, splits
    from malmoi.encoder.dictionary import corpus_vocabulary
    from malmoi.encoder.lexical_fit import document_text, fit_lexical
    from malmoi.encoder.translations import glossary_table
    from malmoi.encoder.vectors import searched_vectors
    from malmoi.evaluation.metrics import per_query
    from malmoi.evaluation.significance import bootstrap, page_of
    from malmoi.recipe import DictionarySection, EncoderSection, GlossarySection, load
    from malmoi.retrieval.scores import search_matrix

    recipe = load(RECIPE)
    corpus = readers.read(recipe.corpus)
    texts = [document_text(document) for document in corpus.documents]
    english = sorted({w for records in glossaries.values() for r in records for w in r["english"]})
    vocabulary = corpus_vocabulary(texts, english, DictionarySection().common_words)
    split = splits.held_out(corpus, recipe.corpus.test_share)
    rows: list[list[object]] = []
    first: dict[str, Any] = {}
    for name, records in glossaries.items():
        table = glossary_table(records, vocabulary, GlossarySection().min_share)  # type: ignore[arg-type]
        lexical = fit_lexical(corpus.documents, vocabulary, table, EncoderSection())
        for kind, queries in zip(("development", "held-out"), split, strict=True):
            asked = [query for query in queries if query.language == "en"]
            ids = [query.id for query in asked]
            vectors = searched_vectors([q.text for q in asked], vocabulary, lexical.weights)
            hits = search_matrix(vectors, lexical.vectors, lexical.ids, 10)
            values = per_query(dict(zip(ids, hits, strict=True)), corpus.qrels, ids)["nDCG@10"]
            gain = bootstrap(values - first.setdefault(kind, values), page_of(corpus.qrels, ids))
            shown = f"{gain.mean:+.4f} [{gain.low:+.4f}, {gain.high:+.4f}]"
            rows.append([name, f"{kind}, {len(ids)}", f"{values.mean():.4f}", shown])
    return rows


def demo_terms() -> list[dict[str, Any]]:
    """The terms that the demo asks for."""
    from malmoi.corpora import readers
    from malmoi.recipe import load
    from malmoi.synthesis import glossary

    recipe = load(RECIPE)
    documents = readers.read(recipe.corpus).documents
    return [asdict(term) for term in glossary.find_terms(documents, recipe.glossary)]


def compare(before: Path, terms: list[dict[str, Any]], options: argparse.Namespace) -> None:
    from malmoi.cli import console

    now = Path(__file__).parent.parent / "src"
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "terms.json"
        path.write_text(json.dumps(terms), encoding="utf-8")
        builds = [
            Build(name, source.resolve(), path, options.samples, options.threads)
            for name, source in (("before", before), ("now", now))
        ]
        for _ in range(options.rounds):
            for build in builds:
                build.write()
        for build in builds:
            build.close()
    rows = []
    for build in builds:
        row: list[object] = [build.name, f"{len(build.records)} of {len(terms)}"]
        for of in ("processor", "clock"):
            ratio = builds[0].least(of) / build.least(of) * len(build.records)
            row += [
                f"{build.least(of):.1f}",
                f"{len(build.records) / build.least(of) * 60:.0f}",
                f"{ratio / len(builds[0].records):.2f}",
            ]
        rows.append(row)
    same = sum(map(dict.__eq__, builds[0].records, builds[1].records))
    with console.shown():
        head = ["build", "accepted", "processor s", "a minute", "×", "clock s", "a minute", "×"]
        console.table(head, rows)
        console.say(f"equal entries: {same} of {len(builds[0].records)}")
        found = {"none": [], **{build.name: build.records for build in builds}}
        console.table(["glossary", "queries", "nDCG@10", "against none"], scores(found))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--before", type=Path, help="src of an earlier version's checkout")
    parser.add_argument("--terms", type=int, default=0, help="this many, evenly chosen (0: all)")
    parser.add_argument("--samples", type=int, default=3)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--threads", type=int, default=0, help="of the teacher (0: its own choice)")
    parser.add_argument("--write", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.write:
        write_when_asked(options.write, options.samples, options.threads)
        return
    if not options.before:
        parser.error("name an earlier checkout's src with --before")
    terms = demo_terms()
    step = len(terms) // options.terms if options.terms else 1
    compare(options.before, terms[:: max(step, 1)], options)


if __name__ == "__main__":
    main()
