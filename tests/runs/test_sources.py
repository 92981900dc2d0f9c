from __future__ import annotations

import os
from pathlib import Path

import pytest

from malmoi.runs import sources
from malmoi.runs.sources import Digests, Source


def write(path: Path, text: str = "가\n") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8", newline="")
    return path


def file_source(path: Path) -> Source:
    return Source("corpus.path", str(path), {"": path} if path.is_file() else {})


def folder_source(path: Path) -> Source:
    files = {each.name: each for each in sorted(path.iterdir())}
    return Source("corpus.path", str(path), files)


@pytest.fixture
def hashed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the files that are hashed from here on."""
    names: list[str] = []
    hash_file = sources.hashlib.file_digest

    def noted(file: object, name: str) -> object:
        names.append(Path(file.name).name)  # type: ignore[attr-defined]
        return hash_file(file, name)  # type: ignore[arg-type]

    monkeypatch.setattr(sources.hashlib, "file_digest", noted)
    return names


def fresh(tmp_path: Path) -> Digests:
    """As the next process has it."""
    return Digests(tmp_path / "run" / "sources.json")


def test_a_file_is_hashed_once(tmp_path: Path, hashed: list[str]) -> None:
    source = file_source(write(tmp_path / "docs.csv"))
    first = fresh(tmp_path)
    recorded = first.record(source)
    first.save()
    second = fresh(tmp_path)
    assert second.changes(recorded, source) == []
    assert hashed == ["docs.csv"]
    before = (tmp_path / "run" / "sources.json").stat().st_mtime_ns
    second.save()
    assert (tmp_path / "run" / "sources.json").stat().st_mtime_ns == before


def test_a_touched_file_is_hashed_and_unchanged(tmp_path: Path, hashed: list[str]) -> None:
    path = write(tmp_path / "docs.csv")
    first = fresh(tmp_path)
    recorded = first.record(file_source(path))
    first.save()
    os.utime(path, (1, 1))
    assert fresh(tmp_path).changes(recorded, file_source(path)) == []
    assert hashed == ["docs.csv", "docs.csv"]


@pytest.mark.parametrize(
    ("before", "after"),
    [("가,나\n", "가,나\n다,라\n"), ("가,나\n", "가,다\n"), ("가,나\n", "가,나\r\n"), ("가\n", "")],
)
def test_an_edited_file_is_named(tmp_path: Path, before: str, after: str) -> None:
    """Of another size or of the same, with other ends of lines, or emptied."""
    path = write(tmp_path / "docs.csv", before)
    digests = fresh(tmp_path)
    recorded = digests.record(file_source(path))
    digests.save()
    times = path.stat().st_mtime_ns
    write(path, after)
    said = [f"{path} changed"]
    assert fresh(tmp_path).changes(recorded, file_source(path)) == said
    os.utime(path, ns=(times, times))  # as some editors and copying tools do
    assert fresh(tmp_path).changes(recorded, file_source(path)) == said
    assert digests.changes(recorded, file_source(path)) == [], "what a process saw, it keeps to"
    digests.look_again()
    assert digests.changes(recorded, file_source(path)) == said


def test_another_file_at_the_end_of_a_link_counts(tmp_path: Path) -> None:
    write(tmp_path / "old.csv", "가\n")
    write(tmp_path / "new.csv", "나\n")
    link = tmp_path / "docs.csv"
    link.symlink_to("old.csv")
    recorded = fresh(tmp_path).record(file_source(link))
    link.unlink()
    link.symlink_to("new.csv")
    assert fresh(tmp_path).changes(recorded, file_source(link)) == [f"{link} changed"]
    link.unlink()
    link.symlink_to("gone.csv")
    assert fresh(tmp_path).is_gone(recorded, file_source(link))


def test_files_of_a_folder_are_named(tmp_path: Path) -> None:
    folder = tmp_path / "docs"
    for name in "abc":
        write(folder / f"{name}.txt", name)
    digests = fresh(tmp_path)
    recorded = digests.record(folder_source(folder))
    digests.save()
    assert fresh(tmp_path).changes(recorded, folder_source(folder)) == []
    write(folder / "a.txt", "other")
    (folder / "b.txt").unlink()
    write(folder / "d.txt", "d")
    changes = fresh(tmp_path).changes(recorded, folder_source(folder))
    assert changes == [f"{folder} changed (a.txt, b.txt is gone, d.txt is new)"]
    write(folder / "e.txt", "e")
    write(folder / "f.txt", "f")
    changes = fresh(tmp_path).changes(recorded, folder_source(folder))
    assert changes == [f"{folder} changed (a.txt, b.txt is gone, d.txt is new, 2 more)"]


def test_a_files_name_counts_in_a_folder(tmp_path: Path) -> None:
    """A folder of one text: the document's id is the file's name."""
    write(tmp_path / "docs" / "a.txt")
    recorded = fresh(tmp_path).record(folder_source(tmp_path / "docs"))
    (tmp_path / "docs" / "a.txt").rename(tmp_path / "docs" / "b.txt")
    assert fresh(tmp_path).changes(recorded, folder_source(tmp_path / "docs"))


def test_what_nothing_is_known_of_is_unchanged(tmp_path: Path) -> None:
    """A stage of an older version, a file that is gone, a hub's model that was never fetched."""
    path = write(tmp_path / "docs.csv")
    source, digests = file_source(path), fresh(tmp_path)
    assert digests.changes({}, source) == []
    recorded = digests.record(source)
    path.unlink()
    assert fresh(tmp_path).changes(recorded, file_source(path)) == []
    assert fresh(tmp_path).is_gone(recorded, file_source(path))
    never = Source("encoder.base", "org/name", model=True)
    assert digests.record(never)["digest"] == ""
    assert not digests.is_gone({}, never)


