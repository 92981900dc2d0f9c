"""The search pipelines that stand beside an index."""

from __future__ import annotations

from dataclasses import replace

import pytest

from malmoi.retrieval.opensearch.check import Capabilities, capabilities
from malmoi.retrieval.opensearch.pipelines import (
    DENSE_WEIGHTS,
    HYBRID_WEIGHTS,
    KINDS,
    pipeline_name,
    pipelines,
)
from malmoi.retrieval.opensearch.push import push

ALL = Capabilities("3.6.0", True, True, True, True, True, 1)


def test_shares_add_up_to_the_whole():
    assert sum(HYBRID_WEIGHTS) == pytest.approx(1.0)
    assert sum(DENSE_WEIGHTS) == pytest.approx(1.0)


def test_a_cluster_without_neural_search_gets_no_pipelines():
    assert pipelines("news", replace(ALL, neural=False)) == {}
    assert list(pipelines("news", ALL)) == [pipeline_name("news", kind) for kind in KINDS]


def test_the_pipelines_answer_hybrid_queries(opensearch, name, run):
    if not capabilities(opensearch).neural:
        pytest.skip("the cluster has no neural-search")
    push(run, name)
    sparse = {"neural_sparse": {"features": {"query_tokens": {"셀": 2.0, "열": 1.0}}}}
    hybrid = {"hybrid": {"queries": [{"match": {"title": "셀 병합"}}, sparse]}}
    for kind, query in (("hybrid", hybrid), ("rrf", hybrid), ("two-phase", sparse)):
        found = opensearch.search(
            index=name,
            body={"query": query},
            params={"search_pipeline": pipeline_name(name, kind)},
        )
        assert found["hits"]["hits"]
