"""What a document costs in OpenSearch, by its active dimensions: bytes on disk, indexing, p50.

    python benchmarks/opensearch_sizes.py --documents 20000 --dimensions 32,64,128,256

Vectors are synthetic (vocabulary of 30,000, tokens as frequent as words are, weights as an
encoder's); titles are short and there is no text, so that the vectors' cost is what is seen. For
each number of active dimensions: an index with `features`, one with `vector` (exact), and one with
`vector` and SEISMIC in every segment. Then a fit: bytes a document = fixed + slope × active
dimensions. The weights stand in each index twice: as postings and in `_source`.
"""

from __future__ import annotations

import argparse
import json
import os
import time
from pathlib import Path
from typing import Any

import numpy as np
from opensearch_indexes import PREFIX, build, removed, total_bytes

from malmoi.cli import console
from malmoi.core.files import write_atomically
from malmoi.retrieval.opensearch import queries
from malmoi.retrieval.opensearch.connection import connect
from malmoi.retrieval.opensearch.mapping import Ranges
from malmoi.retrieval.opensearch.source import SourceDocument

VOCABULARY = 30_000
WEIGHTS = (0.02, 4.0)
"""Least and greatest weight of a document, log-uniform between them."""
INDEXES = {"features": "features", "vector, exact": "vector", "vector, SEISMIC": "seismic"}
"""Name → kind (see `opensearch_indexes.KINDS`)."""


class Synthetic:
    """Documents as `RunSource` gives them."""

    tokens = tuple(f"토큰{n}" for n in range(VOCABULARY))

    def __init__(self, documents: int, dimensions: int) -> None:
        rng = np.random.default_rng(dimensions)
        edges = np.cumsum(1.0 / (np.arange(VOCABULARY) + 50.0))
        edges /= edges[-1]
        self.documents = []
        for number in range(documents):
            drawn = np.searchsorted(edges, rng.random(2 * dimensions))
            ids = list(dict.fromkeys(drawn.tolist()))
            ids = sorted(rng.permutation(ids)[:dimensions].tolist())
            weights = np.exp(rng.uniform(*np.log(WEIGHTS), len(ids))).astype(np.float32)
            pairs = dict(zip(ids, (float(str(weight)) for weight in weights), strict=True))
            self.documents.append(SourceDocument(f"{number}", f"문서 {number}", "", pairs))
        self.active = float(np.mean([len(d.weights) for d in self.documents]))
        self.queries = [
            {int(i): float(np.float32(w)) for i, w in zip(ids, weights, strict=True)}
            for ids, weights in ((set_of(rng, edges), rng.uniform(0.5, 8.0, 4)) for _ in range(200))
        ]

    def ranges(self) -> Ranges:
        """The greatest weights."""
        return Ranges(WEIGHTS[1], 8.0)


def set_of(rng: np.random.Generator, edges: np.ndarray[Any, Any]) -> list[int]:
    """Four different tokens, rarer ones than documents have (a query's are)."""
    found: dict[int, None] = {}
    while len(found) < 4:
        found[int(np.searchsorted(edges, 0.3 + 0.7 * rng.random()))] = None
    return list(found)


def measure(client: Any, name: str, made: Synthetic) -> dict[str, Any]:
    """Indexing rate, bytes a document and latency of one index."""
    kind = INDEXES[name]
    seconds = build(client, kind, made, made.documents)  # type: ignore[arg-type]
    count = len(made.documents)
    times = []
    for number, ids in enumerate(made.queries):
        tokens = {made.tokens[i]: weight for i, weight in ids.items()}
        sparse = queries.sparse_vector(ids, 10)
        query = queries.neural_sparse(tokens) if kind == "features" else sparse
        start = time.perf_counter()
        client.search(index=PREFIX + kind, body={"size": 10, "_source": False, "query": query})
        if number >= 20:
            times.append(1000 * (time.perf_counter() - start))
    return {
        "index": name,
        "active dimensions": round(made.active, 1),
        "documents/s": round(count / seconds),
        "bytes a document": round(total_bytes(client, kind) / count),
        "p50 ms": round(float(np.median(times)), 2),
    }


def fit(rows: list[dict[str, Any]]) -> list[list[Any]]:
    """Fixed bytes and bytes an active dimension, of each index with two sizes or more."""
    found = []
    for name in INDEXES:
        points = [
            (r["active dimensions"], r["bytes a document"]) for r in rows if r["index"] == name
        ]
        if len(points) > 1:
            slope, fixed = np.polyfit(*np.array(points).T, 1)
            found.append([name, round(float(fixed)), round(float(slope), 1)])
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--documents", type=int, default=20_000)
    parser.add_argument("--dimensions", default="32,64,128,256")
    parser.add_argument("--indexes", default="", help="some of them, separated by semicolons")
    parser.add_argument("--url", default="")
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    client = connect(options.url)
    rows: list[dict[str, Any]] = []
    with removed(client):
        for dimensions in map(int, options.dimensions.split(",")):
            made = Synthetic(options.documents, dimensions)
            for name in options.indexes.split(";") if options.indexes else INDEXES:
                rows.append(measure(client, name, made))
                console.say(str(rows[-1]))  # not lost if a later one fails
    title = f"{options.documents:,} documents, one segment; load {os.getloadavg()[0]:.1f}"
    console.table(list(rows[0]), [list(row.values()) for row in rows], title=title)
    console.table(["index", "fixed bytes", "bytes an active dimension"], fit(rows))
    if options.json:
        write_atomically(options.json, json.dumps(rows, ensure_ascii=False, indent=1) + "\n")


if __name__ == "__main__":
    with console.shown():
        main()
