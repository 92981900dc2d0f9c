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
from pathlib import Path
from typing import Any

from malmoi.core.files import stable_hash
from malmoi.core.ledger import Outcome, Reject, groups
from malmoi.pipelines.lazy_teacher import LazyTeacher
from malmoi.pipelines.search.context import SearchContext
from malmoi.recipe import QueriesSection, fingerprint_part
from malmoi.runs.run import Stage
from malmoi.runs.states import depends_of
from malmoi.synthesis import filters, glossary, queries
from malmoi.synthesis.prompts import Prompt
from malmoi.synthesis.roundtrip import round_trip
from malmoi.teachers import Reply

BATCH_SIZE = 96
"""Queries that are asked for together."""


def write_glossary(context: SearchContext, batch_size: int = glossary.BATCH_SIZE) -> Stage:
    """Stage `glossary`: a record for each term that has an English equivalent.

    `batch_size` requests are sent together, and kept together.
    """
    section, teacher = context.recipe.glossary, context.teacher
    depends = {"section": section, "teacher": teacher.section}
    sources = context.named("glossary.exemplars", "teacher.model") if section.enabled else []
    stage = context.run.stage("glossary", depends, [context.corpus_stage], sources)
    if stage.done:
        return stage
    documents = context.whole.documents
    terms = glossary.find_terms(documents, section) if section.enabled else []
    groups = glossary.batches(terms, section, batch_size)

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


def write_queries(context: SearchContext) -> Stage:
    """Stage `candidates`: every query that the teacher wrote, before any filter."""
    section, teacher = context.recipe.queries, context.teacher
    words = context.recipe.corpus.passage_words
    prompts = prompts_of(section, context.run.folder)
    depends = {
        "kinds": section.kinds,
        "passages": section.max_passages,
        "prompts": {k: p.model_dump(mode="json") for k, p in prompts.items()},
        "words": words,
        "enabled": section.enabled,
        "teacher": teacher.section,
    }
    sources = context.named("queries.prompts", "teacher.model") if section.enabled else []
    stage = context.run.stage("candidates", depends, context.corpus_stages, sources)
    if stage.done:
        return stage
    chat = bool(teacher.section.chat)
    asks = queries.plan(context.corpus.documents, section, chat, words, prompts)
    _ask(stage, asks if section.enabled else [], teacher)
    return stage


def prompts_of(section: QueriesSection, run: Path) -> dict[str, Prompt]:
    """The prompts by kind; where the user's files are gone, those that the run has asked with.

    Raises:
        RecipeError: a prompt is missing that the run has not asked with, or one is broken.
    """
    files = [Path(section.prompts) / f"{kind}.toml" for kind, n in section.kinds.items() if n]
    if section.prompts and not all(file.is_file() for file in files):
        asked = depends_of(run, "candidates")
        if asked and asked["kinds"] == section.kinds:
            return {kind: Prompt.model_validate(each) for kind, each in asked["prompts"].items()}
    return queries.load_prompts(section)


def keep_queries(context: SearchContext, candidates: Stage) -> Stage:
    """Stage `queries`: the candidates that passed every filter and found their document again."""
    section = context.recipe.queries
    depends = fingerprint_part(section)
    del depends["train"]  # what becomes of the survivors is no matter of who survives
    depends = {"section": depends, "dense": context.passages.identity}
    sources = context.named("evaluation.dense_model")
    stage = context.run.stage("queries", depends, [candidates], sources)
    if stage.done:
        return stage
    written = [queries.Candidate(**record) for record in candidates.records()]
    prompts = prompts_of(section, context.run.folder)
    given = filters.make_context(written, context.corpus.documents, section, prompts)
    kept, rejects, counts = filters.apply(written, given)
    report: dict[str, Any] = {name: count.record() for name, count in counts.items()}
    kept, lost, trip = _round_trip(context, kept)
    report |= trip
    if written:
        filters.check_yield(len(kept), [*rejects, *lost], section)
    stage.fill((candidate.record() for candidate in kept), [*rejects, *lost])
    stage.finish(written=len(written), kept=len(kept), filters=report)
    return stage


def paraphrase(context: SearchContext, kept: Stage) -> Stage:
    """Stage `paraphrased`: the kept queries and what survives of the teacher's paraphrases of them.

    Where the recipe asks for none, `kept` itself.
    """
    section, teacher = context.recipe.queries, context.teacher
    survivors = [queries.Candidate(**record) for record in kept.records()]
    prompts = prompts_of(section, context.run.folder)
    asks = queries.plan_from_queries(survivors, section, bool(teacher.section.chat), prompts)
    if not asks:
        return kept
    written = context.run.stage(
        "paraphrases",
        {"teacher": teacher.section, "asks": stable_hash([[a.id, repr(a.request)] for a in asks])},
        [kept],
        context.named("teacher.model"),
    )
    if not written.done:
        _ask(written, asks, teacher)
    depends, sources = {"dense": context.passages.identity}, context.named("evaluation.dense_model")
    stage = context.run.stage("paraphrased", depends, [written], sources)
    if not stage.done:
        paraphrases = [queries.Candidate(**record) for record in written.records()]
        documents = context.corpus.documents
        given = filters.make_context(paraphrases, documents, section, prompts, survivors)
        passed, rejects, _ = filters.apply(paraphrases, given)
        passed, lost, _ = _round_trip(context, passed)
        stage.fill((c.record() for c in (*survivors, *passed)), [*rejects, *lost])
        figures = kept.figures
        figures["written"] += len(paraphrases)
        figures["kept"] += len(passed)
        stage.finish(**figures)
    return stage


def _round_trip(
    context: SearchContext, candidates: Sequence[queries.Candidate]
) -> tuple[list[queries.Candidate], list[Reject], dict[str, Any]]:
    """Those that find their document again, by words or by the dense model."""
    recipe = context.recipe
    dense, lexical = context.passages.search, context.search_words
    return round_trip(candidates, dense, lexical, recipe.queries, recipe.corpus.language)


def _ask(stage: Stage, asks: Sequence[queries.Ask], teacher: LazyTeacher) -> None:
    """Ask for queries in groups, and keep what they hold."""

    def outcomes(left: Iterable[tuple[queries.Ask, ...]]) -> Iterator[Outcome]:
        asks_of = list(left)
        asked = ([ask.request for ask in group] for group in asks_of)
        for group, replies in zip(asks_of, teacher.write_groups(asked), strict=True):
            yield Outcome.joined(_outcome(a, r) for a, r in zip(group, replies, strict=True))

    stage.work(groups(asks, BATCH_SIZE), lambda group: group[0].id, outcomes, "queries")
    stage.finish(asked=len(asks))


def _outcome(ask: queries.Ask, reply: Reply) -> Outcome:
    parsed = queries.parse(ask, reply)
    spent = (reply.prompt_tokens, reply.completion_tokens, reply.cost)
    if isinstance(parsed, Reject):
        return Outcome([], [parsed], *spent)
    return Outcome([candidate.record() for candidate in parsed], [], *spent)
