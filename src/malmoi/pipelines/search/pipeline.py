"""A run of the search encoder, from a corpus to a report: every stage in the order of the work.

    corpus → glossary → synonyms ─┬→ vocabulary → students (v1, v2, …) → proof → report
           → candidates → queries → pairs ┘

Each stage is a function of the stages before it and of its part of the recipe; what is finished is
not done again. See `malmoi.runs.run`.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from malmoi.core import console
from malmoi.core.executors import LOCAL, Executor
from malmoi.core.files import write_atomically
from malmoi.core.version import installed_version
from malmoi.corpora import readers, splits
from malmoi.corpora.corpus import Corpus, Query, passages
from malmoi.corpora.readers.beir import write_beir
from malmoi.encoder.vocabulary import Vocabulary
from malmoi.pipelines.lazy_teacher import LazyTeacher
from malmoi.pipelines.search import evaluation, students, synonym_stages, writing
from malmoi.pipelines.search.learning import learn
from malmoi.pipelines.search.synonym_bench import Bench
from malmoi.pipelines.search.synonym_files import verdict_of
from malmoi.recipe import SearchRecipe, dump
from malmoi.reports.search import print_summary, write_report
from malmoi.retrieval.bm25 import BM25F, AnalysedDocuments, Hits, analyse
from malmoi.retrieval.passages import DensePassages
from malmoi.runs.run import Run, Stage, status
from malmoi.synonyms import plan as synonym_plan
from malmoi.synthesis import glossary, queries
from malmoi.teachers.budget import Prices, upper_cost
from malmoi.teachers.presets import resolve

NOTHING_PROVED = "No queries that people wrote are held out, so nothing is proved."


def run_recipe(
    recipe: SearchRecipe, folder: Path, dry_run: bool = False, executor: Executor = LOCAL
) -> None:
    """Start or resume a run, or with `dry_run` say what it would do.

    Args:
        recipe: what is to be done.
        folder: the run's.
        dry_run: nothing is made.
        executor: where the teacher writes and documents are encoded (docs/cluster.md).

    Raises:
        MalmoiError: what stopped it; the same command goes on from there.
    """
    if dry_run:
        show_plan(recipe)
        return
    with Run.open(folder, recipe) as run:
        results = _results(run, recipe, executor)
        text = json.dumps(results, ensure_ascii=False, indent=1)
        write_atomically(folder / "results.json", text)
        report = folder / "report.html"
        write_report(results, report)
    print_summary(results, report.resolve())


def show_plan(recipe: SearchRecipe) -> None:
    """Print what a run would ask of its teacher, and what that costs at most."""
    of = readers.read(recipe.corpus)
    teacher = resolve(recipe.teacher)
    chat = bool(teacher.chat)
    terms = glossary.find_terms(of.documents, recipe.glossary) if recipe.glossary.enabled else []
    asked = glossary.requests(terms, recipe.glossary, chat)
    plan = queries.plan(of.documents, recipe.queries, chat, recipe.corpus.passage_words)
    written = [ask.request for ask in plan] if recipe.queries.enabled else []
    paired = synonym_plan.requests(recipe.synonyms, chat, recipe.glossary.subject)
    most = upper_cost(
        [*asked, *written, *paired],
        Prices(teacher.price_in, teacher.price_out),
        teacher.thinking_tokens,
        teacher.max_tokens,
    )
    rows: list[Sequence[object]] = [
        ["glossary", f"{len(terms)} terms", f"{len(asked)} calls"],
        ["queries", f"{len(of.documents)} documents", f"{len(written)} calls"],
        ["students", ", ".join(v.name for v in students.variants(recipe, bool(of.segments))), ""],
        ["at most", f"{most.tokens:,} tokens", f"{most.money:.2f} in the currency of the prices"],
    ]
    if recipe.synonyms.enabled:
        pairs = synonym_plan.pairs(recipe.synonyms)
        calls = f"{len(paired)} calls" if paired or not pairs else "likelihoods, no calls"
        rows.insert(2, ["synonyms", f"about {pairs} pairs asked about", calls])
    console.table(["stage", "of", "how much"], rows, title=f"{recipe.name}: what would be done")


def _results(run: Run, recipe: SearchRecipe, executor: Executor) -> dict[str, Any]:
    corpus, of = writing.read_corpus(run, recipe)
    teacher = LazyTeacher.of_run(recipe.teacher, run.folder, executor)
    try:
        terms = writing.write_glossary(run, recipe, corpus, teacher, of)
        candidates = writing.write_queries(run, recipe, corpus, teacher, of)
    finally:
        teacher.close()
    dev, test = splits.held_out(of, recipe.corpus.test_share)
    pages = DensePassages(
        of.documents,
        recipe.corpus.passage_words,
        recipe.evaluation.dense_model,
        run.folder / "embeddings",
        recipe.evaluation.dense_best_passage,
    )
    shelf = Shelf(of)
    kept = writing.keep_queries(run, recipe, candidates, of, pages, shelf.search)
    try:
        kept = writing.paraphrase(run, recipe, kept, teacher, of, pages, shelf.search)
    finally:
        teacher.close()
    pairs = students.training_pairs(run, recipe, corpus, of, kept, pages, shelf.search)
    verified = None
    if recipe.synonyms.enabled:
        try:
            synonyms = synonym_stages.make(run, recipe, corpus, of, terms, teacher)
        finally:
            teacher.close()
        verdicts = [verdict_of(record) for record in synonyms.records()]
        verified = students.Verified(synonyms, verdicts)
    made: dict[str, tuple[Stage, Vocabulary]] = {}
    stages, learned, curves = [], [], {}
    for variant in students.variants(recipe, bool(of.segments)):
        name = students.vocabulary_name(variant)
        if name not in made:
            made[name] = students.make_vocabulary(
                run, recipe, variant, corpus, of, terms, kept, verified
            )
        stage, student, curve = learn(
            run, recipe, variant, made[name], terms, kept, pairs, of, dev, pages, executor, verified
        )
        stages.append(stage)
        learned.append(student)
        if curve:
            curves[variant.name] = curve
    proved = run.stage("proof", {"evaluation": recipe.evaluation, "seed": recipe.seed}, stages)
    if not proved.done and not test:
        proved.fill([{"verdicts": [NOTHING_PROVED]}])
        proved.finish()
    elif not proved.done:
        runs, about = evaluation.baselines(shelf.analysed(), of, dev, test, pages)
        found = evaluation.prove(of, test, runs, about, learned, recipe.evaluation, recipe.seed)
        proved.fill([found])
        proved.finish()
    worth = None
    if verified:
        bench = Bench.of(recipe, of, dev, test, shelf.analysed(), learned)
        effect = synonym_stages.measure(run, verified.stage, proved, bench, recipe.seed)
        worth = synonym_stages.results(verified.stage, effect)
    export(run, recipe, corpus, of, {"dev": dev, "test": test})
    asked = {"dev": len(dev), "test": len(test)}
    shown = {"synonyms": worth, **proved.records()[0]}
    return _assemble(run, recipe, of, asked, terms, candidates, kept, curves, shown)


def export(
    run: Run,
    recipe: SearchRecipe,
    corpus: Stage,
    of: Corpus,
    split: Mapping[str, Sequence[Query]],
) -> None:
    """Stage `beir`: corpus and queries as a BEIR folder, to be indexed and evaluated on."""
    stage = run.stage("beir", {"test_share": recipe.corpus.test_share}, [corpus])
    if stage.done:
        return
    for name, asked in split.items():
        ids = {query.id for query in asked}
        qrels = {query: judged for query, judged in of.qrels.items() if query in ids}
        # All queries each time: both splits' judgements stand beside one queries.jsonl.
        write_beir(replace(of, qrels=qrels), stage.folder, name)
    stage.finish()


def _assemble(
    run: Run,
    recipe: SearchRecipe,
    of: Corpus,
    split: dict[str, int],
    terms: Stage,
    candidates: Stage,
    kept: Stage,
    curves: dict[str, Any],
    shown: dict[str, Any],
) -> dict[str, Any]:
    """results.json: every figure of the report."""
    stages = status(run.folder)
    writers = [s for s in stages if s.name in {terms.name, candidates.name}]
    languages = Counter(query.language for query in of.queries)
    written = Counter(record["kind"] for record in candidates.records())
    survived = Counter(record["kind"] for record in kept.records())
    figures = kept.figures
    return {
        "name": recipe.name,
        "title": f"{recipe.name}: {of.name}",
        "malmoi": installed_version(),
        "recipe": dump(recipe),
        "seconds": {s.name: s.seconds for s in stages},
        "corpus": {
            "documents": len(of.documents),
            "passages": sum(len(passages(d, recipe.corpus.passage_words)) for d in of.documents),
            "queries": dict(languages),
            "licence": of.licence,
            "split": split,
        },
        "teacher": {
            "identity": recipe.teacher.model or recipe.teacher.preset,
            "tokens_in": sum(s.tokens_in for s in writers),
            "tokens_out": sum(s.tokens_out for s in writers),
            "cost": sum(s.cost for s in writers),
            "seconds": round(sum(s.seconds for s in writers), 1),
            "queries": {
                "written": figures["written"],
                "kept": figures["kept"],
                "kinds": {k: {"written": n, "kept": survived[k]} for k, n in written.items()},
                "filters": [
                    {
                        "name": name,
                        "seen": count["seen"],
                        "dropped": count.get("dropped", count.get("relabelled", 0)),
                        "examples": [{"text": t, "reason": r} for t, r in count["examples"]],
                    }
                    for name, count in figures["filters"].items()
                ],
                "kept_examples": [
                    {"kind": r["kind"], "document": r["document"], "text": r["text"]}
                    for r in _spread(kept.records(), 16)
                ],
            },
            "glossary": {
                "terms": terms.figures["terms"],
                "translated": len(terms.records()),
                "examples": [
                    {
                        "term": r["term"],
                        "english": sorted(r["english"].items(), key=lambda p: -p[1])[:4],
                    }
                    for r in _spread(terms.records(), 24)
                ],
            },
        },
        "training": curves,
        **shown,
    }


def _spread(records: list[dict[str, Any]], count: int) -> list[dict[str, Any]]:
    """About `count` records from all over the list."""
    return records[:: max(1, len(records) // count)][:count]


class Shelf:
    """The corpus's words, analysed when something first needs them, and BM25F over them."""

    def __init__(self, of: Corpus) -> None:
        self._documents = [(d.id, d.title, d.text) for d in of.documents]
        self._analysed: AnalysedDocuments | None = None
        self._model: BM25F | None = None

    def analysed(self) -> AnalysedDocuments:
        """The documents' words."""
        if self._analysed is None:
            self._analysed = analyse(self._documents)
        return self._analysed

    def search(self, texts: Sequence[str], k: int) -> list[Hits]:
        """The best `k` documents of each text by BM25F with its usual weights."""
        if self._model is None:
            self._model = BM25F(self.analysed())
        return self._model.search(texts, k)
