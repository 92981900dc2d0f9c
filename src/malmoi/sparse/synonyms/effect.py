"""What each use of verified pairs is worth: nDCG@10 on held-out queries, with minus without.

    BM25F                the lexical baseline, with `use.word_synonyms` in the query
    v2                   the student, with `use.expansion` of its queries
    v2 without neural    its lexical part, with `use.to_table` in its documents
    v2                   the whole student, with the same table in its lexical part (see `swapped`)

What is chosen (BM25F's weights, the scales of the expansion) is chosen on development queries; the
held-out ones are only measured. In each pair of systems nothing differs but the synonyms. Pairs
that come from aligned text must come from pages that are not held out (`splits.free_segments`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import product
from typing import TYPE_CHECKING, Any

import numpy as np

from malmoi import console
from malmoi.errors import RunError
from malmoi.evaluation.compare import compare
from malmoi.evaluation.metrics import Run as Ranking
from malmoi.evaluation.metrics import per_query
from malmoi.files import stable_hash
from malmoi.recipe import EvaluationSection
from malmoi.search.expansion import Expansion, units
from malmoi.search.lexical import BM25F, tune
from malmoi.search.scores import search_matrix
from malmoi.sparse.alignment import merge
from malmoi.sparse.corpus import Corpus, Query
from malmoi.sparse.encoder import idf
from malmoi.sparse.learning import to_matrix
from malmoi.sparse.lexical import Table
from malmoi.sparse.proof import Student
from malmoi.sparse.students import V2, document_text, lexical_of, weighting
from malmoi.sparse.synonyms import use
from malmoi.sparse.synonyms.bench import Bench
from malmoi.sparse.vocabulary import Vocabulary, build

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

    from malmoi.sparse.synonyms.verify import Verdict

SCALES = (0.0, 0.25, 0.5, 0.75, 1.0, 1.5)
"""Factors that are tried for each direction of the query expansion."""
TUNED_ON = 500
"""Development queries of each language that settings are chosen on, by hash."""
DEPTH = 100
SMALLEST = 1e-4
"""Neural weights under this are rounding: the difference of two float32 sums."""


def effects(bench: Bench, verdicts: Sequence[Verdict], seed: int = 13) -> dict[str, Any]:
    """nDCG@10 of each system with and without the pairs, by language, with intervals.

    Returns:
        {"comparison": see `evaluation.compare.compare`, "chosen": {system: what was tuned},
        "pairs": accepted ones}

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
    runs: dict[str, Ranking] = {}
    chosen: dict[str, str] = {}
    bm25f(bench, accepted, sample, runs, chosen)
    query_side(bench, accepted, sample, runs, chosen)
    document_side(bench, accepted, runs)
    against = [(name, name.split(" + ")[0]) for name in runs if " + " in name]
    languages = {query.id: query.language for query in bench.test}
    settings: EvaluationSection = bench.recipe.evaluation
    comparison = compare(runs, bench.corpus.qrels, languages, against, settings, seed=seed)
    return {"comparison": comparison, "chosen": chosen, "pairs": len(accepted)}


def bm25f(
    bench: Bench,
    verdicts: Sequence[Verdict],
    sample: Sequence[Query],
    runs: dict[str, Ranking],
    chosen: dict[str, str],
) -> None:
    """Add BM25F, its weights tuned for each language, and the same with synonyms, to `runs`."""
    synonyms = use.word_synonyms(verdicts)
    model = BM25F(bench.analysed)
    plain, wide = runs.setdefault("BM25F", {}), runs.setdefault("BM25F + synonyms", {})
    for language in sorted({query.language for query in bench.test}):
        dev = [(q.id, q.text) for q in sample if q.language == language]
        if dev:
            chosen[f"BM25F, {language}"] = str(tune(model, dev, bench.corpus.qrels))
        asked = [(q.id, q.text) for q in bench.test if q.language == language]
        plain |= model.run(asked, DEPTH)
        wide |= model.run(asked, DEPTH, synonyms)


def query_side(
    bench: Bench,
    verdicts: Sequence[Verdict],
    sample: Sequence[Query],
    runs: dict[str, Ranking],
    chosen: dict[str, str],
) -> None:
    """Add v2, and v2 with expanded queries, the scales chosen on `sample`."""
    ids = [document.id for document in bench.corpus.documents]
    runs["v2"] = bench.v2.rank(bench.test, ids)
    scales = tune_scales(bench, verdicts, sample)
    chosen["v2 + query synonyms"] = ", ".join(f"{w} × {s:g}" for w, s in scales.items())
    runs["v2 + query synonyms"] = rank_expanded(
        bench.v2, made(bench.v2, verdicts, scales), bench.test, ids
    )


