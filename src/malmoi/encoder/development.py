"""What an encoder that is being trained reaches on development queries."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from malmoi.corpora.corpus import Query
from malmoi.encoder.vectors import query_vectors
from malmoi.encoder.vocabulary import Vocabulary
from malmoi.evaluation.metrics import Qrels, Run, per_query
from malmoi.retrieval.scores import search_matrix

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from scipy.sparse import csr_matrix
    from sentence_transformers import SparseEncoder

DEPTH = 100


@dataclass(frozen=True)
class Development:
    """Development figures of an encoder, as `training.train` asks for; travels to other processes.

    `texts` are the documents in the order of `ids`; `qrels` judge `queries`.
    """

    vocabulary: Vocabulary
    texts: Sequence[str]
    ids: Sequence[str]
    queries: Sequence[Query]
    qrels: Qrels

    def __call__(self, encoder: SparseEncoder) -> dict[str, float]:
        """`mean_ndcg` of the encoder's ranking of the documents."""
        return mean_ndcg(self.ranking(*self.vectors(encoder)), self.queries, self.qrels)

    def vectors(self, encoder: SparseEncoder) -> tuple[csr_matrix, NDArray[np.float32]]:
        """The encoder's vectors of the documents, and its weights of words in queries."""
        from malmoi.encoder.building import document_encoder, query_parameter
        from malmoi.models.sparse import encode_documents

        document_encoder(encoder).remember(self.texts)
        documents = encode_documents(encoder, list(self.texts))
        return documents, query_parameter(encoder).detach().cpu().numpy().astype(np.float32)

    def ranking(self, documents: csr_matrix, weights: NDArray[np.float32]) -> Run:
        """The best documents of each query.

        Args:
            documents: vectors [documents, vocabulary].
            weights: of words in queries [vocabulary].
        """
        asked = query_vectors([query.text for query in self.queries], self.vocabulary, weights)
        hits = search_matrix(asked, documents, self.ids, DEPTH)
        return {query.id: hit for query, hit in zip(self.queries, hits, strict=True)}


def mean_ndcg(ranking: Run, queries: Sequence[Query], qrels: Qrels) -> dict[str, float]:
    """nDCG@10 by language, and as the mean of the languages ("ndcg@10"; 0 without queries)."""
    figures: dict[str, float] = {}
    for language in sorted({query.language for query in queries}):
        names = [query.id for query in queries if query.language == language]
        figures[language] = float(per_query(ranking, qrels, names)["nDCG@10"].mean())
    return figures | {"ndcg@10": float(np.mean(list(figures.values()) or [0.0]))}