def test_a_model_of_the_hub_is_its_revision(tmp_path: Path) -> None:
    old = Source("encoder.base", "org/name", model=True, revision="a1")
    new = Source("encoder.base", "org/name", model=True, revision="b2")
    recorded = fresh(tmp_path).record(old)
    assert fresh(tmp_path).changes(recorded, old) == []
    assert fresh(tmp_path).changes(recorded, new) == ["org/name changed"]
    assert not fresh(tmp_path).is_gone(recorded, Source("encoder.base", "org/name", model=True))


def test_a_models_folder_that_is_gone_is_no_hub_id(tmp_path: Path) -> None:
    write(tmp_path / "base" / "config.json", "{}")
    source = folder_source(tmp_path / "base")
    recorded = fresh(tmp_path).record(source)
    assert fresh(tmp_path).is_gone(recorded, Source("encoder.base", "base", model=True))


def test_the_same_content_elsewhere_is_the_same(tmp_path: Path) -> None:
    for name in ("here", "there"):
        write(tmp_path / name / "a.txt")
        write(tmp_path / name / "b.txt")
    recorded = fresh(tmp_path).record(folder_source(tmp_path / "here"))
    there = folder_source(tmp_path / "there")
    assert fresh(tmp_path).changes(recorded, there) == []
    write(tmp_path / "there" / "a.txt", "other")
    changes = fresh(tmp_path).changes(recorded, folder_source(tmp_path / "there"))
    assert changes == [f"corpus.path is {tmp_path / 'there'} now, which holds something else"]


def test_what_a_run_wrote_into_its_own_source_doesnt_count(tmp_path: Path) -> None:
    """`path = "."` with the folder of runs in it."""
    page, card = write(tmp_path / "a.md"), tmp_path / "run" / "student-v1" / "README.md"
    recorded = fresh(tmp_path).record(Source("corpus.path", ".", {"a.md": page}))
    both = {"a.md": page, "run/student-v1/README.md": write(card)}
    assert fresh(tmp_path).changes(recorded, Source("corpus.path", ".", both)) == []


def test_a_damaged_file_of_digests_costs_hashing_alone(tmp_path: Path, hashed: list[str]) -> None:
    source = file_source(write(tmp_path / "docs.csv"))
    recorded = fresh(tmp_path).record(source)
    for damaged in ("", "{", "[]", "null"):
        write(tmp_path / "run" / "sources.json", damaged)
        assert fresh(tmp_path).changes(recorded, source) == []
    assert len(hashed) == 5
