"""What statistics alone make of a corpus: the words' weights, in documents and in queries."""

from __future__ import annotations

import logging
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from malmoi.corpora.corpus import Document
from malmoi.encoder.forms import forms_table
from malmoi.encoder.idf import idf
from malmoi.encoder.lexical import TOGETHER, WRITTEN, Lexical, Table, Weighting
from malmoi.encoder.vocabulary import Vocabulary
from malmoi.models.vectors import to_matrix
from malmoi.recipe import EncoderSection

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from scipy.sparse import csr_matrix


logger = logging.getLogger(__name__)

NAMED = 20
"""Documents that a warning names."""


def document_text(document: Document, written: Sequence[str] = ()) -> str:
    """What the document encoder reads: title, body and, after a form feed, written lines."""
    return document.full_text + (WRITTEN + "\n".join(written) if written else "")


def weighting(
    section: EncoderSection, vocabulary: Vocabulary, documents: Sequence[Document]
) -> Weighting:
    """The section's weights of words, with the documents' average length in content pieces."""
    lengths = [len(ids) for ids in vocabulary.each([document_text(d) for d in documents])]
    return Weighting(
        k1=section.k1,
        b=section.b,
        title=section.title_weight,
        lead=section.lead_weight,
        lead_words=section.lead_words,
        translation=section.translation_weight,
        written=section.doc2query_weight,
        average_length=float(np.mean(lengths)),
    )


@dataclass(frozen=True)
class LexicalFit:
    """What statistics alone make of a corpus: an encoder of its own, and where training starts.

    `vectors` are float32 [documents, vocabulary] in the order of `ids`, `weights` those of queries
    [vocabulary]; `texts` are what the document encoder reads.
    """

    section: EncoderSection
    vocabulary: Vocabulary
    lexical: Lexical
    ids: list[str]
    texts: list[str]
    vectors: csr_matrix
    weights: NDArray[np.float32]

    def only(self, ids: Collection[str]) -> LexicalFit:
        """The same fit with these documents alone: words keep the weights that all give them."""
        rows = [row for row, name in enumerate(self.ids) if name in ids]
        return replace(
            self,
            ids=[self.ids[row] for row in rows],
            texts=[self.texts[row] for row in rows],
            vectors=self.vectors[rows],
        )

    def warn_of_wordless(self) -> None:
        """Log which documents have no word of the vocabulary, if any: words don't find them."""
        counts = np.diff(self.vectors.indptr)
        ids = [name for name, count in zip(self.ids, counts, strict=True) if not count]
        if ids:
            more = f" and {len(ids) - NAMED} more" if len(ids) > NAMED else ""
            logger.warning(
                f"{len(ids)} of {len(counts)} documents have no content word, so that no query "
                f"finds them by its words: {', '.join(map(repr, ids[:NAMED]))}{more}"
            )


def fit_lexical(
    documents: Sequence[Document],
    vocabulary: Vocabulary,
    table: Table,
    section: EncoderSection,
    written: Mapping[str, Sequence[str]] | None = None,
) -> LexicalFit:
    """Weigh the words of documents, and of queries by their IDF.

    Args:
        documents: the corpus.
        vocabulary: the pieces of both sides.
        table: English pieces that Korean ones make active (`translations.py`).
        section: the weights of words.
        written: document id → lines that a teacher wrote, which are indexed with the document.
    """
    lexical = Lexical(
        vocabulary.tokenizer,
        vocabulary.content,
        weighting(section, vocabulary, documents),
        table,
        forms_table(vocabulary),
        vocabulary.absent,
    )
    texts = [document_text(d, (written or {}).get(d.id, ())) for d in documents]
    vectors = lexical_vectors(lexical, texts, len(vocabulary))
    weights = idf(
        vectors,
        vocabulary,
        dates=[document.date for document in documents],
        trend_boost=section.trend_boost,
        trend_share=section.trend_share,
    )
    # Of words that were known for their translations, some are in no document after all.
    missing = vocabulary.content - set(np.unique(vectors.indices).tolist())
    weights[sorted(missing)] = 0
    lexical.absent = vocabulary.absent | missing
    return LexicalFit(
        section,
        vocabulary,
        lexical,
        [document.id for document in documents],
        texts,
        vectors.astype(np.float32),
        weights,
    )


def lexical_vectors(lexical: Lexical, texts: Sequence[str], width: int) -> csr_matrix:
    """Lexical vectors [texts, width], float64; some at a time, since dictionaries take memory.

    Args:
        lexical: weighs words.
        texts: of documents.
        width: the vocabulary's size.
    """
    from scipy.sparse import vstack

    starts = range(0, len(texts), TOGETHER)
    parts = [
        to_matrix(lexical.vectors(texts[start : start + TOGETHER]), width, np.float64)
        for start in starts
    ]
    return vstack(parts, format="csr")