def tune_scales(
    bench: Bench, verdicts: Sequence[Verdict], sample: Sequence[Query]
) -> dict[str, float]:
    """The factor of each direction with the best mean of the languages' nDCG@10 on `sample`.

    One direction after the other, since a query is mostly in one language; equals go to the smaller
    factor. Without queries to choose on both are 1.
    """
    if not sample:
        return dict.fromkeys(use.WAYS, 1.0)
    ids = [document.id for document in bench.corpus.documents]
    best, most = dict.fromkeys(use.WAYS, 0.0), -1.0
    for way, scale in console.track(list(product(use.WAYS, SCALES)), "scales of the expansion"):
        scales = best | {way: scale}
        ranking = rank_expanded(bench.v2, made(bench.v2, verdicts, scales), sample, ids)
        found = _mean_by_language(ranking, bench.corpus, sample)
        if found > most + 1e-6:
            best, most = scales, found
    return best


def made(student: Student, verdicts: Sequence[Verdict], scales: Mapping[str, float]) -> Expansion:
    """The expansion of a student's queries."""
    return use.expansion(verdicts, student.vocabulary, student.weights, scales)


def rank_expanded(
    student: Student, expansion: Expansion, queries: Sequence[Query], ids: Sequence[str]
) -> Ranking:
    """The best documents of each query, expanded."""
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
        found = expansion.expand(weights, units(encoding))
        rows.append({i: w for token, w in found.items() if (i := number(token)) is not None})
    return to_matrix(rows, student.documents.shape[1])


def document_side(bench: Bench, verdicts: Sequence[Verdict], runs: dict[str, Ranking]) -> None:
    """Add v2's lexical part, and the same with the pairs in its table; then the whole v2 so.

    The second has a vocabulary of its own, with pieces for the English terms.
    """
    ids = [document.id for document in bench.corpus.documents]
    texts = [document_text(document) for document in bench.corpus.documents]
    old = bench.lexical.vectors(texts)
    words = bench.v2.vocabulary
    without = Student(V2, words, to_matrix(old, len(words)), idf(old, words))
    runs["v2 without neural"] = without.rank(bench.test, ids)

    vocabulary = build(texts, [*bench.english, *use.english_terms(verdicts)])
    number = _numbers(words, vocabulary)
    table = merge(_renumbered(bench.lexical.table, number), use.to_table(verdicts, vocabulary))
    weights = weighting(bench.recipe, vocabulary, bench.corpus.documents)
    new = lexical_of(vocabulary, weights, table).vectors(texts)
    matrix = to_matrix(new, len(vocabulary))
    student = Student(V2, vocabulary, matrix, idf(new, vocabulary))
    runs["v2 without neural + pairs in documents"] = student.rank(bench.test, ids)
    runs["v2 + pairs in documents"] = swapped(bench.v2, without, student, number).rank(
        bench.test, ids
    )


def swapped(v2: Student, old: Student, new: Student, number: Mapping[int, int]) -> Student:
    """v2 with another lexical part, untrained: its documents' neural part is what it was.

    An embedding is the lexical part plus the neural part (`modeling.py`), so the neural part is
    v2 − old. A piece's query weight keeps the factor that v2 learned over its IDF: it is
    IDF(new) · v2 / IDF(old), and the IDF for a piece that v2 has not.

    Args:
        v2: the student.
        old: its lexical part alone, with IDF as query weights.
        new: the other lexical part, over another vocabulary.
        number: piece of v2's vocabulary → piece of the other one.
    """
    from scipy.sparse import csr_matrix

    neural = (v2.documents - old.documents).tocoo()
    kept = np.array(
        [
            value > SMALLEST and int(piece) in number
            for piece, value in zip(neural.col, neural.data, strict=True)
        ],
        dtype=bool,
    )
    columns = np.array([number[int(piece)] for piece in neural.col[kept]], np.int64)
    moved = csr_matrix((neural.data[kept], (neural.row[kept], columns)), shape=new.documents.shape)
    weights = new.weights.copy()
    for before, after in number.items():
        if old.weights[before] > 0:
            weights[after] *= v2.weights[before] / old.weights[before]
    return replace(new, documents=(new.documents + moved).tocsr(), weights=weights)


def _numbers(old: Vocabulary, new: Vocabulary) -> dict[int, int]:
    """Content piece of one vocabulary → the same of another, where that one has it."""
    ids = new.tokenizer.get_vocab()
    found = ((i, ids.get(old.tokenizer.id_to_token(i) or "")) for i in sorted(old.content))
    return {i: n for i, n in found if n is not None and n in new.content}


def _renumbered(table: Table, number: Mapping[int, int]) -> Table:
    """A table over other numbers; terms and pieces that have none are left out."""
    return {
        tuple(number[i] for i in term): {number[i]: s for i, s in to.items() if i in number}
        for term, to in table.items()
        if all(i in number for i in term)
    }


def _sample(queries: Sequence[Query]) -> list[Query]:
    """At most `TUNED_ON` queries of each language, by hash."""
    found: list[Query] = []
    for language in sorted({query.language for query in queries}):
        mine = [query for query in queries if query.language == language]
        found += sorted(mine, key=lambda query: stable_hash(query.id))[:TUNED_ON]
    return found


def _mean_by_language(ranking: Ranking, corpus: Corpus, queries: Sequence[Query]) -> float:
    figures = []
    for language in sorted({query.language for query in queries}):
        names = [query.id for query in queries if query.language == language]
        figures.append(float(per_query(ranking, corpus.qrels, names)["nDCG@10"].mean()))
    return float(np.mean(figures))
