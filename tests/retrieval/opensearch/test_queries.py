"""Bodies of requests, without a cluster."""

from __future__ import annotations

import unicodedata
from dataclasses import replace
from typing import get_args

import pytest

from malmoi.core.errors import StudentError
from malmoi.retrieval.opensearch import queries
from malmoi.retrieval.opensearch.limits import MAX_CLAUSES, shortened, terms
from malmoi.retrieval.opensearch.queries import Mode, Question, body
from malmoi.retrieval.opensearch.source import RunSource
from malmoi.retrieval.query import QueryEncoder
from malmoi.text.unicode import readable
from tests.helpers.opensearch_runs import write_run
from tests.helpers.queries import query_folder

DENSE = (0.6, 0.8)
QUESTION = Question("열 너비", {"열": 2.0, "너비": 1.5}, {2: 2.0, 4: 1.5}, dense=DENSE)


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
    piped = {"two_phase", "hybrid", "hybrid_rrf", "hybrid_dense"}
    assert ("search_pipeline" in made) == (mode in piped)


def test_a_hybrid_with_passages_standardises_as_many_of_both():
    made = body(QUESTION, "hybrid_dense", 3)
    sparse, near = made["query"]["hybrid"]["queries"]
    assert made["query"]["hybrid"]["pagination_depth"] == queries.DEPTH
    assert near["nested"]["query"]["knn"]["passages.vector"] == {"vector": [0.6, 0.8], "k": 100}
    assert sparse == queries.neural_sparse(QUESTION.tokens)
    (processor,) = made["search_pipeline"]["phase_results_processors"]
    assert processor["normalization-processor"]["normalization"]["technique"] == "z_score"


def test_a_question_is_embedded_where_an_encoder_is_given_and_refused_where_none_was():
    with pytest.raises(StudentError, match=r"no vector.*query_encoder"):
        body(replace(QUESTION, dense=()), "hybrid_dense", 3)
    empty = Question("  ", {}, {})
    parts = body(empty, "hybrid_dense", 3)["query"]["hybrid"]["queries"]
    assert parts == [queries.match_none()] * 2


def test_synonyms_are_left_out_on_demand():
    assert "analyzer" not in queries.bm25("열")["multi_match"]
    assert body(QUESTION, "bm25_plain", 3)["query"]["multi_match"]["analyzer"] == "malmoi"


LONG = Question(
    " ".join(f"w{n}" for n in range(3000)),
    {f"w{n}": 1 + n / 3000 for n in range(3000)},
    {n: 1 + n / 3000 for n in range(3000)},
    {f"w{n}": 1 + n / 3000 for n in range(3000)},
    DENSE,
)


def clauses(query: dict) -> int:
    """How many clauses Lucene makes of a query."""
    ((kind, inside),) = query.items()
    match kind:
        case "hybrid":
            return sum(clauses(each) for each in inside["queries"])
        case "multi_match":
            return terms(inside["query"]) * len(inside["fields"])
        case "bool":
            return len(inside["should"])
        case "nested":
            return 0
        case _:
            return len(next(iter(inside.values()))["query_tokens"])


@pytest.mark.parametrize("mode", get_args(Mode))
@pytest.mark.parametrize("limit", [MAX_CLAUSES, 64])
def test_a_long_query_is_cut_to_what_lucene_takes(mode, limit):
    asked = clauses(body(LONG, mode, 10, limit)["query"])
    # A hybrid's words may take half; "w12" is a run of letters and one of digits.
    assert limit - 4 <= asked <= limit


def test_the_heaviest_stay_in_their_order():
    tokens = body(LONG, "neural_sparse", 10)["query"]["neural_sparse"]["features"]["query_tokens"]
    assert list(tokens) == [f"w{n}" for n in range(3000 - MAX_CLAUSES, 3000)]
    words = body(LONG, "bm25", 10)["query"]["multi_match"]["query"].split()
    assert words == [f"w{n}" for n in range(3000 - len(words), 3000)]


def test_a_query_is_asked_composed(tmp_path):
    run = write_run(tmp_path / "run", 3)
    encoder = QueryEncoder(RunSource(run).model)
    composed = Question.of("열 너비 USB 제1조", encoder)
    assert composed.tokens
    for form in ("NFD", "NFKD"):
        written = unicodedata.normalize(form, "열 너비 ＵＳＢ 제１조")
        assert Question.of(written, encoder) == composed


def test_what_the_corpus_lacks_is_asked_as_what_is_meant(tmp_path):
    encoder = QueryEncoder(query_folder(tmp_path / "model", {"데이터": 2.0, "안녕": 1.0}))
    question = Question.of("데이타 dkssud 쿠버네티스", encoder)
    assert {readable(token) for token in question.tokens} == {"데이터", "안녕"}
    asked = body(question, "neural_sparse", 10)["query"]["neural_sparse"]["features"]
    assert asked["query_tokens"] == question.tokens
    assert len(question.ids) == 2


def test_the_words_of_a_long_text_are_weighed(tmp_path):
    run = write_run(tmp_path / "run", 3)
    encoder = QueryEncoder(RunSource(run).model)
    text = "search " * 300 + "row " + "search " * 900 + "cell"
    question = Question.of(text, encoder)
    assert question.words["cell"] > question.words["row"] > 0
    assert Question.of("search cell", encoder).words == {}
    assert shortened(text, question.words, 2) == "search cell"
