"""The stage in which a student learns: one folder a variant, with its model and its vectors.

    student-v2/
      model/            what sentence-transformers loads, with its card
      documents.npz     the corpus's vectors [documents, vocabulary]
      weights.npy       queries' weights [vocabulary]
      translations.jsonl  its dictionary: pairs, shares, sources
      training/         metrics.jsonl, checkpoints while it is at work

A variant without a neural part is its lexical part with IDF: nothing is trained.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from malmoi.core.files import Record, read_lines, write_lines
from malmoi.encoder.dictionary import Dictionary
from malmoi.encoder.fitting import fit_neural, is_trained
from malmoi.encoder.lexical_fit import LexicalFit, fit_lexical
from malmoi.encoder.neural_gain import described
from malmoi.encoder.pairs import OWN_KINDS, MinedPair
from malmoi.encoder.vocabulary import Vocabulary
from malmoi.models.vectors import load_vectors, save_vectors, student_folder
from malmoi.pipelines.search.card import model_card
from malmoi.pipelines.search.context import SearchContext
from malmoi.pipelines.search.evaluation import Student
from malmoi.pipelines.search.students import V0, V1, TrainingData, Variant, translations
from malmoi.runs.run import Stage

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

logger = logging.getLogger(__name__)

TRANSLATIONS = "translations.jsonl"
"""A student's dictionary, for people to read: each pair with its share and who says so."""

Curve = list[Record]


def learn(
    context: SearchContext,
    data: TrainingData,
    variant: Variant,
    built: tuple[Stage, Vocabulary],
) -> tuple[Stage, Student, Curve]:
    """Stage `student-<name>`: a variant's model and vectors, and its training curve.

    Args:
        context: the run's.
        data: what may be learned from; a variant takes its part.
        variant: the student.
        built: the stage of its vocabulary, and the vocabulary.
    """
    recipe, (vocabulary_stage, vocabulary) = context.recipe, built
    depends: dict[str, Any] = {"variant": _flags(variant), "encoder": recipe.encoder}
    if variant.neural:
        depends |= {"training": recipe.training, "seed": recipe.seed}
        if recipe.training.processes > 1:  # one makes what it made before there could be more
            depends["processes"] = recipe.training.processes
    if variant.glossary:
        depends["share_floor"] = recipe.glossary.min_share
    if recipe.dictionary.enabled is not None and variant.name not in (V0.name, V1.name):
        depends["dictionary"] = recipe.dictionary
    verified = data.verified_for(variant)
    after = [vocabulary_stage, data.glossary, data.queries, data.pairs]
    after += [verified.stage] if verified else []
    models = ["encoder.base"] if variant.neural and recipe.encoder.neural else []
    models += ["evaluation.dense_model"] if models and recipe.training.distillation_weight else []
    stage = context.run.stage(student_folder(variant.name), depends, after, context.named(*models))
    if not stage.done:
        known, start = _start(context, data, variant, vocabulary)
        if variant.dictionary:
            write_lines(stage.folder / TRANSLATIONS, known.rows(vocabulary))
        vectors, weights = start.vectors, start.weights
        if variant.neural:
            pairs = _chosen(data.pairs.records(), variant)
            vectors, weights = _train(context, stage, variant, start, pairs)
        save_vectors(stage.folder, vectors, weights)
        stage.finish(translations=len(known.table), **known.counts())
    about = "; ".join(filter(None, [variant.about, *remarks(stage.figures)]))
    variant = replace(variant, about=about)
    student = Student(variant, vocabulary, *load_vectors(stage.folder), stage.folder / "model")
    return stage, student, list(read_lines(stage.folder / "training" / "metrics.jsonl"))


