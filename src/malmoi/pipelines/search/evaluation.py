"""What was learned: every student and every baseline on held-out queries that people wrote.

Conversational questions, where a corpus has them, are a group of their own beside the languages of
the held-out queries. Nothing is tuned on them, and their tests are corrected among themselves.
"""

from __future__ import annotations

import logging
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from malmoi.core.files import stable_hash
from malmoi.corpora.corpus import Corpus, Query
from malmoi.encoder.evaluate import system
from malmoi.encoder.vectors import encoded, search_encoder
from malmoi.encoder.vocabulary import Vocabulary
from malmoi.evaluation.compare import Comparison, compare, joined
from malmoi.evaluation.metrics import Run as Ranking
from malmoi.pipelines.search import hybrid
from malmoi.pipelines.search.context import SearchContext
from malmoi.pipelines.search.students import V0, V1, Variant
from malmoi.reports.search_results import CONVERSATIONAL, Evaluated, QueryExample
from malmoi.retrieval.bm25 import BM25, BM25F
from malmoi.retrieval.fusion import reciprocal_rank_fusion
from malmoi.retrieval.query import QueryEncoder
from malmoi.retrieval.scores import search_matrix
from malmoi.retrieval.tuning import tune

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

logger = logging.getLogger(__name__)

DEPTH = 100
EXAMPLES = 10
SHOWN_TOKENS = 14


@dataclass(frozen=True)
class Student:
    """A variant's vectors: documents [n, vocabulary] in the corpus's order, and query weights.

    `model` is the folder of its encoder, where it has one: what an index would be made with.
    """

    variant: Variant
    vocabulary: Vocabulary
    documents: csr_matrix
    weights: np.ndarray[Any, np.dtype[np.float32]]
    model: Path | None = None

    def queries(self, texts: Sequence[str]) -> csr_matrix:
        """Query vectors [queries, vocabulary] as an index makes them, unknown words corrected."""
        return encoded(texts, self._encoder, len(self.weights))

    @cached_property
    def _encoder(self) -> QueryEncoder:
        if self.model is not None and self.model.is_dir():
            return QueryEncoder(self.model)
        return search_encoder(self.vocabulary, self.weights)

    def rank(self, queries: Sequence[Query], ids: Sequence[str]) -> Ranking:
        """The best documents of each query, with exact scores."""
        hits = search_matrix(self.queries([q.text for q in queries]), self.documents, ids, DEPTH)
        return {query.id: hit for query, hit in zip(queries, hits, strict=True)}


def baselines(context: SearchContext) -> tuple[dict[str, Ranking], dict[str, str]]:
    """Rankings of BM25, BM25F, the dense model and their fusion, and how each was made.

    k1, b and the title's weight are tuned on the development queries of each language, so that
    each table has the strongest BM25 that this split can choose.
    """
    dev, passages = context.dev, context.passages
    queries = (*context.test, *context.conversational)
    runs: dict[str, Ranking] = {}
    about: dict[str, str] = {}
    languages = sorted({query.language for query in queries})
    for name, kind in (("BM25", BM25), ("BM25F", BM25F)):
        model = context.words(kind)
        runs[name], chosen = {}, []
        for language in languages:
            pairs = [(q.id, q.text) for q in dev if q.language == language]
            if pairs:
                chosen.append(f"{language}: {tune(model, pairs, context.corpus.qrels)}")
            asked = [(q.id, q.text) for q in queries if q.language == language]
            runs[name] |= model.run(asked, DEPTH)
        tuned = "; ".join(chosen) or "usual weights, since there are no development queries"
        about[name] = f"kiwi's words; {tuned}"
        logger.info(f"{name}: {tuned}")
    runs["dense"] = {}
    for group in (context.test, context.conversational):
        # Apart, since texts that are embedded in one batch differ in their last digits by it.
        hits = passages.search([query.text for query in group], DEPTH) if group else []
        for query, hit in zip(group, hits, strict=True):
            runs["dense"][query.id] = list(zip(*hit, strict=True))
    about["dense"] = f"{passages.identity}, cosine"
    runs["RRF"] = reciprocal_rank_fusion([runs["BM25F"], runs["dense"]])
    about["RRF"] = "reciprocal rank fusion of BM25F and the dense model, k = 60"
    return runs, about


