"""What an index looks like, with what a cluster has and without; what a real one makes of it."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from malmoi.core.errors import ClusterError
from malmoi.retrieval.opensearch.check import Capabilities, capabilities
from malmoi.retrieval.opensearch.mapping import Ranges, index_body, template_body

ALL = Capabilities("3.6.0", True, True, True, True, True, 1)
RANGES = Ranges(4.7, 7.8)


def test_every_parameter_of_the_sparse_vector_is_stated():
    field = index_body(ALL, RANGES, 10_000_000, shards=4)["mappings"]["properties"]["vector"]
    assert field["method"]["parameters"] == {
        "n_postings": 1250,  # 0.0005 of the documents of a shard
        "cluster_ratio": 0.1,
        "summary_prune_ratio": 0.4,
        "approximate_threshold": 1_000_000,
        "quantization_ceiling_ingest": 4.7,
        "quantization_ceiling_search": 7.8,
    }


def test_a_cluster_without_sparse_vectors_gets_features_alone():
    body = index_body(replace(ALL, sparse_vector=False), RANGES, 10)
    assert "vector" not in body["mappings"]["properties"]
    assert "sparse" not in body["settings"]["index"]
    assert body["mappings"]["properties"]["features"] == {"type": "rank_features"}
    assert "vector" not in index_body(ALL, RANGES, 10, vector=False)["mappings"]["properties"]


def test_a_cluster_without_nori_gets_its_standard_tokenizer():
    body = json.dumps(index_body(replace(ALL, nori=False), RANGES, 10))
    assert "nori" not in body
    assert '"tokenizer": "standard"' in body


def test_a_cluster_without_rank_features_is_refused():
    with pytest.raises(ClusterError, match="lacks rank_features"):
        index_body(replace(ALL, rank_features=False), RANGES, 10)


@given(st.floats(1e-6, 1e4), st.floats(1e-6, 1e4))
def test_ranges_hold_the_greatest_weights_and_little_more(ingest, search):
    ranges = Ranges.over(ingest, search)
    for weight, ceiling in ((ingest, ranges.ingest), (search, ranges.search)):
        assert weight <= ceiling <= weight + 0.1 + 1e-9


def test_a_longer_name_has_priority_where_patterns_meet():
    body = index_body(ALL, RANGES, 10)
    short, long = template_body("ko", body), template_body("ko-news", body)
    assert short["priority"] < long["priority"]
    assert short["index_patterns"] == ["ko-*"]


def test_two_names_that_meet_can_both_be_pushed(opensearch, name, run):
    from malmoi.retrieval.opensearch.push import push
    from malmoi.retrieval.opensearch.remove import remove

    push(run, name)
    try:
        assert push(run, f"{name}-more").index == f"{name}-more-000001"
    finally:
        remove(f"{name}-more")
    assert opensearch.count(index=name)["count"] == 12


def test_the_cluster_keeps_the_mapping_as_it_was_stated(opensearch, name, run):
    from malmoi.retrieval.opensearch.push import push

    index = push(run, name).index
    has = capabilities(opensearch)
    kept = opensearch.indices.get_mapping(index=index)[index]["mappings"]
    assert kept["_meta"]["malmoi"]["complete"] is True
    ceilings = Ranges.over(4.01, 5.2)
    if has.sparse_vector:
        stated = kept["properties"]["vector"]["method"]["parameters"]
        assert stated["quantization_ceiling_search"] == ceilings.search


def test_nori_keeps_what_embedded_search_calls_content(opensearch):
    has = capabilities(opensearch)
    if not has.nori:
        pytest.skip("the cluster has no nori")
    from malmoi.retrieval.opensearch.synonyms import analyse

    found = analyse(opensearch, ["셀을 병합합니다", "새로 고침", "Rows와 columns", "을"], nori=True)
    assert found == [["셀", "병합"], ["새로", "고침"], ["row", "column"], []]
