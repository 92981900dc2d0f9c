"""Dense retrieval: exact search among embedded passages.

    passages = encoder.embed_passages(texts)             # (n, d) float32, rows of length 1
    hits = search(encoder.embed_queries(queries), passages, ids, k=100)

The encoders stand in `malmoi.models.dense`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from malmoi.core.errors import SourceError
from malmoi.retrieval.bm25 import Hits, top_k

if TYPE_CHECKING:
    from malmoi.models.dense import Vectors


def search(
    queries: Vectors, passages: Vectors, ids: Sequence[str], k: int = 100, batch: int = 256
) -> list[Hits]:
    """The best `k` ids for each query by dot product.

    Where several passages have one document, its score is that of its best passage (MaxP, Dai and
    Callan 2019); give one passage a document (its beginning) to score documents by that alone.
    Equal scores: larger id first, as trec_eval does.

    Args:
        queries: float32 [queries, d].
        passages: float32 [passages, d].
        ids: the document of each passage.
        k: length of each ranking at most.
        batch: queries whose scores are held in memory at once.

    Raises:
        SourceError: there are no passages, or not one id for each.
    """
    if not len(ids) or len(ids) != len(passages):
        raise SourceError(f"{len(passages)} passages with {len(ids)} ids: expected one id for each")
    order = sorted(range(len(ids)), key=lambda i: ids[i].encode(), reverse=True)
    names = [ids[i] for i in order]
    firsts = [i for i, name in enumerate(names) if i == 0 or name != names[i - 1]]
    columns = np.ascontiguousarray(passages[order].T)
    hits: list[Hits] = []
    for start in range(0, len(queries), batch):
        scores = np.maximum.reduceat(queries[start : start + batch] @ columns, firsts, axis=1)
        for row in scores:
            best = top_k(row, k)
            hits.append(([names[firsts[i]] for i in best], row[best].tolist()))
    return hits
