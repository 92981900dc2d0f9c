"""Bodies of requests, without a cluster."""

from __future__ import annotations

from typing import get_args

import pytest

from malmoi.core.errors import StudentError
from malmoi.retrieval.opensearch import queries
from malmoi.retrieval.opensearch.queries import Mode, Question, body

QUESTION = Question("열 너비", {"열": 2.0, "너비": 1.5}, {2: 2.0, 4: 1.5})


def test_rank_features_ask_for_the_dot_product():
    clauses = body(QUESTION, "rank_features", 10)["query"]["bool"]["should"]
    assert {c["rank_feature"]["field"]: c["rank_feature"]["boost"] for c in clauses} == {
        "features.열": 2.0,
        "features.너비": 1.5,
    }
    assert all(c["rank_feature"]["linear"] == {} for c in clauses)


def test_a_token_with_a_dot_is_refused_where_it_would_find_nothing():
    with pytest.raises(StudentError, match=r"'a\.b' has a dot"):
        queries.rank_features({"a.b": 1.0})
    assert queries.neural_sparse({"a.b": 1.0})["neural_sparse"]["features"] == {
        "query_tokens": {"a.b": 1.0}
    }


def test_a_weight_that_lucene_refuses_is_refused_here():
    assert queries.neural_sparse({"열": 64.0})
    with pytest.raises(StudentError, match="weighs 65; neural_sparse takes 64"):
        queries.neural_sparse({"너비": 1.0, "열": 65.0})
    with pytest.raises(StudentError, match="weighs 65"):
        queries.sparse_vector({3: 65.0}, 10)
    assert queries.rank_features({"열": 65.0})


def test_a_sparse_vector_is_asked_by_id_with_every_token():
    inside = queries.sparse_vector(QUESTION.ids, 7)["neural_sparse"]["vector"]
    assert inside["query_tokens"] == {"2": 2.0, "4": 1.5}
    assert inside["method_parameters"] == {"top_n": 2, "k": 7, "heap_factor": 1.0}


@pytest.mark.parametrize("mode", ["rank_features", "neural_sparse", "two_phase", "sparse_vector"])
def test_a_query_without_known_tokens_finds_nothing(mode):
    assert body(Question("!", {}, {}), mode, 5)["query"] == {"match_none": {}}


@pytest.mark.parametrize("mode", get_args(Mode))
def test_every_mode_has_a_body(mode):
    made = body(QUESTION, mode, 3)
    assert made["size"] == 3
    assert ("search_pipeline" in made) == (mode in {"two_phase", "hybrid", "hybrid_rrf"})


def test_synonyms_are_left_out_on_demand():
    assert "analyzer" not in queries.bm25("열")["multi_match"]
    assert body(QUESTION, "bm25_plain", 3)["query"]["multi_match"]["analyzer"] == "malmoi"
