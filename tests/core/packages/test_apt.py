from __future__ import annotations

from pathlib import Path

import pytest

from malmoi.core.errors import SourceError
from malmoi.core.files import cache_folder
from malmoi.core.packages.apt import find

NAMES = ("help-ko", "help-en")


def put(folder: Path, *names: str) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name in names:
        (folder / name).touch()


def test_of_several_versions_the_last_by_name_is_taken(tmp_path: Path) -> None:
    put(tmp_path, "help-ko_1_all.deb", "help-ko_2_all.deb", "help-en_1_all.deb", "help-ko-x_9.deb")
    found = find(NAMES, tmp_path, "unused")
    assert {name: path.name for name, path in found.items()} == {
        "help-ko": "help-ko_2_all.deb",
        "help-en": "help-en_1_all.deb",
    }


def test_what_is_missing_in_a_folder_is_named_with_the_remedy(tmp_path: Path) -> None:
    put(tmp_path, "help-ko_1_all.deb")
    with pytest.raises(SourceError, match=r"missing in .*: help-en; .*apt-get download help-en"):
        find(NAMES, tmp_path, "unused")


def test_the_cache_is_looked_into_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setenv("PATH", "")
    put(cache_folder() / "help", "help-ko_1_all.deb", "help-en_1_all.deb")
    assert set(find(NAMES, None, "help")) == set(NAMES)
    with pytest.raises(SourceError, match="there is no apt-get here"):
        find(NAMES, None, "elsewhere")
