from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from malmoi.core.errors import RunError
from malmoi.retrieval.index.manifest import (
    DenseModel,
    Manifest,
    Part,
    read_manifest,
    write_manifest,
    writers_lock,
)

PLAIN = Manifest(7, "model", 3, (Part("000001.segment", 5, "000001.000003.dead", 2),))


DENSE = DenseModel("e5", "w", 4, 80)
PACKED = replace(PLAIN, parts=(Part("000001.packed", 5),))


@pytest.mark.parametrize(
    "state",
    [PLAIN, replace(PLAIN, dense=DENSE), PACKED, replace(PACKED, dense=DENSE, weight_bits=17)],
)
def test_a_state_is_read_as_it_was_written(tmp_path: Path, state: Manifest) -> None:
    write_manifest(tmp_path, state)
    assert read_manifest(tmp_path) == state


def test_a_state_without_vectors_is_written_as_before(tmp_path: Path) -> None:
    """So that an earlier version reads it, and refuses the other kind in words."""
    write_manifest(tmp_path, PLAIN)
    plain = json.loads((tmp_path / "manifest.json").read_text())
    assert plain["format"] == 1
    assert "dense" not in plain
    write_manifest(tmp_path, replace(PLAIN, dense=DenseModel("e5", "w", 4, 80)))
    assert json.loads((tmp_path / "manifest.json").read_text())["format"] == 2
    for state in (replace(PLAIN, weight_bits=17), replace(PACKED, dense=DENSE)):
        write_manifest(tmp_path, state)
        assert json.loads((tmp_path / "manifest.json").read_text())["format"] == 3


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('{"format": 4}', "format 4"),
        ('{"format": 2, "dimensions": 7, "model": "", "parts": []}', "damaged"),
        ("[", "damaged"),
        ("", "damaged"),
    ],
)
def test_what_is_no_state(tmp_path: Path, text: str, message: str) -> None:
    (tmp_path / "manifest.json").write_text(text)
    with pytest.raises(RunError, match=message):
        read_manifest(tmp_path)


def test_there_is_none(tmp_path: Path) -> None:
    with pytest.raises(RunError, match="holds no index"):
        read_manifest(tmp_path)


def test_there_is_no_lock_without_a_folder(tmp_path: Path) -> None:
    with pytest.raises(RunError, match="is no folder"), writers_lock(tmp_path / "none"):
        pass
