"""What an index of malmoi looks like in OpenSearch: fields, analysis, quantisation, template.

    title, text   text; analysed by nori where the cluster has it (see `analysis.py`)
    features      rank_features: {token: weight}; tokens as the vocabulary's tokenizer writes them
    vector        sparse_vector: {id: weight}; ids of the same tokens, below 32,768
    passages      nested, with a knn_vector each, where the push embeds (`--dense`)
    digest        what the document was made of, so that a push knows what is there already

`rank_features` keep 9 significant bits of a weight and must be positive normal float32 numbers.
`sparse_vector` (SEISMIC; neural-search 3.3 and later) makes a byte of a weight, of the range that
`quantization_ceiling_ingest` and `quantization_ceiling_search` name; ours are the greatest weights
that the run's documents and queries have. Ids are taken modulo 65,536 there and read as a signed
short: one of 32,768 or more makes the refresh of a SEISMIC segment fail. So the field is left out
where the vocabulary is larger (docs/opensearch-parity.md).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from malmoi.core.errors import ClusterError
from malmoi.retrieval.opensearch.analysis import INDEX_ANALYZER, SEARCH_ANALYZER, analysis
from malmoi.retrieval.opensearch.check import NEURAL, Capabilities

TITLE, TEXT, FEATURES, VECTOR, DIGEST = "title", "text", "features", "vector", "digest"
PASSAGES = "passages"
PASSAGE_VECTOR = f"{PASSAGES}.{VECTOR}"

MAX_DIMENSIONS = 32_768
"""Ids of a sparse_vector must be below this: neural-search reads them as signed shorts."""
APPROXIMATE_FROM = 1_000_000
"""Documents of a segment from which on SEISMIC is used; smaller ones are searched exactly."""

EXACT_PASSAGES = 100_000
"""Passages of a segment up to which no graph is built and a search compares with all of them."""


@dataclass(frozen=True, slots=True)
class Ranges:
    """Greatest weights: of documents (`ingest`) and of queries (`search`); both > 0."""

    ingest: float
    search: float

    @classmethod
    def over(cls, documents: float, queries: float) -> Ranges:
        """Ranges that hold these greatest weights, rounded up to tenths, so that a change in the
        last digit of a weight changes no mapping."""
        return cls(*(max(0.1, math.ceil(weight * 10) / 10) for weight in (documents, queries)))


def index_body(
    has: Capabilities,
    ranges: Ranges,
    documents: int,
    synonyms: Sequence[str] = (),
    shards: int = 1,
    vector: bool = True,
    dense_width: int = 0,
) -> dict[str, Any]:
    """Settings and mappings of an index.

    No cluster makes one that has both a sparse_vector and a knn_vector.

    Args:
        has: what the cluster can do.
        ranges: what `vector` quantises.
        documents: how many there will be; SEISMIC's posting lists are sized by it.
        synonyms: rules of tokens (see `synonyms.token_rules`) for searching, or none.
        shards: primary shards.
        vector: whether there is a sparse_vector; never where the cluster knows none, or there are
            vectors of passages.
        dense_width: dimensions of the passages' vectors (0: there are none).

    Raises:
        ClusterError: the cluster has no rank_features, or no knn_vector where one is needed.
    """
    if not has.rank_features:
        raise ClusterError(
            "The cluster lacks rank_features (its module mapper-extras). Use a distribution of "
            "OpenSearch that has it, as the official image does."
        )
    text = {"type": "text", "analyzer": INDEX_ANALYZER, "search_analyzer": SEARCH_ANALYZER}
    properties: dict[str, Any] = {
        TITLE: text,
        TEXT: text,
        FEATURES: {"type": "rank_features"},
        # Not searched: read back through doc values, a few bytes a document.
        DIGEST: {"type": "keyword", "index": False},
    }
    index: dict[str, Any] = {
        "number_of_shards": shards,
        # One copy on every second node, none on a laptop.
        "auto_expand_replicas": "0-1",
    }
    if has.sparse_vector and vector and not dense_width:
        index["sparse"] = True
        properties[VECTOR] = _sparse_vector(ranges, math.ceil(documents / shards))
    if dense_width:
        if not has.neural:
            raise ClusterError(f"The cluster has no knn_vector for --dense. {NEURAL}")
        index |= {"knn": True, "knn.advanced.approximate_threshold": EXACT_PASSAGES}
        properties[PASSAGES] = _passages(dense_width)
    return {
        "settings": {"index": index, "analysis": analysis(has.nori, synonyms)},
        "mappings": {
            "dynamic": "strict",
            "properties": properties,
        },
    }


def template_body(name: str, body: dict[str, Any]) -> dict[str, Any]:
    """The index template of NAME: indexes NAME-… get the same fields, whoever makes them.

    A longer name has priority over a shorter one that its indexes match too ("ko" and "ko-news").
    """
    mappings = {key: value for key, value in body["mappings"].items() if key != "_meta"}
    return {
        "index_patterns": [f"{name}-*"],
        "priority": 100 + len(name),
        "template": {"settings": body["settings"], "mappings": mappings},
        "_meta": {"malmoi": {"name": name}},
    }


def _passages(width: int) -> dict[str, Any]:
    """A document's passages: its best one is what a query finds, as in the embedded index."""
    vector = {
        "type": "knn_vector",
        "dimension": width,
        "space_type": "cosinesimil",
        "method": {"name": "hnsw", "engine": "faiss"},
    }
    return {"type": "nested", "properties": {VECTOR: vector}}


def _sparse_vector(ranges: Ranges, documents: int) -> dict[str, Any]:
    """The field with every parameter written out; the numbers are the documentation's advice.

    https://docs.opensearch.org/latest/mappings/supported-field-types/sparse-vector/
    """
    return {
        "type": "sparse_vector",
        "method": {
            "name": "seismic",
            "parameters": {
                "n_postings": max(160, math.ceil(0.0005 * documents)),
                "cluster_ratio": 0.1,
                "summary_prune_ratio": 0.4,
                "approximate_threshold": APPROXIMATE_FROM,
                "quantization_ceiling_ingest": ranges.ingest,
                "quantization_ceiling_search": ranges.search,
            },
        },
    }
