"""Searches an index of a cluster: one query, or many in few requests."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from malmoi.core.errors import ClusterError
from malmoi.core.progress import Progress
from malmoi.retrieval.opensearch.connection import BUSY, Unavailable, calling
from malmoi.retrieval.opensearch.limits import MAX_CLAUSES
from malmoi.retrieval.opensearch.mapping import TITLE
from malmoi.retrieval.opensearch.queries import Body, Mode, Question, body
from malmoi.text.unicode import readable

if TYPE_CHECKING:
    from opensearchpy import OpenSearch

BATCH = 50
"""Queries in one request."""
CLAUSES = (MAX_CLAUSES, MAX_CLAUSES // 4, MAX_CLAUSES // 16)
"""Clauses of a query at most, one try after the other."""
TOO_LONG = ("maxClauseCount", "maximum recursion level")
"""Refusals of a query that has too many words; the second is a graph of synonyms'."""
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
    for max_clauses in CLAUSES:
        try:
            with calling(f"search {index} by {mode}"):
                response = client.search(index=index, body=body(question, mode, k, max_clauses))
            return _found(response, index)
        except ClusterError as error:
            # Synonyms of several words are clauses, too, and a cluster may take fewer.
            too_long = any(sign in str(error) for sign in TOO_LONG)
            if not too_long or max_clauses == CLAUSES[-1]:
                raise
    raise AssertionError("the last try has returned or raised")


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
            the last of `WAITS`. Before anything is sent where a hybrid has no pipeline.
    """
    if any(
        "hybrid" in each.get("query", ()) and not each.get("search_pipeline") for each in bodies
    ):
        raise ClusterError(
            "A hybrid query without a search pipeline answers with separators among its hits. Make "
            "the body with `queries.body`, or add a search_pipeline to it."
        )
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
    hits = response["hits"]["hits"]
    if any(hit["_score"] < 0 for hit in hits):
        raise ClusterError(
            f"{index} answered a hybrid query without its search pipeline: separators (scores such "
            "as -9549511920) stand among its hits. Something between here and the cluster drops "
            "search_pipeline from the request; let it pass, or search by another mode."
        )
    return [
        ClusterHit(hit["_id"], readable(hit.get("_source", {}).get(TITLE, "")), hit["_score"])
        for hit in hits
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
