"""A run of the search encoder, from a corpus to a report: every stage in the order of the work.

    corpus → glossary → synonyms ─┬→ vocabulary → students (v1, v2, …) → proof → report
           → candidates → queries → pairs ┘

Each stage is a function of the stages before it and of its part of the recipe; what is finished is
not done again. See `malmoi.runs.run`.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import TypeGuard

from malmoi.core.executors import LOCAL, Executor
from malmoi.core.files import write_atomically
from malmoi.corpora import readers, splits
from malmoi.corpora.corpus import Corpus
from malmoi.corpora.readers.beir import write_beir
from malmoi.encoder.vocabulary import Vocabulary
from malmoi.models.vectors import student_folder
from malmoi.pipelines.duration import spoken
from malmoi.pipelines.search import evaluation, forecast, students, synonym_stages, writing
from malmoi.pipelines.search.context import SearchContext, corpus_of
from malmoi.pipelines.search.estimate import (
    estimate,
    indexing,
    measure,
    pooled_documents,
    requests_of,
)
from malmoi.pipelines.search.evaluation import Student
from malmoi.pipelines.search.judging import judge_queries
from malmoi.pipelines.search.learning import Curve, learn
from malmoi.pipelines.search.results import assemble
from malmoi.pipelines.search.students import TrainingData, Verified
from malmoi.pipelines.sources import changes, sources_of
from malmoi.recipe import SearchRecipe, Section, fingerprint_part
from malmoi.reports.search import write_report
from malmoi.reports.search_results import Evaluated, SearchResults
from malmoi.runs.run import Run, Stage
from malmoi.runs.states import depends_of, is_done
from malmoi.synonyms import plan as synonym_plan
from malmoi.synonyms.files import verdict_of
from malmoi.teachers import Request
from malmoi.teachers.budget import Prices, upper_cost
from malmoi.teachers.presets import resolve

logger = logging.getLogger(__name__)


def run_recipe(recipe: SearchRecipe, folder: Path, executor: Executor = LOCAL) -> SearchResults:
    """Start or resume a run; its results, as results.json holds them.

    Args:
        recipe: what is to be done.
        folder: the run's.
        executor: where the teacher writes and documents are encoded (docs/cluster.md).

    Raises:
        MalmoiError: what stopped it; the same command goes on from there.
    """
    with Run.open(folder, recipe) as run:
        context = SearchContext(run, as_begun(recipe, folder), executor)
        forecast.say(context)
        results = _results(context)
        text = json.dumps(results, ensure_ascii=False, indent=1)
        write_atomically(folder / "results.json", text)
        write_report(results, folder / "report.html")
        run.say_changes(sources_of(recipe))
    return results


def as_begun(recipe: SearchRecipe, folder: Path) -> SearchRecipe:
    """The recipe as the run in `folder` understands it.

    One whose v2 was made by a version that had no dictionary stays as it is, without one.
    """
    v2 = student_folder(students.V2.name)
    if not is_done(folder, v2) or "dictionary" in depends_of(folder, v2):
        return recipe
    if recipe.dictionary.enabled:
        logger.info(
            f"{folder} was made before there was a dictionary, and stays without one; give the "
            "recipe another name to make a run that has it"
        )
    off = recipe.dictionary.model_copy(update={"enabled": None})
    return recipe.model_copy(update={"dictionary": off})


def plan_rows(recipe: SearchRecipe, folder: Path | None = None) -> list[Sequence[object]]:
    """What a run would ask of its teacher, what that costs at most, and about how long it takes.

    Args:
        recipe: what would be done.
        folder: the run's, perhaps begun already: its stages say how fast they were.

    Returns:
        (stage, of, how much) for each row.
    """
    recipe = as_begun(recipe, folder) if folder else recipe
    of = planned_corpus(recipe, folder)
    teacher = resolve(recipe.teacher)
    asked = _requests(recipe, of, folder)
    students_read = pooled_documents(recipe, of.documents, folder)
    terms = len(asked["glossary"]) // recipe.glossary.samples
    paired = asked["synonyms-asked"]
    most = upper_cost(
        [request for requests in asked.values() for request in requests],
        Prices(teacher.price_in, teacher.price_out),
        teacher.thinking_tokens,
        teacher.max_tokens,
    )
    rows: list[Sequence[object]] = [
        ["glossary", f"{terms} terms", f"{len(asked['glossary'])} calls"],
        ["queries", f"{len(students_read)} documents", f"{len(asked['candidates'])} calls"],
        ["students", ", ".join(v.name for v in students.variants(recipe, bool(of.segments))), ""],
        ["at most", f"{most.tokens:,} tokens", f"{most.money:.2f} in the currency of the prices"],
    ]
    if recipe.synonyms.enabled:
        pairs = synonym_plan.pairs(recipe.synonyms)
        calls = f"{len(paired)} calls" if paired or not pairs else "likelihoods, no calls"
        rows.insert(2, ["synonyms", f"about {pairs} pairs asked about", calls])
    machine = measure(of.documents)
    parts = estimate(recipe, of.documents, asked, machine, folder)
    rows.append(["time", spoken(parts), "an estimate, of the whole run on this machine"])
    if len(students_read) < len(of.documents):
        pooled = f"{len(students_read):,} of {len(of.documents):,} documents"
        rows.append(["pool", pooled, "embedded, learned from and compared on"])
        with_network = spoken(indexing(recipe, of.documents, machine))
        rows.append(["afterwards", "`malmoi index`, if v2 keeps its network", with_network])
    rows += [["note", note, ""] for note in forecast.notes(recipe, of, folder)]
    return rows + (changes(folder, sources_of(recipe)) if folder else [])


def planned_corpus(recipe: SearchRecipe, folder: Path | None) -> Corpus:
    """What is read, or, where that is gone, what a run has of it."""
    source = sources_of(recipe).get("corpus.path")
    if source and not source.files and _has_finished(folder, "corpus", recipe.corpus):
        return corpus_of(Stage(folder / "corpus"))
    return readers.read(recipe.corpus)


def _has_finished(folder: Path | None, name: str, section: Section) -> TypeGuard[Path]:
    """Whether a run has finished a stage under this section of the recipe."""
    if folder is None or not is_done(folder, name):
        return False
    return bool(depends_of(folder, name).get("section") == fingerprint_part(section))


def _requests(recipe: SearchRecipe, of: Corpus, folder: Path | None) -> dict[str, list[Request]]:
    """What the teacher would be asked; where the user's examples are gone, as many as ever."""
    section = recipe.glossary
    there = not section.exemplars or Path(section.exemplars).expanduser().is_file()
    if not there and _has_finished(folder, "glossary", section):
        section = section.model_copy(update={"exemplars": ""})
    prompts = (
        writing.prompts_of(recipe.queries, folder) if folder and recipe.queries.enabled else None
    )
    return requests_of(recipe.model_copy(update={"glossary": section}), of, prompts, folder)


