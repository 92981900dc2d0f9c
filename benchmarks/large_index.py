"""The embedded index at a million documents, beside an earlier version, SciPy and other engines.

    git worktree add before 3ddabe0
    python benchmarks/large_index.py --before before/src --run runs/korean-search

Two collections of vectors, 32,768 dimensions and about 200 weights a document:

zipf       dimensions by a Zipf-Mandelbrot law, gamma weights (float32 with random bits, of which
           none can be packed away), queries of 3 to 8 dimensions by the same law, weighted by IDF
resampled  from a run's documents: each blends two of them, either giving a third of its weights at
           random, times a log-normal factor of 5 %, so that terms keep their shares of the
           documents and those that occur together still do; queries are the run's, of 3 to 8 tokens

Every engine gets the same files, in a process of its own, one after the other:

before, now  the index, in batches, compacted; now-17: of 17 bits a weight
scipy-csc    a memory-mapped matrix, columns times query: the brute force all are compared with
qdrant-edge, seismic  with their default settings, where they are installed

Columns: bytes a document on disk; build s; p50 and p99 of a query in ms, each query's best of
`--rounds` (on shared cores all others measure the neighbours), k = 10, with ids, titles and
matches; its ratio to `before`; first s: from the start of a process to its end with an answer, the
files evicted from memory before; right: queries with the brute force's scores within a relative
1e-6 (now-17: 8e-6) and its ids, but where scores are that near; same: queries with the very results
of `before`, to the last bit; recall of the brute force's ten.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np
import scipy.sparse as sp
import sparse_engines
from sparse_engines import DIMENSIONS, ENGINES, Hits, Query

SHARE = 50_000
"""Documents that are made at a time."""


def zipf(documents: int, queries: int) -> tuple[sp.csr_matrix, list[Query]]:
    rng = np.random.default_rng(13)
    shares = 1.0 / (np.arange(DIMENSIONS) + 100.0)
    edges = np.cumsum(shares / shares.sum())
    names = rng.permutation(DIMENSIONS).astype(np.int32)

    def drawn(count: int) -> np.ndarray[Any, Any]:
        return names[np.minimum(np.searchsorted(edges, rng.random(count)), DIMENSIONS - 1)]

    parts = []
    for start in range(0, documents, SHARE):
        lengths = rng.integers(155, 260, min(SHARE, documents - start))
        starts = np.concatenate([[0], np.cumsum(lengths)])
        weights = rng.gamma(2.0, 0.5, starts[-1]).astype(np.float32) + np.float32(0.01)
        shape = (len(lengths), DIMENSIONS)
        parts.append(sp.csr_matrix((weights, drawn(starts[-1]), starts), shape=shape))
        parts[-1].sum_duplicates()
    matrix = sp.vstack(parts, format="csr")
    counts = np.bincount(matrix.indices, minlength=DIMENSIONS)
    idf = np.log((documents + 1) / (counts + 0.5)).clip(0.1).astype(np.float32)
    asked = [sorted(set(drawn(length).tolist())) for length in rng.integers(3, 9, queries)]
    return matrix, [{d: float(idf[d]) for d in dimensions} for dimensions in asked]


def resampled(documents: int, queries: int, run: Path) -> tuple[sp.csr_matrix, list[Query]]:
    from malmoi.retrieval.query import QueryEncoder

    rng = np.random.default_rng(13)
    real = sp.load_npz(run / "student-v2" / "documents.npz").tocsr().astype(np.float32)
    real.resize(real.shape[0], DIMENSIONS)
    kept = 100 * real.shape[0] / real.nnz
    parts = []
    for start in range(0, documents, SHARE):
        halves = []
        for _ in range(2):
            half = real[rng.integers(0, real.shape[0], min(SHARE, documents - start))]
            noise = np.exp(rng.normal(0, 0.05, half.nnz)).astype(np.float32)
            half.data = half.data * noise * (rng.random(half.nnz) < kept)
            half.eliminate_zeros()
            halves.append(half)
        parts.append(halves[0].maximum(halves[1]).tocsr().astype(np.float32))
    encoder = QueryEncoder(run / "student-v2" / "model")
    asked = []
    for line in (run / "beir" / "queries.jsonl").read_text(encoding="utf-8").splitlines():
        query = encoder.dimensions(encoder.encode(json.loads(line)["text"]))
        if 3 <= len(query) <= 8:
            asked.append({int(d): float(w) for d, w in sorted(query.items())})
    picked = rng.permutation(len(asked))[:queries]
    return sp.vstack(parts, format="csr"), [asked[n] for n in picked]


def save(folder: Path, matrix: sp.csr_matrix, queries: list[Query]) -> None:
    for name in ("data", "indices", "indptr"):
        np.save(folder / f"{name}.npy", getattr(matrix, name))
    (folder / "queries.json").write_text(json.dumps([list(q.items()) for q in queries]))


def load(folder: Path) -> tuple[sp.csr_matrix, list[Query]]:
    arrays = [np.load(folder / f"{n}.npy", mmap_mode="r") for n in ("data", "indices", "indptr")]
    shape = (len(arrays[2]) - 1, DIMENSIONS)
    queries = [dict(q) for q in json.loads((folder / "queries.json").read_text())]
    return sp.csr_matrix(tuple(arrays), shape=shape, copy=False), queries


def engine_of(name: str) -> Any:
    engine = ENGINES["malmoi" if name in {"before", "now", "now-17"} else name]()
    if name == "now-17":
        engine.options = {"weight_bits": 17}
    return engine


def measure(name: str, data: Path, folder: Path, rounds: int) -> dict[str, Any]:
    """Build and search, in this process; the results of every query too."""
    matrix, queries = load(data)
    sparse_engines.BATCH = max(1000, matrix.shape[0] // 50)
    engine = engine_of(name)
    start = time.perf_counter()
    engine.build(folder, matrix)
    out: dict[str, Any] = {"build s": time.perf_counter() - start}
    engine.close()
    size = sum(file.stat().st_blocks * 512 for file in folder.rglob("*") if file.is_file())
    out["bytes"] = size / matrix.shape[0]
    engine.open(folder)
    hits = [engine.search(query) for query in queries]
    best = np.full(len(queries), np.inf)
    for _ in range(rounds):
        for number, query in enumerate(queries):
            start = time.perf_counter()
            engine.search(query)
            best[number] = min(best[number], 1000 * (time.perf_counter() - start))
    out["p50 ms"], out["p99 ms"] = np.percentile(best, [50, 99]).tolist()
    return {**out, "hits": hits}


FIRST = """
import json, sys
from pathlib import Path
try:
    from malmoi.retrieval.index.vector_index import VectorIndex
