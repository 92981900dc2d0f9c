"""Sending documents in bulk under back-pressure, so that a busy or dying cluster loses none.

A bulk is as large as the cluster bears: it is halved when one fails (429, 413, 503, or cut off) and
grows again by a tenth of the most with each one that went through. Between tries it waits as long
as the cluster asks (Retry-After), or exponentially longer with jitter. What was refused is sent
again by the item; what was cut off is sent again whole.

Documents are *created*, never overwritten: one that the cluster took before a connection was cut is
refused with 409 the second time, which is how we learn that it is there. So no document is in the
index twice, not even as a deleted one that would count in BM25's document frequencies.
"""

from __future__ import annotations

import json
import random
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any, TypeVar

from malmoi.core.backoff import backoff
from malmoi.core.errors import ClusterError
from malmoi.retrieval.opensearch.connection import (
    BUSY,
    TooLarge,
    Unavailable,
    calling,
    without_secrets,
)

if TYPE_CHECKING:
    from opensearchpy import OpenSearch

MAX_DOCUMENTS = 500
MAX_BYTES = 5 * 2**20
"""A bulk's most documents and bytes; beyond some MB a larger one is no faster."""
FIRST_WAIT, MAX_WAIT = 0.5, 60.0
"""Seconds."""
PATIENCE = 600.0
"""Seconds without any document taken after which we give up."""

T = TypeVar("T")
Item = tuple[str, dict[str, Any]]
"""A document's id and its fields."""


@dataclass(slots=True)
class Sent:
    """What sending did, in documents. `refused` ones are at fault themselves: id → reason."""

    taken: int
    there: int
    refused: dict[str, str]