def _start(
    context: SearchContext, data: TrainingData, variant: Variant, vocabulary: Vocabulary
) -> tuple[Dictionary, LexicalFit]:
    """A variant's translations, and what words make of the corpus with them.

    Variants that differ in their network alone have the same, one after the other.
    """
    recipe = context.recipe
    used = variant.queries and recipe.encoder.doc2query_weight
    alike = replace(variant, name="", about="", group="", neural=False, queries=bool(used))
    if alike not in context.starts:
        known = translations(context, data, variant, vocabulary)
        written = _written(data.queries) if used else {}
        section = recipe.encoder
        if variant.dictionary:
            section = section.model_copy(update={"translation_weight": recipe.dictionary.weight})
        start = fit_lexical(context.whole.documents, vocabulary, known.table, section, written)
        if variant.name == V0.name:
            start.warn_of_wordless()
        if context.pool_stage:
            start = start.only({document.id for document in context.corpus.documents})
        context.starts.clear()  # the next one's documents need the memory
        context.starts[alike] = known, start
    return context.starts[alike]


def remarks(figures: Record) -> list[str]:
    """What is said of a student that isn't what its variant says.

    Args:
        figures: of the student's stage.
    """
    best, gain = figures.get("best"), figures.get("neural_gain")
    said = []
    if best and not best["step"]:
        why = "no step of its training was better on development queries"
        said.append(f"as it began: {why if best['figures'] else 'no development queries'}")
    if gain and gain["left_out"]:
        said.append(f"its neural part showed no gain ({described(gain)}) and is left out")
    return said


def _flags(variant: Variant) -> dict[str, bool]:
    flags = {k: getattr(variant, k) for k in ("glossary", "queries", "parallel", "neural")}
    # One that learns without stays what it was before there were synonyms to learn from.
    for name in ("synonyms", "vectors", "packages"):
        flags |= {name: True} if getattr(variant, name) else {}
    return flags


def _chosen(records: Sequence[MinedPair], variant: Variant) -> list[MinedPair]:
    """A variant's training pairs."""
    return [r for r in records if variant.queries or r["kind"] in OWN_KINDS]


def _written(queries: Stage) -> dict[str, list[str]]:
    written: dict[str, list[str]] = {}
    for record in queries.records():
        written.setdefault(record["document"], []).append(record["text"])
    return written


def _train(
    context: SearchContext,
    stage: Stage,
    variant: Variant,
    start: LexicalFit,
    pairs: list[MinedPair],
) -> tuple[csr_matrix, np.ndarray[Any, Any]]:
    """Train a student, save it, and encode the corpus with it."""
    from malmoi.encoder.building import document_encoder, query_parameter, save
    from malmoi.models.sparse import encode_documents

    training = context.recipe.training
    trained = is_trained(start.section, training, context.dev)
    if trained:
        logger.info(f"{variant.name}: {len(pairs)} training pairs")
    if trained and training.num_negatives and not any(pair["negatives"] for pair in pairs):
        logger.warning(
            f"{variant.name}: no pair has a hard negative, since all documents may be relevant "
            f"(training.margin = {training.margin:g}): other documents of a batch are used alone"
        )
        training = training.model_copy(update={"num_negatives": 0})
    revision = "".join(f"-{base.revision[:12]}" for base in context.named("encoder.base"))
    states = context.embeddings("encoder.base") / f"windows{revision.rstrip('-')}.npz"
    states.parent.mkdir(parents=True, exist_ok=True)
    encoder, history = fit_neural(
        start,
        pairs,
        training,
        stage.folder / "training",
        passages=context.passages,
        dev=context.dev,
        qrels=context.corpus.qrels,
        seed=context.recipe.seed,
        states=states,
        executor=context.executor,
        label=variant.name,
    )
    stage.note(best=history["best"])
    if gain := history.get("neural_gain"):
        stage.note(neural_gain={**gain, "left_out": not document_encoder(encoder).neural})
    vectors = encode_documents(encoder, start.texts)
    card = model_card(
        context.recipe, variant, context.whole, history, has_titles=not context.untitled
    )
    save(encoder, stage.folder / "model", card)
    return vectors, query_parameter(encoder).detach().cpu().numpy().astype(np.float32)
