"""The stages of a run in which a teacher writes, and those in which what it wrote is checked.

    corpus → glossary
           → candidates → queries      (what survived; the rest is in the ledger with its reason)

Requests go to the teacher in groups; a group is kept whole or not at all, and what a kill lost of
it is asked for again. A teacher in this process answers each request as if it were alone, so a
resumed run has the records of one that was never killed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any

from malmoi.core.files import stable_hash
from malmoi.core.ledger import Outcome, Reject, groups
from malmoi.corpora import readers
from malmoi.corpora.corpus import Corpus, Document, Query, Section, Segment
from malmoi.pipelines.lazy_teacher import LazyTeacher
from malmoi.recipe import SearchRecipe, fingerprint_part
from malmoi.retrieval.passages import DensePassages
from malmoi.runs.run import Run, Stage
from malmoi.synthesis import filters, glossary, queries
from malmoi.synthesis.roundtrip import Search, round_trip
from malmoi.teachers import Reply

TOGETHER = 96
"""Queries that are asked for together."""


def read_corpus(run: Run, recipe: SearchRecipe) -> tuple[Stage, Corpus]:
    """Stage `corpus`: what was read, so that a later run needs no source."""
    stage = run.stage("corpus", {"section": recipe.corpus})
    if not stage.done:
        corpus = readers.read(recipe.corpus)
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
            queries=(
                {
                    "id": query.id,
                    "text": query.text,
                    "language": query.language,
                    "kind": query.kind,
                    "qrels": corpus.qrels.get(query.id, {}),
                }
                for query in corpus.queries
            ),
            segments=(
                {"document": segment.document, "ko": segment.korean, "en": segment.english}
                for segment in corpus.segments
            ),
        )
        stage.finish(name=corpus.name, licence=corpus.licence, mended=dict(corpus.counts))
    return stage, _corpus_of(stage)


def _corpus_of(stage: Stage) -> Corpus:
    documents = tuple(
        Document(r["id"], r["title"], tuple(Section(*s) for s in r["sections"]), r["date"])
        for r in stage.records()
    )
    asked = stage.records("queries")
    return Corpus(
        name=stage.figures["name"],
        documents=documents,
        queries=tuple(Query(r["id"], r["text"], r["language"], r["kind"]) for r in asked),
        qrels={r["id"]: r["qrels"] for r in asked},
        segments=tuple(Segment(r["document"], r["ko"], r["en"]) for r in stage.records("segments")),
        licence=stage.figures["licence"],
    )


def write_glossary(
    run: Run, recipe: SearchRecipe, corpus: Stage, teacher: LazyTeacher, of: Corpus
) -> Stage:
    """Stage `glossary`: a record for each term that has an English equivalent."""
    section = recipe.glossary
    stage = run.stage("glossary", {"section": section, "teacher": teacher.section}, [corpus])
    if stage.done:
        return stage
    terms = glossary.find_terms(of.documents, section) if section.enabled else []
    groups = glossary.batches(terms, section)

    def outcomes(left: Iterable[tuple[glossary.Term, ...]]) -> Iterator[Outcome]:
        chat, terms_of = teacher.open().chat, list(left)
        asked = (glossary.requests(group, section, chat) for group in terms_of)
        for group, replies in zip(terms_of, teacher.write_groups(asked), strict=True):
            each = iter(replies)
            yield Outcome.joined(
                glossary.read(term, list(islice(each, section.samples))) for term in group
            )

    stage.work(groups, lambda group: group[0].text, outcomes, "glossary")
    stage.finish(terms=len(terms))
    return stage


def write_queries(
    run: Run, recipe: SearchRecipe, corpus: Stage, teacher: LazyTeacher, of: Corpus
) -> Stage:
    """Stage `candidates`: every query that the teacher wrote, before any filter."""
    section = recipe.queries
    depends = {
        "kinds": section.kinds,
        "passages": section.max_passages,
        "prompts": {k: p.model_dump(mode="json") for k, p in queries.load_prompts(section).items()},
        "words": recipe.corpus.passage_words,
        "enabled": section.enabled,
        "teacher": teacher.section,
    }
    stage = run.stage("candidates", depends, [corpus])
    if stage.done:
        return stage
    chat = bool(teacher.section.chat)
    asks = queries.plan(of.documents, section, chat, recipe.corpus.passage_words)
    _ask(stage, asks if section.enabled else [], teacher)
    return stage


def keep_queries(
    run: Run,
    recipe: SearchRecipe,
    candidates: Stage,
    of: Corpus,
    pages: DensePassages,
    lexical: Search,
) -> Stage:
    """Stage `queries`: the candidates that passed every filter and found their document again."""
    section = recipe.queries
    depends = fingerprint_part(section)
    del depends["train"]  # what becomes of the survivors is no matter of who survives
    stage = run.stage("queries", {"section": depends, "dense": pages.identity}, [candidates])
    if stage.done:
        return stage
    written = [queries.Candidate(**record) for record in candidates.records()]
    context = filters.make_context(written, of.documents, section, queries.load_prompts(section))
    kept, rejects, counts = filters.apply(written, context)
    report: dict[str, Any] = {name: count.record() for name, count in counts.items()}
    kept, lost, trip = round_trip(kept, pages.search, lexical, section, recipe.corpus.language)
    report |= trip
    if written:
        filters.check_yield(len(kept), [*rejects, *lost], section)
    stage.fill((candidate.record() for candidate in kept), [*rejects, *lost])
    stage.finish(written=len(written), kept=len(kept), filters=report)
    return stage


def paraphrase(
    run: Run,
    recipe: SearchRecipe,
    kept: Stage,
    teacher: LazyTeacher,
    of: Corpus,
    pages: DensePassages,
    lexical: Search,
) -> Stage:
    """Stage `paraphrased`: the kept queries and what survives of the teacher's paraphrases of them.

    Where the recipe asks for none, `kept` itself.
    """
    section = recipe.queries
    survivors = [queries.Candidate(**record) for record in kept.records()]
    asks = queries.plan_from_queries(survivors, section, bool(teacher.section.chat))
    if not asks:
        return kept
    written = run.stage(
        "paraphrases",
        {"teacher": teacher.section, "asks": stable_hash([[a.id, repr(a.request)] for a in asks])},
        [kept],
    )
    if not written.done:
        _ask(written, asks, teacher)
    stage = run.stage("paraphrased", {"dense": pages.identity}, [written])
    if not stage.done:
        found = [queries.Candidate(**record) for record in written.records()]
        prompts = queries.load_prompts(section)
        context = filters.make_context(found, of.documents, section, prompts, survivors)
        passed, rejects, _ = filters.apply(found, context)
        language = recipe.corpus.language
        passed, lost, _ = round_trip(passed, pages.search, lexical, section, language)
        stage.fill((c.record() for c in (*survivors, *passed)), [*rejects, *lost])
        figures = kept.figures
        figures["written"] += len(found)
        figures["kept"] += len(passed)
        stage.finish(**figures)
    return stage


def _ask(stage: Stage, asks: Sequence[queries.Ask], teacher: LazyTeacher) -> None:
    """Ask for queries in groups, and keep what they hold."""

    def outcomes(left: Iterable[tuple[queries.Ask, ...]]) -> Iterator[Outcome]:
        asks_of = list(left)
        asked = ([ask.request for ask in group] for group in asks_of)
        for group, replies in zip(asks_of, teacher.write_groups(asked), strict=True):
            yield Outcome.joined(_outcome(a, r) for a, r in zip(group, replies, strict=True))

    stage.work(groups(asks, TOGETHER), lambda group: group[0].id, outcomes, "queries")
    stage.finish(asked=len(asks))


def _outcome(ask: queries.Ask, reply: Reply) -> Outcome:
    parsed = queries.parse(ask, reply)
    spent = (reply.prompt_tokens, reply.completion_tokens, reply.cost)
    if isinstance(parsed, Reject):
        return Outcome([], [parsed], *spent)
    return Outcome([candidate.record() for candidate in parsed], [], *spent)
