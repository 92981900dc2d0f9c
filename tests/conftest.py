"""What needs a model hub or a GPU is skipped where there is none; `make test` runs the rest."""

from __future__ import annotations

import os
from typing import Any

import pytest
from hypothesis import settings

# A machine that is busy is slow, which is no failure. The same examples each time, so that what
# passed here passes in CI; `make explore` draws others, and many more.
settings.register_profile("same", deadline=None, derandomize=True)
settings.register_profile("explore", deadline=None, max_examples=2000)
settings.load_profile(os.environ.get("MALMOI_TEST_PROFILE", "same"))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip what this machine can't run, with the reason."""
    for item in items:
        if item.get_closest_marker("hub") and not os.environ.get("MALMOI_TEST_HUB"):
            item.add_marker(pytest.mark.skip(reason="needs a model hub: set MALMOI_TEST_HUB=1"))
        if item.get_closest_marker("gpu") and not _has_gpu():
            item.add_marker(pytest.mark.skip(reason="needs a CUDA device"))


@pytest.fixture(scope="session")
def cluster() -> Any:
    """A client of a cluster with ml-commons, or a skip that says how to have one."""
    if not os.environ.get("OPENSEARCH_URL"):
        pytest.skip("needs a cluster with ml-commons: set OPENSEARCH_URL")
    from malmoi.search.opensearch.check import capabilities
    from malmoi.search.opensearch.connection import connect

    client = connect()
    if not capabilities(client).ml:
        pytest.skip("the cluster at OPENSEARCH_URL has no ml-commons")
    return client


def _has_gpu() -> bool:
    import torch

    return torch.cuda.is_available()
