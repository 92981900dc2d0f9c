"""`malmoi opensearch status`: the indexes behind a name, which one is shown, what is in them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from malmoi.retrieval.opensearch.analysis import analysis_digest
from malmoi.retrieval.opensearch.connection import calling, connect
from malmoi.retrieval.opensearch.indexes import Generation, generations
from malmoi.retrieval.opensearch.remove import own_pipelines, own_template

if TYPE_CHECKING:
    from opensearchpy import OpenSearch

State = Literal["live", "kept", "unfinished"]


@dataclass(frozen=True, slots=True)
class IndexStatus:
    """An index. live: the alias shows it; kept: an older or newer whole one; unfinished: a push is
    filling it, or was killed. `documents` of `expected` can be searched; `bytes` with replicas.
    `current`: text is analysed there as a push would have it now."""

    index: str
    state: State
    documents: int
    expected: int
    deleted: int
    bytes: int
    segments: int
    health: str
    run: str
    student: str
    current: bool


@dataclass(frozen=True, slots=True)
class NameStatus:
    """All that malmoi made for a name."""

    name: str
    indexes: list[IndexStatus]
    template: bool
    pipelines: list[str]


def status(name: str, url: str = "") -> NameStatus:
    """What the cluster has for the alias `name`; nothing of it is an error if there is nothing.

    Raises:
        ClusterError: the cluster can't be reached.
    """
    client = connect(url)
    indexes = [_status(client, one) for one in generations(client, name)]
    return NameStatus(name, indexes, own_template(client, name), own_pipelines(client, name))


def _status(client: OpenSearch, one: Generation) -> IndexStatus:
    with calling(f"look at {one.index}"):
        stats: dict[str, Any] = client.indices.stats(index=one.index, metric="docs,store,segments")
        health: dict[str, Any] = client.cluster.health(index=one.index)
    total, primaries = stats["_all"]["total"], stats["_all"]["primaries"]
    return IndexStatus(
        index=one.index,
        state="live" if one.live else "kept" if one.complete else "unfinished",
        documents=primaries["docs"]["count"],
        expected=int(one.meta.get("documents", 0)),
        deleted=primaries["docs"]["deleted"],
        bytes=total["store"]["size_in_bytes"],
        segments=primaries["segments"]["count"],
        health=health["status"],
        run=str(one.meta.get("run", "")),
        student=str(one.meta.get("student", "")),
        current=one.analysis in {analysis_digest(nori=True), analysis_digest(nori=False)},
    )
