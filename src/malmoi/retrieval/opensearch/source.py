"""The documents of a run as an index wants them: id, title, text and sparse vector."""

from __future__ import annotations

import hashlib
import json
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from malmoi.core.errors import RunError, SourceError
from malmoi.core.files import read_lines
from malmoi.models.vectors import DOCUMENTS, load_documents, load_queries, student_folder
from malmoi.retrieval.opensearch.mapping import (
    DIGEST,
    FEATURES,
    PASSAGES,
    TEXT,
    TITLE,
    VECTOR,
    Ranges,
)

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

STUDENT = "v2"
MAX_ID_BYTES = 512
"""Bytes of an id that OpenSearch takes."""
MIN_WEIGHT = 1.1754944e-38
"""The smallest weight that rank_features take (the smallest normal float32)."""


@dataclass(frozen=True, slots=True)
class SourceDocument:
    """A document with its vector: token id → weight (float32, > 0), in the order of the ids."""

    id: str
    title: str
    text: str
    weights: dict[int, float]


class RunSource:
    """A run's corpus with the vectors of one of its students.

    Args:
        run: a run's folder whose corpus and student are finished.
        student: as the report names it: "v2", "v1", "v2 + parallel".

    Raises:
        RunError: the folder holds no run, no such student, or one that is not finished.
        SourceError: corpus, vectors and vocabulary don't belong together.
    """

    def __init__(self, run: Path, student: str = STUDENT) -> None:
        self.run, self.student = run, student
        self.folder = _student(run, student)
        self.model = self.folder / "model"
        self.tokens = _tokens(self._tokenizer())
        self._vectors = _load(self.folder)
        if self._vectors.shape[1] != len(self.tokens):
            raise SourceError(
                f"The vectors of {self.folder} have {self._vectors.shape[1]} dimensions, its "
                f"vocabulary has {len(self.tokens)} tokens. Run the recipe again."
            )

    @property
    def name(self) -> str:
        """The name of the run's recipe."""
        return str(json.loads((self.run / "recipe.json").read_text(encoding="utf-8"))["name"])

    @property
    def dimensions(self) -> int:
        """Tokens of the vocabulary."""
        return len(self.tokens)

    @property
    def width(self) -> int:
        """One more than the last dimension that a document has a weight in."""
        return int(self._vectors.indices.max(initial=-1)) + 1

    def __len__(self) -> int:
        return int(self._vectors.shape[0])

    def ranges(self) -> Ranges:
        """The greatest weights of documents and of query tokens."""
        queries = load_queries(self.folder)
        return Ranges.over(float(self._vectors.data.max(initial=0.0)), float(queries.max()))

    def empty(self) -> int:
        """How many documents have no active dimension: no query of the encoder finds them."""
        return int((self._vectors.getnnz(axis=1) == 0).sum())

    def fingerprint(self) -> str:
        """16 hex digits of SHA-256 over all that the documents are made of."""
        digest = hashlib.sha256()
        for path in (self._corpus(), self.folder / DOCUMENTS, self._tokenizer()):
            digest.update(hashlib.sha256(path.read_bytes()).digest())
        return digest.hexdigest()[:16]

    def documents(self) -> Iterator[SourceDocument]:
        """The documents in the order of the corpus.

        Raises:
            SourceError: there are more or fewer than vectors, or an id can't be one in OpenSearch.
        """
        row = 0
        for row, record in enumerate(read_lines(self._corpus()), 1):
            if row > len(self):
                break
            _check_id(record["id"])
            blocks = (block for section in record["sections"] for block in section if block)
            title, text = _composed(record["title"]), _composed("\n".join(blocks))
            yield SourceDocument(record["id"], title, text, self._weights(row - 1))
        if row != len(self):
            raise SourceError(
                f"{self._corpus()} has {'more than ' * (row > len(self))}{min(row, len(self))} "
                f"documents, {self.folder} has vectors of {len(self)}. {self._remedy()}"
            )

    def _remedy(self) -> str:
        if (self.run / "pool").is_dir():
            return (
                "A run of so many documents encodes a pool of them alone: set "
                "evaluation.max_documents = 0 to have all of them encoded, and run it again."
            )
        return "Run the recipe again."

    def _weights(self, row: int) -> dict[int, float]:
        start, end = self._vectors.indptr[row : row + 2]
        columns, values = self._vectors.indices[start:end], self._vectors.data[start:end]
        # The shortest decimal that is the same float32: half the bytes of a double's.
        pairs = zip(columns.tolist(), (float(str(value)) for value in values), strict=True)
        return {column: weight for column, weight in sorted(pairs) if weight >= MIN_WEIGHT}

    def _corpus(self) -> Path:
        return self.run / "corpus" / "records.jsonl"

    def _tokenizer(self) -> Path:
        """The tokenizer saved with the student; one without a neural part shares the run's."""
        own = self.model / "tokenizer.json"
        if own.is_file():
            return own
        after = json.loads((self.folder / "stage.json").read_text(encoding="utf-8"))["after"]
        shared: str = next(name for name in after if name.startswith("vocabulary"))
        return self.run / shared / "tokenizer.json"


