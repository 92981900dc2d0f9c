"""A run's encoder in OpenSearch beside the embedded index: rates, sizes, latencies and nDCG@10.

    malmoi run korean-search
    python benchmarks/opensearch.py runs/korean-search --json opensearch.json

The cluster is the one at OPENSEARCH_URL; its indexes are made here (bench-…) and removed at the
end. Every kind of search has an index of its own with the fields that it needs, filled from the
same corpus and merged into one segment. Where the run has verified synonyms, BM25 is measured with
them, too. Tables:

1. indexes: documents a second until they can be searched, bytes on disk, bytes a document
2. searches: nDCG@10 on the test queries with intervals, and tests against the embedded index
3. latencies: one client, one query after the other, ten results: p50 and p99 of the wall clock
4. what is traded: two-phase search, SEISMIC, shares of a hybrid, the title's boost in BM25, and
   documents pruned to their heaviest tokens; on the development queries, since these are choices

Timings mean something on a quiet machine only; the load average is printed with them.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from opensearch_indexes import KINDS, build, removed, total_bytes

from malmoi.cli import console
from malmoi.cli.results import print_comparison
from malmoi.core.files import stable_hash, write_atomically
from malmoi.corpora.corpus import Query
from malmoi.corpora.readers import beir
from malmoi.evaluation.compare import compare
from malmoi.evaluation.metrics import Qrels
from malmoi.retrieval.opensearch import pipelines, queries
from malmoi.retrieval.opensearch.check import capabilities
from malmoi.retrieval.opensearch.connection import cluster_info, connect
from malmoi.retrieval.opensearch.diff import embedded_index
from malmoi.retrieval.opensearch.queries import Body, Question, body
from malmoi.retrieval.opensearch.searching import search_all
from malmoi.retrieval.opensearch.source import STUDENT, RunSource
from malmoi.retrieval.opensearch.synonyms import token_rules
from malmoi.retrieval.query import QueryEncoder
from malmoi.synonyms.formats import solr

K = 10
Make = Callable[[Question], Body]
EMBEDDED = "embedded index"

SYSTEMS: dict[str, tuple[str, Make]] = {
    "bm25": ("text", lambda q: body(q, "bm25", K)),
    "rank_features": ("features", lambda q: body(q, "rank_features", K)),
    "neural_sparse": ("features", lambda q: body(q, "neural_sparse", K)),
    "two_phase": ("features", lambda q: body(q, "two_phase", K)),
    "sparse_vector": ("vector", lambda q: body(q, "sparse_vector", K)),
    "sparse_vector, SEISMIC": ("seismic", lambda q: body(q, "sparse_vector", K)),
    "hybrid": ("all", lambda q: body(q, "hybrid", K)),
    "hybrid_rrf": ("all", lambda q: body(q, "hybrid_rrf", K)),
}
"""Name → index and body."""
SYNONYMS: dict[str, tuple[str, Make]] = {
    f"bm25 + {name}.txt": (name, lambda q: body(q, "bm25", K))
    for name in ("english-queries", "synonyms")
}
"""The same, where the run has these files in `synonyms/`."""


def answerable(folder: Path, split: str, most: int) -> tuple[list[Query], Qrels]:
    """Queries of a split that have a relevant document, `most` of them (0: all), and the qrels."""
    corpus = beir.read(folder, split)
    asked = [q for q in corpus.queries if any(gain > 0 for gain in corpus.qrels[q.id].values())]
    asked.sort(key=lambda query: stable_hash(query.id))
    return asked[: most or None], corpus.qrels


class Bench:
    """What every table needs: the run's queries and qrels, the cluster, the embedded index."""

    def __init__(self, options: argparse.Namespace, folder: Path) -> None:
        self.source = RunSource(options.run, options.student)
        self.client = connect(options.url)
        self.version = cluster_info(self.client)["version"]["number"]
        self.encoder = QueryEncoder(self.source.model)
        self.documents = list(self.source.documents())
        files = {i: options.run / "synonyms" / f"{i}.txt" for i, _ in SYNONYMS.values()}
        self.rules = {i: self.tokens_of(file) for i, file in files.items() if file.is_file()}
        self.systems = SYSTEMS | {n: s for n, s in SYNONYMS.items() if s[0] in self.rules}
        self.asked, self.qrels = answerable(options.run / "beir", "test", options.queries)
        self.questions = self.encoded(self.asked)
        self.timed = list(self.questions.values())[: options.timed]
        start = time.perf_counter()
        self.embedded = embedded_index(self.source, folder)
        self.embedded_seconds = time.perf_counter() - start
        self.embedded_bytes = sum(f.stat().st_size for f in folder.rglob("*") if f.is_file())

    def encoded(self, asked: Sequence[Query]) -> dict[str, Question]:
        """Query id → question."""
        return {query.id: Question.of(query.text, self.encoder) for query in asked}

    def tokens_of(self, table: Path) -> list[str]:
        """A Solr file's rules in the tokens of the cluster's analyzer."""
        rules = [(rule.left, rule.right) for rule in solr.read(table)]
        return token_rules(self.client, rules, capabilities(self.client).nori)

    def choose(self, run: Path, most: int) -> None:
        """Ask the development queries from now on."""
        self.asked, self.qrels = answerable(run / "beir", "dev", most)
        self.questions = self.encoded(self.asked)

    def search(self, index: str, make: Make) -> dict[str, list[tuple[str, float]]]:
        """The best `K` of every test query."""
        bodies = [make(question) for question in self.questions.values()]
        found = search_all(self.client, index, bodies, index)
        return {
            name: [(f.id, f.score) for f in each]
            for name, each in zip(self.questions, found, strict=True)
        }

    def embedded_run(self) -> dict[str, list[tuple[str, float]]]:
        """The embedded index's best `K` of every test query."""
        return {
            name: [(hit.id, hit.score) for hit in self.embedded.search(question.ids, K)]
            for name, question in self.questions.items()
        }

    def latencies(self, index: str, make: Make) -> dict[str, float]:
        """p50 and p99 in ms of the wall clock, and p50 of what the server says it took."""
        took: list[float] = []

        def ask(question: Question) -> None:
            took.append(self.client.search(index=index, body=make(question))["took"])

        wall = self.clock(ask)
        return {**wall, "took": float(np.median(took))}

    def clock(self, ask: Callable[[Question], object]) -> dict[str, float]:
        """p50 and p99 in ms of asking one query after the other, after a warm-up."""
        for question in self.timed[:50]:
            ask(question)
        times = []
        for question in self.timed:
            start = time.perf_counter()
            ask(question)
            times.append(1000 * (time.perf_counter() - start))
        p50, p99 = np.percentile(times, [50, 99])
        return {"p50": float(p50), "p99": float(p99)}

    def ndcg(self, run: dict[str, list[tuple[str, float]]]) -> dict[str, float]:
        """nDCG@10 by language."""
        languages = {query.id: query.language for query in self.asked}
        scores = compare({"": run}, self.qrels, languages)["scores"]
        return {language: of[""]["nDCG@10"]["mean"] for language, of in scores.items()}

    def row(self, setting: str, index: str, make: Make) -> dict[str, Any]:
        """A setting's nDCG@10, the share that it `keeps` of the exact ten best, its latency."""
        exact = {name: {i for i, _ in hits} for name, hits in self.embedded_run().items()}
        run = self.search(index, make)
        keeps = [
            len(exact[name] & {i for i, _ in hits}) / len(exact[name])
            for name, hits in run.items()
            if exact[name]
        ]
        return {
            "setting": setting,
            **{f"nDCG {language}": value for language, value in self.ndcg(run).items()},
            "keeps": float(np.mean(keeps)),
            **self.latencies(index, make),
        }


