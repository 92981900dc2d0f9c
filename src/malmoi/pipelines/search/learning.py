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
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from malmoi.core.executors import LOCAL, Executor
from malmoi.core.files import Record, read_lines
from malmoi.corpora.corpus import Corpus, Query
from malmoi.encoder.building import idf
from malmoi.encoder.lexical import Lexical
from malmoi.encoder.target_scores import Hybrid
from malmoi.encoder.vocabulary import Vocabulary
from malmoi.evaluation.metrics import per_query
from malmoi.models.vectors import load_vectors, save_vectors, student_folder, to_matrix
from malmoi.pipelines.search.card import model_card
from malmoi.pipelines.search.evaluation import Student
from malmoi.pipelines.search.students import (
    Variant,
    Verified,
    document_text,
    lexical_of,
    table_of,
    weighting,
)
from malmoi.recipe import SearchRecipe
from malmoi.retrieval.passages import Pages
from malmoi.runs.run import Run, Stage

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

logger = logging.getLogger(__name__)

OWN_KINDS = {"title", "heading"}
"""Pairs that a corpus has of itself; all others were written by the teacher."""

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
    pages: Pages,
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
        lexical = lexical_of(vocabulary, weighting(recipe, vocabulary, of.documents), table)
        texts = _texts(of, kept if variant.queries and recipe.encoder.doc2query_weight else None)
        statistics = lexical.vectors(texts)
        weights = idf(
            statistics,
            vocabulary,
            dates=[document.date for document in of.documents],
            trend_boost=recipe.encoder.trend_boost,
            trend_share=recipe.encoder.trend_share,
        )
        vectors = to_matrix(statistics, len(vocabulary))
        if variant.neural:
            chosen = _chosen(pairs.records(), variant)
            vectors, weights = _train(
                run,
                recipe,
                variant,
                stage,
                lexical,
                vocabulary,
                weights,
                texts,
                vectors,
                chosen,
                of,
                dev,
                pages,
                executor,
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


def _texts(of: Corpus, kept: Stage | None) -> list[str]:
    written: dict[str, list[str]] = {}
    for record in kept.records() if kept else ():
        written.setdefault(record["document"], []).append(record["text"])
    return [document_text(document, written.get(document.id, ())) for document in of.documents]


def _train(
    run: Run,
    recipe: SearchRecipe,
    variant: Variant,
    stage: Stage,
    lexical: Lexical,
    vocabulary: Vocabulary,
    weights: np.ndarray[Any, Any],
    texts: list[str],
    statistics: csr_matrix,
    pairs: list[Record],
    of: Corpus,
    dev: Sequence[Query],
    pages: Pages,
    executor: Executor,
) -> tuple[csr_matrix, np.ndarray[Any, Any]]:
    """Train a student, save it, and encode the corpus with it."""
    from malmoi.encoder.building import build_encoder, query_parameter, save
    from malmoi.encoder.training import train
    from malmoi.models.sparse import encode_documents

    logger.info(f"{variant.name}: {len(pairs)} training pairs")
    states = run.folder / "embeddings" / "windows.npz"
    states.parent.mkdir(exist_ok=True)
    encoder = build_encoder(vocabulary, lexical, weights, recipe.encoder, texts, states, executor)
    ids = [document.id for document in of.documents]
    teacher = (
        Hybrid(
            [pair["query"] for pair in pairs],
            ids,
            pages,
            vocabulary,
            statistics,
            weights,
            recipe.training.dense_weight,
        )
        if recipe.training.distillation_weight
        else None
    )

    history = train(
        encoder,
        pairs,
        dict(zip(ids, texts, strict=True)),
        recipe.training,
        recipe.seed,
        stage.folder / "training",
        Development(variant, vocabulary, texts, dev, of, ids) if dev else None,
        teacher=teacher,
        states=states,
        label=variant.name,
    )
    stage.note(best=history["best"])
    vectors = encode_documents(encoder, texts)
    save(encoder, stage.folder / "model", model_card(recipe, variant, of, history))
    return vectors, query_parameter(encoder).detach().cpu().numpy().astype(np.float32)


@dataclass(frozen=True)
class Development:
    """Development figures of an encoder as it trains; travels to other processes."""

    variant: Variant
    vocabulary: Vocabulary
    texts: Sequence[str]
    dev: Sequence[Query]
    of: Corpus
    ids: Sequence[str]

    def __call__(self, encoder: Any) -> dict[str, float]:
        """`development` of the encoder's vectors of the corpus."""
        from malmoi.encoder.building import document_encoder, query_parameter
        from malmoi.models.sparse import encode_documents

        document_encoder(encoder).remember(self.texts)
        vectors = encode_documents(encoder, list(self.texts))
        weights = query_parameter(encoder).detach().cpu().numpy().astype(np.float32)
        student = Student(self.variant, self.vocabulary, vectors, weights)
        return development(student, self.dev, self.of, self.ids)


def development(
    student: Student, dev: Sequence[Query], of: Corpus, ids: Sequence[str]
) -> dict[str, float]:
    """nDCG@10 on the development queries, by language and as the mean of the languages."""
    ranking = student.rank(dev, ids)
    figures: dict[str, float] = {}
    for language in sorted({query.language for query in dev}):
        names = [query.id for query in dev if query.language == language]
        figures[language] = float(per_query(ranking, of.qrels, names)["nDCG@10"].mean())
    return figures | {"ndcg@10": float(np.mean(list(figures.values()) or [0.0]))}
