"""What each use of verified pairs is worth: nDCG@10 on held-out queries, with minus without.

    BM25F               the lexical baseline, with `apply.word_synonyms` in the query
    v2, its queries     the student, with `apply.expansion` of its queries
    v2, its documents   the student that was trained with `apply.to_table` in its lexical part

What is chosen (BM25F's weights, the scales of the expansion) is chosen on development queries; the
held-out ones are only measured. In each pair of systems nothing differs but the synonyms. Pairs
that come from aligned text must come from pages that are not held out (`splits.free_segments`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import product
from typing import TYPE_CHECKING

from malmoi.core.errors import RunError
from malmoi.core.files import stable_hash
from malmoi.core.progress import track
from malmoi.corpora.corpus import Query
from malmoi.encoder.development import mean_ndcg
from malmoi.evaluation.compare import compare
from malmoi.evaluation.metrics import Run as Ranking
from malmoi.models.vectors import to_matrix
from malmoi.pipelines.search.evaluation import Student
from malmoi.pipelines.search.synonym_bench import Bench
from malmoi.reports.search_results import Effect
from malmoi.retrieval.bm25 import BM25F
from malmoi.retrieval.expansion import Expansion, units
from malmoi.retrieval.scores import search_matrix
from malmoi.retrieval.tuning import tune
from malmoi.synonyms import apply

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

    from malmoi.synonyms.verification.verify import Verdict

SCALES = (0.0, 0.25, 0.5, 0.75, 1.0, 1.5)
"""Factors that are tried for each direction of the query expansion."""
TUNED_ON = 500
"""Development queries of each language that settings are chosen on, by hash."""
DEPTH = 100
Measured = tuple[dict[str, Ranking], dict[str, str]]
"""Systems → their rankings, and what was tuned for them."""
EXPANDED = " + query synonyms"
"""Ends the name of a student whose queries are expanded."""


def effects(bench: Bench, verdicts: Sequence[Verdict], seed: int = 13) -> Effect:
    """nDCG@10 of each system with and without the pairs, by language, with intervals.

    Raises:
        RunError: no pair is accepted, or there is no held-out query.
    """
    accepted = [v for v in verdicts if v.accepted]
    if not accepted or not bench.test:
        raise RunError(
            f"{len(accepted)} accepted pairs and {len(bench.test)} held-out queries: expected some "
            "of both. Verify more pairs, or measure on a corpus with queries that people wrote."
        )
    sample = _sample(bench.dev)
    words, students = bm25f(bench, accepted, sample), query_side(bench, accepted, sample)
    runs, chosen = words[0] | students[0], words[1] | students[1]
    without = bench.without.variant.name
    against = [("BM25F + synonyms", "BM25F"), (f"{without}{EXPANDED}", without)]
    if bench.trained is not None:
        trained = bench.trained.variant.name
        runs[trained] = bench.trained.rank(bench.test, _ids(bench))
        against.append((trained, without))
    languages = {query.id: query.language for query in bench.test}
    comparison = compare(runs, bench.corpus.qrels, languages, against, bench.settings, seed=seed)
    return {"comparison": comparison, "chosen": chosen, "pairs": len(accepted)}


def bm25f(bench: Bench, verdicts: Sequence[Verdict], sample: Sequence[Query]) -> Measured:
    """BM25F, its weights tuned for each language on `sample`, and the same with synonyms."""
    synonyms = apply.word_synonyms(verdicts)
    model = BM25F(bench.analysed)
    plain: Ranking = {}
    wide: Ranking = {}
    chosen: dict[str, str] = {}
    for language in sorted({query.language for query in bench.test}):
        dev = [(q.id, q.text) for q in sample if q.language == language]
        if dev:
            chosen[f"BM25F, {language}"] = str(tune(model, dev, bench.corpus.qrels))
        asked = [(q.id, q.text) for q in bench.test if q.language == language]
        plain |= model.run(asked, DEPTH)
        wide |= model.run(asked, DEPTH, synonyms)
    return {"BM25F": plain, "BM25F + synonyms": wide}, chosen


def query_side(bench: Bench, verdicts: Sequence[Verdict], sample: Sequence[Query]) -> Measured:
    """v2, trained without the pairs, and the same with expanded queries.

    The scales are chosen on `sample`.
    """
    student, ids = bench.without, _ids(bench)
    plain = student.variant.name
    name = f"{plain}{EXPANDED}"
    scales = tune_scales(bench, verdicts, sample)
    expansion = expansion_for(student, verdicts, scales)
    runs = {
        plain: student.rank(bench.test, ids),
        name: rank_expanded(student, expansion, bench.test, ids),
    }
    return runs, {name: ", ".join(f"{way} × {scale:g}" for way, scale in scales.items())}


def tune_scales(
    bench: Bench, verdicts: Sequence[Verdict], sample: Sequence[Query]
) -> dict[str, float]:
    """The factor of each direction with the best mean of the languages' nDCG@10 on `sample`.

    One direction after the other, since a query is mostly in one language; equals go to the smaller
    factor. Without queries to choose on both are 1.
    """
    if not sample:
        return dict.fromkeys(apply.DIRECTIONS, 1.0)
    ids = _ids(bench)
    best, most = dict.fromkeys(apply.DIRECTIONS, 0.0), -1.0
    for way, scale in track(list(product(apply.DIRECTIONS, SCALES)), "scales of the expansion"):
        scales = best | {way: scale}
        expansion = expansion_for(bench.without, verdicts, scales)
        ranking = rank_expanded(bench.without, expansion, sample, ids)
        reached = mean_ndcg(ranking, sample, bench.corpus.qrels)["ndcg@10"]
        if reached > most + 1e-6:
            best, most = scales, reached
    return best


def expansion_for(
    student: Student, verdicts: Sequence[Verdict], scales: Mapping[str, float]
) -> Expansion:
    """The expansion of a student's queries."""
    return apply.expansion(verdicts, student.vocabulary, student.weights, scales)