def fields(document: SourceDocument, tokens: list[str], vector: bool) -> dict[str, Any]:
    """The document as it is sent, but for its passages; `digest` is over all the rest.

    An empty vector is left out: neural-search 3.6 takes one, and then refuses every vector after it
    ("inconsistent index options").
    """
    source: dict[str, Any] = {TITLE: document.title, TEXT: document.text}
    if document.weights:
        source[FEATURES] = {tokens[i]: weight for i, weight in document.weights.items()}
        if vector:
            source[VECTOR] = {str(i): weight for i, weight in document.weights.items()}
    source[DIGEST] = digest_of(source)
    return source


def digest_of(source: dict[str, Any]) -> str:
    """16 hex digits of SHA-256 over a document's fields without its digest, and without vectors of
    passages: those come of its title and text, and a cluster gives them back scaled."""
    rest = {name: value for name, value in source.items() if name not in (DIGEST, PASSAGES)}
    plain = json.dumps(rest, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(plain.encode()).hexdigest()[:16]


def _student(run: Path, name: str) -> Path:
    if not (run / "recipe.json").is_file():
        raise RunError(f"{run} holds no run (recipe.json is missing). Give a run's folder.")
    folder = run / student_folder(name)
    finished = sorted(
        state.parent.name.removeprefix("student-")
        for state in run.glob("student-*/stage.json")
        if "~" not in state.parent.name and (state.parent / DOCUMENTS).is_file()
    )
    for stage in (run / "corpus", folder):
        state = stage / "stage.json"
        if not state.is_file() or not json.loads(state.read_text(encoding="utf-8"))["done"]:
            raise RunError(
                f"{run} has no finished {stage.name}. Finished students: "
                f"{', '.join(finished) or 'none'}; go on with the run, or name one of them."
            )
    if folder.name.removeprefix("student-") not in finished:
        raise RunError(f"{folder} has no vectors ({DOCUMENTS}). Run the recipe again.")
    return folder


def _load(student: Path) -> csr_matrix:
    matrix = load_documents(student)
    matrix.sum_duplicates()
    return matrix


def _tokens(path: Path) -> list[str]:
    """The vocabulary's tokens in the order of their ids."""
    from tokenizers import Tokenizer

    vocabulary = Tokenizer.from_file(str(path)).get_vocab(with_added_tokens=True)
    ordered = sorted(vocabulary, key=vocabulary.__getitem__)
    if [vocabulary[token] for token in ordered] != list(range(len(ordered))):
        raise SourceError(f"The ids of {path} are not 0 to {len(ordered) - 1} without gaps.")
    return ordered


def _composed(text: Any) -> Any:
    """Text composed as the readers compose it; anything else is the cluster's to refuse."""
    return unicodedata.normalize("NFC", text) if isinstance(text, str) else text


def _check_id(identifier: str) -> None:
    size = len(identifier.encode("utf-8", "replace"))
    if not 0 < size <= MAX_ID_BYTES:
        raise SourceError(
            f"The id {identifier[:60]!r} has {size} bytes; OpenSearch takes 1 to {MAX_ID_BYTES}."
        )
