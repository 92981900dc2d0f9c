import importlib.metadata

import pytest

import malmoi
from malmoi.core.version import installed_version


def test_results_name_the_version_that_the_package_says() -> None:
    assert installed_version() == malmoi.__version__


def test_a_checkout_that_was_never_installed_has_none(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> str:
        raise importlib.metadata.PackageNotFoundError(name)

    monkeypatch.setattr(importlib.metadata, "version", missing)
    assert installed_version() == "unknown"
