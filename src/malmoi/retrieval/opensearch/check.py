"""What a cluster has and lacks for each thing that malmoi does with it, and the remedy."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from malmoi.core.errors import ClusterError
from malmoi.retrieval.opensearch.connection import calling, cluster_info, connect

if TYPE_CHECKING:
    from opensearchpy import OpenSearch

MIN_VERSION = (3, 3)
"""The first version with `sparse_vector`."""


NEURAL = (
    "Install the plugin opensearch-neural-search (with opensearch-knn) on every node and restart "
    "them; the official image has both."
)
NORI = (
    "Run `opensearch-plugin install analysis-nori` on every node and restart them (compose.yaml "
    "does it); a managed domain has it associated as a package. Then push again."
)
ML = "Install the plugin opensearch-ml on every node; the official image has it."
ML_SETTINGS = {
    "plugins.ml_commons.only_run_on_ml_node": (False, "models run on nodes with the role ml alone"),
    "plugins.ml_commons.allow_registering_model_via_local_file": (
        True,
        "a model's file can't be uploaded",
    ),
}
"""What a deployment of the encoder needs: setting → (value, what it means without it)."""


@dataclass(frozen=True, slots=True)
class Feature:
    """Something that malmoi does with a cluster; `remedy` is empty where nothing is lacking."""

    name: str
    seen: str
    remedy: str = ""
    required: bool = False

    @property
    def there(self) -> bool:
        """The cluster can do it."""
        return not self.remedy


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
    version = str(cluster_info(client)["version"]["number"])
    with calling("list the cluster's plugins"):
        nodes: dict[str, Any] = client.transport.perform_request(
            "GET",
            "/_nodes/plugins",
            params={"filter_path": "nodes.*.plugins.name,nodes.*.modules.name"},
        ).get("nodes", {})
    names = [
        {part["name"] for kind in ("plugins", "modules") for part in node.get(kind, ())}
        for node in nodes.values()
    ]
    common = set.intersection(*names) if names else set()
    neural = "opensearch-neural-search" in common
    return Capabilities(
        version=version,
        rank_features="mapper-extras" in common,
        # A managed domain has nori under another plugin's name: ask for what is needed itself.
        nori="analysis-nori" in common or _has_tokenizer(client, "nori_tokenizer"),
        neural=neural,
        sparse_vector=neural and parsed_version(version) >= MIN_VERSION,
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


def check(url: str = "") -> list[Feature]:
    """What the cluster has and lacks for each feature. A push needs those that are `required`.

    Raises:
        ClusterError: it can't be reached or is no OpenSearch.
    """
    client = connect(url)
    has = capabilities(client)
    new_enough = parsed_version(has.version) >= MIN_VERSION
    old = "" if new_enough else f"Upgrade to {MIN_VERSION[0]}.{MIN_VERSION[1]} or later."
    neural = "" if has.neural else NEURAL
    seen = "there" if has.neural else "no opensearch-neural-search"
    return [
        Feature("OpenSearch", f"{has.version}, {_nodes(has.nodes)}", old, True),
        Feature(
            "rank_features (exact search, any query)",
            "there" if has.rank_features else "no module mapper-extras",
            "" if has.rank_features else "Use a distribution with the module mapper-extras.",
            True,
        ),
        Feature(
            "nori (BM25 over Korean morphemes)",
            "there" if has.nori else "no tokenizer nori_tokenizer: standard is used",
            "" if has.nori else NORI,
        ),
        Feature("neural_sparse with query_tokens, two phases", seen, neural),
        Feature("sparse_vector (SEISMIC)", seen if new_enough else has.version, neural or old),
        Feature("hybrid search, normalisation and RRF", seen, neural),
        _model_feature(client, has),
        _disk_feature(client),
        _health_feature(client),
    ]


def _model_feature(client: OpenSearch, has: Capabilities) -> Feature:
    name = "ml-commons (the encoder in the cluster)"
    if not has.ml:
        return Feature(name, "no opensearch-ml", ML)
    if not has.neural:
        return Feature(name, "opensearch-ml without opensearch-neural-search", NEURAL)
    settings = _settings(client)
    wrong = {
        key: value
        for key, (value, _) in ML_SETTINGS.items()
        if str(settings.get(key, "")).lower() != str(value).lower()
    }
    if not wrong:
        return Feature(name, "there")
    pairs = ", ".join(f'"{key}": {str(value).lower()}' for key, value in wrong.items())
    return Feature(
        name,
        "; ".join(ML_SETTINGS[key][1] for key in wrong),
        f'PUT _cluster/settings {{"persistent": {{{pairs}}}}}',
    )


def _disk_feature(client: OpenSearch) -> Feature:
    """Over the flood stage (95 % by default) OpenSearch makes indexes read-only."""
    with calling("ask how full the disks are"):
        nodes: dict[str, Any] = client.nodes.stats(metric="fs")["nodes"]
    disks = [node["fs"]["total"] for node in nodes.values() if node.get("fs", {}).get("total")]
    if not disks:
        return Feature("disk", "not said")
    free = min(disk["available_in_bytes"] / max(disk["total_in_bytes"], 1) for disk in disks)
    remedy = "Free space or add nodes: at 5 % OpenSearch stops taking documents."
    return Feature("disk", f"{free:.0%} free on the fullest node", "" if free > 0.1 else remedy)


def _health_feature(client: OpenSearch) -> Feature:
    with calling("ask for the cluster's health"):
        health: dict[str, Any] = client.cluster.health()
    status = str(health["status"])
    remedy = "GET _cluster/allocation/explain says which shard is missing and why."
    return Feature("health", status, remedy if status == "red" else "", True)


def _settings(client: OpenSearch) -> dict[str, Any]:
    with calling("read the cluster's settings"):
        found: dict[str, dict[str, Any]] = client.cluster.get_settings(
            params={"include_defaults": "true", "flat_settings": "true"}
        )
    return {**found.get("defaults", {}), **found["persistent"], **found["transient"]}


def _nodes(count: int) -> str:
    return f"{count} node" + "s" * (count != 1)
