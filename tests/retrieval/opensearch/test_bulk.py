"""Back-pressure: what a proxy before a real cluster refuses, delays or cuts off is not lost."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from malmoi.core.errors import ClusterError
from malmoi.retrieval.opensearch import bulk
from malmoi.retrieval.opensearch.bulk import MAX_DOCUMENTS, Pacing, send, with_retries
from malmoi.retrieval.opensearch.connection import Unavailable, connect
from tests.helpers.fault_proxy import Fault, Request, proxy

ITEMS = [(f"page/{n}", {"title": f"문서 {n}", "text": "본문 " * n}) for n in range(40)]


@pytest.fixture
def index(opensearch, name) -> Iterator[str]:
    made = f"{name}-plain"
    body = {"settings": {"auto_expand_replicas": "0-1", "refresh_interval": "-1"}}
    opensearch.indices.create(index=made, body=body)
    yield made
    opensearch.indices.delete(index=made)


@pytest.fixture(autouse=True)
def short_waits(monkeypatch) -> list[float]:
    """Waits are noted and a hundred times shorter."""
    waits: list[float] = []
    sleep = time.sleep

    def shorter(seconds: float) -> None:
        waits.append(seconds)
        sleep(seconds / 100)

    monkeypatch.setattr(bulk.time, "sleep", shorter)
    return waits


class Faults:
    """Faults for the first bulks, in turn; what is none of them is passed on."""

    def __init__(self, *faults: Fault) -> None:
        self.left = list(faults)

    def __call__(self, request: Request) -> Fault | None:
        return self.left.pop(0) if request.is_bulk and self.left else None


def ids_in(client, index: str) -> set[str]:
    client.indices.refresh(index=index)
    found = client.search(index=index, body={"size": 1000, "_source": False})["hits"]["hits"]
    return {hit["_id"] for hit in found}


ALL = {identifier for identifier, _ in ITEMS}


def push_through(index: str, faults: Faults, **options):
    with proxy(os.environ["OPENSEARCH_URL"], faults) as seen:
        return send(connect(seen.url), index, ITEMS, **options), seen


def test_a_refused_bulk_comes_again_in_halves(opensearch, index):
    sent, seen = push_through(index, Faults(Fault(429), Fault(503)))
    assert (sent.taken, sent.there, sent.refused) == (40, 0, {})
    assert [len(bulk) for bulk in seen.bulks()] == [40, 20, 10, 30]
    assert ids_in(opensearch, index) == ALL


def test_retry_after_is_waited_for(opensearch, index, short_waits):
    push_through(index, Faults(Fault(429, headers={"Retry-After": "7"}), Fault(503)))
    assert short_waits[0] == 7.0
    assert 0.5 <= short_waits[1] <= 1.0  # the second failure in a row: 1 s with jitter


def test_a_refused_item_comes_again_alone(opensearch, index):
    held = frozenset({"page/3", "page/17"})
    sent, seen = push_through(index, Faults(Fault(429, items=held), Fault(503, items=held)))
    assert (sent.taken, sent.refused) == (40, {})
    assert [set(bulk) for bulk in seen.bulks()[1:]] == [held, {"page/3"}, {"page/17"}]
    assert ids_in(opensearch, index) == ALL


def test_a_connection_cut_before_the_cluster_saw_the_bulk(opensearch, index):
    sent, _ = push_through(index, Faults(Fault(cut="before")))
    assert (sent.taken, sent.there) == (40, 0)
    assert ids_in(opensearch, index) == ALL


def test_a_connection_cut_after_the_cluster_took_the_bulk_writes_nothing_twice(opensearch, index):
    sent, seen = push_through(index, Faults(Fault(cut="after")))
    assert (sent.taken, sent.there) == (0, 40)
    assert set(seen.acknowledged) == ALL == ids_in(opensearch, index)
    assert opensearch.indices.stats(index=index)["_all"]["primaries"]["docs"]["deleted"] == 0


def test_what_is_too_large_for_the_cluster_is_halved_for_good(opensearch, index):
    def limited(request: Request) -> Fault | None:
        return Fault(413) if request.is_bulk and len(request.body) > 2000 else None

    with proxy(os.environ["OPENSEARCH_URL"], limited) as seen:
        sent = send(connect(seen.url), index, ITEMS)
    assert (sent.taken, sent.refused) == (40, {})
    refused = [request for request in seen.requests if len(request.body) > 2000]
    assert len(refused) <= 4  # it is not tried again and again as the bulks grow
    assert ids_in(opensearch, index) == ALL


def test_one_document_that_is_too_large_is_refused_and_the_others_go_through(opensearch, index):
    items = [*ITEMS[:5], ("giant", {"text": "말" * 5000}), *ITEMS[5:10]]

    def limited(request: Request) -> Fault | None:
        return Fault(413) if request.is_bulk and len(request.body) > 9000 else None

    with proxy(os.environ["OPENSEARCH_URL"], limited) as seen:
        sent = send(connect(seen.url), index, items)
    assert list(sent.refused) == ["giant"]
    assert "413" in sent.refused["giant"]
    assert sent.taken == 10


def test_a_document_at_fault_itself_is_not_tried_again(opensearch, index):
    opensearch.indices.put_mapping(index=index, body={"properties": {"n": {"type": "integer"}}})
    items = [*ITEMS[:3], ("wrong", {"n": "열둘"})]
    with proxy(os.environ["OPENSEARCH_URL"], Faults()) as seen:
        sent = send(connect(seen.url), index, items)
    assert len(seen.bulks()) == 1
    assert sent.taken == 3
    assert "wrong" in sent.refused


def test_it_gives_up_when_nothing_is_taken_for_too_long(opensearch, index):
    with pytest.raises(ClusterError, match=r"took no document .* \(429\).*goes on from there"):
        push_through(index, Faults(*[Fault(429)] * 50), patience=0.1)


def test_a_login_that_is_refused_is_no_reason_to_wait(opensearch, index, short_waits):
    with pytest.raises(ClusterError, match="the login is refused"):
        push_through(index, Faults(Fault(401)))
    assert short_waits == []


def test_progress_counts_each_document_once(opensearch, index):
    counted: list[int] = []
    faults = Faults(Fault(429, items=frozenset({"page/0"})), Fault(cut="after"))
    push_through(index, faults, advance=counted.append)
    assert sum(counted) == 40


def test_patiently_waits_for_what_passes_and_for_nothing_else(short_waits):
    tries = []

    def third_time() -> str:
        tries.append(1)
        if len(tries) < 3:
            raise Unavailable("away", 2.0)
        return "there"

    assert with_retries(third_time) == "there"
    assert short_waits == [2.0, 2.0]

    def refused() -> None:
        raise ClusterError("no")

    with pytest.raises(ClusterError, match="no"):
        with_retries(refused)
    with pytest.raises(Unavailable):
        with_retries(lambda: (_ for _ in ()).throw(Unavailable("away")), patience=0.0)


def test_waits_grow_with_seeded_jitter_and_end_with_success():
    pacing, same, other = Pacing(1), Pacing(1), Pacing(2)
    waits = [pacing.wait() for _ in range(12)]
    assert waits == [same.wait() for _ in range(12)]
    assert waits != [other.wait() for _ in range(12)]
    for failures, wait in enumerate(waits):
        most = min(bulk.MAX_WAIT, bulk.FIRST_WAIT * 2**failures)
        assert most / 2 <= wait <= most
    pacing.went_through()
    assert pacing.wait() <= bulk.FIRST_WAIT


@given(
    st.lists(st.sampled_from(["through", "halve", "large"]), max_size=60),
    st.sampled_from([1, 20, MAX_DOCUMENTS]),
)
def test_a_bulk_always_holds_at_least_one_document_and_never_more_than_the_most(events, most):
    pacing = Pacing(max_documents=most)
    ceiling = bulk.MAX_BYTES
    for event in events:
        if event == "through":
            pacing.went_through()
        elif event == "halve":
            pacing.halve(pacing.documents)
        elif pacing.bytes > 10:
            ceiling = pacing.bytes // 2
            pacing.too_large(pacing.bytes)
        assert 1 <= pacing.documents <= most
        assert 0 < pacing.bytes <= max(ceiling, 2**16)
