"""A student's vectors on disk.

documents.npz     the corpus's vectors [documents, vocabulary], float32 (scipy's format)
weights.npy       queries' weights [vocabulary]
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from malmoi.core.files import write_atomically

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from scipy.sparse import csr_matrix

DOCUMENTS = "documents.npz"
QUERIES = "weights.npy"


def student_folder(name: str) -> str:
    """What the folder of a student is called: "v2 + parallel" lies in "student-v2-parallel"."""
    return "student-" + re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")


def to_matrix(
    vectors: Sequence[Mapping[int, float]], width: int, dtype: type[np.floating[Any]] = np.float32
) -> csr_matrix:
    """Sparse vectors as a matrix [len(vectors), width], columns in order."""
    from scipy.sparse import csr_matrix

    rows = [sorted(vector.items()) for vector in vectors]
    starts = np.cumsum([0, *map(len, rows)])
    columns = np.array([i for row in rows for i, _ in row], dtype=np.int32)
    values = np.array([w for row in rows for _, w in row], dtype=dtype)
    return csr_matrix((values, columns, starts), shape=(len(rows), width))


def save_vectors(folder: Path, documents: csr_matrix, queries: NDArray[Any]) -> None:
    """Write both files, each atomically."""
    from scipy.sparse import save_npz

    def written(write: Callable[[io.BytesIO], object]) -> bytes:
        buffer = io.BytesIO()
        write(buffer)
        return buffer.getvalue()

    write_atomically(folder / DOCUMENTS, written(lambda file: save_npz(file, documents)))
    write_atomically(folder / QUERIES, written(lambda file: np.save(file, queries)))


def load_vectors(folder: Path) -> tuple[csr_matrix, NDArray[Any]]:
    """The documents' vectors and the queries' weights."""
    return load_documents(folder), load_queries(folder)


def load_documents(folder: Path) -> csr_matrix:
    """The documents' vectors [documents, vocabulary]."""
    from scipy.sparse import load_npz

    return load_npz(folder / DOCUMENTS).tocsr()


def load_queries(folder: Path) -> NDArray[Any]:
    """The queries' weights [vocabulary]."""
    weights: NDArray[Any] = np.load(folder / QUERIES)
    return weights
