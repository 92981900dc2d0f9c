"""What is said of a cluster; what one that lacks everything hears, behind a proxy that hides it."""

from __future__ import annotations

import json
from http.client import HTTPConnection
from urllib.parse import urlsplit

import pytest

from malmoi.retrieval.opensearch.check import capabilities, check, parsed_version
from tests.helpers.fault_proxy import Fault, Request, proxy


@pytest.mark.parametrize(
    ("version", "parsed"), [("3.6.0", (3, 6)), ("2.19.1-SNAPSHOT", (2, 19)), ("3.10.0", (3, 10))]
)
def test_versions_are_numbers(version, parsed):
    assert parsed_version(version) == parsed


def test_what_the_cluster_has_is_what_its_nodes_list(opensearch, opensearch_url):
    parts = urlsplit(opensearch_url)
    connection = HTTPConnection(parts.hostname, parts.port, timeout=30)
    connection.request("GET", "/_cat/plugins?format=json")
    names = {plugin["component"] for plugin in json.loads(connection.getresponse().read())}
    has = capabilities(opensearch)
    assert has.nori == ("analysis-nori" in names)
    assert has.neural == ("opensearch-neural-search" in names)
    assert has.ml == ("opensearch-ml" in names)
    found = {feature.name.split()[0]: feature.there for feature in check(opensearch_url)}
    assert found["OpenSearch"]
    assert found["sparse_vector"] == has.sparse_vector
    assert found["hybrid"] == has.neural


def test_what_is_lacking_is_told_with_its_remedy(opensearch_url):
    """A proxy makes an old, bare cluster of the real one."""
    info = {"version": {"distribution": "opensearch", "number": "2.19.0"}}
    nodes = {"nodes": {"a": {"modules": [{"name": "mapper-extras"}]}, "b": {"modules": []}}}

    def bare(request: Request) -> Fault | None:
        path = request.path.split("?")[0]
        if path == "/_analyze":
            return Fault(400)
        answers = {"/": info, "/_nodes/plugins": nodes}
        return Fault(200, body=json.dumps(answers[path]).encode()) if path in answers else None

    with proxy(opensearch_url, bare) as seen:
        features = check(seen.url)
    needed = [f.name.split()[0] for f in features if f.required and not f.there]
    assert needed == ["OpenSearch", "rank_features"]
    said = " ".join(f"{f.seen} {f.remedy}" for f in features)
    assert "2.19.0, 2 nodes" in said
    for remedy in ("Upgrade to 3.3", "analysis-nori", "opensearch-neural-search", "opensearch-ml"):
        assert remedy in said
