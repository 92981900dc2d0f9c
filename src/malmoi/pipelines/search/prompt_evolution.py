"""The first round of `malmoi prompts --optimiser gepa`: instructions that a model rewrites.

A stopped round begins again and is answered from the run's cache of replies, so that it costs
nothing and goes the same way.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing

from malmoi.core.ledger import Outcome
from malmoi.pipelines.lazy_teacher import LazyTeacher
from malmoi.pipelines.search.context import SearchContext
from malmoi.pipelines.search.prompt_plan import Plan, asks_of
from malmoi.pipelines.search.prompt_rounds import open_stage, setting_of, spent_on, write
from malmoi.recipe import TeacherSection
from malmoi.runs.run import Stage
from malmoi.synthesis.feedback import tell
from malmoi.synthesis.prompts import Prompt
from malmoi.synthesis.queries import Ask
from malmoi.synthesis.reflection import Tried, reflect
from malmoi.synthesis.trials import Setting
from malmoi.synthesis.variants import Variant
from malmoi.teachers import Message, Reply, Request

REWRITING_TOKENS = 1024
BASE_TOKENS = 200
"""Tokens of an instruction that a chat model may write, with what it says around it; a base one."""


def evolve(context: SearchContext, plan: Plan, reflection: TeacherSection | None) -> Stage:
    """Stage `prompts-tried`: the instructions that GEPA kept, each with its figures.

    Args:
        context: the run's.
        plan: the prompts to begin with, and the documents.
        reflection: the teacher that rewrites them (None: the recipe's).
    """
    rewriter = (
        LazyTeacher(reflection, context.run.folder / "teacher.sqlite", context.teacher.spent)
        if reflection
        else context.teacher
    )
    stage = open_stage(
        context,
        "prompts-tried",
        plan.variants,
        plan.first,
        gepa=plan.calls,
        rewriter=rewriter.section,
    )
    if stage.done:
        return stage
    setting = setting_of(context, plan)
    calls = plan.calls // len(plan.variants)

    def outcomes(left: Iterable[Variant]) -> Iterator[Outcome]:
        for variant in left:
            yield _Evolution(context, plan, setting, rewriter).outcome(variant, calls)

    with closing(rewriter):
        stage.work(plan.variants, lambda variant: variant.name, outcomes, "first round")
    stage.finish(documents=len(plan.first))
    return stage


class _Evolution:
    """The instructions of one kind, and the replies that they cost."""

    def __init__(
        self, context: SearchContext, plan: Plan, setting: Setting, rewriter: LazyTeacher
    ) -> None:
        self._context, self._plan, self._setting = context, plan, setting
        self._rewriter = rewriter
        self._replies: list[Reply] = []
        self._rewritings = 0

    def outcome(self, base: Variant, calls: int) -> Outcome:
        """What became of a kind: a record for each instruction that was kept."""
        documents = [document.id for document in self._plan.first]
        found = reflect(base.prompt, documents, self._evaluate, self._rewrite, calls)
        rewritten = [
            Variant(f"{base.prompt.kind}/gepa {n}", "an instruction that GEPA wrote", prompt)
            for n, prompt in enumerate(found[1:], 1)
        ]
        trials, rejects = [], []
        for variant in [base, *rewritten]:
            asks = asks_of(self._context.recipe, variant, self._plan.first)
            trial, lost = self._setting.judge(variant, asks, self._write(asks))
            trials.append(trial)
            rejects += lost
        return Outcome(trials, rejects, *spent_on(self._replies))

    def _evaluate(self, prompt: Prompt, documents: Sequence[str]) -> list[Tried]:
        variant = Variant(f"{prompt.kind}/gepa", "", prompt)
        chosen = [d for d in self._plan.first if d.id in set(documents)]
        asks = asks_of(self._context.recipe, variant, chosen)
        told = tell(self._setting, variant, asks, self._write(asks))
        return [told[document] for document in documents]

    def _write(self, asks: Sequence[Ask]) -> list[Reply]:
        replies = write(self._context.teacher, asks)
        self._replies += replies
        return replies

    def _rewrite(self, text: str) -> str:
        """What a language model answers: each time another sample, the same in a resumed run."""
        self._rewritings += 1
        teacher = self._rewriter.open()
        if teacher.chat:
            request = Request(
                messages=(Message("user", text),),
                max_tokens=REWRITING_TOKENS,
                temperature=1.0,
                sample=self._rewritings,
            )
        else:  # a base model goes on with the fence that an instruction is to stand in
            request = Request(
                prompt=f"{text}\n\n```\n",
                max_tokens=BASE_TOKENS,
                temperature=1.0,
                stop=("```", "\n\n"),
                sample=self._rewritings,
            )
        (reply,) = teacher.write([request])
        self._replies.append(reply)
        return reply.text if teacher.chat else f"```\n{reply.text}\n```"
