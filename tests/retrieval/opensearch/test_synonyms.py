"""Synonym rules in the tokens of the analyzer, and what a search finds with them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from malmoi.retrieval.opensearch.analysis import INDEX_ANALYZER
from malmoi.retrieval.opensearch.check import capabilities
from malmoi.retrieval.opensearch.push import push
from malmoi.retrieval.opensearch.synonyms import _by_term, analyse, token_rules


@pytest.fixture
def nori(opensearch):
    if not capabilities(opensearch).nori:
        pytest.skip("the cluster has no nori: install analysis-nori")
    return opensearch


def test_rules_are_written_in_the_tokens_of_the_analyzer(nori, logged):
    rules = [
        (("열의 너비", "column widths"), None),  # a particle leaves a gap
        (("새로 고침", "refresh"), None),  # an adverb that nori's own list would drop
        (("Rows",), ("행", "row")),
        (("a,b", "c"), None),
        (("을", "!"), None),  # nothing is left
        (("셀", "셀을"), None),  # both sides are one token
    ]
    assert token_rules(nori, rules, nori=True) == [
        "열 너비, column width",
        "새로 고침, refresh",
        "row => 행, row",
        "a b, c",
    ]
    said = logged.text
    assert "2 of 6 synonym rules say nothing" in said
    assert "을, !" in said


def test_a_comma_inside_a_token_is_escaped(opensearch):
    assert token_rules(opensearch, [(("1,00", "천"), None)], nori=False) == [r"1\,00, 천"]


def test_a_search_finds_by_a_synonym_of_two_words_across_a_particle(nori, name, run):
    push(run, name, synonyms=[(("열의 너비", "breadth of column"), None)])
    query = {"query": "breadth of column", "auto_generate_synonyms_phrase_query": False}
    found = nori.search(index=name, body={"query": {"match": {"title": query}}})["hits"]["hits"]
    assert [hit["_source"]["title"] for hit in found] == ["열 너비 바꾸기"] * len(found)
    assert found
    plain = {**query, "analyzer": INDEX_ANALYZER}
    assert not nori.search(index=name, body={"query": {"match": {"title": plain}}})["hits"]["hits"]


def test_other_synonyms_are_another_index(nori, name, run):
    assert push(run, name).index == f"{name}-000001"
    assert push(run, name, synonyms=[(("열", "column"), None)]).index == f"{name}-000002"


def test_terms_beyond_one_request_keep_their_tokens(nori):
    terms = ["셀", "", "😀 열의 너비", "을", "행"]
    assert analyse(nori, terms, nori=True, batch_size=2) == [["셀"], [], ["열", "너비"], [], ["행"]]


@given(st.lists(st.text(st.sampled_from("a b😀"), max_size=6), max_size=8))
def test_tokens_go_to_the_term_that_they_stand_in(terms):
    """Against the offsets that a server would give: UTF-16, one between two terms."""
    tokens, at = [], 0
    for term in terms:
        for start, letter in enumerate(term):
            if letter == "a" or letter == "b":
                place = at + len(term[:start].encode("utf-16-le")) // 2
                tokens.append({"token": letter, "start_offset": place})
        at += len(term.encode("utf-16-le")) // 2 + 1
    assert _by_term(terms, tokens) == [[c for c in term if c in "ab"] for term in terms]
