"""`malmoi evaluate`: any sparse encoder on any BEIR folder, beside BM25 and BM25F.

Scores are exact dot products; figures, intervals and tests are those of a run's own evaluation
(`malmoi.evaluation.compare`).
"""

from __future__ import annotations

import logging
import time
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, TypedDict

from malmoi.core.errors import SourceError
from malmoi.core.version import installed_version
from malmoi.corpora.corpus import Corpus, Query
from malmoi.corpora.readers import beir as beir_reader
from malmoi.corpora.readers import fields_of, named_fields
from malmoi.corpora.readers.cleaning import Fields
from malmoi.corpora.readers.qrels import split_files
from malmoi.encoder.encoder import Encoder
from malmoi.encoder.vectors import encoded
from malmoi.evaluation.compare import Comparison, Dimensions, SystemFigures, compare
from malmoi.evaluation.metrics import Run, active_dimensions, flops, index_bytes
from malmoi.models.sparse import encode, refuse_collapsed
from malmoi.retrieval.bm25 import BM25, BM25F, analyse
from malmoi.retrieval.scores import search_matrix
from malmoi.retrieval.tuning import tune

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

logger = logging.getLogger(__name__)

DEPTH = 100
BASELINES: dict[str, type[BM25F]] = {"bm25": BM25, "bm25f": BM25F}


class EvaluationResults(TypedDict):
    """An encoder beside its baselines."""

    malmoi: str
    """The version that measured."""
    model: str
    data: str
    split: str
    documents: int
    seconds: dict[str, float]
    """"documents" and "queries" → how long they took to encode."""
    comparison: Comparison
    systems: dict[str, SystemFigures]


def evaluate(
    encoder: Encoder | str | Path,
    beir: str | Path,
    baselines: Collection[str] = ("bm25", "bm25f"),
    **fields: str,
) -> EvaluationResults:
    """Measure an encoder on a BEIR folder, beside its baselines.

    Args:
        encoder: an encoder, or the folder or hub id of anything that sentence-transformers'
            SparseEncoder loads.
        beir: folder with corpus.jsonl, queries.jsonl and qrels/test.tsv, or the only qrels there;
            BM25 and BM25F are tuned on qrels/dev.tsv where that is another one. docs/corpora.md
            lists what else these files may be.
        baselines: "bm25", "bm25f", both or none.
        **fields: `id_field`, `title_field`, `text_field` as in a recipe, where the folder's fields
            aren't named `_id`, `title` and `text`.

    Returns:
        The means of each system with their intervals, the paired tests of the encoder against each
        baseline, and what each system's vectors cost.

    Raises:
        SourceError: no such data, no query with a relevant document, or an unknown baseline.
        StudentError: the model can't be loaded, or its vectors are degenerate.

    Example:
        >>> results = malmoi.evaluate(encoder, beir="beir")
        >>> sorted(results["systems"])
        ['BM25', 'BM25F', 'encoder']
        >>> results["comparison"]["queries"]
        {'en': 10, 'ko': 12}
    """
    kinds = _kinds(baselines)
    names = fields_of(named_fields(fields))
    corpus, split = _read(Path(beir), names)
    languages = {query.id: query.language for query in corpus.queries}
    if not isinstance(encoder, Encoder):
        encoder = Encoder.load(encoder)
    model = encoder.model
    start = time.monotonic()
    texts = [document.full_text for document in corpus.documents]
    documents = encode(model.encode_document, texts, "documents", model)
    middle = time.monotonic()
    asked = [query.text for query in corpus.queries]
    queries = _asked(encoder, asked, documents.shape[1])
    seconds = {"documents": middle - start, "queries": time.monotonic() - middle}
    name = _name_of(encoder)
    hits = search_matrix(queries, documents, [d.id for d in corpus.documents], DEPTH)
    runs: dict[str, Run] = {
        name: {query.id: hit for query, hit in zip(corpus.queries, hits, strict=True)}
    }
    systems = {name: system(name, encoder.source, "ours", queries, documents)}
    development = _development(Path(beir), split, names)
    for baseline, (run, about) in _baselines(kinds, corpus, development).items():
        runs[baseline] = run
        systems[baseline] = system(baseline, about, "baseline", None, None)
    against = [(name, baseline) for baseline in runs if baseline != name]
    comparison = compare(runs, corpus.qrels, languages, against)
    return {
        "malmoi": installed_version(),
        "model": encoder.source,
        "data": corpus.name,
        "split": split,
        "documents": len(corpus.documents),
        "seconds": seconds,
        "comparison": comparison,
        "systems": systems,
    }


