"""The engines that engines.py compares, each behind the same few methods.

build(folder, matrix)   make the index from documents, float32 CSR [n, DIMENSIONS]
open(folder), close()   what is there can be searched between them
search(query)           the K best documents of {dimension: weight}
put, delete, count      where `updates` is true: add or replace, delete, count by number
"""
# ruff: noqa: D102 (said once, above)

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import scipy.sparse as sp

try:
    from malmoi.retrieval.index.vector_index import VectorIndex
    from malmoi.retrieval.scores import best_rows
except ModuleNotFoundError:  # of an earlier version, which large_index.py compares with
    from malmoi.search.index import Index as VectorIndex
    from malmoi.search.scores import best_rows

DIMENSIONS = 32_768
BATCH = 1_000
K = 10
Query = dict[int, float]
Hits = list[tuple[str, float]]


def best(scores: np.ndarray[Any, Any]) -> Hits:
    """The `K` best of a score per row."""
    found = sorted((-scores[row], str(row)) for row in best_rows(scores, K))
    return [(row, -float(score)) for score, row in found[:K]]


class Malmoi:
    """The index of this project."""

    updates = True
    options: dict[str, Any] = {}  # noqa: RUF012

    def build(self, folder: Path, matrix: sp.csr_matrix) -> None:
        self.index = VectorIndex.create(folder, DIMENSIONS, **self.options)
        for start in range(0, matrix.shape[0], BATCH):
            part = matrix[start : start + BATCH]
            self.put(range(start, start + part.shape[0]), part)
        self.index.compact()

    def open(self, folder: Path) -> None:
        self.index = VectorIndex.open(folder)

    def put(self, ids: range, part: sp.csr_matrix) -> None:
        self.index.add([str(i) for i in ids], [f"문서 {i}" for i in ids], [0] * len(ids), part)

    def delete(self, ids: range) -> None:
        self.index.delete([str(i) for i in ids])

    def count(self, ids: range) -> int:
        return sum(str(i) in self.index for i in ids)

    def search(self, query: Query) -> Hits:
        return [(hit.id, hit.score) for hit in self.index.search(query, K)]

    def close(self) -> None:
        del self.index


class ScipyCsc:
    """A memory-mapped CSC matrix: the query's columns times its weights. The peer of the ratios."""

    updates = False

    def build(self, folder: Path, matrix: sp.csr_matrix) -> None:
        columns = matrix.tocsc()
        folder.mkdir()
        for name in ("data", "indices", "indptr"):
            np.save(folder / f"{name}.npy", getattr(columns, name))
        (folder / "documents").write_text(str(matrix.shape[0]))
        self.open(folder)

    def open(self, folder: Path) -> None:
        self.data, self.indices, self.indptr = (
            np.load(folder / f"{name}.npy", mmap_mode="r") for name in ("data", "indices", "indptr")
        )
        self.documents = int((folder / "documents").read_text())

    def search(self, query: Query) -> Hits:
        parts = [slice(self.indptr[d], self.indptr[d + 1]) for d in query]
        starts = np.cumsum([0] + [part.stop - part.start for part in parts], dtype=np.int32)
        columns = sp.csc_matrix(
            (
                np.concatenate([self.data[part] for part in parts]),
                np.concatenate([self.indices[part] for part in parts]),
                starts,
            ),
            shape=(self.documents, len(parts)),
        )
        scores = columns @ np.array(list(query.values()), np.float32)
        return best(scores)

    def close(self) -> None:
        del self.data, self.indices, self.indptr


class ScipyCsr(ScipyCsc):
    """A memory-mapped CSR matrix times a dense query: every weight of every document is read."""

    def build(self, folder: Path, matrix: sp.csr_matrix) -> None:
        super().build(folder, matrix.T)  # the columns of the transpose are the rows
        (folder / "documents").write_text(str(matrix.shape[0]))
        self.open(folder)

    def search(self, query: Query) -> Hits:
        dense = np.zeros(DIMENSIONS, np.float32)
        dense[list(query)] = list(query.values())
        rows = sp.csr_matrix(
            (self.data, self.indices, self.indptr), shape=(self.documents, DIMENSIONS), copy=False
        )
        scores = rows @ dense
        return best(scores)


class QdrantEdge:
    """qdrant-edge-py: a Qdrant shard in the process, with its write-ahead log."""

    updates = True

    def __init__(self) -> None:
        import qdrant_edge

        self.api = qdrant_edge

    def build(self, folder: Path, matrix: sp.csr_matrix) -> None:
        folder.mkdir()
        config = self.api.EdgeConfig(sparse_vectors={"text": self.api.EdgeSparseVectorParams()})
        self.shard = self.api.EdgeShard.create(str(folder), config)
        for start in range(0, matrix.shape[0], BATCH):
            part = matrix[start : start + BATCH]
            self.put(range(start, start + part.shape[0]), part, flush=False)
        self.shard.flush()
        self.shard.optimize()
        self.shard.flush()

    def open(self, folder: Path) -> None:
        self.shard = self.api.EdgeShard.load(str(folder))

    def put(self, ids: range, part: sp.csr_matrix, flush: bool = True) -> None:
        points = []
        for row, i in enumerate(ids):
            of = slice(part.indptr[row], part.indptr[row + 1])
            vector = self.api.SparseVector(part.indices[of].tolist(), part.data[of].tolist())
            points.append(self.api.Point(i, {"text": vector}, {"id": str(i), "title": f"문서 {i}"}))
        self.shard.update(self.api.UpdateOperation.upsert_points(points))
        if flush:
            self.shard.flush()

    def delete(self, ids: range) -> None:
        self.shard.update(self.api.UpdateOperation.delete_points(list(ids)))
        self.shard.flush()

    def count(self, ids: range) -> int:
        return len(self.shard.retrieve(list(ids), False, False))

    def search(self, query: Query) -> Hits:
        vector = self.api.SparseVector(list(query), list(query.values()))
        request = self.api.QueryRequest(
            query=self.api.Query.Nearest(vector, using="text"), limit=K, with_payload=True
        )
        return [(str(point.id), point.score) for point in self.shard.query(request)]

    def close(self) -> None:
        self.shard.close()


class Seismic:
    """pyseismic-lsr with its default settings: approximate, built once, no update."""

    updates = False

    def __init__(self) -> None:
        import seismic

        self.api = seismic

    def build(self, folder: Path, matrix: sp.csr_matrix) -> None:
        folder.mkdir()
        data = self.api.SeismicDataset(DIMENSIONS)
        data.add_documents_by_id(
            [str(i) for i in range(matrix.shape[0])],
            matrix.indices.astype(np.int64),
            matrix.data,
            matrix.indptr.astype(np.int64),
        )
        self.index = self.api.SeismicIndex.build_from_dataset(data)
        self.index.save(str(folder / "vectors"))

    def open(self, folder: Path) -> None:
        self.index = self.api.SeismicIndex.load(str(folder / "vectors.index.seismic"))

    def search(self, query: Query) -> Hits:
        tokens = np.array([str(d) for d in query], dtype=self.api.get_seismic_string())
        weights = np.array(list(query.values()), np.float32)
        # All query terms and no heap discount: as exact as it gets.
        hits = self.index.search("q", tokens, weights, k=K, query_cut=10, heap_factor=1.0)
        return [(identifier, score) for _, score, identifier in hits]

    def close(self) -> None:
        del self.index


ENGINES: dict[str, Callable[[], Any]] = {
    "scipy-csc": ScipyCsc,
    "scipy-csr": ScipyCsr,
    "malmoi": Malmoi,
    "qdrant-edge": QdrantEdge,
    "seismic": Seismic,
}
