"""What needs a model hub or a GPU is skipped where there is none; `make test` runs the rest."""

from __future__ import annotations

import os

import pytest
from hypothesis import settings

# A machine that is busy is slow, which is no failure.
settings.register_profile("malmoi", deadline=None)
settings.load_profile("malmoi")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip what this machine can't run, with the reason."""
    for item in items:
        if item.get_closest_marker("hub") and not os.environ.get("MALMOI_TEST_HUB"):
            item.add_marker(pytest.mark.skip(reason="needs a model hub: set MALMOI_TEST_HUB=1"))
        if item.get_closest_marker("gpu") and not _has_gpu():
            item.add_marker(pytest.mark.skip(reason="needs a CUDA device"))


def _has_gpu() -> bool:
    import torch

    return torch.cuda.is_available()
