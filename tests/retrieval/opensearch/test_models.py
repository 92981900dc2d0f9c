"""Against a real cluster with ml-commons: set OPENSEARCH_URL to one that has it."""

import json

import pytest
from tokenizers import Tokenizer, models, pre_tokenizers

from malmoi.core.errors import ClusterError
from malmoi.retrieval.opensearch.models import (
    deploy_package,
    find,
    groups,
    predict,
    remove,
    remove_groups,
)
from malmoi.retrieval.opensearch.package import write


def files(weight: float) -> dict[str, bytes]:
    """Three words with weights."""
    tokenizer = Tokenizer(models.WordLevel({"?": 0, "table": 1, "row": 2}, "?"))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    weights = {"?": weight, "table": weight + 1, "row": weight + 2}
    return {
        "tokenizer.json": tokenizer.to_str().encode(),
        "idf.json": json.dumps(weights).encode(),
    }


def test_a_model_comes_answers_and_goes(cluster, tmp_path):
    package = write(tmp_path, "query", files(1.25))
    assert find(cluster, package.name) == []
    identifier = deploy_package(cluster, package)
    try:
        assert predict(cluster, "query", identifier, ["row table", "x", ""]) == [
            {"row": 3.25, "table": 2.25},
            {"?": 1.25},
            {},
        ]
        assert find(cluster, package.name) == [(identifier, "DEPLOYED")]
        assert deploy_package(cluster, package) == identifier
    finally:
        remove(cluster, identifier)
        remove_groups(cluster, package.name)
    assert find(cluster, package.name) == groups(cluster, package.name) == []


def test_what_the_cluster_cannot_load_is_an_error_with_its_reason(cluster, tmp_path):
    package = write(tmp_path, "query", {"idf.json": b"{}"})
    try:
        with pytest.raises(ClusterError, match=r"can't load malmoi-query.*tokenizer\.json"):
            deploy_package(cluster, package)
    finally:
        for identifier, _ in find(cluster, package.name):
            remove(cluster, identifier)
        remove_groups(cluster, package.name)
    assert groups(cluster, package.name) == []


def test_a_zip_that_is_not_what_its_hash_says_is_refused(cluster, tmp_path):
    package = write(tmp_path, "query", files(2.5))
    package.config["model_content_hash_value"] = "0" * 64
    try:
        with pytest.raises(ClusterError, match=r"can't load|hash"):
            deploy_package(cluster, package)
    finally:
        for identifier, _ in find(cluster, package.name):
            remove(cluster, identifier)
        remove_groups(cluster, package.name)
