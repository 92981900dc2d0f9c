from __future__ import annotations

import os
import threading
from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
import pytest

from malmoi.core import kept
from malmoi.core.kept import STATES, loaded, tables

Read = Callable[[], Mapping[str, Mapping[str, tuple[int, ...]]]]


@pytest.fixture
def source(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    path = tmp_path / "words.txt"
    path.write_text("b a", encoding="utf-8")
    return path


def reader(path: Path, calls: list[str]) -> Read:
    def read() -> dict[str, dict[str, tuple[int, ...]]]:
        calls.append(path.read_text(encoding="utf-8"))
        return {"places": {word: (n,) for n, word in enumerate(calls[-1].split())}, "none": {}}

    return read


def files(folder: Path) -> list[Path]:
    return sorted((folder / "cache" / "malmoi" / "kept").iterdir())


def test_a_source_is_read_once_until_it_or_its_reader_changes(source: Path, tmp_path: Path) -> None:
    code, calls = tmp_path / "reader.py", list[str]()
    code.write_text("1", encoding="utf-8")

    def get() -> dict[str, tuple[int, ...]]:
        return dict(tables("words", [source], str(code), reader(source, calls))["places"])

    assert get() == get() == {"a": (1,), "b": (0,)}
    assert calls == ["b a"]
    source.write_text("a b c", encoding="utf-8")
    assert get() == {"a": (0,), "b": (1,), "c": (2,)}
    os.utime(source, ns=(1, 1))
    get()
    code.write_text("2", encoding="utf-8")
    get()
    assert len(calls) == 4
    code.write_text("1", encoding="utf-8")
    get()
    assert len(calls) == 4, "two installations don't push each other out"
    assert len(files(tmp_path)) == STATES, "what is of no use any more is gone"


def test_a_table_is_a_mapping_in_the_order_in_which_it_was_made(
    source: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kept, "MANY", 3)
    found = tables("words", [source], __file__, reader(source, []))
    table, empty = found["places"], found["none"]
    assert table["a"] == (1,)
    assert table.get("c") is None
    assert "\0" not in table
    assert "\udc80" not in table, "half a character is no key"
    assert table.get("a") == (1,), "read whole by now"
    assert "c" not in table
    assert list(table) == ["b", "a"]
    assert list(table.items()) == [("b", (0,)), ("a", (1,))]
    assert (len(table), bool(table), len(empty), bool(empty)) == (2, True, 0, False)


def test_threads_share_a_table(source: Path) -> None:
    source.write_text(" ".join(map(str, range(2000))), encoding="utf-8")
    table = tables("words", [source], __file__, reader(source, []))["places"]
    wrong = list[str]()

    def ask() -> None:
        wrong.extend(str(n) for n in range(2000) if table[str(n)] != (n,))

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong


@pytest.mark.parametrize("damage", ["empty", "cut", "header", "row"])
def test_a_table_that_is_damaged_is_read_anew(source: Path, tmp_path: Path, damage: str) -> None:
    source.write_text(" ".join(f"word{n}" for n in range(3000)), encoding="utf-8")
    calls = list[str]()
    tables("words", [source], __file__, reader(source, calls))
    (file,) = files(tmp_path)
    whole = file.read_bytes()
    at = whole.index(b"word1234") + len("word1234")
    file.write_bytes(
        {
            "empty": b"",
            "cut": whole[: len(whole) // 2],
            "header": b"?" * 100 + whole[100:],
            "row": whole[:at] + bytes(byte ^ 255 for byte in whole[at : at + 9]) + whole[at + 9 :],
        }[damage]
    )
    for expected in ((1234,), (1234,)):
        table = tables("words", [source], __file__, reader(source, calls))["places"]
        assert table["word1234"] == expected
        assert len(table) == 3000
    assert files(tmp_path) == [file]
    assert len(calls) >= 2


def test_a_cache_that_cannot_be_written_costs_time_alone(
    source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    calls = list[str]()
    for _ in range(2):
        assert tables("words", [source], __file__, reader(source, calls))["places"]["b"] == (0,)
        assert loaded("words", [source], lambda: calls.append("loaded") or 1) == 1
    assert calls == ["b a", "loaded"] * 2


def test_a_source_that_is_missing_is_an_error(source: Path, tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        tables("words", [tmp_path / "none"], __file__, dict)
    with pytest.raises(FileNotFoundError):
        loaded("words", [tmp_path / "none"], dict)


def test_an_object_is_loaded_once_and_its_arrays_are_mapped(source: Path, tmp_path: Path) -> None:
    arrays = {"a": np.arange(7, dtype=np.uint8), "b": np.eye(3, dtype=np.float32), "c": [1, "x"]}
    first = loaded("model", [source], lambda: arrays)
    assert first is arrays
    again = loaded("model", [source], dict)
    assert list(again) == ["a", "b", "c"]
    np.testing.assert_array_equal(again["a"], arrays["a"])
    np.testing.assert_array_equal(again["b"], arrays["b"])
    assert not again["b"].flags.writeable
    assert again["b"].ctypes.data % 64 == 0
    (file,) = files(tmp_path)
    whole = file.read_bytes()
    for damaged in (b"", whole[:50], b"?" + whole[1:], whole[:-1]):
        file.write_bytes(damaged)
        assert loaded("model", [source], lambda: {"made": "anew"}) == {"made": "anew"}
        assert loaded("model", [source], dict) == {"made": "anew"}
    source.write_text("other", encoding="utf-8")
    assert loaded("model", [source], lambda: 2) == 2


def test_what_cannot_be_pickled_is_loaded_each_time(source: Path) -> None:
    made = [loaded("lock", [source], threading.Lock) for _ in range(2)]
    assert made[0] is not made[1]
