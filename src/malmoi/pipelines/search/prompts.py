"""Which prompts a teacher writes the best queries with: variants tried within a budget of calls.

    rows = plan_rows(recipe, folder, options)           # what it would cost
    choice = try_prompts(recipe, folder, options, out)  # files of the best prompts in `out`

Half of the calls goes to a first round of all variants on a sample of documents; the best of each
kind go on to a second round on other documents, beside the prompt as it is, and are chosen there.
Samples are of development documents alone. What was tried is kept in the run as the stages
`prompts-tried` and `prompts`: every prompt, its figures and examples, and the ledger.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any

from malmoi.core.errors import RecipeError
from malmoi.core.executors import LOCAL, Executor
from malmoi.core.files import stable_hash, stable_share
from malmoi.core.ledger import Outcome, groups
from malmoi.corpora import splits
from malmoi.corpora.corpus import Corpus, Document, Query
from malmoi.pipelines.duration import measured, spoken, writing
from malmoi.pipelines.search.context import SearchContext
from malmoi.pipelines.search.pipeline import planned_corpus
from malmoi.pipelines.search.prompt_choice import Choice, choose, write_choice
from malmoi.pipelines.search.writing import BATCH_SIZE
from malmoi.recipe import QueriesSection, SearchRecipe, fingerprint_part
from malmoi.runs.run import Run, Stage
from malmoi.synthesis import queries
from malmoi.synthesis.prompts import FOLDER, Prompt, load_prompt
from malmoi.synthesis.trials import Setting, Trial
from malmoi.synthesis.variants import Variant, people_exemplars, variants
from malmoi.teachers import Request
from malmoi.teachers.budget import Prices, Spending, upper_cost
from malmoi.teachers.presets import resolve

MIN_DOCUMENTS = 8
"""A variant is tried on at least so many."""
FINALISTS = 2
"""Variants of a kind that go on to the second round, beside the prompt as it is."""
MAX_RANKED = 5000
"""Documents that are ranked for development queries, those that are tried on among them."""
EXEMPLAR_DOCUMENTS = 24
"""Development documents whose queries may become exemplars; nothing is tried on them."""


@dataclass(frozen=True)
class PromptOptions:
    """How prompts are tried.

    Args:
        calls: replies that are asked for, at most.
        tokens: prompt and reply tokens, at most (0: no limit but the recipe's).
        kinds: kinds of queries that are tried (none: all of the prompts' folder).
    """

    calls: int = 1200
    tokens: int = 0
    kinds: tuple[str, ...] = ()


@dataclass(frozen=True)
class Plan:
    """Variants, and the documents that they are tried on in the first and second round."""

    variants: tuple[Variant, ...]
    first: tuple[Document, ...]
    second: tuple[Document, ...]
    dev: tuple[Query, ...]

    @property
    def kinds(self) -> list[str]:
        """The kinds that are tried."""
        return list(dict.fromkeys(variant.prompt.kind for variant in self.variants))


def make_plan(recipe: SearchRecipe, corpus: Corpus, options: PromptOptions) -> Plan:
    """What is tried on which documents.

    Raises:
        RecipeError: a kind that there isn't, or a budget that is too small for its variants.
    """
    section, words = recipe.queries, recipe.corpus.passage_words
    prompts = _prompts(section, options.kinds)
    dev, _ = splits.held_out(corpus, recipe.corpus.test_share)
    shown, tried = _documents(corpus, dev, recipe.corpus.test_share)
    people = people_exemplars(prompts, shown, dev, corpus.qrels, section, words)
    titled = sum(bool(document.title) for document in corpus.documents) * 2 > len(corpus.documents)
    made = variants(prompts, titled, people)
    kinds = len({variant.prompt.kind for variant in made})
    calls = _affordable(recipe, made, tried, options)
    least = MIN_DOCUMENTS * (len(made) + kinds * (FINALISTS + 1))
    first = calls // 2 // len(made)
    second = (calls - first * len(made)) // (kinds * (FINALISTS + 1))
    if min(first, second) < MIN_DOCUMENTS:
        raise RecipeError(
            f"{calls} calls are too few for {len(made)} variants of {kinds} kinds: expected "
            f"{2 * MIN_DOCUMENTS * len(made)} or so (at least {least}), for {MIN_DOCUMENTS} "
            "documents a variant. Raise --calls or --tokens, or try fewer kinds (--kind)."
        )
    if len(tried) < 2 * MIN_DOCUMENTS:  # too few for two samples
        return Plan(tuple(made), tried, tried, dev)
    first = min(first, len(tried) // 2)
    return Plan(tuple(made), tried[:first], tried[first : first + second], dev)


def _prompts(section: QueriesSection, kinds: Sequence[str]) -> dict[str, Prompt]:
    folder = Path(section.prompts) if section.prompts else FOLDER
    names = kinds or sorted(path.stem for path in folder.glob("*.toml"))
    prompts = {kind: load_prompt(kind, section.prompts) for kind in names}
    chosen = {kind: prompt for kind, prompt in prompts.items() if prompt.of == "passage"}
    if not chosen:
        raise RecipeError(
            f"no kind of {', '.join(names) or folder} is written from passages: expected a prompt "
            'with of = "passage" (docs/queries.md)'
        )
    return chosen


def _documents(
    corpus: Corpus, dev: Sequence[Query], share: float
) -> tuple[tuple[Document, ...], tuple[Document, ...]]:
    """Documents for exemplars, and those that are tried on, in the order of their hash.

    None is held out. Where people asked for some, only those are tried on.
    """
    free = [d for d in corpus.documents if splits.split_of(d.id, share) == "dev"]
    free.sort(key=lambda document: stable_share(document.id, "prompts"))
    relevant = {d for q in dev for d, grade in corpus.qrels[q.id].items() if grade > 0}
    asked = [document for document in free if document.id in relevant]
    if len(asked) < 2 * MIN_DOCUMENTS:
        return (), tuple(free or corpus.documents)
    shown = EXEMPLAR_DOCUMENTS if len(asked) >= 4 * EXEMPLAR_DOCUMENTS else len(asked) // 4
    return tuple(asked[:shown]), tuple(asked[shown:])


def _affordable(
    recipe: SearchRecipe,
    made: Sequence[Variant],
    documents: Sequence[Document],
    options: PromptOptions,
) -> int:
    """The calls that the budget of tokens allows, too."""
    if not options.tokens:
        return options.calls
    asked = [r for v in made for r in requests_of(recipe, v, documents[:MIN_DOCUMENTS])]
    mean = max(cost_of(recipe, asked).tokens / max(len(asked), 1), 1)
    return min(options.calls, int(options.tokens / mean))


def asks_of(recipe: SearchRecipe, variant: Variant, documents: Sequence[Document]) -> list[Any]:
    """What is asked with a variant: once for the first passage of each document, greedily."""
    kind = variant.prompt.kind
    section = recipe.queries.model_copy(update={"kinds": {kind: 1}, "max_passages": 1})
    chat, words = bool(resolve(recipe.teacher).chat), recipe.corpus.passage_words
    return queries.plan(documents, section, chat, words, {kind: variant.prompt})


def requests_of(
    recipe: SearchRecipe, variant: Variant, documents: Sequence[Document]
) -> list[Request]:
    """The requests of `asks_of`."""
    return [ask.request for ask in asks_of(recipe, variant, documents)]


def cost_of(recipe: SearchRecipe, requests: Iterable[Request]) -> Spending:
    """What these requests cost at most."""
    teacher = resolve(recipe.teacher)
    prices = Prices(teacher.price_in, teacher.price_out)
    return upper_cost(requests, prices, teacher.thinking_tokens, teacher.max_tokens)


def plan_rows(recipe: SearchRecipe, folder: Path, options: PromptOptions) -> list[Sequence[object]]:
    """What would be tried, and what that costs at most: (stage, of, how much) rows."""
    plan = make_plan(recipe, planned_corpus(recipe, folder), options)
    first = [r for v in plan.variants for r in requests_of(recipe, v, plan.first)]
    finalists = [v for kind in plan.kinds for v in _longest(recipe, plan, kind)]
    second = [r for v in finalists for r in requests_of(recipe, v, plan.second)]
    most = cost_of(recipe, chain(first, second))
    judge = (
        f"survival × ΔnDCG@10 of {len(plan.dev)} development queries"
        if plan.dev
        else "survival × reciprocal rank in the round trip; there are no development queries"
    )
    time = writing("prompts", [*first, *second], recipe.teacher, measured())
    return [
        ["first round", f"{len(plan.variants)} variants, {len(plan.first)} documents each",
         f"{len(first)} calls"],
        ["second round", f"{len(finalists)} of them, {len(plan.second)} other documents each",
         f"{len(second)} calls"],
        ["chosen by", judge, ""],
        ["at most", f"{most.tokens:,} tokens", f"{most.money:.2f} in the currency of the prices"],
        ["time", spoken([time]), "for the replies; the corpus is embedded once, as a run does"],
    ]  # fmt: skip


def _longest(recipe: SearchRecipe, plan: Plan, kind: str) -> list[Variant]:
    """As many variants of a kind as may come to the second round, those that cost most."""
    mine = [variant for variant in plan.variants if variant.prompt.kind == kind]
    document = plan.second[:1]
    mine.sort(key=lambda v: -cost_of(recipe, requests_of(recipe, v, document)).tokens)
    return mine[: FINALISTS + 1]


def try_prompts(
    recipe: SearchRecipe,
    folder: Path,
    options: PromptOptions,
    out: Path,
    executor: Executor = LOCAL,
) -> Choice:
    """Try prompts, and write the best of each kind into `out`; a stopped trial is resumed.

    Args:
        recipe: its corpus, teacher and `[queries]`.
        folder: of its run, which keeps what was tried.
        options: the budget, and what is tried.
        out: folder of the prompts that were chosen.
        executor: where the teacher writes.

    Raises:
        RecipeError: the budget is too small, or `out` holds the prompts that are tried.
        MalmoiError: what stopped it; the same call goes on from there.
    """
    tried = Path(recipe.queries.prompts).expanduser() if recipe.queries.prompts else FOLDER
    if out.expanduser().resolve() == tried.resolve():
        raise RecipeError(
            f"{out} holds the prompts that are to be tried; choose another folder with --out"
        )
    with Run.open(folder, recipe) as run:
        context = SearchContext(run, recipe, executor)
        plan = make_plan(recipe, context.corpus, options)
        with closing(context.teacher):
            first = _round(context, plan, "prompts-tried", plan.variants, plan.first)
            best = finalists(plan, first.records())
            second = _round(context, plan, "prompts", best, plan.second, [first])
        choice = choose(second.records(), context.corpus.qrels, recipe)
        write_choice(choice, recipe, out)
    return choice


def finalists(plan: Plan, trials: Sequence[Trial]) -> list[Variant]:
    """Of each kind the prompt as it is and the best others, as the first round had them."""
    by_name = {variant.name: variant for variant in plan.variants}
    chosen = []
    for kind in plan.kinds:
        mine = sorted((t for t in trials if t["kind"] == kind), key=lambda t: -t["score"])
        others = [v for t in mine if not (v := by_name[t["variant"]]).is_base]
        chosen += [v for v in plan.variants if v.prompt.kind == kind and v.is_base]
        chosen += others[:FINALISTS]
    return chosen


def _round(
    context: SearchContext,
    plan: Plan,
    name: str,
    tried: Sequence[Variant],
    documents: Sequence[Document],
    after: Sequence[Stage] = (),
) -> Stage:
    """A stage in which each variant is tried: a record with its figures, and the ledger.

    Args:
        context: the run's.
        plan: the development queries.
        name: of the stage.
        tried: the variants.
        documents: that all of them are tried on.
        after: stages that say which variants these are.
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
    }
    sources = context.named("queries.prompts", "teacher.model", "evaluation.dense_model")
    stage = context.run.stage(name, depends, [context.corpus_stage, *after], sources)
    if stage.done:
        return stage
    setting = setting_of(context, plan)

    def outcomes(left: Iterable[Variant]) -> Iterator[Outcome]:
        for variant in left:
            asks = asks_of(context.recipe, variant, documents)
            asked = [[a.request for a in group] for group in groups(asks, BATCH_SIZE)]
            replies = list(chain.from_iterable(context.teacher.write_groups(asked)))
            trial, rejects = setting.judge(variant, asks, replies)
            spent = (
                sum(reply.prompt_tokens for reply in replies),
                sum(reply.completion_tokens for reply in replies),
                sum(reply.cost for reply in replies),
            )
            yield Outcome([trial], rejects, *spent)

    stage.work(tried, lambda variant: variant.name, outcomes, name)
    stage.finish(variants=len(tried), documents=len(documents))
    return stage


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
