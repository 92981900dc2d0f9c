"""What a cluster has and lacks for each thing that malmoi does with it, and the remedy."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from malmoi.errors import ClusterError
from malmoi.search.opensearch.connection import calling, reach

if TYPE_CHECKING:
    from opensearchpy import OpenSearch

OLDEST = (3, 3)
"""The first version with `sparse_vector`."""


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What a cluster can do. `version` is OpenSearch's, as in "3.6.0"."""

    version: str
    rank_features: bool
    nori: bool
    neural: bool
    sparse_vector: bool
    ml: bool
    nodes: int


def capabilities(client: OpenSearch) -> Capabilities:
    """Look at every node's plugins, since a plugin that one node lacks breaks the index there.

    Raises:
        ClusterError: it can't be reached or is no OpenSearch.
    """
    version = str(reach(client)["version"]["number"])
    with calling("list the cluster's plugins"):
        nodes: dict[str, Any] = client.transport.perform_request(
            "GET",
            "/_nodes/plugins",
            params={"filter_path": "nodes.*.plugins.name,nodes.*.modules.name"},
        )["nodes"]
    names = [
        {part["name"] for kind in ("plugins", "modules") for part in node.get(kind, ())}
        for node in nodes.values()
    ]
    common = set.intersection(*names)
    neural = "opensearch-neural-search" in common
    return Capabilities(
        version=version,
        rank_features="mapper-extras" in common,
        # A managed domain has nori under another plugin's name: ask for what is needed itself.
        nori="analysis-nori" in common or _has_tokenizer(client, "nori_tokenizer"),
        neural=neural,
        sparse_vector=neural and parsed_version(version) >= OLDEST,
        ml="opensearch-ml" in common,
        nodes=len(names),
    )


def parsed_version(version: str) -> tuple[int, int]:
    """Major and minor number of a version such as "3.6.0-SNAPSHOT"."""
    major, minor, *_ = version.split(".")
    return int(major), int(minor)


def _has_tokenizer(client: OpenSearch, name: str) -> bool:
    try:
        with calling(f"try the tokenizer {name}"):
            client.indices.analyze(body={"tokenizer": name, "text": "말"})
    except ClusterError:
        return False
    return True
