"""Reads dictionaries in dictd's format out of Debian packages.

Format (dictfmt(1), dictzip(1)): `NAME.index` has a line "word, tab, offset, tab, length" for each
entry, the numbers in base 64; `NAME.dict.dz` is the text, gzipped.
"""

from __future__ import annotations

import gzip
import mmap
from collections.abc import Iterator, Mapping
from pathlib import Path

from malmoi.core.errors import SourceError
from malmoi.core.files import cache_folder, stable_hash, write_atomically
from malmoi.core.kept import tables
from malmoi.core.packages import deb

_DIGITS = {
    letter: value
    for value, letter in enumerate(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    )
}


def number(text: str) -> int:
    """A number as dictd writes it: base 64, most significant digit first.

    Raises:
        KeyError: a character that is no digit.
    """
    value = 0
    for letter in text:
        value = value * 64 + _DIGITS[letter]
    return value


def read_index(text: str) -> dict[str, list[tuple[int, int]]]:
    """Word in lower case → (start, size) of each of its entries."""
    found: dict[str, list[tuple[int, int]]] = {}
    for line in text.splitlines():
        fields = line.split("\t")
        if len(fields) < 3 or fields[0].startswith("00-"):
            continue
        try:
            place = (number(fields[1]), number(fields[2]))
        except KeyError:
            continue
        places = found.setdefault(fields[0].lower(), [])
        if place not in places:
            places.append(place)
    return found


class Dictionary:
    """A dictd dictionary whose entries are sliced out of the text when they are asked for."""

    def __init__(
        self, places: Mapping[str, list[tuple[int, int]]], text: bytes | mmap.mmap
    ) -> None:
        self._places, self._text = places, text

    @classmethod
    def open(cls, package: Path, name: str) -> Dictionary:
        """The dictionary `name` ("gcide") of a .deb.

        Its text is kept decompressed in malmoi's cache, which makes the second opening quick.

        Raises:
            SourceError: the package does not hold that dictionary, or is damaged.
        """
        key = stable_hash([package.name, package.stat().st_size, name], 12)
        kept = cache_folder() / "lexicon" / f"{name}-{key}"
        index, text = kept.with_suffix(".index"), kept.with_suffix(".dict")
        if not (index.exists() and text.exists()):
            _unpack(package, name, index, text)
        with text.open("rb") as file:
            # Slices of a map are safe between threads: no file position is shared.
            mapped = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        kept_index = tables(
            name,
            [index],
            __file__,
            lambda: {"places": read_index(index.read_text("utf-8", "replace"))},
        )
        return cls(kept_index["places"], mapped)

    def __contains__(self, word: str) -> bool:
        return word.lower() in self._places

    def __len__(self) -> int:
        return len(self._places)

    def words(self) -> Iterator[str]:
        """All that can be looked up, lower-cased, phrases and inflections among them."""
        return iter(self._places)

    def texts(self, word: str) -> list[str]:
        """The entries under a word in the order of the book, as they stand; [] where none is."""
        places = sorted(self._places.get(word.lower(), ()))
        return [
            self._text[start : start + size].decode("utf-8", "replace") for start, size in places
        ]


def _unpack(package: Path, name: str, index: Path, text: Path) -> None:
    """Write a package's index and decompressed text to the cache, the text last."""
    wanted = (f"/{name}.index", f"/{name}.dict.dz")
    found = {
        path.rsplit("/", 1)[1]: data
        for path, data in deb.files(package, lambda path: path.endswith(wanted))
    }
    missing = [ending[1:] for ending in wanted if ending[1:] not in found]
    if missing:
        raise SourceError(
            f"{package} holds no {' and no '.join(missing)}. Fetch the Debian package again; "
            f"it should install usr/share/dictd/{name}.index and {name}.dict.dz."
        )
    try:
        content = gzip.decompress(found[f"{name}.dict.dz"])
    except (OSError, EOFError) as error:
        raise SourceError(
            f"{package} is damaged ({error}). Delete it and fetch it again."
        ) from error
    write_atomically(index, found[f"{name}.index"])
    write_atomically(text, content)
