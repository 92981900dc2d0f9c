"""Every kind of search against a real cluster."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import pytest

from malmoi.core.errors import ClusterError
from malmoi.retrieval.opensearch import queries
from malmoi.retrieval.opensearch.pipelines import two_phase_pipeline
from malmoi.retrieval.opensearch.push import push
from malmoi.retrieval.opensearch.queries import Mode, Question, body
from malmoi.retrieval.opensearch.remove import remove
from malmoi.retrieval.opensearch.searching import search, search_all
from malmoi.retrieval.opensearch.source import RunSource
from malmoi.retrieval.query import QueryEncoder
from tests.helpers.opensearch_runs import write_run


@pytest.fixture(scope="module")
def run(tmp_path_factory) -> Path:
    return write_run(tmp_path_factory.mktemp("searching") / "run", 12)


@pytest.fixture(scope="module")
def name(opensearch, run) -> Iterator[str]:
    """The alias of the run, pushed once for all tests here."""
    push(run, "malmoi-test-searching")
    yield "malmoi-test-searching"
    remove("malmoi-test-searching")


@pytest.fixture
def question(run) -> Question:
    return Question.of("열 너비", QueryEncoder(RunSource(run).model))


@pytest.mark.parametrize("mode", get_args(Mode))
def test_each_mode_finds_documents_best_first(opensearch, name, question, mode):
    found = search(opensearch, name, question, mode, 5)
    assert 0 < len(found) <= 5
    assert [f.score for f in found] == sorted((f.score for f in found), reverse=True)
    assert all(f.id.startswith("page/") and f.title for f in found)


def test_four_ways_to_the_same_scores(opensearch, name, question):
    first = scores(search(opensearch, name, question, "rank_features", 5))
    assert len(first) == 5
    for mode in ("neural_sparse", "sparse_vector", "two_phase"):
        assert scores(search(opensearch, name, question, mode, 5)) == pytest.approx(first, rel=1e-6)


def scores(found) -> dict[str, float]:
    return {each.id: each.score for each in found}


def test_a_linear_feature_is_not_saturated(opensearch, name, question):
    """The default function of rank_feature would give every score a bound of Σ weights."""
    best = search(opensearch, name, question, "rank_features", 1)[0].score
    clauses = queries.rank_features(question.tokens)["bool"]["should"]
    saturated = [
        {"rank_feature": {k: v for k, v in c["rank_feature"].items() if k != "linear"}}
        for c in clauses
    ]
    other = {"size": 1, "query": {"bool": {"should": saturated}}}
    (found,) = search_all(opensearch, name, [other])
    assert found[0].score < sum(question.tokens.values()) < best


def test_two_phases_leave_light_tokens_to_the_best(opensearch, name):
    """The heavy token chooses the documents, the light one is added to their scores."""
    question = Question("", {"검색": 1.0, "cell": 5.0}, {})
    whole = {"size": 12, "query": queries.neural_sparse(question.tokens)}
    pruned = {**whole, "size": 2, "search_pipeline": two_phase_pipeline(0.5, 1.0)}
    all_found, best = search_all(opensearch, name, [whole, pruned])
    exact = scores(all_found)
    heavy = {
        "size": 2,
        "query": queries.neural_sparse({"cell": 5.0}),
    }
    (first,) = search_all(opensearch, name, [heavy])
    assert {f.id for f in best} == {f.id for f in first}  # the heavy token alone chose them
    assert scores(best) == pytest.approx({f.id: exact[f.id] for f in best}, rel=1e-6)


def test_many_searches_keep_their_order(opensearch, name, question):
    nothing = {"size": 3, "query": queries.match_none()}
    bodies = [body(question, "neural_sparse", 1 + n % 3) for n in range(120)] + [nothing]
    found = list(search_all(opensearch, name, bodies))
    assert [len(each) for each in found] == [1 + n % 3 for n in range(120)] + [0]


def test_what_the_cluster_refuses_is_said(opensearch, name, question):
    with pytest.raises(ClusterError, match="no such index"):
        search(opensearch, f"{name}-none", question, "bm25")
    broken = {"query": {"neural_sparse": {"title": {"query_tokens": {"a": 1.0}}}}}
    with pytest.raises(ClusterError, match=r"search of .* failed: .*rank_features"):
        list(search_all(opensearch, name, [broken]))
