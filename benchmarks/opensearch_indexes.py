"""Indexes of one kind of search each, for the benchmarks: made, filled, measured, removed."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from malmoi.retrieval.opensearch import mapping
from malmoi.retrieval.opensearch.bulk import send
from malmoi.retrieval.opensearch.check import capabilities
from malmoi.retrieval.opensearch.indexes import refresh
from malmoi.retrieval.opensearch.mapping import DIGEST, FEATURES, TEXT, TITLE, VECTOR
from malmoi.retrieval.opensearch.source import RunSource, SourceDocument, fields

if TYPE_CHECKING:
    from opensearchpy import OpenSearch

KINDS: dict[str, tuple[str, ...]] = {
    "text": (TITLE, TEXT),
    "english-queries": (TITLE, TEXT),
    "synonyms": (TITLE, TEXT),
    "features": (TITLE, FEATURES),
    "vector": (TITLE, VECTOR),
    "seismic": (TITLE, VECTOR),
    "all": (TITLE, TEXT, FEATURES, VECTOR),
}
"""Kind of index → its fields. `english-queries` and `synonyms` have the run's file of that name
in their search analyzer; `seismic` has SEISMIC in every segment, `vector` in none."""
PREFIX = "bench-"
MERGE_SECONDS = 3600


def build(
    client: OpenSearch,
    kind: str,
    source: RunSource,
    documents: Sequence[SourceDocument],
    keep: int = 0,
    name: str = "",
    synonyms: Sequence[str] = (),
) -> float:
    """Make and fill `bench-{kind}` (or `name`) and merge it into one segment.

    Args:
        client: of the cluster.
        kind: one of `KINDS`.
        source: whose tokens and ranges.
        documents: what is indexed.
        keep: so many of a document's heaviest tokens (0: all).
        name: of the index.
        synonyms: rules of tokens, for searching.

    Returns:
        Seconds until all documents could be searched, before merging.
    """
    name = name or PREFIX + kind
    body = mapping.index_body(capabilities(client), source.ranges(), len(documents), synonyms)
    body["settings"]["index"] |= {"refresh_interval": "-1", "auto_expand_replicas": "false"}
    body["settings"]["index"]["number_of_replicas"] = 0
    properties = body["mappings"]["properties"]
    body["mappings"]["properties"] = {f: properties[f] for f in (*KINDS[kind], DIGEST)}
    if VECTOR not in KINDS[kind]:
        del body["settings"]["index"]["sparse"]
    if kind == "seismic":
        properties[VECTOR]["method"]["parameters"]["approximate_threshold"] = 1
    client.indices.delete(index=name, ignore_unavailable=True)
    client.indices.create(index=name, body=body)
    items = (
        (document.id, only(fields(pruned(document, keep), source.tokens, True), kind))
        for document in documents
    )
    start = time.perf_counter()
    sent = send(client, name, items)
    refresh(client, name)
    seconds = time.perf_counter() - start
    if sent.refused or sent.taken != len(documents):
        raise SystemExit(f"{name} took {sent.taken} of {len(documents)}: {sent.refused}")
    client.indices.forcemerge(
        index=name, max_num_segments=1, flush=True, request_timeout=MERGE_SECONDS
    )
    refresh(client, name)
    return seconds


def only(source: dict[str, Any], kind: str) -> dict[str, Any]:
    """The fields of a document that this kind of index has."""
    return {name: value for name, value in source.items() if name in (*KINDS[kind], DIGEST)}


def pruned(document: SourceDocument, keep: int) -> SourceDocument:
    """The document with its `keep` heaviest tokens alone (0: all)."""
    if not keep or len(document.weights) <= keep:
        return document
    heaviest = sorted(document.weights.items(), key=lambda pair: (-pair[1], pair[0]))[:keep]
    return SourceDocument(document.id, document.title, document.text, dict(sorted(heaviest)))


def total_bytes(client: OpenSearch, kind: str) -> int:
    """Bytes of `bench-{kind}` on disk."""
    client.indices.flush(index=PREFIX + kind)
    stats = client.indices.stats(index=PREFIX + kind, metric="store")
    return int(stats["_all"]["primaries"]["store"]["size_in_bytes"])


@contextmanager
def removed(client: OpenSearch) -> Iterator[None]:
    """Remove the benchmark's indexes at the end, whatever happens."""
    try:
        yield
    finally:
        client.indices.delete(index=f"{PREFIX}*", ignore_unavailable=True)
