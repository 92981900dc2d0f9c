from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from malmoi.core.parsed import parsed

Read = Callable[[], dict[str, tuple[int, ...]]]


@pytest.fixture
def source(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    path = tmp_path / "words.txt"
    path.write_text("a b", encoding="utf-8")
    return path


def reader(path: Path, calls: list[str]) -> Read:
    def read() -> dict[str, tuple[int, ...]]:
        calls.append(path.read_text(encoding="utf-8"))
        return {word: (n,) for n, word in enumerate(calls[-1].split())}

    return read


def files(folder: Path) -> list[Path]:
    return sorted((folder / "cache" / "malmoi" / "parsed").iterdir())


def test_a_source_is_read_once_until_it_or_its_reader_changes(source: Path, tmp_path: Path) -> None:
    code, calls = tmp_path / "reader.py", list[str]()
    code.write_text("1", encoding="utf-8")

    def get() -> dict[str, tuple[int, ...]]:
        return parsed("words", [source], str(code), reader(source, calls))

    assert get() == get() == {"a": (0,), "b": (1,)}
    assert calls == ["a b"]
    source.write_text("a b c", encoding="utf-8")
    assert get() == {"a": (0,), "b": (1,), "c": (2,)}
    os.utime(source, ns=(1, 1))
    get()
    code.write_text("2", encoding="utf-8")
    get()
    assert len(calls) == 4
    assert len(files(tmp_path)) == 1, "what is of no use any more is gone"


def test_what_is_damaged_is_read_anew(source: Path, tmp_path: Path) -> None:
    calls = list[str]()
    parsed("words", [source], __file__, reader(source, calls))
    (kept,) = files(tmp_path)
    whole = kept.read_bytes()
    for damaged in (b"", whole[:40], whole[:-1] + b"?"):
        kept.write_bytes(damaged)
        assert parsed("words", [source], __file__, reader(source, calls)) == {"a": (0,), "b": (1,)}
        assert kept.read_bytes() == whole
    assert len(calls) == 4


def test_a_cache_that_cannot_be_written_costs_time_alone(
    source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    calls = list[str]()
    for _ in range(2):
        assert parsed("words", [source], __file__, reader(source, calls))["b"] == (1,)
    assert len(calls) == 2


def test_a_source_that_is_missing_is_an_error(source: Path, tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        parsed("words", [tmp_path / "none"], __file__, dict)
