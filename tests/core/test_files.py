from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from malmoi.core.files import (
    append_line,
    cache_folder,
    drop_torn_line,
    make_folder_atomically,
    read_lines,
    stable_hash,
    stable_share,
    to_line,
    write_atomically,
    write_lines,
)

texts = st.text(st.characters(codec=None), max_size=30)
records = st.lists(
    st.dictionaries(texts, st.one_of(texts, st.integers(), st.booleans(), st.none()), max_size=3),
    max_size=5,
)
quick = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))


def test_an_atomic_write_replaces_and_leaves_nothing_beside(tmp_path: Path) -> None:
    path = tmp_path / "new" / "file.txt"
    write_atomically(path, "하나")
    write_atomically(path, b"two")
    assert path.read_bytes() == b"two"
    assert list(path.parent.iterdir()) == [path]


def test_a_failed_write_keeps_the_old_content(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "file.txt"
    write_atomically(path, "old")

    def full(descriptor: int) -> None:
        raise OSError("disk full")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(OSError, match="disk full"):
        write_atomically(path, "new")
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


@quick
@given(records)
def test_lines_come_back_as_they_were(
    tmp_path_factory: pytest.TempPathFactory, rows: list[dict[str, object]]
) -> None:
    folder = tmp_path_factory.mktemp("lines")
    write_lines(folder / "a.jsonl", rows)
    for row in rows:
        append_line(folder / "b.jsonl", row)
    assert list(read_lines(folder / "a.jsonl")) == rows
    assert list(read_lines(folder / "b.jsonl")) == rows


@quick
@given(records.filter(bool), st.floats(0, 1))
def test_a_torn_end_costs_one_record_at_most(
    tmp_path_factory: pytest.TempPathFactory, rows: list[dict[str, object]], share: float
) -> None:
    path = tmp_path_factory.mktemp("torn") / "a.jsonl"
    write_lines(path, rows)
    content = path.read_bytes()[: round(path.stat().st_size * share)]
    path.write_bytes(content)
    whole = content.count(b"\n")
    assert list(read_lines(path)) == rows[:whole]
    drop_torn_line(path)
    append_line(path, {"next": 1})
    assert list(read_lines(path)) == [*rows[:whole], {"next": 1}]


def test_a_broken_line_before_the_last_is_an_error(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text('{"a":1}\n{"b":\n{"c":3}\n')
    with pytest.raises(ValueError, match=r"a.jsonl:2 is not JSON"):
        list(read_lines(path))
    assert list(read_lines(tmp_path / "missing.jsonl")) == []
    drop_torn_line(tmp_path / "missing.jsonl")


def test_a_line_holds_no_newline_and_keeps_hangul() -> None:
    line = to_line({"text": "말\n모이\u2028", "lone": "\ud800"})
    assert line.count("\n") == 1
    assert "말" in line
    assert json.loads(line) == {"text": "말\n모이\u2028", "lone": "\ud800"}


def test_hashes_are_the_same_in_every_process() -> None:
    value = {"b": [1, 2.5, None], "a": "말모이"}
    code = (
        f"from malmoi.core.files import *; v={value!r}; "
        "print(stable_hash(v), stable_share('x', 's'))"
    )
    child = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    ).stdout
    assert child == f"{stable_hash(value)} {stable_share('x', 's')}\n"
    assert stable_hash({"a": "말모이", "b": [1, 2.5, None]}) == stable_hash(value)
    assert stable_hash({**value, "c": 1}) != stable_hash(value)
    assert len(stable_hash(1, 8)) == 8


def test_shares_are_even_and_depend_on_the_salt() -> None:
    shares = [stable_share(str(number)) for number in range(2000)]
    assert all(0 <= share < 1 for share in shares)
    assert abs(sum(share < 0.3 for share in shares) / 2000 - 0.3) < 0.03
    assert stable_share("1", "a") != stable_share("1", "b")


def test_a_folder_appears_whole_or_not_at_all(tmp_path: Path) -> None:
    folder = tmp_path / "model"
    make_folder_atomically(folder, lambda made: (made / "v").write_text("1") and None)

    def fails(made: Path) -> None:
        (made / "v").write_text("2")
        raise RuntimeError("in mid-work")

    with pytest.raises(RuntimeError, match="in mid-work"):
        make_folder_atomically(folder, fails)
    assert (folder / "v").read_text() == "1"
    assert list(tmp_path.iterdir()) == [folder]
    make_folder_atomically(folder, lambda made: (made / "w").write_text("3") and None)
    assert [path.name for path in folder.iterdir()] == ["w"]


def test_the_cache_folder_follows_xdg(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert cache_folder() == tmp_path / "malmoi"
    monkeypatch.delenv("XDG_CACHE_HOME")
    assert cache_folder() == Path.home() / ".cache" / "malmoi"


def test_a_synced_line_is_on_the_disk_when_it_returns(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: list[int] = []
    monkeypatch.setattr("os.fsync", synced.append)
    append_line(tmp_path / "a.jsonl", {"n": 1})
    assert synced == []
    append_line(tmp_path / "a.jsonl", {"n": 2}, sync=True)
    assert len(synced) == 1
    assert list(read_lines(tmp_path / "a.jsonl")) == [{"n": 1}, {"n": 2}]
