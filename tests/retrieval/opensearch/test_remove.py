"""Nothing but what malmoi made is removed."""

from __future__ import annotations

import pytest

from malmoi.core.errors import ClusterError
from malmoi.retrieval.opensearch.indexes import generations
from malmoi.retrieval.opensearch.push import push
from malmoi.retrieval.opensearch.remove import remove
from malmoi.retrieval.opensearch.status import status


def test_remove_leaves_what_malmoi_did_not_make(opensearch, name, run):
    push(run, name)
    foreign = f"{name}-000007"
    opensearch.indices.create(index=foreign)
    try:
        assert f"{name}-000001" in remove(name)
        assert opensearch.indices.exists(index=foreign)
        assert generations(opensearch, name) == []
        left = status(name)
        assert (left.indexes, left.template, left.pipelines) == ([], False, [])
    finally:
        opensearch.indices.delete(index=foreign)


def test_nothing_is_older_than_an_alias_that_shows_nothing(opensearch, name):
    with pytest.raises(ClusterError, match="none is older"):
        remove(name, old=True)


def test_a_template_and_a_pipeline_of_others_stay(opensearch, name):
    pipeline = {"description": "somebody's", "request_processors": []}
    opensearch.transport.perform_request("PUT", f"/_search/pipeline/{name}-rrf", body=pipeline)
    opensearch.indices.put_index_template(name=name, body={"index_patterns": [f"{name}-*"]})
    try:
        assert remove(name) == []
        assert opensearch.indices.exists_index_template(name=name)
    finally:
        opensearch.transport.perform_request("DELETE", f"/_search/pipeline/{name}-rrf")
        opensearch.indices.delete_index_template(name=name)
