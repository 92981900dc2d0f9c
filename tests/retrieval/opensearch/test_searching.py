"""Every kind of search against a real cluster."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import pytest

from malmoi.core.errors import ClusterError
from malmoi.retrieval.opensearch import queries
from malmoi.retrieval.opensearch.limits import terms
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


MODES = [mode for mode in get_args(Mode) if mode != "hybrid_dense"]
"""Those that need no vectors of passages."""


@pytest.mark.parametrize("mode", MODES)
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


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("count", [1_025, 5_000])
def test_a_query_as_long_as_a_page_is_answered(opensearch, name, run, question, mode, count):
    encoder = QueryEncoder(RunSource(run).model)
    text = " ".join(["열 너비", *(f"가{n}" for n in range(count))])
    tokens = {**{f"t{n}": 0.1 for n in range(count)}, **question.tokens}
    ids = {**dict.fromkeys(range(20, 20 + count), 0.1), **question.ids}
    words = Question.of(text, encoder).words
    found = search(opensearch, name, Question(text, tokens, ids, words), mode, 5)
    usual = search(opensearch, name, question, mode, 5)
    assert {f.id for f in found} == {f.id for f in usual}


def test_synonyms_of_several_words_are_clauses_too(opensearch, name, run):
    """The client doesn't know them: it is refused, and asks for less."""
    rules = [((f"열{n}", f"more words {n} and more"), None) for n in range(400)]
    push(run, f"{name}-many", synonyms=rules)
    try:
        text = " ".join(["너비", *(f"열{n}" for n in range(250))])
        question = Question(text, {}, {}, {"너비": 9.0})
        assert search(opensearch, f"{name}-many", question, "bm25", 5)
    finally:
        remove(f"{name}-many")


@pytest.mark.parametrize("mode", MODES)
def test_a_query_finds_the_same_however_it_is_written(opensearch, name, run, mode):
    encoder = QueryEncoder(RunSource(run).model)
    usual = search(opensearch, name, Question.of("열 너비 column", encoder), mode, 5)
    for form in (
        unicodedata.normalize("NFD", "열 너비 column"),
        "열　너비\u200bｃｏｌｕｍｎ",
    ):
        assert search(opensearch, name, Question.of(form, encoder), mode, 5) == usual


def test_whoever_asks_without_malmoi_finds_the_same(opensearch, name):
    """The analyzer composes the query, not the client."""
    plain = {"size": 12, "query": queries.bm25("열 너비 column")}
    written = [
        {"size": 12, "query": queries.bm25(unicodedata.normalize("NFD", "열 너비 column"))},
        {"size": 12, "query": queries.bm25("열 너비 ｃｏｌｕｍｎ")},
    ]
    first, *others = search_all(opensearch, name, [plain, *written])
    assert first
    assert others == [first, first]


def test_a_hybrid_is_never_sent_without_its_pipeline(opensearch, name, question):
    request = body(question, "hybrid", 5)
    assert request.pop("search_pipeline")
    with pytest.raises(ClusterError, match="separators among its hits"):
        list(search_all(opensearch, name, [request]))


def test_a_pipeline_may_be_the_default_of_an_index(opensearch, name, question):
    """What docs/opensearch.md says to those who write requests of their own."""
    request = body(question, "hybrid", 5)
    usual = opensearch.search(index=name, body=request)["hits"]["hits"]
    del request["search_pipeline"]
    assert (
        min(hit["_score"] for hit in opensearch.search(index=name, body=request)["hits"]["hits"])
        < 0
    )
    default = {"index.search.default_pipeline": f"{name}-hybrid"}
    opensearch.indices.put_settings(index=name, body=default)
    try:
        hits = opensearch.search(index=name, body=request)["hits"]["hits"]
    finally:
        opensearch.indices.put_settings(index=name, body={"index.search.default_pipeline": None})
    assert [(h["_id"], h["_score"]) for h in hits] == [(h["_id"], h["_score"]) for h in usual]


def test_a_page_without_spaces_is_asked_too(opensearch, name, run):
    encoder = QueryEncoder(RunSource(run).model)
    question = Question.of("가나다라마바사" * 300 + "열의너비를바꿉니다 " + "가" * 3000, encoder)
    assert terms(question.text) > 5_000
    for mode in ("bm25", "hybrid"):
        search(opensearch, name, question, mode, 5)


class WithoutPipelines:
    """A client behind a proxy that drops `search_pipeline` from each request."""

    def __init__(self, client) -> None:
        self._client = client

    def search(self, index, body):
        kept = {key: value for key, value in body.items() if key != "search_pipeline"}
        return self._client.search(index=index, body=kept)


@pytest.mark.parametrize("mode", ["hybrid", "hybrid_rrf"])
def test_a_dropped_pipeline_is_recognised(opensearch, name, question, mode):
    with pytest.raises(ClusterError, match="without its search pipeline"):
        search(WithoutPipelines(opensearch), name, question, mode, 5)


def test_titles_are_shown_composed(opensearch, name, question):
    title = unicodedata.normalize("NFD", "열 너비")
    index = f"{name}-titles"
    opensearch.index(index=index, id="1", body={"title": title}, refresh=True)
    try:
        (found,) = search_all(opensearch, index, [{"query": {"match_all": {}}}])
    finally:
        opensearch.indices.delete(index=index)
    assert [hit.title for hit in found] == ["열 너비"]
