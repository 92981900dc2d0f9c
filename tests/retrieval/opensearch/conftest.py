"""A real cluster (OPENSEARCH_URL), names that are cleaned up, and small runs to push."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.helpers.opensearch_runs import write_run

HOW = (
    "needs a cluster: start one (docker compose up -d) and set OPENSEARCH_URL, "
    "as in http://127.0.0.1:9200"
)


@pytest.fixture(scope="session")
def opensearch():
    """A client of the cluster at OPENSEARCH_URL, or a skip that says how to have one."""
    if not os.environ.get("OPENSEARCH_URL"):
        pytest.skip(HOW)
    pytest.importorskip("opensearchpy")
    from malmoi.retrieval.opensearch.connection import cluster_info, connect

    client = connect()
    cluster_info(client)  # a cluster that was promised and is not there is a failure, no skip
    return client


@pytest.fixture
def opensearch_url(opensearch) -> str:
    """The address of that cluster."""
    return os.environ["OPENSEARCH_URL"]


@pytest.fixture
def name(opensearch, request: pytest.FixtureRequest) -> Iterator[str]:
    """An alias's name of this test's own; what malmoi makes for it is removed afterwards."""
    from malmoi.core.files import stable_hash
    from malmoi.retrieval.opensearch.remove import remove

    name = f"malmoi-test-{stable_hash([request.node.nodeid, os.getpid()], 12)}"
    yield name
    remove(name)


@pytest.fixture
def run(tmp_path: Path) -> Path:
    """A run of twelve documents, one of them without an active dimension."""
    return write_run(tmp_path / "run", 12)
