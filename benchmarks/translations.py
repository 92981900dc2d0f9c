"""Translations of the lexical part: each source alone, all together, and each left out in turn.

    python benchmarks/translations.py --help-pages sets/belebele_en2ko sets/belebele_ko2en
    python benchmarks/translations.py --run runs/korean-search     # with its glossary and pairs

Nothing is trained. nDCG@10 of held-out queries (of a folder in BEIR's form: every second one), with
the paired difference to all sources together and its 95 % interval; queries in the documents' own
language, where there are any, show what translations cost. Constants were chosen on the others.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from malmoi.cli import console
from malmoi.core.files import read_lines
from malmoi.corpora import splits
from malmoi.corpora.corpus import Corpus, Query
from malmoi.corpora.readers import beir, read
from malmoi.encoder.dictionary import (
    Source,
    aligned_source,
    corpus_vocabulary,
    languages,
    merge_sources,
    pairs_table,
)
from malmoi.encoder.lexical import Table
from malmoi.encoder.lexical_fit import document_text, fit_lexical
from malmoi.encoder.translations import glossary_table
from malmoi.encoder.vectors import searched_vectors
from malmoi.encoder.vocabulary import Vocabulary
from malmoi.evaluation.metrics import per_query
from malmoi.evaluation.significance import Interval, bootstrap, page_of
from malmoi.models.dense import word_encoder
from malmoi.recipe import CorpusSection, DictionarySection, EncoderSection, GlossarySection
from malmoi.retrieval.scores import search_matrix
from malmoi.synonyms import apply
from malmoi.synonyms.files import verdict_of
from malmoi.synonyms.sources import packaged

HELP = "libreoffice-help"


@dataclass(frozen=True)
class Task:
    """A corpus, and held-out queries by language."""

    corpus: Corpus
    asked: dict[str, Sequence[Query]]


def tasks(folders: Sequence[Path], help_pages: bool) -> Iterator[Task]:
    if help_pages:
        corpus = read(CorpusSection())
        yield Task(corpus, by_language(splits.held_out(corpus, CorpusSection().test_share)[1]))
    for folder in folders:
        corpus = beir.read(folder, "test")
        judged = [q for q in corpus.queries if any(g > 0 for g in corpus.qrels[q.id].values())]
        yield Task(corpus, by_language(judged[1::2]))


def by_language(queries: Sequence[Query]) -> dict[str, Sequence[Query]]:
    return {n: found for n in ("ko", "en") if (found := [q for q in queries if q.language == n])}


def sources_of(
    known: packaged.Packaged, vocabulary: Vocabulary, corpus: Corpus, run: Path | None
) -> list[Source]:
    """All sources but vectors and sound, which need no data."""
    pairs = ((pair.korean, pair.english) for pair in known.pairs)
    texts = [document_text(d) for d in corpus.documents]
    found = [
        Source("packages", pairs_table(pairs, vocabulary)),
        aligned_source(known.segments, vocabulary, texts),
    ]
    if run:
        records = list(read_lines(run / "glossary" / "records.jsonl"))
        floor = GlossarySection().min_share
        found.append(Source("teacher", glossary_table(records, vocabulary, floor)))
    if run and (run / "synonyms").is_dir():
        verdicts = [verdict_of(r) for r in read_lines(run / "synonyms" / "records.jsonl")]
        found.append(Source("verified", apply.to_table(verdicts, vocabulary)))
    return found


def tables(
    vocabulary: Vocabulary, sources: list[Source], reverse: bool
) -> Iterator[tuple[str, Table]]:
    """What is compared: a name, and the table."""
    vectors = word_encoder()

    def merged(chosen: Sequence[Source], with_vectors: bool = True) -> Table:
        words = vectors if with_vectors else None
        return merge_sources(chosen, vocabulary, words, reverse).table

    yield "all", merged(sources)
    yield "none", {}
    yield "vectors alone", merged([])
    yield "all but vectors", merged(sources, with_vectors=False)
    for source in sources:
        yield f"{source.name} alone", merged([source], with_vectors=False)
        yield f"all but {source.name}", merged([s for s in sources if s is not source])


def rows(task: Task, run: Path | None) -> Iterator[list[object]]:
    texts = [document_text(d) for d in task.corpus.documents]
    packages = packaged.read(None)
    headwords = [(pair.korean, pair.english) for pair in packages.pairs]
    vocabulary = corpus_vocabulary(texts, (), DictionarySection().common_words, headwords)
    reverse = languages(texts)[1]
    section = EncoderSection(translation_weight=DictionarySection().weight)
    known = sources_of(packages, vocabulary, task.corpus, run)
    best: dict[str, np.ndarray] = {}
    for name, table in tables(vocabulary, known, reverse):
        start = fit_lexical(task.corpus.documents, vocabulary, table, section)
        size = f"{start.vectors.nnz / len(start.ids):.0f}"
        for language, asked in task.asked.items():
            queries = searched_vectors([q.text for q in asked], vocabulary, start.weights)
            hits = search_matrix(queries, start.vectors, start.ids, 10)
            ids = [q.id for q in asked]
            found = dict(zip(ids, hits, strict=True))
            values = per_query(found, task.corpus.qrels, ids)["nDCG@10"]
            best.setdefault(language, values)
            pages = page_of(task.corpus.qrels, ids)
            gain = signed(bootstrap(values - best[language], pages))
            yield [task.corpus.name, language, name, f"{values.mean():.3f}", gain, size]


def signed(gain: Interval) -> str:
    return f"{gain.mean:+.3f} [{gain.low:+.3f}, {gain.high:+.3f}]"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("folders", nargs="*", type=Path)
    parser.add_argument("--help-pages", action="store_true")
    parser.add_argument("--run", type=Path, help="its glossary and pairs, on the help pages")
    given = parser.parse_args()
    head = ["corpus", "queries", "sources", "nDCG@10", "against all", "dimensions"]
    with console.shown():
        for task in tasks(given.folders, given.help_pages or given.run is not None):
            # A run's glossary is of its own corpus.
            own = given.run if task.corpus.name == HELP else None
            console.table(head, list(rows(task, own)))


if __name__ == "__main__":
    main()
