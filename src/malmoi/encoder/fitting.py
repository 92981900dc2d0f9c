"""An encoder of a corpus: words are weighed by statistics, then a network is trained on top.

    vocabulary = build([document_text(d) for d in documents], english)
    table = merge(glossary_table(records, vocabulary, floor), …)
    start = fit_lexical(documents, vocabulary, table, encoder_section)
    encoder, history = fit_neural(start, pairs, training_section, folder, …)

`start` is an encoder without a network, to compare with.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from malmoi.core.executors import LOCAL, Executor
from malmoi.corpora.corpus import Query
from malmoi.encoder.lexical_fit import LexicalFit
from malmoi.encoder.neural_gain import described, neural_gain
from malmoi.encoder.pairs import TrainingPair
from malmoi.encoder.target_scores import HybridTargets
from malmoi.evaluation.metrics import Qrels
from malmoi.recipe import EncoderSection, TrainingSection
from malmoi.retrieval.passages import DensePassages

if TYPE_CHECKING:
    from sentence_transformers import SparseEncoder

logger = logging.getLogger(__name__)


def fit_neural(
    start: LexicalFit,
    pairs: Sequence[TrainingPair],
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
        The encoder, untrained where there are no development queries, and what `training.train`
        says of the way there, with "neural_gain" where there are some. If those show no gain of the
        neural part, the encoder is the lexical part alone, unless `training.require_gain` is off.

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
        texts=start.texts,
        states=states,
        executor=executor,
    )
    if not is_trained(start.section, training, dev):
        logger.info(f"{label}: no development queries, so the neural part stays as it begins")
        return encoder, {"steps": 0, "seconds": 0.0, "best": as_begun(encoder, start)}
    target = None
    if training.distillation_weight and passages is not None:
        queries = [pair["query"] for pair in pairs]
        target = HybridTargets(queries, start, passages, training.dense_weight)
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
        targets=target,
        states=states,
        label=label,
    )
    if development is None:
        return encoder, history
    gain = neural_gain(encoder, start, development)
    if training.require_gain and start.section.neural and not gain["shown"]:
        logger.warning(
            f"{label}: the neural part shows no gain ({described(gain)}), so it is left out: "
            "documents are encoded ten times as fast. training.require_gain = false keeps it"
        )
        lexical = start.section.model_copy(update={"neural": False})
        encoder = build_encoder(start.vocabulary, start.lexical, start.weights, lexical)
    return encoder, history | {"neural_gain": gain}


def is_trained(section: EncoderSection, training: TrainingSection, dev: Sequence[Query]) -> bool:
    """Whether the neural part learns from pairs, or stays as it begins.

    Args:
        section: the encoder's settings.
        training: the training's.
        dev: development queries, without which nobody can tell whether training helps.
    """
    return bool(dev) or training.without_development or section.head != "queries"


def as_begun(encoder: SparseEncoder, start: LexicalFit) -> dict[str, Any]:
    """An untrained encoder as the best state, with the dimensions of a sample of documents."""
    from malmoi.encoder.trainer import active_counts, active_dimensions
    from malmoi.encoder.training import SAMPLE

    texts = start.texts[:: max(1, len(start.texts) // SAMPLE)]
    return {"step": 0, "value": 0.0, "figures": {}} | active_dimensions(
        active_counts(encoder, texts)
    )
