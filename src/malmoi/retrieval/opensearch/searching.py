"""Searches an index of a cluster: one query, or many in few requests."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from malmoi.core.errors import ClusterError
from malmoi.core.progress import Progress
from malmoi.retrieval.opensearch.connection import BUSY, Unavailable, calling
from malmoi.retrieval.opensearch.mapping import TITLE
from malmoi.retrieval.opensearch.queries import Body, Mode, Question, body

if TYPE_CHECKING:
    from opensearchpy import OpenSearch

BATCH = 50
"""Queries in one request."""
WAITS = (1.0, 2.0, 4.0, 8.0, 16.0)
"""Seconds before each further try where the cluster is busy."""


@dataclass(frozen=True, slots=True)
class ClusterHit:
    """A document that the cluster found."""

    id: str
    title: str
    score: float


def search(
    client: OpenSearch, index: str, question: Question, mode: Mode, k: int = 10
) -> list[ClusterHit]:
    """The best documents of an index or alias, best first.

    Args:
        client: an open client.
        index: its name.
        question: the query in the forms that the modes need.
        mode: how it is asked.
        k: documents at most.

    Raises:
        ClusterError: the cluster doesn't answer, or can't answer this kind of query.
        StudentError: as `queries.body`.
    """
    with calling(f"search {index} by {mode}"):
        response = client.search(index=index, body=body(question, mode, k))
    return _found(response, index)


def search_all(
    client: OpenSearch, index: str, bodies: Sequence[Body], label: str = "searching"
) -> Iterator[list[ClusterHit]]:
    """The results of many request bodies, in their order, with progress.

    Args:
        client: an open client.
        index: its name.
        bodies: of the requests, sent `BATCH` at a time.
        label: what progress is called.

    Raises:
        ClusterError: as `search`, of the first query that fails; where the cluster is busy, after
            the last of `WAITS`.
    """
    with Progress(label, len(bodies)) as progress:
        for start in range(0, len(bodies), BATCH):
            part = bodies[start : start + BATCH]
            lines: list[Body] = []
            for each in part:
                lines += [{"index": index}, each]
            for response in _ask(client, index, lines):
                yield _found(response, index)
            progress.advance(len(part))


def _ask(client: OpenSearch, index: str, lines: list[Body]) -> list[dict[str, Any]]:
    """Responses of one request of many searches; a busy cluster is asked again, later and later."""
    for wait in (*WAITS, None):
        try:
            with calling(f"search {index}"):
                responses: list[dict[str, Any]] = client.msearch(body=lines)["responses"]
            if wait is None or not any(response.get("status") in BUSY for response in responses):
                return responses
        except Unavailable:
            if wait is None:
                raise
        time.sleep(wait)
    raise AssertionError("the last try has returned or raised")


def _found(response: dict[str, Any], index: str) -> list[ClusterHit]:
    if "error" in response or response["timed_out"] or response["_shards"]["failed"]:
        reason = _reason(response)
        raise ClusterError(
            f"The search of {index} failed: {reason}. Run `malmoi opensearch check` to see what "
            "the cluster lacks, or look at its log."
        )
    return [
        ClusterHit(hit["_id"], hit.get("_source", {}).get(TITLE, ""), float(hit["_score"]))
        for hit in response["hits"]["hits"]
    ]


def _reason(response: dict[str, Any]) -> str:
    """The deepest reason that a failed search gives."""
    if response.get("timed_out"):
        return "it took too long and only some documents were searched"
    error = response.get("error")
    if error is None:
        failures = response["_shards"].get("failures", [])
        error = failures[0]["reason"] if failures else {}
        prefix = f"{response['_shards']['failed']} shards: "
    else:
        prefix = ""
        causes = error.get("root_cause") or [error]
        error = causes[0]
    return prefix + str(error.get("reason") or error.get("type") or "no reason given")
