"""Which engine holds the embedded index: a table of what each does with the same sparse vectors.

    python benchmarks/engines.py --documents 1000,10000,100000

Vectors are synthetic and shaped like ours: 32,768 dimensions drawn by a Zipf-Mandelbrot law, 150 to
250 of them non-zero in a document, 3 to 10 in a query (weights: IDF). Every engine gets the same
documents and queries. Columns:

build s      batches of 1,000 documents, until all is on the disk and optimised
open ms      median of five, files in the page cache
p50, p99 ms  one query at a time, ten results; ids and titles too where the engine keeps them
exact        share of queries whose ten scores are those of a brute force within a relative 1e-5
recall       share of a brute force's ten documents that were found
add 100 ms   until they can be searched and are safe on the disk (so for replace and delete)
× scipy-csc  p50 over that of a bare SciPy matrix in the same run: what to compare across machines
2nd process  whether another process can open the index meanwhile

The last table: of so many SIGKILLs in the middle of a write, how many lost an acknowledged batch or
left half of one. An engine that is not installed is left out, with the reason.
"""

from __future__ import annotations

import argparse
import itertools
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import scipy.sparse as sp
from sparse_engines import DIMENSIONS, ENGINES, Hits, K, Query

from malmoi.cli.console import say, shown, table
from malmoi.retrieval.scores import search_matrix


def synthetic(documents: int, queries: int, seed: int = 13) -> tuple[sp.csr_matrix, list[Query]]:
    """Documents (float32 [n, DIMENSIONS]) and queries with Zipfian dimensions and IDF weights."""
    rng = np.random.default_rng(seed)
    shares = 1.0 / (np.arange(DIMENSIONS) + 100.0)
    edges = np.cumsum(shares / shares.sum())
    names = rng.permutation(DIMENSIONS).astype(np.int32)
    lengths = rng.integers(155, 260, documents)  # some draws coincide: 150 to 250 remain
    starts = np.concatenate([[0], np.cumsum(lengths)])
    drawn = names[np.minimum(np.searchsorted(edges, rng.random(starts[-1])), DIMENSIONS - 1)]
    weights = rng.gamma(2.0, 0.5, len(drawn)).astype(np.float32) + np.float32(0.01)
    matrix = sp.csr_matrix((weights, drawn, starts), shape=(documents, DIMENSIONS))
    matrix.sum_duplicates()
    counts = np.bincount(matrix.indices, minlength=DIMENSIONS)
    idf = np.log((documents + 1) / (counts + 0.5)).clip(0.1).astype(np.float32)
    out = []
    for length in rng.integers(3, 11, queries):
        of = names[np.minimum(np.searchsorted(edges, rng.random(length)), DIMENSIONS - 1)]
        out.append({int(d): float(idf[d]) for d in sorted(set(of.tolist()))})
    return matrix, out


def seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def measure(
    name: str, folder: Path, matrix: sp.csr_matrix, queries: list[Query], truth: list[Hits]
) -> dict[str, Any]:
    engine = ENGINES[name]()
    out: dict[str, Any] = {"build s": seconds(lambda: engine.build(folder, matrix))}
    engine.close()
    opened = []
    for _ in range(5):
        opened.append(seconds(lambda: engine.open(folder)))
        engine.close()
    out["open ms"] = 1000 * float(np.median(opened))
    out["MB"] = sum(f.stat().st_blocks * 512 for f in folder.rglob("*") if f.is_file()) / 1e6
    engine.open(folder)
    for query in queries[:20]:
        engine.search(query)
    times, exact, common = [], 0, 0.0
    for query, right in zip(queries, truth, strict=True):
        start = time.perf_counter()
        hits = engine.search(query)
        times.append(1000 * (time.perf_counter() - start))
        scores = [[score for _, score in ranking] for ranking in (hits, right)]
        exact += len(hits) == len(right) and np.allclose(*scores, rtol=1e-5)
        common += len(dict(hits).keys() & dict(right).keys()) / max(1, len(right))
    out["p50 ms"], out["p99 ms"] = np.percentile(times, [50, 99]).tolist()
    out["exact"], out["recall"] = exact / len(queries), common / len(queries)
    if engine.updates:
        n = matrix.shape[0]
        batch = matrix[:100]
        for what, work in {
            "add 100 ms": lambda: engine.put(range(n, n + 100), batch),
            "replace 100 ms": lambda: engine.put(range(100), batch),
            "delete 100 ms": lambda: engine.delete(range(100, 200)),
        }.items():
            out[what] = 1000 * seconds(work)
        held = [engine.count(r) for r in (range(n, n + 100), range(100), range(100, 200))]
        assert held == [100, 100, 0], f"an update was lost: {held}"
    engine.close()
    return out


