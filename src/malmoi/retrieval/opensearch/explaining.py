"""What a cluster scores a document with, token by token (`_explain`), and why a score differs."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from malmoi.retrieval.index.vector_index import Hit
from malmoi.retrieval.opensearch.connection import calling
from malmoi.retrieval.opensearch.parity import ByteFormat, Difference, Format, rounding
from malmoi.retrieval.opensearch.queries import Body
from malmoi.retrieval.query import QueryEncoder
from malmoi.text.unicode import readable

if TYPE_CHECKING:
    from opensearchpy import OpenSearch

_LINEAR = re.compile(r"Linear function on the \S+ field for the (.*) feature, computed as")
_BYTES = re.compile(r"token '(\d+)' contribution: query_weight=(\d+) \* doc_weight=(\d+)")


@dataclass(frozen=True, slots=True)
class TokenWeights:
    """A token that query and document share. `stored_…` is None where the cluster has none."""

    token: str
    query: float
    document: float
    stored_query: float | None
    stored_document: float | None


Stored = dict[str, tuple[float, float]]
"""Token or id → query weight and document weight, as the cluster has them."""


def stored_weights(
    client: OpenSearch, name: str, document: str, query: Body, formats: Sequence[Format]
) -> Stored | None:
    """The weights that the cluster scores a document with; None where it lacks the document.

    Args:
        client: an open client.
        name: the index.
        document: its id.
        query: the body's `query` whose score is explained.
        formats: how the index's field holds weights, so that they can be read from a score.
    """
    from opensearchpy.exceptions import NotFoundError

    with calling(f"explain a score of {name}"):
        try:
            answer = client.explain(index=name, id=document, body={"query": query})
        except NotFoundError:
            return None
    ceilings = next((each for each in formats if isinstance(each, ByteFormat)), None)
    return dict(_weights(answer.get("explanation", {}), ceilings))


def _weights(
    explanation: dict[str, Any], ceilings: ByteFormat | None
) -> Iterator[tuple[str, tuple[float, float]]]:
    """Tokens with their weights in an explanation of either kind of score."""
    text, details = explanation.get("description", ""), explanation.get("details", [])
    if linear := _LINEAR.search(text):
        yield linear[1], (details[0]["value"], details[1]["value"])
        return
    if (levels := _BYTES.search(text)) and ceilings:
        query, document = int(levels[2]) / 255, int(levels[3]) / 255
        yield levels[1], (query * ceilings.search, document * ceilings.ingest)
        return
    for detail in details:
        yield from _weights(detail, ceilings)


def token_weights(
    hit: Hit | None, stored: Stored | None, encoder: QueryEncoder, by_id: bool
) -> tuple[TokenWeights, ...]:
    """Weights here and there, by token as people read it; those that only one side has, too.

    Args:
        hit: the document with the embedded index's weights, None where it isn't found.
        stored: the cluster's weights, None where it lacks the document.
        encoder: tells the token of a dimension.
        by_id: the field's tokens are ids (sparse_vector), else pieces.
    """
    rows = []
    left = dict(stored or {})
    for dimension, (query, document) in (hit.matches if hit else {}).items():
        token = encoder.token(dimension)
        there = left.pop(str(dimension) if by_id else token, (None, None))
        rows.append(TokenWeights(readable(token), query, document, *there))
    for key, (query, document) in left.items():
        token = encoder.token(int(key)) if by_id else key
        rows.append(TokenWeights(readable(token), 0.0, 0.0, query, document))
    return tuple(sorted(rows, key=lambda row: (-row.query * row.document, row.token)))


def reason_of(
    difference: Difference,
    stored: Stored | None,
    tokens: Sequence[TokenWeights],
    formats: Sequence[Format],
) -> str:
    """Why a document differs, in a word (see `diff`).

    Args:
        difference: what `compare` says of the document.
        stored: the weights that the cluster scores it with, None where it lacks it.
        tokens: the weights here and there.
        formats: how the index's field may hold weights: rounding by one of them is no difference.
    """
    if difference.allowed:
        return difference.kind
    if stored is None:
        return "absent"
    if any(not _as_stored(row, formats) for row in tokens):
        return "stale"
    if difference.kind == "missing" and any(isinstance(each, ByteFormat) for each in formats):
        return "skipped"
    return difference.kind


def _as_stored(row: TokenWeights, formats: Sequence[Format]) -> bool:
    """Whether the cluster's weight is this run's in one of the formats (in float32)."""
    seen = row.stored_document
    expected = [each.document(row.document) for each in formats if row.document]
    if seen is None:
        # A weight that rounds to no level at all may be left out of an explanation.
        return any(value == 0 for value in expected)
    return any(abs(seen - value) <= value * rounding(4) for value in expected)
