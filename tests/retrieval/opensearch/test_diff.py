"""What differs between a run and what was pushed is named, down to the token."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from malmoi.core.errors import ClusterError, RunError, SourceError
from malmoi.retrieval.opensearch.connection import connect
from malmoi.retrieval.opensearch.diff import diff_run, run_queries
from malmoi.retrieval.opensearch.push import push
from malmoi.retrieval.opensearch.queries import Question
from malmoi.retrieval.opensearch.remove import remove
from malmoi.retrieval.opensearch.searching import search
from malmoi.retrieval.opensearch.source import RunSource
from malmoi.retrieval.query import QueryEncoder
from tests.helpers.zipf_runs import write_zipf_run

NAME = "malmoi-test-diff"


@pytest.fixture(scope="module")
def zipf(tmp_path_factory):
    return write_zipf_run(tmp_path_factory.mktemp("diff") / "run", 60, 40)


@pytest.fixture(scope="module")
def pushed(opensearch, zipf) -> Iterator[str]:
    """The real index of the run, pushed as the alias NAME."""
    yield push(zipf, NAME).index
    remove(NAME)


@pytest.fixture
def changed(opensearch, pushed, zipf) -> Iterator[tuple[str, str]]:
    """A document (id and a token of it) that the test may change: it is put back afterwards."""
    identifier, token = most_matched(zipf)
    source = opensearch.get(index=pushed, id=identifier)["_source"]
    yield identifier, token
    opensearch.index(index=pushed, id=identifier, body=source, refresh=True)


@pytest.mark.parametrize("mode", ["rank_features", "neural_sparse", "sparse_vector"])
def test_what_was_pushed_agrees(pushed, zipf, mode):
    report = diff_run(zipf, NAME, mode=mode, queries=25)
    assert report.agrees
    assert report.queries == 25


def test_a_changed_weight_is_named_with_its_token(opensearch, pushed, zipf, changed):
    identifier, token = changed
    source = opensearch.get(index=pushed, id=identifier)["_source"]
    before = source["features"][token]
    source["features"][token] = before * 3
    opensearch.index(index=pushed, id=identifier, body=source, refresh=True)
    report = diff_run(zipf, NAME, queries=40)
    stale = [e for e in report.differences if e.reason == "stale"]
    assert not report.agrees
    assert {each.difference.document for each in stale} == {identifier}
    seen = [t for each in stale for t in each.tokens if t.token == token]
    assert seen
    assert all(t.document == pytest.approx(before) for t in seen)
    assert all(t.stored_document == pytest.approx(before * 3, rel=2**-8) for t in seen)


def test_a_removed_document_is_absent(opensearch, pushed, zipf, changed):
    identifier, _ = changed
    opensearch.delete(index=pushed, id=identifier, refresh=True)
    report = diff_run(zipf, NAME, queries=40)
    assert {e.difference.document for e in report.differences if e.reason == "absent"} == {
        identifier
    }
    assert {e.reason for e in report.differences} <= {"absent", "place"}


def test_what_cannot_be_compared_is_said(zipf, pushed):
    with pytest.raises(SourceError, match="bm25 ranks by other scores"):
        diff_run(zipf, NAME, mode="bm25")
    with pytest.raises(ClusterError, match="no such index"):
        diff_run(zipf, f"{NAME}-none")
    with pytest.raises(RunError, match="holds no run"):
        diff_run(zipf / "corpus", NAME)


def test_queries_are_drawn_the_same_way_each_time(zipf):
    assert run_queries(zipf, 5) == run_queries(zipf, 40)[:5]
    assert len(run_queries(zipf, 1_000)) == 40


def test_a_run_without_queries_is_refused(tmp_path):
    run = write_zipf_run(tmp_path / "run", 5, 0)
    with pytest.raises(SourceError, match="holds no queries"):
        run_queries(run, 10)


def most_matched(zipf) -> tuple[str, str]:
    """A document among the best of some query, and the token that finds it there."""
    encoder = QueryEncoder(RunSource(zipf).model)
    client = connect()
    for _, text in run_queries(zipf, 40):
        question = Question.of(text, encoder)
        for found in search(client, NAME, question, "neural_sparse", 1):
            features = client.get(index=NAME, id=found.id)["_source"]["features"]
            return found.id, next(token for token in question.tokens if token in features)
    raise AssertionError("no query finds a document")
