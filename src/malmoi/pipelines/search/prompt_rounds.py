"""What the rounds of `malmoi prompts` share: stages, the measure, asking the teacher."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain
from typing import Any

from malmoi.core.files import stable_hash, stable_share
from malmoi.core.ledger import groups
from malmoi.corpora.corpus import Document
from malmoi.pipelines.lazy_teacher import LazyTeacher
from malmoi.pipelines.search.context import SearchContext
from malmoi.pipelines.search.prompt_plan import Plan
from malmoi.pipelines.search.writing import BATCH_SIZE
from malmoi.recipe import fingerprint_part
from malmoi.runs.run import Stage
from malmoi.synthesis.queries import Ask
from malmoi.synthesis.trials import Setting
from malmoi.synthesis.variants import Variant
from malmoi.teachers import Reply

MAX_RANKED = 5000
"""Documents that are ranked for development queries, those that are tried on among them."""


def open_stage(
    context: SearchContext,
    name: str,
    tried: Sequence[Variant],
    documents: Sequence[Document],
    after: Sequence[Stage] = (),
    **more: Any,
) -> Stage:
    """A stage that depends on all that figures of variants do.

    Args:
        context: the run's.
        name: of the stage.
        tried: the variants.
        documents: that all of them are tried on.
        after: stages that say which variants these are.
        **more: what else it depends on.
    """
    section = fingerprint_part(context.recipe.queries)
    for unread in ("train", "kinds", "max_passages", "enabled", "prompts"):
        section.pop(unread, None)
    depends = {
        "section": section,
        "teacher": context.teacher.section,
        "dense": context.passages.identity,
        "words": context.recipe.corpus.passage_words,
        "test_share": context.recipe.corpus.test_share,
        "variants": stable_hash([[v.name, v.prompt.model_dump(mode="json")] for v in tried]),
        "documents": stable_hash([document.id for document in documents]),
        **more,
    }
    sources = context.named("queries.prompts", "teacher.model", "evaluation.dense_model")
    return context.run.stage(name, depends, [*context.corpus_stages, *after], sources)


def setting_of(context: SearchContext, plan: Plan) -> Setting:
    """What all variants of a plan are judged by."""
    ids = {document.id for document in (*plan.first, *plan.second)}
    others = sorted(context.analysed.ids, key=lambda name: stable_share(name, "ranked"))
    ids.update(others[: max(MAX_RANKED - len(ids), 0)])
    return Setting(
        context.analysed.only(ids),
        context.corpus.documents,
        plan.dev,
        context.corpus.qrels,
        context.recipe.queries,
        context.recipe.corpus.language,
        context.passages.search,
        context.search_words,
    )


def write(teacher: LazyTeacher, asks: Sequence[Ask]) -> list[Reply]:
    """The teacher's reply to each."""
    asked = [[ask.request for ask in group] for group in groups(asks, BATCH_SIZE)]
    return list(chain.from_iterable(teacher.write_groups(asked)))


def spent_on(replies: Sequence[Reply]) -> tuple[int, int, float]:
    """Prompt tokens, reply tokens and cost of replies."""
    return (
        sum(reply.prompt_tokens for reply in replies),
        sum(reply.completion_tokens for reply in replies),
        sum(reply.cost for reply in replies),
    )