def child(name: str, folder: Path) -> None:
    """Add batches of 50 until killed; a line on standard output acknowledges each."""
    matrix, _ = synthetic(50, 0)
    engine = ENGINES[name]()
    engine.open(folder)
    for batch in itertools.count(1):
        engine.put(range(batch * 50, batch * 50 + 50), matrix)
        os.write(1, f"{batch}\n".encode())


def kill(name: str, kills: int) -> str:
    """Kill a writer at random moments; how often a batch was lost or torn."""
    broken = 0
    moments = random.Random(13)
    matrix, _ = synthetic(50, 0)
    for _ in range(kills):
        with tempfile.TemporaryDirectory() as name_of_folder:
            folder = Path(name_of_folder) / "index"
            engine = ENGINES[name]()
            engine.build(folder, matrix)
            engine.close()
            command = [sys.executable, __file__, "--child", name, "--folder", str(folder)]
            writer = subprocess.Popen(command, stdout=subprocess.PIPE)
            assert writer.stdout is not None
            first = writer.stdout.readline()
            time.sleep(moments.uniform(0, 0.3))
            writer.send_signal(signal.SIGKILL)
            acknowledged = len((first + writer.stdout.read()).splitlines())
            writer.wait()
            try:
                engine = ENGINES[name]()
                engine.open(folder)
                held = [engine.count(range(b * 50, b * 50 + 50)) for b in range(acknowledged + 3)]
                engine.close()
                broken += any(h != 50 for h in held[: acknowledged + 1])
                broken += any(h not in (0, 50) for h in held[acknowledged + 1 :])
            except Exception as error:
                say(f"{name} after a kill: {error}")
                broken += 1
    return f"{broken}/{kills}"


def second_process(name: str, folder: Path) -> str:
    """Whether another process can open the index while this one has it open."""
    engine = ENGINES[name]()
    engine.open(folder)
    command = [sys.executable, __file__, "--reader", name, "--folder", str(folder)]
    code = subprocess.run(command, capture_output=True, check=False).returncode
    engine.close()
    return "yes" if code == 0 else "no"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--documents", default="1000,10000,100000", help="sizes, comma-separated")
    parser.add_argument("--queries", type=int, default=200)
    parser.add_argument("--engines", default=",".join(ENGINES))
    parser.add_argument("--kills", type=int, default=10)
    parser.add_argument("--seismic-limit", type=int, default=1000, help="it builds for minutes")
    parser.add_argument("--child", help=argparse.SUPPRESS)
    parser.add_argument("--reader", help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.child:
        child(options.child, options.folder)
    if options.reader:
        ENGINES[options.reader]().open(options.folder)
        return

    engines = []
    for name in options.engines.split(","):
        try:
            ENGINES[name]()
            engines.append(name)
        except ImportError as error:
            say(f"{name} is left out: {error}")
    columns = ["build s", "open ms", "p50 ms", "p99 ms", "exact", "recall", "MB"]
    columns += ["add 100 ms", "replace 100 ms", "delete 100 ms"]
    for documents in map(int, options.documents.split(",")):
        matrix, queries = synthetic(documents, options.queries)
        asked = sp.csr_matrix(
            (
                np.array([w for q in queries for w in q.values()], np.float32),
                np.array([d for q in queries for d in q], np.int32),
                np.cumsum([0] + [len(q) for q in queries]),
            ),
            shape=(len(queries), DIMENSIONS),
        )
        ids = [str(i) for i in range(documents)]
        truth = search_matrix(asked, matrix, ids, K)
        rows, peer = [], 0.0
        for name in engines:
            if name == "seismic" and documents > options.seismic_limit:
                say(f"seismic is left out at {documents}: --seismic-limit {options.seismic_limit}")
                continue
            folder = Path(tempfile.mkdtemp()) / "index"
            try:
                out = measure(name, folder, matrix, queries, truth)
                both = second_process(name, folder)
            finally:
                shutil.rmtree(folder.parent)
            peer = out["p50 ms"] if name == "scipy-csc" else peer
            ratio = f"{out['p50 ms'] / peer:.2f}" if peer else None
            figures = [f"{out[c]:.3g}" if c in out else "–" for c in columns]
            rows.append([name, *figures, ratio, both])
            shown = ", ".join(f"{c} {f}" for c, f in zip(columns, figures, strict=True))
            say(f"{documents} documents, {name}: {shown}")  # not lost if a later engine fails
        nnz = matrix.nnz / documents
        title = f"{documents:,} documents of {nnz:.0f} dimensions, {len(queries)} queries"
        table(["engine", *columns, "× scipy-csc", "2nd process"], rows, title)
    writers = [name for name in engines if ENGINES[name].updates]  # type: ignore[attr-defined]
    if options.kills and writers:
        table(["engine", "broken/killed"], [[n, kill(n, options.kills)] for n in writers])


if __name__ == "__main__":
    with shown():
        main()
