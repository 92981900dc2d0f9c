"""A corpus into the embedded index: encoded, added, replaced where it changed."""

from __future__ import annotations

import hashlib
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from malmoi.core.errors import RunError, SourceError, StudentError
from malmoi.core.executors import LOCAL, Executor
from malmoi.core.files import write_atomically
from malmoi.core.progress import Progress
from malmoi.corpora.corpus import Corpus, Section, full_text
from malmoi.corpora.corpus import Document as WholeDocument
from malmoi.retrieval.index.encoding import encode_batches
from malmoi.retrieval.index.manifest import WEIGHT_BITS
from malmoi.retrieval.index.passages import Embedder
from malmoi.retrieval.index.segment import text_key
from malmoi.retrieval.index.vector_index import VectorIndex
from malmoi.retrieval.query import ABSENT, FILES, QueryEncoder

if TYPE_CHECKING:
    import scipy.sparse as sp

Document = tuple[str, str, str]
"""Id, title and text."""
Encode = Callable[[list[str]], "sp.csr_matrix"]


@dataclass(slots=True)
class Counts:
    """What a build did, in documents. `empty` ones have no active dimension: nothing finds them."""

    added: int = 0
    replaced: int = 0
    unchanged: int = 0
    deleted: int = 0
    empty: int = 0
    documents: int = 0
    """In the index now."""
    active: int = 0
    """Non-zero weights of the documents encoded, all together."""


def build_index(
    model: Path,
    documents: Iterable[Document],
    out: Path,
    *,
    total: int | None = None,
    batch: int = 256,
    mirror: bool = False,
    executor: Executor = LOCAL,
    encode: Encode | None = None,
    dense: str = "",
    weight_bits: int = WEIGHT_BITS,
) -> Counts:
    """Encode documents and put them into the index at `out`, which is made if it isn't there.

    A document whose title and text are indexed already is skipped, so a build that was killed goes
    on where it stopped. Each batch becomes visible as a whole. An index that has vectors of
    passages for hybrid search gets those of new documents too, by the model that it has them of.

    Args:
        model: folder of a SparseEncoder with tokenizer.json and idf.json at its root.
        documents: (id, title, text); encoded is title, a line break, text.
        out: the index's folder; the query encoder's files are copied into it.
        total: how many documents there are, for the ETA.
        batch: documents that are encoded and added at a time.
        mirror: delete what the index holds beyond `documents`.
        executor: encodes; the index is the same, byte for byte, on machines of one kind.
        encode: texts to vectors [texts, dimensions] by the model, where it is loaded already.
        dense: embeds passages for hybrid search: "e5+use" (the embedded ones), "e5", a hub
            id or a path; empty: as the index has it, none where it is new.
        weight_bits: of a new index (`VectorIndex.create`).

    Raises:
        SourceError: there are no documents, or an id stands twice.
        StudentError: the model can't encode, or gives every document of a batch an empty vector.
        RunError: the index was built with another model, or embedded by another.
    """
    QueryEncoder(model)  # fails early where the folder is not what it must be
    builder = _Builder(model, out, dense, weight_bits)
    seen: set[str] = set()
    with Progress("indexing", total) as progress:
        batches = _batches(documents, builder, seen, progress, batch)
        for part, vectors in builder.encoded(batches, executor, encode):
            builder.add(part, vectors)
            progress.advance(len(part))
    if not seen:
        raise SourceError("The corpus has no documents; an index needs at least one.")
    if mirror:
        builder.keep_only(seen)
    builder.finish()
    return builder.counts


def index_corpus(
    model: Path,
    corpus: Path,
    out: Path,
    mirror: bool = False,
    executor: Executor = LOCAL,
    dense: str = "",
    weight_bits: int = WEIGHT_BITS,
    **fields: str,
) -> Counts:
    """Encode the documents of a corpus on disk into the index at `out`; see `build_index`.

    Args:
        model: folder of a saved encoder.
        corpus: a file or folder that `malmoi.Corpus.load` reads.
        out: the index's folder; documents that it holds already are kept, or replaced if changed.
        mirror: delete what the index holds and the corpus does not.
        executor: encodes, in this process or on a cluster (docs/cluster.md).
        dense, weight_bits: as `build_index`.
        **fields: `id_field`, `title_field`, `text_field`, `date_field` as in a recipe, where the
            documents' fields aren't named id, title and text.

    Raises:
        SourceError: there is no such corpus, or it is broken or empty.
        RecipeError: a name of a field is none.
        StudentError, RunError: as `build_index`.
    """
    documents = read_corpus(corpus, **fields).documents
    parts = ((document.id, document.title, document.text) for document in documents)
    return build_index(
        model,
        parts,
        out,
        total=len(documents),
        mirror=mirror,
        executor=executor,
        dense=dense,
        weight_bits=weight_bits,
    )


def read_corpus(path: Path, **fields: str) -> Corpus:
    """The corpus in a file or folder, in whatever language; `fields` as in `index_corpus`.

    Raises:
        SourceError: there is none, or it is broken.
        RecipeError: a name of a field is none.
    """
    from malmoi.corpora.readers import named_fields, read_unchecked, reader_of

    source = {"reader": reader_of(path), "path": str(path)}
    return read_unchecked(named_fields(fields).model_copy(update=source))