def indexes(bench: Bench) -> list[dict[str, Any]]:
    """Table 1."""
    rows: list[dict[str, Any]] = []
    for kind in sorted({index for index, _ in bench.systems.values()}, key=list(KINDS).index):
        rules = bench.rules.get(kind, ())
        seconds = build(bench.client, kind, bench.source, bench.documents, synonyms=rules)
        size = total_bytes(bench.client, kind)
        rows.append({"index": kind, "seconds": seconds, "bytes": size})
    embedded = {"seconds": bench.embedded_seconds, "bytes": bench.embedded_bytes}
    rows.append({"index": EMBEDDED, **embedded})
    count = len(bench.documents)
    console.table(
        ["index", "documents/s", "MB", "bytes a document"],
        [
            [
                r["index"],
                f"{count / r['seconds']:.0f}",
                f"{r['bytes'] / 1e6:.2f}",
                f"{r['bytes'] / count:.0f}",
            ]
            for r in rows
        ],
        title=f"1. {count} documents, {active(bench):.0f} active dimensions each",
    )
    return rows


def active(bench: Bench) -> float:
    """Mean active dimensions of a document."""
    return float(np.mean([len(document.weights) for document in bench.documents]))


def searches(bench: Bench) -> dict[str, Any]:
    """Table 2."""
    runs = {EMBEDDED: bench.embedded_run()}
    for name, (index, make) in bench.systems.items():
        runs[name] = bench.search(f"bench-{index}", make)
    languages = {query.id: query.language for query in bench.asked}
    tests = [(name, EMBEDDED) for name in bench.systems]
    tests += [(name, "bm25") for name in SYNONYMS if name in runs]
    results = compare(runs, bench.qrels, languages, tests)
    print_comparison(results)
    return results


def timings(bench: Bench) -> list[dict[str, Any]]:
    """Table 3."""
    rows: list[dict[str, Any]] = [
        {"search": EMBEDDED, **bench.clock(lambda q: bench.embedded.search(q.ids, K))}
    ]
    for name, (index, make) in bench.systems.items():
        rows.append({"search": name, **bench.latencies(f"bench-{index}", make)})
    title = f"3. {len(bench.timed)} queries one by one, {K} results; load {os.getloadavg()[0]:.1f}"
    show(title, "search", rows)
    return rows


