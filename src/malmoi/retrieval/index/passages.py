"""Documents as passages in a dense encoder's space, for an index that is searched by both."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from malmoi.core.errors import RunError
from malmoi.corpora.corpus import Document
from malmoi.retrieval.index.manifest import DenseModel
from malmoi.retrieval.index.passage_vectors import PassageVectors
from malmoi.retrieval.index.vector_index import VectorIndex, no_vectors
from malmoi.retrieval.passages import passage_texts

if TYPE_CHECKING:
    from malmoi.models.dense import Vectors
    from malmoi.models.joined import PassageEncoder, QueryEncoder

WORDS = 80
"""Of a passage, about: what a small encoder reads well (its limit is 512 tokens)."""


class Embedder:
    """A dense encoder with what an index records of it."""

    def __init__(self, encoder: PassageEncoder, model: DenseModel) -> None:
        self.encoder, self.model = encoder, model

    @classmethod
    def of(cls, name: str, known: DenseModel | None) -> Embedder | None:
        """The encoder of this name, or where there is none the one that an index has vectors of.

        Args:
            name: "e5+use", "e5", a hub id or a path; empty: `known`'s.
            known: what the index records.

        Returns:
            None where there is neither.

        Raises:
            SourceError, StudentError: it can't be loaded.
        """
        from malmoi.models.dense import passage_encoder

        name = name or (known.name if known else "")
        if not name:
            return None
        if Path(name).is_dir():
            name = str(Path(name).absolute())
        encoder = passage_encoder(name)
        if known and known.weights == encoder.weights:
            return cls(encoder, replace(known, name=name))
        width = encoder.embed_passages(["0"]).shape[1]
        return cls(encoder, DenseModel(name, encoder.weights, width, WORDS))

    def embed(self, documents: Sequence[Document]) -> PassageVectors:
        """The passages of documents, as `passage_texts` cuts them.

        Raises:
            StudentError: the encoder gives a value that is no number.
        """
        texts = [passage_texts(document, self.model.words) for document in documents]
        vectors = self.encoder.embed_passages([text for cut in texts for text in cut])
        return PassageVectors.quantised(np.asarray(vectors), [len(cut) for cut in texts])


class QueryEmbedder:
    """Embeds the queries of hybrid searches; the encoder is loaded with the first.

    Args:
        index: whose passages they are compared with.
        name: of the encoder; empty: as the index records.
    """

    def __init__(self, index: VectorIndex, name: str = "") -> None:
        self.index, self.name = index, name
        self._encoder: QueryEncoder | None = None

    def embed(self, text: str) -> Vectors:
        """The query's vector, float32 [width].

        Raises:
            RunError: the index has no vectors of passages, or those of another model.
            SourceError, StudentError: the model can't be loaded.
        """
        known = self.index.manifest.dense
        if known is None:
            raise RunError(no_vectors(self.index.folder))
        if self._encoder is None:
            from malmoi.models.dense import query_encoder

            self._encoder = query_encoder(self.name or known.name)
        if self._encoder.weights != known.weights:
            raise RunError(
                f"{self.name or known.name} has other weights ({self._encoder.weights}) than what "
                f"embedded the passages of {self.index.folder} ({known.weights}). Name that model "
                "(--dense-model), or build the index anew."
            )
        vector: Vectors = self._encoder.embed_queries([text])[0]
        return vector
