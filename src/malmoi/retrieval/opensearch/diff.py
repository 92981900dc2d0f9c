"""`malmoi opensearch diff RUN`: where a cluster differs from the embedded index, and why.

The run's vectors are indexed here, in a folder that is removed afterwards; the run's queries are
asked of both. For each document on which the lists differ the report has both scores, the bounds
that the number format sets (see `parity.py`), and each shared token's weights: here, as stored
there (read with `_explain`), and what they can be there.

    place     another rank, as the format allows: nothing is wrong
    stale     a stored weight is not what this run's would be stored as: push again
    absent    the index does not hold the document: push again
    skipped   the approximate search did not visit it: raise heap_factor or n_postings
    score, order, unknown    none of these: what `parity.compare` says
"""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from malmoi.core.errors import SourceError
from malmoi.core.files import read_lines, stable_hash
from malmoi.retrieval.index.vector_index import VectorIndex
from malmoi.retrieval.opensearch.connection import connect
from malmoi.retrieval.opensearch.explaining import (
    TokenWeights,
    reason_of,
    stored_weights,
    token_weights,
)
from malmoi.retrieval.opensearch.mapping import FEATURES, VECTOR
from malmoi.retrieval.opensearch.parity import (
    Difference,
    Format,
    compare,
    enough_hits,
    formats_of,
)
from malmoi.retrieval.opensearch.queries import Mode, Question, body
from malmoi.retrieval.opensearch.searching import search_all
from malmoi.retrieval.opensearch.source import STUDENT, RunSource
from malmoi.retrieval.query import QueryEncoder
from malmoi.text.unicode import readable

if TYPE_CHECKING:
    from opensearchpy import OpenSearch

QUERIES = 1_000
FIELDS: dict[str, str] = {
    "rank_features": FEATURES,
    "neural_sparse": FEATURES,
    "sparse_vector": VECTOR,
}
"""Modes that compute the embedded index's score, and the field that each reads."""


@dataclass(frozen=True, slots=True)
class Explained:
    """A difference, its reason in a word, and the weights that it comes from."""

    query: str
    text: str
    reason: str
    difference: Difference
    tokens: tuple[TokenWeights, ...]


@dataclass(frozen=True, slots=True)
class Report:
    """What `diff` found in `queries` queries: every difference, explained."""

    index: str
    mode: str
    formats: tuple[Format, ...]
    queries: int
    differences: tuple[Explained, ...]

    @property
    def agrees(self) -> bool:
        """Whether the number format allows every difference."""
        return all(each.difference.allowed for each in self.differences)


def diff_run(
    run: Path,
    name: str = "",
    *,
    student: str = STUDENT,
    url: str = "",
    mode: Mode = "neural_sparse",
    queries: int = QUERIES,
    k: int = 10,
) -> Report:
    """Compare a run with the index that it was pushed to.

    Args:
        run: the folder of a finished run.
        name: the alias or index (empty: the recipe's name).
        student: whose vectors are there.
        url: the cluster (empty: OPENSEARCH_URL).
        mode: "neural_sparse", "rank_features" or "sparse_vector".
        queries: so many of the run's queries are asked, drawn by a hash of their ids.
        k: places that are compared.

    Raises:
        ClusterError: the cluster can't be asked.
        RunError, SourceError, StudentError: the run can't be read, or the mode is another.
    """
    source = RunSource(run, student)
    asked = run_queries(run, queries)
    client = connect(url)
    with tempfile.TemporaryDirectory(prefix="malmoi-diff-") as folder:
        index = embedded_index(source, Path(folder) / "index")
        encoder = QueryEncoder(source.model)
        return diff(index, encoder, client, name or source.name, asked, mode, k)


def run_queries(run: Path, count: int) -> list[tuple[str, str]]:
    """(id, text) of `count` of the run's queries, drawn by a hash of their ids.

    Raises:
        SourceError: the run has no queries.
    """
    path = run / "corpus" / "queries.jsonl"
    drawn = sorted(read_lines(path), key=lambda query: (stable_hash(query["id"]), query["id"]))
    if not drawn:
        raise SourceError(f"{path} holds no queries to compare with. Expected a corpus with some.")
    return [(query["id"], query["text"]) for query in drawn[:count]]


def embedded_index(source: RunSource, folder: Path) -> VectorIndex:
    """The vectors of a run in an embedded index at `folder`."""
    from scipy.sparse import csr_matrix

    documents = list(source.documents())
    ends = [0]
    columns: list[int] = []
    weights: list[float] = []
    for document in documents:
        columns += document.weights
        weights += document.weights.values()
        ends.append(len(columns))
    shape = (len(documents), source.dimensions)
    index = VectorIndex.create(folder, source.dimensions)
    vectors = csr_matrix((weights, columns, ends), shape, dtype="float32")
    titles = [document.title for document in documents]
    index.add([document.id for document in documents], titles, [0] * len(documents), vectors)
    return index


def diff(
    index: VectorIndex,
    encoder: QueryEncoder,
    client: OpenSearch,
    name: str,
    queries: Sequence[tuple[str, str]],
    mode: Mode = "neural_sparse",
    k: int = 10,
) -> Report:
    """Ask both the embedded index and the cluster's index or alias `name`, and explain.

    Args:
        index: holds the same vectors.
        encoder: of the queries.
        client: of the cluster.
        name: an index or alias.
        queries: (id, text) of the queries.
        mode: one of `FIELDS`.
        k: places that are compared.

    Raises:
        SourceError: another mode.
        ClusterError: the cluster can't be asked.
    """
    if mode not in FIELDS:
        raise SourceError(
            f"{mode} ranks by other scores than the embedded index; there is nothing to compare. "
            f"Choose one of {', '.join(FIELDS)}."
        )
    formats = formats_of(client, name, FIELDS[mode])
    questions = [Question.of(text, encoder) for _, text in queries]
    bodies = [body(question, mode, k) for question in questions]
    found = search_all(client, name, bodies, f"asking {name}")
    by_id = FIELDS[mode] == VECTOR
    explained: list[Explained] = []
    for (identifier, text), question, each, there in zip(
        queries, questions, bodies, found, strict=True
    ):
        here = enough_hits(index, question.ids, there, k)
        hits = {hit.id: hit for hit in here}
        for difference in compare(here, there, k, formats):
            stored = stored_weights(client, name, difference.document, each["query"], formats)
            tokens = token_weights(hits.get(difference.document), stored, encoder, by_id)
            reason = reason_of(difference, stored, tokens, formats)
            explained.append(Explained(identifier, readable(text), reason, difference, tokens))
    return Report(name, mode, formats, len(queries), tuple(explained))
