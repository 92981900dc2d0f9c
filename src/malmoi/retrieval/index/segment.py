"""One immutable file of an index: postings, ids, titles and content digests of some documents.

Arrays (`arrays`), with n documents, beside those of their postings (`postings`):

    keys, key_rows uint64, int32 [n]  `text_key` of each id, ascending, and its row
    digests        uint64 [n]     `text_key` of what was encoded
    ids, titles    uint8          UTF-8, cut by id_starts, title_starts int64 or uint32 [n + 1]

and, where the index has vectors of passages (`passage_vectors`), with m passages of `width`:

    levels         int8 [m · width]
    scales         float32 [m]
    passage_starts int64 [n + 1]
    width          int64 [1]
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from malmoi.retrieval.index.arrays import Array, open_arrays
from malmoi.retrieval.index.passage_vectors import PassageVectors
from malmoi.retrieval.index.postings import PackedPostings, PlainPostings, PostingList


def text_key(text: str) -> int:
    """64 bits of BLAKE2b of `text`: the same on every machine and in every process."""
    data = text.encode("utf-8", "surrogatepass")
    return int.from_bytes(hashlib.blake2b(data, digest_size=8).digest(), "little")


def text_keys(texts: Sequence[str]) -> Array:
    """`text_key` of each text, uint64 [n]."""
    return np.array([text_key(text) for text in texts], np.uint64)


class Segment:
    """A segment opened for reading, with the rows that were deleted since it was written.

    Args:
        path: the segment's file.
        dead: int32 rows, ascending, that count as deleted.
    """

    def __init__(self, path: Path, dead: Array) -> None:
        arrays = open_arrays(path)
        self.path = path
        self.dead = dead
        packed = "postings" in arrays
        self.lists = PackedPostings(arrays) if packed else PlainPostings(arrays)
        self.digests = arrays["digests"]
        self.keys = arrays["keys"]
        self.key_rows = arrays["key_rows"]
        self.id_texts = (arrays["ids"], arrays["id_starts"])
        self.title_texts = (arrays["titles"], arrays["title_starts"])
        self.passages = _passages(arrays)
        self._spare: list[Array] = []

    def __len__(self) -> int:
        return len(self.digests)

    def id(self, row: int) -> str:
        """The document id of a row."""
        return _text(self.id_texts, row)

    def title(self, row: int) -> str:
        """The title of a row."""
        return _text(self.title_texts, row)

    def live_rows(self, ids: Sequence[str], keys: Array) -> list[int]:
        """Rows of those of `ids` that are here and not deleted; `keys` are their `text_key`s."""
        places = self.keys.searchsorted(keys)
        inside = np.flatnonzero(places < len(self.keys))
        found = []
        for number in inside[self.keys[places[inside]] == keys[inside]].tolist():
            place = int(places[number])
            # More than one row has this key only if 64 bits collide.
            while place < len(self.keys) and self.keys[place] == keys[number]:
                row = int(self.key_rows[place])
                if self.id(row) == ids[number] and not self.is_dead(row):
                    found.append(row)
                place += 1
        return found

    def rows_alive(self) -> Array:
        """Rows that are not deleted, ascending."""
        alive = np.ones(len(self), bool)
        alive[self.dead] = False
        return np.flatnonzero(alive)

    def is_dead(self, row: int) -> bool:
        """Whether a row was deleted."""
        # A Python int would have NumPy copy the whole int32 array to int64 first.
        place = int(self.dead.searchsorted(np.int32(row)))
        return place < len(self.dead) and int(self.dead[place]) == row

    @contextmanager
    def sums(self) -> Iterator[Array]:
        """An array to add scores up in, float32 [n]: 0, or −∞ for a deleted row."""
        # A new one for each search would cost more than a search: its pages have to be mapped.
        sums = self._spare.pop() if self._spare else np.empty(len(self), np.float32)
        sums.fill(0)
        sums[self.dead] = -np.inf
        yield sums
        self._spare.append(sums)

    def scores(self, lists: Sequence[PostingList], query: Sequence[float]) -> Array:
        """Dot product of a query with every document, float32 [n]; deleted documents get 0.

        `lists` are the postings of the query's dimensions, `query` its weights. They are added up
        in that order: the same bits however documents are spread over segments.
        """
        scores = np.zeros(len(self), np.float32)
        for each, weight in zip(lists, query, strict=True):
            each.add_to(scores, weight)
        scores[self.dead] = 0
        return scores

    def postings(self, dimension: int) -> PostingList:
        """Rows and weights of one dimension."""
        return self.lists.of(dimension)


def _text(source: tuple[Array, Array], row: int) -> str:
    data, starts = source
    return str(data.data[starts.item(row) : starts.item(row + 1)], "utf-8", "surrogatepass")


def _passages(arrays: dict[str, Array]) -> PassageVectors | None:
    if "levels" not in arrays:
        return None
    levels = arrays["levels"].reshape(len(arrays["scales"]), int(arrays["width"][0]))
    return PassageVectors(levels, arrays["scales"], arrays["passage_starts"])