def evaluate_students(
    context: SearchContext,
    students: Sequence[Student],
    runs: Mapping[str, Ranking],
    about: Mapping[str, str],
) -> Evaluated:
    """The parts of results.json that say what was learned.

    Args:
        context: the run's, with its held-out queries and conversational questions.
        students: in the order of the tables.
        runs: the baselines' rankings.
        about: how each of them was made.
    """
    corpus, test = context.corpus, context.test
    ids = [document.id for document in corpus.documents]
    queries = (*test, *context.conversational)
    rankings = dict(runs) | {s.variant.name: s.rank(queries, ids) for s in students}
    pairs = claims(rankings, [s.variant.name for s in students])
    best = next((s for s in students if s.variant.name == "v2"), students[-1])
    both = hybrid.Sparse(best.variant.name, best.queries, best.documents)
    if "dense" in runs:
        weights = hybrid.chosen_weights(context, both)
        rankings[both.row] = hybrid.ranking(context, both, queries, weights)
    comparison = compared(context, rankings, pairs)
    systems = {name: system(name, text, "baseline", None, None) for name, text in about.items()}
    texts = [query.text for query in test]
    for s in students:
        variant = s.variant
        systems[variant.name] = system(
            variant.name, variant.about, variant.group, s.queries(texts), s.documents
        )
    if "dense" in runs:
        systems[both.row] = hybrid.figures(context, both, test, weights)
    return {
        "comparison": comparison,
        "systems": systems,
        "verdicts": verdicts(comparison),
        "examples": examples(corpus, test, students),
    }


def claims(ranked: Collection[str], students: Sequence[str]) -> list[tuple[str, str]]:
    """Pairs of systems (a, b): a is claimed to be better. The lexical part is held against BM25F.

    Args:
        ranked: the names of all systems.
        students: those of the students, in the order of the tables.
    """
    v2 = next((name for name in students if name == "v2"), students[-1])
    rivals = [name for name in ("BM25F", *students) if name in ranked and name != v2]
    pairs = [(name, v2) if "+" in name else (v2, name) for name in rivals]
    if "BM25F" in ranked and V0.name in students and V0.name != v2:
        pairs.append((V0.name, "BM25F"))
    return pairs


def compared(
    context: SearchContext, rankings: Mapping[str, Ranking], pairs: Sequence[tuple[str, str]]
) -> Comparison:
    """All systems on the held-out queries of each language, and on conversational questions.

    Args:
        context: the run's.
        rankings: of each system, for both.
        pairs: the systems to be tested.
    """
    recipe, qrels = context.recipe, context.corpus.qrels

    def on(groups: Mapping[str, str]) -> Comparison:
        return compare(rankings, qrels, groups, pairs, recipe.evaluation, seed=recipe.seed)

    held_out = on({query.id: query.language for query in context.test})
    if not context.conversational:
        return held_out
    return joined(held_out, on({query.id: CONVERSATIONAL for query in context.conversational}))


LANGUAGES = {"ko": "ko→ko", "en": "en→ko", CONVERSATIONAL: "ko→ko, conversational questions"}


def verdicts(comparison: Comparison) -> list[str]:
    """A sentence for each pair of systems: what was gained, lost, or not shown to differ, where."""
    clauses: dict[tuple[str, str], list[str]] = {}
    for test in comparison["comparisons"]:
        where = LANGUAGES.get(test["language"], test["language"])
        figures = f"{test['difference']:+.3f} [{test['low']:+.3f}, {test['high']:+.3f}]"
        if test["verdict"] == "no gain" and (test["low"] > 0 or test["high"] < 0):
            figures += f", but p = {test['p_holm']:.2f}, corrected for the number of tests"
        clause = {
            "gain": f"better in {where} ({figures})",
            "loss": f"worse in {where} ({figures})",
            "no gain": f"no difference shown in {where} ({figures})",
        }[test["verdict"]]
        clauses.setdefault((test["a"], test["b"]), []).append(clause)
    return [f"{a} against {b}: {'; '.join(each)}." for (a, b), each in clauses.items()]


def examples(
    corpus: Corpus, test: Sequence[Query], students: Sequence[Student]
) -> list[QueryExample]:
    """Ten test queries, chosen by hash, with a relevant document's weights before and after."""
    by_name = {s.variant.name: s for s in students}
    before, after = by_name.get(V1.name, students[0]), by_name.get("v2", students[-1])
    row_of = {document.id: number for number, document in enumerate(corpus.documents)}
    shown: list[QueryExample] = []
    for language in sorted({query.language for query in test}, reverse=True):
        asked = sorted((q for q in test if q.language == language), key=lambda q: stable_hash(q.id))
        for query in asked[: EXAMPLES // 2]:
            page = min(d for d, relevance in corpus.qrels[query.id].items() if relevance > 0)
            weights = after.queries([query.text])
            title = corpus.documents[row_of[page]].title
            shown.append(
                {
                    "query": query.text,
                    "language": language,
                    "weights": _tokens(after, weights),
                    "documents": [
                        {
                            "title": title,
                            "relevant": True,
                            "before": _tokens(before, before.documents[row_of[page]]),
                            "after": _tokens(after, after.documents[row_of[page]]),
                        }
                    ],
                }
            )
    return shown


def _tokens(student: Student, row: csr_matrix) -> list[tuple[str, float]]:
    """The heaviest pieces of one vector; a document's are weighed as a query would meet them."""
    order = np.argsort(-row.data)[:SHOWN_TOKENS]
    readable = student.vocabulary.readable
    return [(readable(int(row.indices[i])), round(float(row.data[i]), 3)) for i in order]