def show(title: str, first: str, rows: Sequence[dict[str, Any]]) -> None:
    """Latency rows, with whatever else they have."""
    names = [name for name in rows[-1] if name != first]
    cells = [[r[first], *(f"{r[n]:.3g}" if n in r else None for n in names)] for r in rows]
    units = {"p50": "p50 ms", "p99": "p99 ms", "took": "took p50 ms"}
    console.table([first, *(units.get(name, name) for name in names)], cells, title=title)


def trades(bench: Bench) -> dict[str, list[dict[str, Any]]]:
    """Table 4: each setting's nDCG@10, its latency, and how much of the exact top ten it keeps."""
    row = bench.row
    tables = {
        "two-phase: prune_ratio, expansion_rate": [
            row(f"{ratio:g}, {expansion:g}", "bench-features", two_phase(ratio, expansion))
            for ratio in (0.0, 0.2, 0.4, 0.6, 0.8, 0.95)
            for expansion in ((1.0, 5.0) if ratio else (5.0,))
        ],
        "SEISMIC: top_n, heap_factor": [
            row(f"{top_n}, {factor:g}", "bench-seismic", seismic(top_n, factor))
            for top_n in (1, 2, 3, 10)
            for factor in (0.5, 1.0, 2.0)
        ],
        "hybrid: share of bm25": [
            row(f"{share:g}", "bench-all", hybrid(share)) for share in (0.0, 0.05, 0.1, 0.2, 0.3)
        ],
        "bm25: boost of the title": [
            row(f"{boost:g}", "bench-text", titled(boost))
            for boost in (0.125, 0.25, 0.5, 1.0, 2.0, 4.0)
        ],
        "documents pruned to their heaviest tokens": pruned(bench),
    }
    for title, rows in tables.items():
        show(f"4. {title}; load {os.getloadavg()[0]:.1f}", "setting", rows)
    return tables


def two_phase(ratio: float, expansion: float) -> Make:
    """Bodies of a two-phase search; ratio 0 leaves nothing for the second phase."""

    def make(question: Question) -> Body:
        pipeline = pipelines.two_phase_pipeline(ratio, expansion)
        return {**body(question, "two_phase", K), "search_pipeline": pipeline}

    return make


def seismic(top_n: int, factor: float) -> Make:
    """Bodies of a search by SEISMIC."""
    return lambda question: {
        **body(question, "sparse_vector", K),
        "query": queries.sparse_vector(question.ids, K, top_n, factor),
    }


def hybrid(share: float) -> Make:
    """Bodies of a hybrid search with this share of bm25."""

    def make(question: Question) -> Body:
        pipeline = pipelines.normalization_pipeline((share, 1 - share))
        return {**body(question, "hybrid", K), "search_pipeline": pipeline}

    return make


def titled(boost: float) -> Make:
    """Bodies of BM25 with this boost of the title."""
    return lambda question: {
        **body(question, "bm25", K),
        "query": queries.bm25(question.text, boost),
    }


def pruned(bench: Bench) -> list[dict[str, Any]]:
    """`rank_features` of documents that keep their heaviest tokens alone."""
    rows = []
    for keep in (32, 64, 96, 128, 192, 10_000):
        build(bench.client, "features", bench.source, bench.documents, keep, "bench-pruned")
        setting = str(keep) if keep < 10_000 else "all"
        made = bench.row(setting, "bench-pruned", SYSTEMS["neural_sparse"][1])
        size = total_bytes(bench.client, "pruned") / len(bench.documents)
        rows.append({**made, "bytes a document": size})
    return rows


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("run", type=Path)
    parser.add_argument("--student", default=STUDENT)
    parser.add_argument("--url", default="")
    parser.add_argument("--queries", type=int, default=0, help="so many test queries (0: all)")
    parser.add_argument("--timed", type=int, default=500, help="queries that are timed")
    parser.add_argument("--json", type=Path, help="where every figure is written, too")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        index = Path(folder) / "index"
        bench = Bench(options, index)
        with removed(bench.client):
            figures = {
                "opensearch": bench.version,
                "machine": f"{platform.processor() or platform.machine()}, {os.cpu_count()} CPUs",
                "load": os.getloadavg()[0],
                "documents": len(bench.documents),
                "queries": len(bench.questions),
                "active_dimensions": active(bench),
                "indexes": indexes(bench),
                "searches": searches(bench),
                "timings": timings(bench),
            }
            bench.choose(options.run, options.queries)
            figures |= {"development_queries": len(bench.questions), "trades": trades(bench)}
    if options.json:
        write_atomically(options.json, json.dumps(figures, ensure_ascii=False, indent=1) + "\n")
        console.say(f"every figure: {options.json}")


if __name__ == "__main__":
    with console.shown():
        main()
