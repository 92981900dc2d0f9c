"""What `malmoi prompts` tries on which documents, within its budget, and what that costs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Literal

from malmoi.core.errors import RecipeError
from malmoi.core.files import stable_share
from malmoi.corpora import splits
from malmoi.corpora.corpus import Corpus, Document, Query
from malmoi.pipelines.duration import measured, spoken, writing
from malmoi.pipelines.search.pipeline import planned_corpus
from malmoi.recipe import QueriesSection, SearchRecipe, TeacherSection
from malmoi.synthesis import queries
from malmoi.synthesis.prompts import FOLDER, Prompt, load_prompt
from malmoi.synthesis.queries import Ask
from malmoi.synthesis.variants import Variant, people_exemplars, variants
from malmoi.teachers import Request
from malmoi.teachers.budget import Prices, Spending, upper_cost
from malmoi.teachers.presets import resolve

MIN_DOCUMENTS = 8
"""A variant is tried on at least so many."""
FINALISTS = 2
"""Variants of a kind that go on to the second round, beside the prompt as it is."""
EVOLVED = 8
"""Instructions of a kind that GEPA may try on all documents of the first round, or so."""
EXEMPLAR_DOCUMENTS = 24
"""Development documents whose queries may become exemplars; nothing is tried on them."""


@dataclass(frozen=True)
class PromptOptions:
    """How prompts are tried.

    Args:
        calls: replies that are asked for, at most.
        tokens: prompt and reply tokens, at most (0: no limit but the recipe's).
        kinds: kinds of queries that are tried (none: all of the prompts' folder).
        optimiser: "variants" of this package, or "gepa", which rewrites instructions.
        reflection: the teacher that rewrites them (None: the recipe's own).
    """

    calls: int = 1200
    tokens: int = 0
    kinds: tuple[str, ...] = ()
    optimiser: Literal["variants", "gepa"] = "variants"
    reflection: TeacherSection | None = None


@dataclass(frozen=True)
class Plan:
    """Variants, and the documents that they are tried on in the first and second round."""

    variants: tuple[Variant, ...]
    first: tuple[Document, ...]
    second: tuple[Document, ...]
    dev: tuple[Query, ...]
    calls: int
    """Of the first round."""

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
    if options.optimiser == "gepa":
        made = [variant for variant in made if variant.is_base]
    kinds = len({variant.prompt.kind for variant in made})
    calls = _affordable(recipe, made, tried, options)
    # GEPA tries an instruction on few documents at first; about so many times on all of them.
    tries = EVOLVED * kinds if options.optimiser == "gepa" else len(made)
    first = calls // 2 // tries
    second = (calls - first * tries) // (kinds * (FINALISTS + 1))
    if min(first, second) < MIN_DOCUMENTS:
        raise RecipeError(
            f"{calls} calls are too few for {tries} variants of {kinds} kinds: expected "
            f"{2 * MIN_DOCUMENTS * max(tries, kinds * (FINALISTS + 1))} or so, for {MIN_DOCUMENTS} "
            "documents a variant. Raise --calls or --tokens, or try fewer kinds (--kind)."
        )
    if len(tried) < 2 * MIN_DOCUMENTS:  # too few for two samples
        return Plan(tuple(made), tried, tried, dev, tries * len(tried))
    calls, first = first * tries, min(first, len(tried) // 2)
    calls = calls if options.optimiser == "gepa" else first * tries
    return Plan(tuple(made), tried[:first], tried[first : first + second], dev, calls)


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


def asks_of(recipe: SearchRecipe, variant: Variant, documents: Sequence[Document]) -> list[Ask]:
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
    evolved = options.optimiser == "gepa"
    if evolved:
        first = [first[n % len(first)] for n in range(plan.calls)]
    best = [v for kind in plan.kinds for v in _longest(recipe, plan, kind)]
    if evolved:
        best *= FINALISTS + 1
    second = [r for v in best for r in requests_of(recipe, v, plan.second)]
    most = cost_of(recipe, chain(first, second))
    judge = (
        f"survival × ΔnDCG@10 of {len(plan.dev)} development queries"
        if plan.dev
        else "survival × reciprocal rank in the round trip; there are no development queries"
    )
    time = writing("prompts", [*first, *second], recipe.teacher, measured())
    tried = "instructions that GEPA proposes" if evolved else f"{len(plan.variants)} variants"
    rows: list[Sequence[object]] = [
        ["first round", f"{tried}, {len(plan.first)} documents each", f"{len(first)} calls"],
        ["second round", f"{len(best)} of them, {len(plan.second)} other documents each",
         f"{len(second)} calls"],
        ["chosen by", judge, ""],
        ["at most", f"{most.tokens:,} tokens", f"{most.money:.2f} in the currency of the prices"],
        ["time", spoken([time]), "for the replies; the corpus is embedded once, as a run does"],
    ]  # fmt: skip
    if evolved:
        rows.insert(3, ["besides", "a rewriting for every few calls of the first round", ""])
    return rows


def _longest(recipe: SearchRecipe, plan: Plan, kind: str) -> list[Variant]:
    """As many variants of a kind as may come to the second round, those that cost most."""
    mine = [variant for variant in plan.variants if variant.prompt.kind == kind]
    document = plan.second[:1]
    mine.sort(key=lambda v: -cost_of(recipe, requests_of(recipe, v, document)).tokens)
    return mine[: FINALISTS + 1]