except ModuleNotFoundError:
    from malmoi.search.index import Index as VectorIndex
query = {int(d): w for d, w in json.loads(sys.argv[2])}
assert VectorIndex.open(Path(sys.argv[1])).search(query, 10)
"""


def first_answer(folder: Path, query: Query, environment: dict[str, str]) -> float:
    """Median of three processes that answer one query, from their start to their end."""
    taken = []
    for _ in range(3):
        for file in folder.iterdir():
            with file.open("rb") as opened:
                os.posix_fadvise(opened.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
        start = time.perf_counter()
        command = [sys.executable, "-c", FIRST, str(folder), json.dumps(list(query.items()))]
        subprocess.run(command, check=True, env=environment)
        taken.append(time.perf_counter() - start)
    return sorted(taken)[1]


def is_right(hits: Hits, truth: Hits, tolerance: float) -> bool:
    if len(hits) != len(truth):
        return False
    ours, theirs = np.array([s for _, s in hits]), np.array([s for _, s in truth])
    if not np.allclose(ours, theirs, rtol=tolerance, atol=0):
        return False
    # Ids may differ only where another score of the truth is as near.
    differ = [n for n, (a, b) in enumerate(zip(hits, truth, strict=True)) if a[0] != b[0]]
    return all(
        np.isclose(np.delete(theirs, n), theirs[n], rtol=2 * tolerance).any() or n == len(hits) - 1
        for n in differ
    )


def compared(data: Path, names: list[str], options: argparse.Namespace) -> list[list[Any]]:
    _, queries = load(data)
    results: dict[str, dict[str, Any]] = {}
    for name in names:
        folder = data / name
        environment = dict(os.environ, OMP_NUM_THREADS="1")
        if name == "before":
            environment["PYTHONPATH"] = str(options.before)
        command = [sys.executable, __file__, "--worker", name, "--data", str(data)]
        command += ["--rounds", str(options.rounds)]
        done = subprocess.run(command, env=environment, check=False, capture_output=True, text=True)
        if done.returncode:
            print(f"{name} is left out: {done.stderr.strip().splitlines()[-1]}", flush=True)
            continue
        results[name] = json.loads(done.stdout.splitlines()[-1])
        if name in {"before", "now", "now-17"}:
            results[name]["first s"] = first_answer(folder, queries[0], environment)
        shutil.rmtree(folder)
        figures = {k: round(v, 3) for k, v in results[name].items() if k != "hits"}
        print(data.name, name, figures, flush=True)
    truth = results["scipy-csc"]["hits"]
    rows = []
    for name, out in results.items():
        hits, row = out["hits"], [data.name, name, f"{out['bytes']:.0f}", f"{out['build s']:.0f}"]
        tolerance = 8e-6 if name == "now-17" else 1e-6
        pairs = list(zip(hits, truth, strict=True))
        right = sum(is_right(ours, theirs, tolerance) for ours, theirs in pairs)
        found = [len(dict(a).keys() & dict(b).keys()) / max(1, len(b)) for a, b in pairs]
        ratio, same = "", ""
        if "before" in results:
            ratio = f"{out['p50 ms'] / results['before']['p50 ms']:.2f}"
            same = str(sum(map(list.__eq__, hits, results["before"]["hits"])))
        row += [f"{out['p50 ms']:.2f}", f"{out['p99 ms']:.2f}", ratio]
        first = f"{out['first s']:.2f}" if "first s" in out else ""
        rows.append([*row, first, f"{right}/{len(truth)}", same, f"{np.mean(found):.3f}"])
        if name in {"now", "now-17"} and right < len(truth):
            print(f"{data.name}: {name} gave {len(truth) - right} wrong answers", flush=True)
    return rows


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--documents", default="10000,100000,1000000", help="comma-separated")
    parser.add_argument("--engines", default="scipy-csc,before,now,now-17,qdrant-edge,seismic")
    parser.add_argument("--before", type=Path, help="src of an earlier version's checkout")
    parser.add_argument("--run", type=Path, help="a finished run of search, for real vectors")
    parser.add_argument("--queries", type=int, default=200)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seismic-limit", type=int, default=1000, help="it builds for minutes")
    parser.add_argument("--qdrant-limit", type=int, default=100_000)
    parser.add_argument("--folder", type=Path, help="where the files go; a temporary folder")
    parser.add_argument("--worker", help=argparse.SUPPRESS)
    parser.add_argument("--data", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.worker:
        folder = options.data / options.worker
        print(json.dumps(measure(options.worker, options.data, folder, options.rounds)))
        return

    from malmoi.cli.console import shown, table

    limits = {"seismic": options.seismic_limit, "qdrant-edge": options.qdrant_limit}
    rows = []
    for documents in map(int, options.documents.split(",")):
        for kind in ("zipf", "resampled") if options.run else ("zipf",):
            names = options.engines.split(",")
            names = [n for n in names if documents <= limits.get(n, documents)]
            names = [n for n in names if n != "before" or options.before]
            with tempfile.TemporaryDirectory(dir=options.folder) as temporary:
                data = Path(temporary) / f"{kind}-{documents}"
                data.mkdir()
                made = zipf(documents, options.queries)
                if kind == "resampled":
                    made = resampled(documents, options.queries, options.run)
                save(data, *made)
                del made
                rows += compared(data, names, options)
    columns = ["vectors", "engine", "bytes", "build s", "p50 ms", "p99 ms", "× before"]
    columns += ["first s", "right", "same", "recall"]
    with shown():
        table(columns, rows, f"{options.queries} queries, k = 10")


if __name__ == "__main__":
    main()
