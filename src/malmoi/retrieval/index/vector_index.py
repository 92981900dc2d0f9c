"""An exact index of sparse vectors in a folder: immutable segments and one manifest.

    index/
      manifest.json           the state: segments, their deleted rows, what built them
      000001.segment …        documents of one batch, or of several that were merged; many of them:
                              000009.packed
      000002.000007.dead      rows of segment 000002 deleted up to generation 7 (int32, NumPy)
      lock                    held (flock) by the one process that writes
      tokenizer.json, idf.json  the query encoder, copied from the model

A segment may hold a dense encoder's vectors of its documents' passages beside their postings
(hybrid search); the manifest says whose.

A batch is written to new files, synced, and becomes the state when `manifest.json` is replaced by
one rename: a process killed at any point leaves the state before the batch or the one after it.
Files that no manifest names (what a killed writer left) are deleted by the next writer.
Nothing that a manifest has named is ever changed, so readers need no lock: an open index is a
snapshot, and `refresh` moves it to the newest one. A file deleted by a merge stays readable for
whoever has it mapped.

Eight segments of about the same size are merged into one, so that a document is rewritten about
log8(n) times and a search visits few segments.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from operator import itemgetter
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from malmoi.core.errors import RunError, SourceError, StudentError
from malmoi.core.files import write_atomically
from malmoi.retrieval.fusion import DENSE_WEIGHT, standardised
from malmoi.retrieval.index.arrays import Array
from malmoi.retrieval.index.manifest import (
    PACKED,
    WEIGHT_BITS,
    DenseModel,
    Manifest,
    Part,
    read_manifest,
    write_manifest,
    writers_lock,
)
from malmoi.retrieval.index.passage_vectors import PassageVectors
from malmoi.retrieval.index.postings import rounded
from malmoi.retrieval.index.ranking import matches_of, rank, shared
from malmoi.retrieval.index.segment import Segment, text_keys
from malmoi.retrieval.index.segment_writer import merge_segments, write_segment
from malmoi.retrieval.scores import best_places

if TYPE_CHECKING:
    import scipy.sparse as sp

REMEDY = "Build it with them: `malmoi index MODEL CORPUS --dense`."
FAN_OUT = 8
"""This many segments of one size class become one of the next."""
PACK_FROM = FAN_OUT**6
"""Documents from which on a segment is packed: half the bytes, but slower to write, and to search
where a search takes less than half a millisecond."""
MAX_DEAD_SHARE = 0.5
"""A segment with more deleted rows than this share is rewritten."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A document found. `matches`: dimension → (query weight, document weight).

    `dense`: what its best passage's similarity adds to the score of a hybrid search.
    """

    id: str
    title: str
    score: float
    matches: dict[int, tuple[float, float]]
    dense: float = 0.0


class VectorIndex:
    """A folder of sparse vectors; open it with `VectorIndex.open`, make it with `create`.

    One process may write while others search; a second writer waits for the first.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.manifest = Manifest(0, "")
        self._segments: dict[Part, Segment] = {}
        self.refresh()

    @classmethod
    def create(
        cls, folder: Path, dimensions: int, model: str = "", weight_bits: int = WEIGHT_BITS
    ) -> VectorIndex:
        """Create an empty index for vectors of so many dimensions.

        Args:
            folder: the index's; it is made if it isn't there.
            dimensions: of the vectors.
            model: names what makes them.
            weight_bits: significant bits of a weight that are kept, 2 to 24: with 24 weights are
                what was added, with 17 within 8e-6 of it, and a large index a fifth smaller.

        Raises:
            RunError: there is an index already.
            ValueError: there are no floats of so many bits.
        """
        if not 2 <= weight_bits <= WEIGHT_BITS:
            raise ValueError(f"weight_bits must be 2 to {WEIGHT_BITS}, not {weight_bits}.")
        folder.mkdir(parents=True, exist_ok=True)
        with writers_lock(folder):
            if (folder / "manifest.json").exists():
                raise RunError(
                    f"{folder} holds an index already. Open it, or choose another folder."
                )
            write_manifest(folder, Manifest(dimensions, model, weight_bits=weight_bits))
        return cls(folder)

    @classmethod
    def open(cls, folder: Path) -> VectorIndex:
        """Open an index as it is now.

        Raises:
            RunError: there is none, or it is damaged or of another format.
        """
        return cls(folder)

    def __len__(self) -> int:
        return sum(part.documents - part.dead for part in self.manifest.parts)

    def __contains__(self, identifier: str) -> bool:
        return self._find(identifier) is not None

    def ids(self) -> Iterator[str]:
        """Ids of all documents, in the order of the segments."""
        for segment in self._segments.values():
            yield from (segment.id(row) for row in range(len(segment)) if not segment.is_dead(row))

    def titles(self) -> Iterator[str]:
        """Titles of all documents, in the order of `ids`."""
        for segment in self._segments.values():
            yield from (segment.title(row) for row in segment.rows_alive().tolist())

    def digest(self, identifier: str) -> int | None:
        """The content digest that a document was added with, or None where it is absent."""
        found = self._find(identifier)
        return None if found is None else int(found[0].digests[found[1]])

    def is_embedded(self, identifier: str) -> bool:
        """Whether a document has vectors of passages."""
        found = self._find(identifier)
        if found is None or found[0].passages is None:
            return False
        return bool(found[0].passages.counts[found[1]])

    def embed_with(self, dense: DenseModel) -> None:
        """Let documents that are added from now on have vectors of their passages.

        Raises:
            RunError: the index has vectors of another model.
        """
        with self._writing():
            known = self.manifest.dense
            if known and replace(known, name=dense.name) != dense:
                raise RunError(
                    f"{self.folder} has passages of {known.words} words embedded by "
                    f"{known.name} ({known.weights}), not of {dense.words} by {dense.name} "
                    f"({dense.weights}). Vectors of two models don't mix: choose another folder, "
                    "or delete that one."
                )
            if known != dense:
                self._commit(replace(self.manifest, dense=dense))

    def refresh(self) -> None:
        """Move to the newest state; segments that are open stay open."""
        for _ in range(100):
            manifest = read_manifest(self.folder)
            try:
                segments = {
                    part: self._segments.get(part) or _open_part(self.folder, part)
                    for part in manifest.parts
                }
            except FileNotFoundError:
                # A writer merged between the two reads, or the file is really gone.
                if read_manifest(self.folder).generation == manifest.generation:
                    raise RunError(
                        f"{self.folder} names a file that is not there. Build the index anew."
                    ) from None
                continue
            self.manifest, self._segments = manifest, segments
            return
        raise RunError(f"{self.folder} changed 100 times while it was being opened. Try again.")

    def add(
        self,
        ids: Sequence[str],
        titles: Sequence[str],
        digests: Sequence[int],
        vectors: sp.csr_matrix,
        passages: PassageVectors | None = None,
    ) -> None:
        """Add a batch of documents; one whose id is there already is replaced. All or nothing.

        Args:
            ids: of the documents, each once.
            titles: for display.
            digests: `segment.text_key` of what was encoded (0 to 2**64 − 1).
            vectors: float [n, dimensions], a row a document; finite.
            passages: of the documents, where the index has vectors of passages (`embed_with`).

        Raises:
            SourceError: an id stands twice in the batch.
            StudentError: a weight is NaN or infinite, or the dimensions are not the index's; there
                are passages and the index takes none, or the other way round.
        """
        if len(set(ids)) != len(ids):
            double = next(i for n, i in enumerate(ids) if i in set(ids[:n]))
            raise SourceError(f"The id {double!r} stands twice in one batch; ids must differ.")
        if vectors.shape != (len(ids), self.manifest.dimensions):
            raise StudentError(
                f"Vectors of shape {vectors.shape} came for {len(ids)} documents and an index of "
                f"{self.manifest.dimensions} dimensions. Index with the model that built it."
            )
        if not np.isfinite(vectors.data).all():
            raise StudentError("The encoder gave NaN or infinite weights. Train it anew.")
        self._check_passages(len(ids), passages)
        if not ids:
            return
        with self._writing() as generation:
            manifest = self._without(ids, generation)
            name, packed = _segment_name(generation, len(ids))
            weights = vectors.astype(np.float32)
            weights.data = rounded(weights.data, manifest.weight_bits)
            write_segment(self.folder / name, ids, titles, digests, weights, passages, packed)
            parts = (*manifest.parts, Part(name, len(ids)))
            self._commit(replace(manifest, parts=parts))
            self._merge_some()

    def delete(self, ids: Sequence[str]) -> int:
        """Delete documents; returns how many of the ids were there. All or nothing."""
        with self._writing() as generation:
            before = len(self)
            self._commit(self._without(ids, generation))
            gone = before - len(self)
            self._merge_some()
        return gone

    def compact(self) -> None:
        """Merge everything into one segment without deleted rows."""
        with self._writing():
            if len(self.manifest.parts) > 1 or any(part.dead for part in self.manifest.parts):
                self._merge(self.manifest.parts)

    def search(self, query: Mapping[int, float], k: int = 10) -> list[Hit]:
        """The `k` documents with the highest dot product, exactly; ties are broken by id.

        Only documents with a score above 0 are found. Scores are float32 sums in the order of the
        dimensions.
        """
        terms = _terms(query)
        weights = [weight for _, weight in terms]
        found: list[tuple[float, str, int, Segment, list[float]]] = []
        for segment in self._segments.values():
            lists = [segment.postings(dimension) for dimension, _ in terms]
            with segment.sums() as sums:
                rows, scores, theirs = rank(lists, weights, k, sums)
            found += [
                (-score, segment.id(row), row, segment, its)
                for row, score, its in zip(
                    rows.tolist(), scores.tolist(), theirs.T.tolist(), strict=True
                )
            ]
        found.sort(key=itemgetter(0, 1))
        return [
            Hit(identifier, segment.title(row), -negative, shared(terms, its))
            for negative, identifier, row, segment, its in found[:k]
        ]

    def search_hybrid(
        self, query: Mapping[int, float], vector: Array, k: int = 10, weight: float = DENSE_WEIGHT
    ) -> list[Hit]:
        """The `k` documents with the highest dot product plus `weight` times the standardised
        similarity of their best passage, exactly; ties are broken by id.

        Args:
            query: dimension → weight.
            vector: float [width], of the query by the index's dense model.
            k: documents at most.
            weight: what one standard deviation of similarity over the index counts.

        Raises:
            RunError: the index has no vectors of passages, or lacks those of some documents.
        """
        segments = list(self._segments.values())
        terms = _terms(query)
        lists = [[segment.postings(d) for d, _ in terms] for segment in segments]
        rows = [segment.rows_alive() for segment in segments]
        lexical = [
            segment.scores(each, [w for _, w in terms])[alive]
            for segment, each, alive in zip(segments, lists, rows, strict=True)
        ]
        added = standardised(self._similarities(vector, rows)) * np.float32(weight)
        scores = np.concatenate([*lexical, np.zeros(0, np.float32)]) + added
        hits = []
        for place, segment, row in self._best(scores, rows, k):
            matches = matches_of(terms, lists[segments.index(segment)], row)
            score, dense = float(scores[place]), float(added[place])
            hits.append(Hit(segment.id(row), segment.title(row), score, matches, dense))
        return hits

    def scores(self, query: Mapping[int, float]) -> Array:
        """Dot products of all documents with a query, float32 in the order of `ids`."""
        terms = _terms(query)
        found = [np.zeros(0, np.float32)]
        for segment in self._segments.values():
            lists = [segment.postings(d) for d, _ in terms]
            found.append(segment.scores(lists, [w for _, w in terms])[segment.rows_alive()])
        return np.concatenate(found)

    def similarities(self, vector: Array) -> Array:
        """Of all documents' best passages with a query's vector, float32 in the order of `ids`.

        Raises:
            RunError: as `search_hybrid`.
        """
        return self._similarities(vector, [s.rows_alive() for s in self._segments.values()])

    def matches(
        self, query: Mapping[int, float], identifier: str
    ) -> dict[int, tuple[float, float]]:
        """Query and document weight of each dimension that a query and a document share."""
        found = self._find(identifier)
        if found is None:
            return {}
        terms = _terms(query)
        return matches_of(terms, [found[0].postings(d) for d, _ in terms], found[1])

    def search_dense(self, vector: Array, k: int = 10) -> list[Hit]:
        """The `k` documents whose best passage is most similar to a query; ties are broken by id.

        Raises:
            RunError: as `search_hybrid`.
        """
        rows = [segment.rows_alive() for segment in self._segments.values()]
        scores = self._similarities(vector, rows)
        return [
            Hit(segment.id(row), segment.title(row), float(scores[place]), {}, float(scores[place]))
            for place, segment, row in self._best(scores, rows, k)
        ]

    def _best(self, scores: Array, rows: Sequence[Array], k: int) -> list[tuple[int, Segment, int]]:
        """The places of the `k` best scores of live rows, each with its segment and row."""
        segments = list(self._segments.values())
        starts = np.cumsum([0, *map(len, rows)])
        found = []
        for place in best_places(scores, k).tolist():
            number = int(starts.searchsorted(place, "right")) - 1
            row = int(rows[number][place - starts[number]])
            found.append((-float(scores[place]), segments[number].id(row), place, number, row))
        return [(place, segments[number], row) for _, _, place, number, row in sorted(found)[:k]]

    def _similarities(self, vector: Array, rows: Sequence[Array]) -> Array:
        """Of a query's vector with the live rows of every segment."""
        dense = self.manifest.dense
        if dense is None:
            raise RunError(no_vectors(self.folder))
        if len(vector) != dense.width:
            raise RunError(
                f"The query's vector has {len(vector)} dimensions, the passages of {self.folder} "
                f"have {dense.width}. Search with {dense.name}, which embedded them."
            )
        similarities = [np.zeros(0, np.float32)]
        for segment, alive in zip(self._segments.values(), rows, strict=True):
            if segment.passages is None:
                similarities.append(np.full(len(alive), -np.inf, np.float32))
            else:
                similarities.append(segment.passages.scores(vector)[alive])
        values = np.concatenate(similarities)
        if lacking := int(np.isneginf(values).sum()):
            raise RunError(
                f"{lacking} of {len(values)} documents of {self.folder} have no vectors for a "
                f"hybrid search: they were added before it had any. {REMEDY}"
            )
        return values

    def _check_passages(self, documents: int, passages: PassageVectors | None) -> None:
        dense = self.manifest.dense
        if dense is None and passages is None:
            return
        if dense is None or passages is None:
            raise StudentError(
                f"{self.folder} {'has' if dense else 'has no'} vectors of passages, the batch "
                f"{'has none' if dense else 'has'}. Add documents as the index was built."
            )
        if len(passages) != documents or passages.levels.shape[1] != dense.width:
            raise StudentError(
                f"Passages of {len(passages)} documents with {passages.levels.shape[1]} dimensions "
                f"came for {documents} documents and an index of {dense.width}."
            )

    def _find(self, identifier: str) -> tuple[Segment, int] | None:
        keys = text_keys([identifier])
        for segment in reversed(self._segments.values()):
            rows = segment.live_rows([identifier], keys)
            if rows:
                return segment, rows[0]
        return None

    @contextmanager
    def _writing(self) -> Iterator[int]:
        """Hold the lock, see the newest state, and give the next generation's number."""
        with writers_lock(self.folder):
            self.refresh()
            self._sweep()
            yield self.manifest.generation + 1

    def _without(self, ids: Sequence[str], generation: int) -> Manifest:
        """Write the deleted rows of `ids` to new files; returns the state that names them."""
        parts = []
        keys = text_keys(ids)
        for part, segment in self._segments.items():
            rows = segment.live_rows(ids, keys)
            if not rows:
                parts.append(part)
                continue
            dead = np.union1d(segment.dead, np.array(rows, np.int32)).astype("<i4")
            if len(dead) == part.documents:
                continue
            name = f"{Path(part.file).stem}.{generation:06d}.dead"
            buffer = io.BytesIO()
            np.save(buffer, dead)
            write_atomically(self.folder / name, buffer.getvalue())
            parts.append(replace(part, dead_file=name, dead=len(dead)))
        return replace(self.manifest, parts=tuple(parts))

    def _merge_some(self) -> None:
        """Merge where `FAN_OUT` segments have one size class, or most rows of one are deleted."""
        while True:
            classes: dict[int, list[Part]] = {}
            for part in self.manifest.parts:
                live = part.documents - part.dead
                size = (live.bit_length() - 1) // (FAN_OUT.bit_length() - 1)
                classes.setdefault(size, []).append(part)
            full = next((group for group in classes.values() if len(group) >= FAN_OUT), None)
            sparse = [p for p in self.manifest.parts if p.dead > MAX_DEAD_SHARE * p.documents]
            if not (full or sparse):
                return
            self._merge(tuple(full or sparse[:1]))

    def _merge(self, parts: tuple[Part, ...]) -> None:
        generation = self.manifest.generation + 1
        live = sum(part.documents - part.dead for part in parts)
        name, packed = _segment_name(generation, live)
        segments = [self._segments[part] for part in parts]
        merge_segments(self.folder / name, segments, self.manifest.dimensions, packed)
        rest = tuple(part for part in self.manifest.parts if part not in parts)
        self._commit(replace(self.manifest, parts=(*rest, Part(name, live))))

    def _commit(self, manifest: Manifest) -> None:
        write_manifest(self.folder, replace(manifest, generation=self.manifest.generation + 1))
        self.refresh()
        self._sweep()

    def _sweep(self) -> None:
        """Delete segments, deleted-row files and temporary files that the state does not name."""
        named = {name for part in self.manifest.parts for name in (part.file, part.dead_file)}
        for pattern in ("*.segment", f"*{PACKED}", "*.dead", ".*.dead.*", ".manifest.json.*"):
            for path in self.folder.glob(pattern):
                if path.name not in named:
                    path.unlink(missing_ok=True)


def no_vectors(folder: Path) -> str:
    """Why a hybrid search can't be, and what to do."""
    return f"{folder} has no vectors of passages for a hybrid search. {REMEDY}"


def _terms(query: Mapping[int, float]) -> list[tuple[int, float]]:
    """A query's dimensions with their weights, in the order in which scores are added up."""
    return sorted((int(d), float(w)) for d, w in query.items() if w)


def _segment_name(generation: int, documents: int) -> tuple[str, bool]:
    packed = documents >= PACK_FROM
    return f"{generation:06d}{PACKED if packed else '.segment'}", packed


def _open_part(folder: Path, part: Part) -> Segment:
    dead: Array = np.empty(0, np.int32)
    if part.dead_file:
        dead = np.load(folder / part.dead_file)
    return Segment(folder / part.file, dead)