def system(
    name: str,
    description: str,
    group: str,
    queries: csr_matrix | None,
    documents: csr_matrix | None,
) -> SystemFigures:
    """What a system is and what its vectors cost, as reports show it.

    Args:
        name: for the error's message.
        description: in words.
        group: "ours", "baseline" or "ablation".
        queries: vectors [queries, vocabulary], or None where there are none.
        documents: vectors [documents, vocabulary], or None.

    Raises:
        SourceError: queries and documents have different numbers of dimensions.
    """
    both = queries is not None and documents is not None
    try:
        cost = flops(queries, documents) if both else None
    except SourceError as error:
        raise SourceError(f"{name}: {error}") from None
    return {
        "description": description,
        "group": group,
        "document_dimensions": _dimensions(documents),
        "query_dimensions": _dimensions(queries),
        "flops": cost,
        "index_bytes": None if documents is None else index_bytes(documents),
    }


def _dimensions(vectors: csr_matrix | None) -> Dimensions | None:
    if vectors is None:
        return None
    found = active_dimensions(vectors)
    p5, p50, p95 = (found["quantiles"].get(f"{q:g}", 0.0) for q in (0.05, 0.5, 0.95))
    return {"mean": found["mean"], "p5": p5, "p50": p50, "p95": p95, "zero": found["zero"]}


def _asked(encoder: Encoder, texts: Sequence[str], size: int) -> csr_matrix:
    """Query vectors [texts, size] as an index of this encoder makes them, where there can be one.

    Raises:
        StudentError: the vectors are degenerate.
    """
    searches = encoder.search_encoder
    if searches is None:
        return encode(encoder.model.encode_query, texts, "queries", encoder.model)
    vectors = encoded(texts, searches, size)
    refuse_collapsed(vectors, "queries", len(set(texts)))
    return vectors


def _read(data: Path, fields: Fields) -> tuple[Corpus, str]:
    """The corpus with the queries of its test split that have a relevant document."""
    splits = sorted(split_files(data))
    split = splits[0] if len(splits) == 1 else "test"
    if split != "test":
        logger.info(f"{data} has no test split; measured on its only one, {split!r}")
    corpus = beir_reader.read(data, split, fields)
    queries = _answerable(corpus)
    if not queries:
        raise SourceError(
            f"{data}: the qrels of {split!r} give no query a relevant document (dropped while "
            f"reading: {corpus.counts or 'nothing'}). Expected at least one."
        )
    if missing := len(corpus.queries) - len(queries):
        logger.info(f"{missing} queries have no relevant document and are left out")
    return replace(corpus, queries=tuple(queries)), split


def _answerable(corpus: Corpus) -> list[Query]:
    return [q for q in corpus.queries if any(gain > 0 for gain in corpus.qrels[q.id].values())]


def _development(data: Path, split: str, fields: Fields) -> Corpus | None:
    there = split != "dev" and "dev" in split_files(data)
    return beir_reader.read(data, "dev", fields) if there else None


def _kinds(baselines: Collection[str]) -> dict[str, type[BM25F]]:
    """The baselines by the names that tables show."""
    if isinstance(baselines, str) or not set(baselines) <= BASELINES.keys():
        raise SourceError(f"baselines: saw {baselines!r}, expected some of {tuple(BASELINES)}")
    return {kind.__name__: kind for name, kind in BASELINES.items() if name in baselines}


def _baselines(
    kinds: Mapping[str, type[BM25F]], corpus: Corpus, development: Corpus | None
) -> dict[str, tuple[Run, str]]:
    """Rankings of BM25 and BM25F, tuned for each language that has development queries."""
    if not kinds:
        return {}
    analysed = analyse((d.id, d.title, d.text) for d in corpus.documents)
    found: dict[str, tuple[Run, str]] = {}
    for name, kind in kinds.items():
        run: Run = {}
        about = []
        for language in sorted({query.language for query in corpus.queries}):
            model = kind(analysed)
            dev = _answerable(development) if development else []
            pairs = [(q.id, q.text) for q in dev if q.language == language]
            if development and pairs:
                about.append(f"{language}: {tune(model, pairs, development.qrels)}")
            else:
                about.append(f"{language}: k1 and b as usual, not tuned")
            asked = [(q.id, q.text) for q in corpus.queries if q.language == language]
            run |= model.run(asked, DEPTH)
        found[name] = run, f"kiwi's words; {'; '.join(about)}"
    return found


def _name_of(encoder: Encoder) -> str:
    if not encoder.source:
        return "encoder"
    folder = Path(encoder.source)
    name = folder.resolve().name if folder.is_dir() else encoder.source
    return f"{name} (model)" if name in {"BM25", "BM25F"} else name
