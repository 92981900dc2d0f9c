from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from malmoi.core.errors import SourceError
from malmoi.lexicon.dictionaries.dictd import Dictionary, number, read_index
from tests.helpers.toy_packages import write_deb

ENTRIES = {"apple": "apple\n  a fruit\n", "Äpfel": "Äpfel\n  fruits\n", "bee": "bee\n  buzzes\n"}
DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"


def written(value: int) -> str:
    return (written(value // 64) if value >= 64 else "") + DIGITS[value % 64]


def package(folder: Path, entries: dict[str, str], name: str = "toy") -> Path:
    text, index = b"", ""
    for word, entry in entries.items():
        data = entry.encode()
        index += f"{word}\t{written(len(text))}\t{written(len(data))}\n"
        text += data
    files = {
        f"usr/share/dictd/{name}.index": index.encode(),
        f"usr/share/dictd/{name}.dict.dz": gzip.compress(text),
    }
    return write_deb(folder / f"{name}_1_all.deb", files)


@pytest.fixture(autouse=True)
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "cache"


@pytest.mark.parametrize(("text", "value"), [("A", 0), ("/", 63), ("BA", 64), ("Kj", 675)])
def test_numbers_are_in_base_64(text: str, value: int) -> None:
    assert number(text) == value
    assert written(value) == text


def test_entries_are_sliced_out_by_bytes(tmp_path: Path) -> None:
    dictionary = Dictionary.open(package(tmp_path, ENTRIES), "toy")
    assert dictionary.texts("APPLE") == [ENTRIES["apple"]]
    assert dictionary.texts("äpfel") == [ENTRIES["Äpfel"]]
    assert dictionary.texts("bee") == [ENTRIES["bee"]]
    assert dictionary.texts("wasp") == []
    assert sorted(dictionary.words()) == ["apple", "bee", "äpfel"]
    assert "Bee" in dictionary
    assert "wasp" not in dictionary


def test_the_second_opening_reads_the_cache(tmp_path: Path, own_cache: Path) -> None:
    path = package(tmp_path, ENTRIES)
    Dictionary.open(path, "toy")
    size = path.stat().st_size
    path.write_bytes(b"x" * size)
    assert Dictionary.open(path, "toy").texts("bee") == [ENTRIES["bee"]]
    assert not [file for file in own_cache.rglob(".*") if file.is_file()], "temporary files stay"


def test_another_package_is_not_taken_for_the_cached_one(tmp_path: Path) -> None:
    Dictionary.open(package(tmp_path, ENTRIES), "toy")
    path = package(tmp_path, {"bee": "bee\n  makes honey, and then some\n"})
    assert "honey" in Dictionary.open(path, "toy").texts("bee")[0]


def test_a_package_without_the_dictionary_says_what_is_missing(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"holds no other.index and no other.dict.dz"):
        Dictionary.open(package(tmp_path, ENTRIES), "other")


def test_damaged_text_is_an_error_and_nothing_is_kept(tmp_path: Path, own_cache: Path) -> None:
    files = {"usr/share/dictd/toy.index": b"a\tA\tB\n", "usr/share/dictd/toy.dict.dz": b"no gzip"}
    with pytest.raises(SourceError, match="is damaged"):
        Dictionary.open(write_deb(tmp_path / "toy_1_all.deb", files), "toy")
    assert not list(own_cache.rglob("*.dict"))


def test_lines_of_the_index_that_say_nothing_are_left_out() -> None:
    dictionary = Dictionary(
        read_index("00-database-info\tA\tB\nhalf\tA\nodd\t?\tB\nfull\tA\tD\n"), b"abcdef"
    )
    assert list(dictionary.words()) == ["full"]
    assert dictionary.texts("full") == ["abc"]
