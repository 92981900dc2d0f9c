from __future__ import annotations

from pathlib import Path

import pytest

from malmoi.models import checkpoint
from malmoi.models.checkpoint import checkpoint_of


def test_a_file_that_is_no_gguf_leaves_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    broken = tmp_path / "broken.gguf"
    broken.write_bytes(b"no model at all" * 100)
    with pytest.raises((OSError, ValueError, ImportError)):
        checkpoint_of(broken)
    assert [path.name for path in (tmp_path / "malmoi").iterdir()] == ["sha256"]


def test_a_finished_checkpoint_is_found_by_content(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    made: list[str] = []

    def convert(gguf: Path, target: Path) -> None:
        made.append(gguf.read_text())
        (target / "config.json").write_text("{}")

    monkeypatch.setattr(checkpoint, "_convert", convert)
    file = tmp_path / "model.gguf"
    file.write_text("one")
    first = checkpoint_of(file)
    assert checkpoint_of(file) == first
    file.write_text("two")
    assert checkpoint_of(file) != first
    assert made == ["one", "two"]
