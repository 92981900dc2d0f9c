"""An encoder of a corpus: words are weighed by statistics, then a network is trained on top.

    vocabulary = build([document_text(d) for d in documents], english)
    table = merge(glossary_table(records, vocabulary, floor), …)
    start = fit_lexical(documents, vocabulary, table, encoder_section)
    encoder, history = fit_neural(start, pairs, training_section, folder, …)

`start` is an encoder without a network, to compare with.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from malmoi.core.executors import LOCAL, Executor
from malmoi.core.files import Record
from malmoi.corpora.corpus import Document, Query
from malmoi.encoder.building import idf
from malmoi.encoder.lexical import WRITTEN, Lexical, Table, Weighting
from malmoi.encoder.target_scores import Hybrid
from malmoi.encoder.vocabulary import Vocabulary
from malmoi.evaluation.metrics import Qrels
from malmoi.models.vectors import to_matrix
from malmoi.recipe import EncoderSection, TrainingSection
from malmoi.retrieval.passages import DensePassages

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from scipy.sparse import csr_matrix
    from sentence_transformers import SparseEncoder


def document_text(document: Document, written: Sequence[str] = ()) -> str:
    """What the document encoder reads: title, body and, after a form feed, written lines."""
    return document.full_text + (WRITTEN + "\n".join(written) if written else "")


def weighting(
    section: EncoderSection, vocabulary: Vocabulary, documents: Sequence[Document]
) -> Weighting:
    """The section's weights of words, with the documents' average length in content pieces."""
    lengths = [len(ids) for ids in vocabulary.encode([document_text(d) for d in documents])]
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
    weights = weighting(section, vocabulary, documents)
    lexical = Lexical(vocabulary.tokenizer, vocabulary.content, weights, table)
    texts = [document_text(d, (written or {}).get(d.id, ())) for d in documents]
    statistics = lexical.vectors(texts)
    return LexicalFit(
        section,
        vocabulary,
        lexical,
        [document.id for document in documents],
        texts,
        to_matrix(statistics, len(vocabulary)),
        idf(
            statistics,
            vocabulary,
            dates=[document.date for document in documents],
            trend_boost=section.trend_boost,
            trend_share=section.trend_share,
        ),
    )


def fit_neural(
    start: LexicalFit,
    pairs: Sequence[Record],
    training: TrainingSection,
    folder: Path,
    *,
    passages: DensePassages | None = None,
    dev: Sequence[Query] = (),
    qrels: Qrels | None = None,
    seed: int = 13,
    states: Path | None = None,
    executor: Executor = LOCAL,
    label: str = "training",
) -> tuple[SparseEncoder, dict[str, Any]]:
    """Train an encoder that starts from `start`; a killed training goes on where it stopped.

    Args:
        start: the lexical part, the queries' weights, and the documents.
        pairs: training pairs (`pairs.py`).
        training: the settings.
        folder: gets metrics.jsonl, the best state and checkpoints.
        passages: score documents for distillation; needed with `training.distillation_weight` > 0.
        dev: development queries, which choose the best state (none: the last healthy one).
        qrels: judge them.
        seed: of the batches' order.
        states: .npz file that keeps the windows' states between encoders of one corpus.
        executor: computes those states.
        label: names the progress bar.

    Returns:
        The trained encoder, and what `training.train` says of the way there.

    Raises:
        StudentError: no pairs, or an encoder that collapsed or stayed dense.
    """
    from malmoi.encoder.building import build_encoder
    from malmoi.encoder.development import Development
    from malmoi.encoder.training import train

    encoder = build_encoder(
        start.vocabulary,
        start.lexical,
        start.weights,
        start.section,
        start.texts,
        states,
        executor,
    )
    target = None
    if training.distillation_weight and passages is not None:
        target = Hybrid(
            [pair["query"] for pair in pairs],
            start.ids,
            passages,
            start.vocabulary,
            start.vectors,
            start.weights,
            training.dense_weight,
        )
    development = (
        Development(start.vocabulary, start.texts, start.ids, dev, qrels or {}) if dev else None
    )
    history = train(
        encoder,
        pairs,
        dict(zip(start.ids, start.texts, strict=True)),
        training,
        seed,
        folder,
        development,
        teacher=target,
        states=states,
        label=label,
    )
    return encoder, history