class Pacing:
    """How large the next bulk may be, and how long to wait before it.

    Args:
        seed: of the waits' jitter.
        max_documents: of one bulk, which it starts with.
    """

    def __init__(self, seed: int = 13, max_documents: int = MAX_DOCUMENTS) -> None:
        self.documents, self.bytes = max_documents, MAX_BYTES
        self._max_documents = max_documents
        self._most_bytes = MAX_BYTES
        self._failures = 0
        self._random = random.Random(seed)

    def went_through(self) -> None:
        """Grow by a tenth of the most."""
        self._failures = 0
        most = self._max_documents
        self.documents = min(most, self.documents + most // 10)
        self.bytes = min(self._most_bytes, self.bytes + MAX_BYTES // 10)

    def halve(self, documents: int) -> None:
        """The cluster could not take a bulk of so many documents."""
        self.documents = max(1, documents // 2)
        self.bytes = max(2**16, self.bytes // 2)

    def too_large(self, size: int) -> None:
        """The cluster takes no request of so many bytes, now or later (413)."""
        self.bytes = self._most_bytes = size // 2

    def wait(self, retry_after: float = 0.0) -> float:
        """Seconds to wait after one more failure; at least `retry_after`."""
        wait = backoff(self._failures, FIRST_WAIT, MAX_WAIT, source=self._random)
        self._failures += 1
        return max(retry_after, wait)


def send(
    client: OpenSearch,
    index: str,
    items: Iterable[Item],
    advance: Callable[[int], None] = lambda count: None,
    patience: float = PATIENCE,
    pacing: Pacing | None = None,
) -> Sent:
    """Create documents in `index`; those that are there already are left as they are.

    Args:
        client: of `connection.connect`.
        index: an index, no alias.
        items: ids and fields.
        advance: called with how many documents were settled.
        patience: seconds without a document taken after which to give up.
        pacing: sizes and waits to go on with.

    Raises:
        ClusterError: it took nothing for `patience` seconds, or refused the request itself.
    """
    pacing = pacing or Pacing()
    sent = Sent(0, 0, {})
    source = ((identifier, _encoded(identifier, fields)) for identifier, fields in items)
    waiting: list[tuple[str, bytes]] = []
    last_taken = time.monotonic()
    while True:
        waiting += islice(source, max(0, pacing.documents - len(waiting)))
        if not waiting:
            return sent
        bulk = list(_fitting(waiting, pacing))
        settled, problem, retry_after = _try(client, index, bulk, sent, pacing)
        if settled:
            last_taken = time.monotonic()
            waiting = [pair for pair in waiting if pair[0] not in settled]
            advance(len(settled))
        if not problem:
            pacing.went_through()
            continue
        if time.monotonic() - last_taken > patience:
            raise ClusterError(
                f"The cluster took no document for {patience:.0f} s: {problem}. What it took "
                "before is kept; the same command goes on from there."
            )
        time.sleep(pacing.wait(retry_after))


def _try(
    client: OpenSearch, index: str, bulk: list[tuple[str, bytes]], sent: Sent, pacing: Pacing
) -> tuple[set[str], str, float]:
    """Send one bulk: the ids settled, what went wrong ("" if nothing), seconds asked to wait."""
    body = b"".join(data for _, data in bulk)
    try:
        with calling("send documents"):
            reply: dict[str, Any] = client.bulk(body=body, index=index)
    except Unavailable as error:
        # Cut off, or restarting: what the bulk holds may be there or not.
        pacing.halve(len(bulk))
        return set(), str(error), error.after
    except TooLarge as error:
        if len(bulk) == 1:
            sent.refused[bulk[0][0]] = f"{len(body)} bytes: {error}"
            return {bulk[0][0]}, "", 0.0
        pacing.too_large(len(body))
        return set(), str(error), 0.0
    return _settle(bulk, reply, sent, pacing)


def _settle(
    bulk: list[tuple[str, bytes]], reply: dict[str, Any], sent: Sent, pacing: Pacing
) -> tuple[set[str], str, float]:
    """Read the result of each item of a bulk."""
    settled: set[str] = set()
    problem = ""
    for item in reply["items"]:
        ((_, result),) = item.items()
        status, identifier = int(result["status"]), str(result["_id"])
        if status in {200, 201}:
            sent.taken += 1
        elif status == 409:
            sent.there += 1
        elif status in BUSY:
            problem = without_secrets(f"{_why(result)} ({status})")
            continue
        else:
            sent.refused[identifier] = without_secrets(f"{_why(result)} ({status})")
        settled.add(identifier)
    if problem:
        pacing.halve(len(bulk))
    return settled, problem, 0.0


def _why(result: dict[str, Any]) -> str:
    error, reason = result.get("error"), "refused"
    while isinstance(error, dict):
        reason = str(error.get("reason") or reason)
        error = error.get("caused_by")
    return reason


def _fitting(waiting: list[tuple[str, bytes]], pacing: Pacing) -> Iterator[tuple[str, bytes]]:
    """As many as one bulk may hold, and at least one."""
    size = 0
    for number, (identifier, data) in enumerate(waiting):
        size += len(data)
        if number and (number >= pacing.documents or size > pacing.bytes):
            return
        yield identifier, data


def _encoded(identifier: str, fields: dict[str, Any]) -> bytes:
    """The two lines of a document in a bulk; a lone surrogate becomes "?"."""
    action = {"create": {"_id": identifier}}
    lines = (
        json.dumps(part, ensure_ascii=False, separators=(",", ":")) for part in (action, fields)
    )
    return "".join(f"{line}\n" for line in lines).encode("utf-8", "replace")


def with_retries(call: Callable[[], T], patience: float = PATIENCE) -> T:
    """The result of a call that may be made twice, tried until the cluster answers.

    Raises:
        ClusterError: it didn't for `patience` seconds, or it refused.
    """
    pacing, start = Pacing(), time.monotonic()
    while True:
        try:
            return call()
        except Unavailable as error:
            if time.monotonic() - start > patience:
                raise
            time.sleep(pacing.wait(error.after))