def rank_expanded(
    student: Student, expansion: Expansion, queries: Sequence[Query], ids: Sequence[str]
) -> Ranking:
    """The best documents of each query, expanded.

    Args:
        student: whose vectors are searched.
        expansion: of its queries.
        queries: to be expanded.
        ids: of the student's documents.
    """
    vectors = expanded(student, expansion, [query.text for query in queries])
    hits = search_matrix(vectors, student.documents, ids, DEPTH)
    return {query.id: hit for query, hit in zip(queries, hits, strict=True)}


def expanded(student: Student, expansion: Expansion, texts: Sequence[str]) -> csr_matrix:
    """Query vectors [texts, vocabulary] with what `expansion` adds."""
    vocabulary = student.vocabulary
    encodings = vocabulary.tokenizer.encode_batch(list(texts), add_special_tokens=False)
    number = vocabulary.tokenizer.token_to_id
    rows: list[dict[int, float]] = []
    for encoding in encodings:
        weights = {
            token: float(student.weights[i])
            for i, token in zip(encoding.ids, encoding.tokens, strict=True)
            if i in vocabulary.content and student.weights[i]
        }
        wider = expansion.expand(weights, units(encoding))
        rows.append({i: w for token, w in wider.items() if (i := number(token)) is not None})
    return to_matrix(rows, student.documents.shape[1])


def _ids(bench: Bench) -> list[str]:
    return [document.id for document in bench.corpus.documents]


def _sample(queries: Sequence[Query]) -> list[Query]:
    """At most `TUNED_ON` queries of each language, by hash."""
    sample: list[Query] = []
    for language in sorted({query.language for query in queries}):
        asked = [query for query in queries if query.language == language]
        sample += sorted(asked, key=lambda query: stable_hash(query.id))[:TUNED_ON]
    return sample