def _results(context: SearchContext) -> SearchResults:
    """Every stage in the order of the work; what results.json holds."""
    with closing(context.teacher):
        terms = writing.write_glossary(context)
        candidates = writing.write_queries(context)
    kept = writing.keep_queries(context, candidates)
    with closing(context.teacher):
        kept = writing.paraphrase(context, kept)
    judged = judge_queries(context, kept)
    pairs = students.training_pairs(context, kept)
    verified = _verified(context, terms) if context.recipe.synonyms.enabled else None
    data = TrainingData(terms, kept, pairs, verified)
    stages, learned, curves = _learn(context, data)
    proof = _prove(context, stages, learned)
    synonyms = None
    if verified:
        effect = synonym_stages.measure(context, verified.stage, proof, learned)
        synonyms = synonym_stages.results(verified.stage, effect)
    export(context)
    proved: Evaluated = proof.records()[0]
    return {**assemble(context, data, candidates, curves, judged), "synonyms": synonyms, **proved}


def _verified(context: SearchContext, terms: Stage) -> Verified:
    with closing(context.teacher):
        stage = synonym_stages.make(context, terms)
    return Verified(stage, [verdict_of(record) for record in stage.records()])


def _learn(
    context: SearchContext, data: TrainingData
) -> tuple[list[Stage], list[Student], dict[str, Curve]]:
    """The students' stages, the students, and the training curves of those that were trained."""
    vocabularies: dict[str, tuple[Stage, Vocabulary]] = {}
    stages, learned, curves = [], [], {}
    has_segments, has_titles = bool(context.corpus.segments), not context.untitled
    left_out = False
    for variant in students.variants(context.recipe, has_segments, has_titles):
        folder = student_folder(variant.name)
        if left_out and variant.group == "ablation" and not is_done(context.run.folder, folder):
            alike = students.without_network(variant, context.recipe)
            if alike is None:
                continue
            variant = alike
        name = students.vocabulary_name(variant)
        if name not in vocabularies:
            vocabularies[name] = students.make_vocabulary(context, data, variant)
        stage, student, curve = learn(context, data, variant, vocabularies[name])
        stages.append(stage)
        learned.append(student)
        if variant.name == students.V2.name:
            left_out = bool(stage.figures.get("neural_gain", {}).get("left_out"))
        if curve:
            curves[variant.name] = curve
    return stages, learned, curves


def _prove(context: SearchContext, stages: Sequence[Stage], learned: Sequence[Student]) -> Stage:
    """Stage `proof`: students and baselines on the held-out queries."""
    recipe = context.recipe
    depends = {"evaluation": recipe.evaluation, "seed": recipe.seed}
    stage = context.run.stage("proof", depends, stages, context.named("evaluation.dense_model"))
    if not stage.done:
        if context.test:
            runs, about = evaluation.baselines(context)
            stage.fill([dict(evaluation.evaluate_students(context, learned, runs, about))])
        else:
            said = forecast.nothing_held_out(context.corpus, recipe.corpus.test_share)
            stage.fill([{"verdicts": [said]}])
        stage.finish()
    return stage


def export(context: SearchContext) -> None:
    """Stage `beir`: corpus and queries as a BEIR folder, to be indexed and evaluated on."""
    depends = {"test_share": context.recipe.corpus.test_share}
    stage = context.run.stage("beir", depends, [context.corpus_stage])
    if stage.done:
        return
    corpus = context.whole
    dev, test = splits.held_out(corpus, context.recipe.corpus.test_share)
    for name, asked in (("dev", dev), ("test", test)):
        ids = {query.id for query in asked}
        qrels = {query: judged for query, judged in corpus.qrels.items() if query in ids}
        # All queries each time: both splits' judgements stand beside one queries.jsonl.
        write_beir(replace(corpus, qrels=qrels), stage.folder, name)
    stage.finish()
