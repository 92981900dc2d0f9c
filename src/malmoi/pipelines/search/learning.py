"""The stage in which a student learns: one folder a variant, with its model and its vectors.

    student-v2/
      model/            what sentence-transformers loads, with its card
      documents.npz     the corpus's vectors [documents, vocabulary]
      weights.npy       queries' weights [vocabulary]
      training/         metrics.jsonl, checkpoints while it is at work

A variant without a neural part is its lexical part with IDF: nothing is trained.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from malmoi.core.executors import LOCAL, Executor
from malmoi.core.files import Record, read_lines
from malmoi.corpora.corpus import Corpus, Query
from malmoi.encoder.fitting import LexicalFit, fit_lexical, fit_neural
from malmoi.encoder.pairs import OWN_KINDS
from malmoi.encoder.vocabulary import Vocabulary
from malmoi.models.vectors import load_vectors, save_vectors, student_folder
from malmoi.pipelines.search.card import model_card
from malmoi.pipelines.search.evaluation import Student
from malmoi.pipelines.search.students import (
    Variant,
    Verified,
    table_of,
)
from malmoi.recipe import SearchRecipe
from malmoi.retrieval.passages import DensePassages
from malmoi.runs.run import Run, Stage

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

logger = logging.getLogger(__name__)

Curve = list[Record]


def learn(
    run: Run,
    recipe: SearchRecipe,
    variant: Variant,
    made: tuple[Stage, Vocabulary],
    terms: Stage,
    kept: Stage,
    pairs: Stage,
    of: Corpus,
    dev: Sequence[Query],
    pages: DensePassages,
    executor: Executor = LOCAL,
    synonyms: Verified | None = None,
) -> tuple[Stage, Student, Curve]:
    """Stage `student-<name>`: a variant's model and vectors, and its training curve.

    `synonyms` are used for a variant that learns from them.
    `executor` computes a frozen body's states of the corpus.
    """
    depends: dict[str, Any] = {"variant": _flags(variant), "encoder": recipe.encoder}
    if variant.neural:
        depends |= {"training": recipe.training, "seed": recipe.seed}
        if recipe.training.processes > 1:  # one makes what it made before there could be more
            depends["processes"] = recipe.training.processes
    if variant.glossary:
        depends["share_floor"] = recipe.glossary.min_share
    after = [made[0], terms, kept, pairs]
    after += [synonyms.stage] if variant.synonyms and synonyms else []
    stage = run.stage(student_folder(variant.name), depends, after)
    vocabulary = made[1]
    if not stage.done:
        table = table_of(variant, recipe, vocabulary, terms, of, synonyms)
        written = _written(kept) if variant.queries and recipe.encoder.doc2query_weight else {}
        start = fit_lexical(of.documents, vocabulary, table, recipe.encoder, written)
        vectors, weights = start.vectors, start.weights
        if variant.neural:
            chosen = _chosen(pairs.records(), variant)
            vectors, weights = _train(
                run, recipe, variant, stage, start, chosen, of, dev, pages, executor
            )
        save_vectors(stage.folder, vectors, weights)
        stage.finish(translations=len(table))
    student = Student(variant, vocabulary, *load_vectors(stage.folder))
    return stage, student, list(read_lines(stage.folder / "training" / "metrics.jsonl"))


def _flags(variant: Variant) -> dict[str, bool]:
    flags = {k: getattr(variant, k) for k in ("glossary", "queries", "parallel", "neural")}
    # One that learns without stays what it was before there were synonyms to learn from.
    return flags | ({"synonyms": True} if variant.synonyms else {})


def _chosen(records: Sequence[Record], variant: Variant) -> list[Record]:
    """A variant's training pairs."""
    return [r for r in records if variant.queries or r["kind"] in OWN_KINDS]


def _written(kept: Stage) -> dict[str, list[str]]:
    written: dict[str, list[str]] = {}
    for record in kept.records():
        written.setdefault(record["document"], []).append(record["text"])
    return written


def _train(
    run: Run,
    recipe: SearchRecipe,
    variant: Variant,
    stage: Stage,
    start: LexicalFit,
    pairs: list[Record],
    of: Corpus,
    dev: Sequence[Query],
    pages: DensePassages,
    executor: Executor,
) -> tuple[csr_matrix, np.ndarray[Any, Any]]:
    """Train a student, save it, and encode the corpus with it."""
    from malmoi.encoder.building import query_parameter, save
    from malmoi.models.sparse import encode_documents

    logger.info(f"{variant.name}: {len(pairs)} training pairs")
    states = run.folder / "embeddings" / "windows.npz"
    states.parent.mkdir(exist_ok=True)
    encoder, history = fit_neural(
        start,
        pairs,
        recipe.training,
        stage.folder / "training",
        passages=pages,
        dev=dev,
        qrels=of.qrels,
        seed=recipe.seed,
        states=states,
        executor=executor,
        label=variant.name,
    )
    stage.note(best=history["best"])
    vectors = encode_documents(encoder, start.texts)
    save(encoder, stage.folder / "model", model_card(recipe, variant, of, history))
    return vectors, query_parameter(encoder).detach().cpu().numpy().astype(np.float32)
