"""The weight of each piece in queries: how few documents hold it, and what else is known of it.

    weight = log(1 + (N − df + ½) / (df + ½))       BM25's IDF (Robertson & Zaragoza 2009)

over the documents' lexical vectors, so that translations count. But a corpus of a thousand
documents says little of words that it hardly has: "아직" (yet) is as rare in a manual as a term of
art. So df is mixed with what the language leads to expect, of a stretch of L = `EXPECTED_TOKENS`
words in which a word of frequency f stands with probability 1 − e^(−L·f):

    df' = N · (df/N + PRIOR · (1 − e^(−L·f))) / (1 + PRIOR)
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from malmoi.text.general_english import general_english
from malmoi.text.general_korean import general_forms

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from scipy.sparse import csr_matrix

    from malmoi.encoder.vocabulary import Vocabulary

PRIOR = 0.5
"""Weight of the language beside the corpus, in corpora of this size."""
EXPECTED_TOKENS = 500
"""Words of the stretch whose chance to hold a word stands for a document's."""


def idf(
    vectors: csr_matrix,
    vocabulary: Vocabulary,
    *,
    dates: Sequence[str] = (),
    trend_boost: float = 0.0,
    trend_share: float = 0.0,
    prior: float = PRIOR,
) -> NDArray[np.float32]:
    """Weight of each piece in queries [vocabulary]; 0 for all that is no content.

    Args:
        vectors: lexical vectors [documents, vocabulary], float64.
        vocabulary: the pieces.
        dates: ISO 8601 or empty, one a document; empty where no date counts.
        trend_boost: 0 or more. Where a piece's share of the latest documents is r > 1 times its
            share of the earlier ones (both smoothed by half a document), its weight is multiplied
            by 1 + trend_boost·log(r).
        trend_share: the share of the dated documents that are the latest, 0 to 1.
        prior: weight of the language beside the corpus, 0 for the corpus alone.
    """
    count = int(vectors.shape[0])
    frequency = _document_frequency(vectors)
    expected = count * (frequency / max(count, 1) + prior * _chances(vocabulary)) / (1 + prior)
    weights = np.log1p((count - expected + 0.5) / (expected + 0.5))
    dated = sorted((date, n) for n, date in enumerate(dates) if date)
    latest = int(len(dated) * trend_share)
    if trend_boost > 0 and latest:
        new = vectors[[n for _, n in dated[-latest:]]]
        old = vectors[[n for _, n in dated[:-latest]]]
        now = (_document_frequency(new) + 0.5) / (new.shape[0] + 1)
        then = (_document_frequency(old) + 0.5) / (old.shape[0] + 1)
        rises = frequency >= 2  # once is no trend
        weights *= 1 + trend_boost * np.log(np.maximum(now / then, 1)) * rises
    mask = np.zeros(len(vocabulary))
    mask[sorted(vocabulary.content)] = 1
    masked: NDArray[np.float32] = (weights * mask).astype(np.float32)
    return masked


def _document_frequency(vectors: csr_matrix) -> NDArray[np.float64]:
    """Documents that hold each piece [vocabulary]; one that has it with a weight under 1, as an
    unlikely translation, counts as that much of a document."""
    shares = np.minimum(vectors.data, 1.0)
    counts = np.bincount(vectors.indices, shares, minlength=vectors.shape[1])
    return counts.astype(np.float64)


def _chances(vocabulary: Vocabulary) -> NDArray[np.float64]:
    """Probability that a stretch of Korean, or of English, holds each piece [vocabulary]."""
    frequencies = np.zeros(len(vocabulary))
    english = general_english()
    for number in vocabulary.content:
        form = vocabulary.readable(number)
        if form.isascii():
            frequencies[number] = english.get(form.lower(), 0.0)
    for form, word in general_forms().items():
        piece = vocabulary.tokenizer.token_to_id(unicodedata.normalize("NFKD", form))
        if piece is not None:
            frequencies[piece] = word.frequency
    chances: NDArray[np.float64] = 1 - np.exp(-EXPECTED_TOKENS * frequencies)
    return chances
