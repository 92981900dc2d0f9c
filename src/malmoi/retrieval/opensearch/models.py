"""ml-commons' calls: register a package's zip, deploy it, ask it, take it away."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from malmoi.core.errors import ClusterError
from malmoi.core.progress import track
from malmoi.retrieval.opensearch.connection import calling
from malmoi.retrieval.opensearch.package import CHUNK, FUNCTIONS, Package

if TYPE_CHECKING:
    from opensearchpy import OpenSearch

PATIENCE = 600.0
"""Seconds that a node may take to load a model."""
UPLOAD_TIMEOUT = 300.0
"""Seconds for one chunk, or one prediction."""
BREAKER_PATIENCE = 120.0
"""Seconds to wait for a node whose heap is too full to load a model just now."""
DELETION_PATIENCE = 30.0
"""Seconds for what was just used to become deletable."""

_BREAKER = "Memory Circuit Breaker is open"
_BASE = "/_plugins/_ml"
_WHOLE = {"REGISTERED", "UNDEPLOYED", "DEPLOY_FAILED", "PARTIALLY_DEPLOYED", "DEPLOYED"}


def deploy_package(client: OpenSearch, package: Package) -> str:
    """Register and deploy a package unless that is done already; the id of its model.

    A model of the same name holds the same bytes, since the name has their hash; one whose upload
    was cut is registered again.

    Raises:
        ClusterError: the cluster refuses it, or can't load it.
    """
    identifier = ""
    for found, state in find(client, package.name):
        if state not in _WHOLE or identifier:
            remove(client, found)
        else:
            identifier = found
            if state == "DEPLOYED":
                return found
    identifier = identifier or _register(client, package)
    last = time.monotonic() + BREAKER_PATIENCE
    while True:
        try:
            with calling(f"deploy the model {package.name}"):
                answer = _ask(client, "POST", f"/models/{identifier}/_deploy")
            _finish(client, str(answer["task_id"]), package.name)
            return identifier
        except ClusterError as error:
            # An upload leaves garbage in a node's heap, which is over the limit until collected.
            if _BREAKER not in str(error) or time.monotonic() > last:
                raise
            time.sleep(2)


def find(client: OpenSearch, name: str) -> list[tuple[str, str]]:
    """Id and state of each model of this name, the oldest first."""
    body = {
        "query": {"term": {"name.keyword": name}},
        "sort": [{"created_time": "asc"}],
        "_source": ["model_state"],
        "size": 100,
    }
    with calling("look for the model in the cluster"):
        hits = _ask(client, "POST", "/models/_search", body)["hits"]["hits"]
    return [(str(hit["_id"]), str(hit["_source"].get("model_state", ""))) for hit in hits]


def predict(
    client: OpenSearch, role: str, identifier: str, texts: Sequence[str]
) -> list[dict[str, float]]:
    """What a deployed model makes of texts: token → weight for each.

    Args:
        client: an open client.
        role: what the model is for, a key of `FUNCTIONS`.
        identifier: the deployed model's id.
        texts: what it is asked about, in one request.
    """
    path = f"/_predict/{FUNCTIONS[role]}/{identifier}"
    with calling(f"ask the {role} model"):
        answer = _ask(client, "POST", path, {"text_docs": list(texts)}, UPLOAD_TIMEOUT)
    results = answer["inference_results"]
    return [result["output"][0]["dataAsMap"]["response"][0] for result in results]


def remove(client: OpenSearch, identifier: str) -> None:
    """Undeploy a model and delete it."""
    with calling(f"undeploy the model {identifier}"):
        _ask(client, "POST", f"/models/{identifier}/_undeploy")
    _delete(client, f"/models/{identifier}", f"the model {identifier}")


def groups(client: OpenSearch, name: str) -> list[str]:
    """Ids of the model groups of this name: ml-commons makes one for each model's name."""
    body = {"query": {"term": {"name.keyword": name}}, "size": 100, "_source": False}
    with calling("look for the model's group in the cluster"):
        hits = _ask(client, "POST", "/model_groups/_search", body)["hits"]["hits"]
    return [str(hit["_id"]) for hit in hits]


def remove_groups(client: OpenSearch, name: str) -> None:
    """Delete the groups of this name, which must have no model any more."""
    for identifier in groups(client, name):
        _delete(client, f"/model_groups/{identifier}", f"the model group {name}")


def _delete(client: OpenSearch, path: str, what: str) -> None:
    """Delete, again where the cluster refuses: undeploying goes on after its answer, and a model
    that was deleted is seen by searches for another second."""
    last = time.monotonic() + DELETION_PATIENCE
    while True:
        try:
            with calling(f"delete {what}"):
                _ask(client, "DELETE", path)
            return
        except ClusterError:
            if time.monotonic() > last:
                raise
            time.sleep(0.3)


def _register(client: OpenSearch, package: Package) -> str:
    with calling(f"register the model {package.name}"):
        answer = _ask(client, "POST", "/models/_register_meta", package.config)
    identifier = str(answer["model_id"])
    chunks = list(range(int(package.config["total_chunks"])))
    with package.file.open("rb") as file:
        for number in track(chunks, f"uploading {package.role}", len(chunks)):
            with calling(f"upload {package.file}, chunk {number}"):
                path = f"/models/{identifier}/upload_chunk/{number}"
                _ask(client, "POST", path, file.read(CHUNK), UPLOAD_TIMEOUT)
    return identifier


def _finish(client: OpenSearch, task: str, name: str) -> None:
    """Wait until a task is done.

    Raises:
        ClusterError: it failed, or took longer than PATIENCE.
    """
    last = time.monotonic() + PATIENCE
    while time.monotonic() < last:
        with calling(f"see how far the deployment of {name} is"):
            found = _ask(client, "GET", f"/tasks/{task}")
        if found["state"] == "COMPLETED":
            return
        if found["state"] in {"FAILED", "COMPLETED_WITH_ERROR", "CANCELLED"}:
            raise ClusterError(
                f"The cluster can't load {name}: {found.get('error', found['state'])}. "
                "docs/opensearch-deploy.md says what a node needs."
            )
        time.sleep(0.3)
    raise ClusterError(
        f"{name} is not loaded after {PATIENCE:.0f} s. Look at the nodes' logs and memory."
    )


def _ask(
    client: OpenSearch, method: str, path: str, body: Any = None, timeout: float | None = None
) -> dict[str, Any]:
    params = {"request_timeout": timeout} if timeout else None
    perform: Callable[..., dict[str, Any]] = client.transport.perform_request
    return perform(method, _BASE + path, params=params, body=body)
