"""`malmoi opensearch remove`: what malmoi made for a name, or only what its alias left behind."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from malmoi.core.errors import ClusterError
from malmoi.retrieval.opensearch.connection import calling, connect
from malmoi.retrieval.opensearch.indexes import generations
from malmoi.retrieval.opensearch.pipelines import KINDS, MADE_BY, pipeline_name

if TYPE_CHECKING:
    from opensearchpy import OpenSearch


def remove(name: str, old: bool = False, url: str = "") -> list[str]:
    """Delete the indexes of `name` with its template and pipelines; say what was deleted.

    Only what bears malmoi's mark is touched, so that "news" never costs anyone their news-2024.

    Args:
        name: the alias.
        old: delete only indexes older than the one that the alias shows. A newer one is a push at
            work, or one that can be resumed.
        url: the cluster (empty: OPENSEARCH_URL).

    Raises:
        ClusterError: it can't be reached or refuses, or with `old` the alias shows nothing.
    """
    client = connect(url)
    made = generations(client, name)
    if old:
        live = [one.number for one in made if one.live]
        if not live:
            raise ClusterError(
                f"The alias {name} shows no index of malmoi's, so none is older. Push first, or "
                "remove everything without --old."
            )
        doomed = [one.index for one in made if one.number < min(live)]
    else:
        doomed = [one.index for one in made]
    for index in doomed:
        with calling(f"delete {index}"):
            client.indices.delete(index=index)
    return doomed if old else [*doomed, *_beside(client, name)]


def _beside(client: OpenSearch, name: str) -> list[str]:
    """Delete template and pipelines."""
    removed = []
    if own_template(client, name):
        with calling(f"delete the template {name}"):
            client.indices.delete_index_template(name=name)
        removed.append(f"template {name}")
    for pipeline in own_pipelines(client, name):
        with calling(f"delete the pipeline {pipeline}"):
            client.transport.perform_request("DELETE", f"/_search/pipeline/{pipeline}")
        removed.append(f"pipeline {pipeline}")
    return removed


def own_template(client: OpenSearch, name: str) -> bool:
    """Whether there is a template of this name that malmoi made."""
    with calling("list the templates"):
        found: dict[str, Any] = client.transport.perform_request(
            "GET", f"/_index_template/{name}", params={"ignore": 404}
        )
    bodies = [each["index_template"] for each in found.get("index_templates", ())]
    return any(body.get("_meta", {}).get("malmoi", {}).get("name") == name for body in bodies)


def own_pipelines(client: OpenSearch, name: str) -> list[str]:
    """The search pipelines of this name that malmoi made."""
    with calling("list the search pipelines"):
        found: dict[str, Any] = client.transport.perform_request(
            "GET",
            "/_search/pipeline",
            params={"ignore": 404},  # the answer where there is none
        )
    names = [pipeline_name(name, kind) for kind in KINDS]
    return [
        each for each in names if str(found.get(each, {}).get("description")).startswith(MADE_BY)
    ]