def _batches(
    documents: Iterable[Document],
    builder: _Builder,
    seen: set[str],
    progress: Progress,
    size: int,
) -> Iterator[list[Document]]:
    """The documents that the index doesn't hold as they are, `size` at a time; notes their ids."""
    waiting: list[Document] = []
    for document in documents:
        identifier = document[0]
        if identifier in seen:
            raise SourceError(f"The id {identifier!r} stands twice in the corpus; ids must differ.")
        seen.add(identifier)
        if builder.holds(document):
            builder.counts.unchanged += 1
            if progress.total is not None:
                progress.total -= 1  # skipped ones would make the rate too rosy
            continue
        waiting.append(document)
        if len(waiting) == size:
            yield waiting
            waiting = []
    if waiting:
        yield waiting


class _Builder:
    """The index being built."""

    def __init__(self, model: Path, out: Path, dense: str, weight_bits: int) -> None:
        self.model, self.out, self.weight_bits = model, out, weight_bits
        self.counts = Counts()
        self.fingerprint = model_fingerprint(model)
        self.index: VectorIndex | None = None
        if (out / "manifest.json").exists():
            self.index = VectorIndex.open(out)
            if self.index.manifest.model != self.fingerprint:
                raise RunError(
                    f"{out} was built with another model ({self.index.manifest.model}) than "
                    f"{model} ({self.fingerprint}). Vectors of two models don't mix: choose "
                    "another folder, or delete that one."
                )
        known = self.index.manifest.dense if self.index else None
        self.embedder = Embedder.of(dense, known)
        if self.index and self.embedder:
            self.index.embed_with(self.embedder.model)

    def holds(self, document: Document) -> bool:
        identifier, title, text = document
        if self.index is None or self.index.digest(identifier) != _digest(title, text):
            return False
        return self.embedder is None or self.index.is_embedded(identifier)

    def encoded(
        self, batches: Iterable[list[Document]], executor: Executor, encode: Encode | None
    ) -> Iterator[tuple[list[Document], sp.csr_matrix]]:
        """Each batch with its vectors; on a cluster all are known before the first is encoded."""
        waiting: deque[list[Document]] = deque()

        def texts() -> Iterator[list[str]]:
            for batch in batches:
                waiting.append(batch)
                yield _texts(batch)

        encoded = map(encode, texts()) if encode else encode_batches(self.model, texts(), executor)
        for vectors in encoded:
            yield waiting.popleft(), vectors

    def add(self, documents: list[Document], vectors: sp.csr_matrix) -> None:
        active = vectors.getnnz(axis=1)
        if not active.any():
            raise StudentError(
                f"The model gave all {len(documents)} documents of a batch an empty vector, where "
                "50 to 400 active dimensions are healthy. It has collapsed: train it anew with a "
                "lower FLOPS weight."
            )
        index = self._made(vectors.shape[1])
        ids = [identifier for identifier, _, _ in documents]
        replaced = sum(identifier in index for identifier in ids)
        digests = [_digest(title, text) for _, title, text in documents]
        passages = self.embedder.embed(_whole(documents)) if self.embedder else None
        index.add(ids, [title for _, title, _ in documents], digests, vectors, passages)
        self.counts.replaced += replaced
        self.counts.added += len(ids) - replaced
        self.counts.empty += int((active == 0).sum())
        self.counts.active += int(active.sum())

    def keep_only(self, ids: set[str]) -> None:
        assert self.index is not None
        self.counts.deleted = self.index.delete([i for i in self.index.ids() if i not in ids])

    def finish(self) -> None:
        assert self.index is not None
        self.index.compact()
        self.counts.documents = len(self.index)

    def _made(self, dimensions: int) -> VectorIndex:
        if self.index is None:
            # Before the manifest: whatever holds an index can be searched.
            for name in (*FILES, ABSENT):
                if (self.model / name).is_file():
                    write_atomically(self.out / name, (self.model / name).read_bytes())
            self.index = VectorIndex.create(
                self.out, dimensions, self.fingerprint, self.weight_bits
            )
            if self.embedder:
                self.index.embed_with(self.embedder.model)
        return self.index


def _texts(documents: Iterable[Document]) -> list[str]:
    return [full_text(title, text) for _, title, text in documents]


def _whole(documents: Iterable[Document]) -> list[WholeDocument]:
    return [WholeDocument(i, title, (Section("", text),)) for i, title, text in documents]


def model_fingerprint(model: Path) -> str:
    """16 hex digits of SHA-256 over what a model's vectors depend on: weights, settings, code."""
    digest = hashlib.sha256()
    for path in sorted(model.rglob("*")):
        if path.is_file() and path.suffix in {
            ".safetensors",
            ".bin",
            ".json",
            ".txt",
            ".model",
            ".py",
        }:
            digest.update(f"{path.relative_to(model).as_posix()}\0{path.stat().st_size}\0".encode())
            with path.open("rb") as file:
                while block := file.read(1 << 20):
                    digest.update(block)
    return digest.hexdigest()[:16]


def _digest(title: str, text: str) -> int:
    return text_key(full_text(title, text))
