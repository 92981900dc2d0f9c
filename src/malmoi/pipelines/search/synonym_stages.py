"""The stages of a run in which synonyms are found, verified, written and measured.

    corpus, glossary → synonyms-asked → synonyms-candidates → synonyms → synonyms-effect

`synonyms` holds `synonyms.txt` and `synonyms.jsonl` beside its records, the verdicts. Aligned
segments of pages whose queries are held out are never read, so that the effect can be measured.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import asdict, replace
from functools import cached_property
from pathlib import Path
from typing import cast

from malmoi.core.errors import RunError
from malmoi.core.files import Record, cache_folder
from malmoi.core.ledger import Outcome, groups
from malmoi.core.progress import Progress
from malmoi.pipelines.search.context import SearchContext
from malmoi.pipelines.search.evaluation import Student
from malmoi.pipelines.search.synonym_bench import Bench
from malmoi.pipelines.search.synonym_effect import effects
from malmoi.recipe import SearchRecipe, SynonymsSection, fingerprint_part, load_dumped
from malmoi.reports.search_results import Effect, SynonymExample, SynonymResults
from malmoi.runs.run import Run, Stage
from malmoi.synonyms import files
from malmoi.synonyms.discover import corpus_terms, discover, english_terms
from malmoi.synonyms.sources import reverse_glossary
from malmoi.synonyms.sources.candidates import Evidence, Pair, PairRecord
from malmoi.synonyms.sources.evidence import CACHE_NAME, Sources
from malmoi.synonyms.sources.related_terms import open_wordnet
from malmoi.synonyms.verification.calibration import Calibration
from malmoi.synonyms.verification.coverage import coverage
from malmoi.synonyms.verification.verify import (
    SynonymVerifier,
    Verdict,
    VerdictRecord,
    contradicted,
)

logger = logging.getLogger(__name__)

CALIBRATION = "calibration.json"
"""The verifier's weights and figures, in the folder of stage `synonyms`."""
VERSION = 1
BATCH_SIZE = 500
"""Candidates that are verified together."""
SHOWN = 20
"""Pairs that the report shows of a kind."""

NOBODY_ASKED = (
    "No teacher was asked for verdicts (judge = false in [synonyms]): the default one adds nothing "
    "on the help pages, see docs/synonyms.md."
)


class SynonymStages:
    """Opens the sources when a stage first needs them, and keeps them for the next.

    `packages` is the folder of the Debian packages (None: malmoi's cache, fetched with apt).
    """

    def __init__(self, context: SearchContext, packages: Path | None = None) -> None:
        self.context = context
        self.recipe = context.recipe
        self.packages = packages
        self.corpus = replace(context.whole, segments=context.free_segments)

    @cached_property
    def sources(self) -> Sources:
        """What is known of pairs."""
        return Sources.open(self.corpus, self.packages, cache_folder() / CACHE_NAME)

    def ask(self) -> Stage | None:
        """Stage `synonyms-asked`: the teacher's Korean for English terms; None where it is off."""
        section, teacher = self.recipe.synonyms, self.context.teacher
        if not section.ask:
            return None
        depends = {"section": _found_by(section), "teacher": teacher.section, "version": VERSION}
        sources, corpus = self.context.named("teacher.model"), self.context.corpus_stage
        stage = self.context.run.stage("synonyms-asked", depends, [corpus], sources)
        if stage.done:
            return stage
        terms = reverse_glossary.find_terms(self.sources, english_terms(self.sources, section))
        subject = self.recipe.glossary.subject

        def outcomes(left: Iterable[tuple[reverse_glossary.EnglishTerm, ...]]) -> Iterator[Outcome]:
            writer = teacher.open()
            for group in left:
                replies = list(
                    writer.write(reverse_glossary.requests(group, section, writer.chat, subject))
                )
                count = section.samples
                yield Outcome.joined(
                    reverse_glossary.read(term, replies[n * count : (n + 1) * count])
                    for n, term in enumerate(group)
                )

        asks = reverse_glossary.batches(terms, section)
        stage.work(asks, lambda group: group[0].text, outcomes, "Korean of English terms")
        stage.finish(terms=len(terms))
        return stage

    def discover(self, terms: Stage, answers: Stage | None) -> Stage:
        """Stage `synonyms-candidates`: pairs with the evidence that proposed them."""
        after = [self.context.corpus_stage, terms, *([answers] if answers else ())]
        depends = {"section": _found_by(self.recipe.synonyms), "version": VERSION}
        stage = self.context.run.stage("synonyms-candidates", depends, after)
        if not stage.done:
            known = [*terms.records(), *(answers.records() if answers else ())]
            candidates = discover(self.corpus, known, self.recipe.synonyms, self.sources)
            stage.fill(map(asdict, candidates))
            stage.finish(candidates=len(candidates))
        return stage

    def verify(self, candidates: Stage) -> Stage:
        """Stage `synonyms`: a verdict on each candidate; `synonyms.txt` holds the accepted."""
        judge, teacher = self.recipe.synonyms.judge, self.context.teacher
        depends = {"teacher": teacher.section if judge else None, "version": VERSION}
        sources = self.context.named("teacher.model") if judge else []
        stage = self.context.run.stage("synonyms", depends, [candidates], sources)
        if stage.done:
            return stage
        verifier = SynonymVerifier.calibrated(
            self.sources,
            teacher.open() if judge else None,
            stage.folder / CALIBRATION,
            open_wordnet(self.packages),
        )
        pairs = [Pair(r["korean"], r["english"], _evidence(r)) for r in candidates.records()]
        verdicts: list[Verdict] = []
        with Progress("synonyms", len(pairs)) as progress:
            for part in groups(pairs, BATCH_SIZE):
                verdicts += verifier.verify(part)
                progress.advance(len(part))
        stage.fill(verdict.record() for verdict in verdicts)
        files.write(stage.folder, verdicts)
        section, tried = self.recipe.synonyms, verifier.calibration.teacher
        korean = corpus_terms(self.corpus, section)
        stage.finish(
            candidates=len(verdicts),
            accepted=sum(verdict.accepted for verdict in verdicts),
            verifier=verifier.name,
            teacher=tried.sentence() if tried else NOBODY_ASKED,
            coverage=coverage(korean, english_terms(self.sources, section), verdicts),
        )
        return stage


def _found_by(section: SynonymsSection) -> Record:
    """What candidates depend on; what becomes of the pairs is no matter of how they are found."""
    depends = fingerprint_part(section)
    del depends["train"]
    # Whether a teacher judges neither. As if it never did, so that a run from before this was so
    # has the same candidates.
    return depends | {"judge": False}


def make(context: SearchContext, terms: Stage, packages: Path | None = None) -> Stage:
    """Every stage up to `synonyms`; `terms` are the glossary's, `packages` the Debian ones."""
    stages = SynonymStages(context, packages)
    answers = stages.ask()
    return stages.verify(stages.discover(terms, answers))


def measure(
    context: SearchContext, synonyms: Stage, proof: Stage, students: Sequence[Student]
) -> Effect:
    """Stage `synonyms-effect`: nDCG@10 with and without the pairs, as `effect.effects` gives it.

    Args:
        context: the run's.
        synonyms: the stage of the verdicts.
        proof: the stage in which the students were measured.
        students: v2 with and without synonyms, and others.

    Returns:
        Nothing where no pair was accepted, or no query is held out.
    """
    recipe = context.recipe
    depends = {"evaluation": recipe.evaluation, "seed": recipe.seed}
    stage = context.run.stage("synonyms-effect", depends, [synonyms, proof])
    if not stage.done:
        verdicts = [files.verdict_of(record) for record in synonyms.records()]
        measured: Effect = {}
        if context.test and any(verdict.accepted for verdict in verdicts):
            measured = effects(Bench.of(context, students), verdicts, recipe.seed)
        stage.fill([{**measured}])
        stage.finish()
    return cast(Effect, stage.records()[0])


def results(synonyms: Stage, effect: Effect) -> SynonymResults:
    """What the report says of synonyms: counts, examples, and what each use is worth."""
    records: list[VerdictRecord] = synonyms.records()
    accepted = [record for record in records if record["accepted"]]
    rejected = [record for record in records if not record["accepted"]]
    rejected.sort(key=lambda r: (-r["probability"], r["korean"], r["english"]))
    return {
        "candidates": len(records),
        "accepted": len(accepted),
        "teacher": synonyms.figures["teacher"],
        "verifier": asdict(Calibration.load(synonyms.folder / CALIBRATION).figures),
        "coverage": synonyms.figures.get("coverage", {}),
        "examples": [_example(r) for r in accepted[:: max(1, len(accepted) // SHOWN)][:SHOWN]],
        "rejected": [_example(r) for r in rejected[:SHOWN]],
        "effect": effect,
    }


def _example(record: VerdictRecord) -> SynonymExample:
    sources = dict.fromkeys(e["source"].split()[0] for e in record["evidence"] if e["value"] > 0)
    return {
        "korean": record["korean"],
        "english": record["english"],
        "probability": record["probability"],
        "direction": record["direction"],
        "contradicted": not record["accepted"] and contradicted(_evidence(record)),
        "sources": ", ".join(sources),
    }


def make_file(
    folder: Path, out: Path | None = None, packages: Path | None = None, url: str | None = None
) -> None:
    """`malmoi synonyms make RUN`: discover and verify in a run's corpus, write the files.

    Args:
        folder: of a run of the search encoder whose corpus and glossary are finished.
        out: where the files go as well (None: the run's own stage alone).
        packages: folder of the Debian packages (None: malmoi's cache).
        url: of a cluster whose nori reads the entries (None: kiwi).

    Raises:
        RunError: there is no such run.
    """
    from malmoi.pipelines.search.writing import write_glossary

    recipe = _recipe(folder)
    with Run.open(folder, recipe) as run:
        context = SearchContext.as_it_is(run, recipe)
        with closing(context.teacher):
            stage = make(context, write_glossary(context), packages)
        verdicts = [files.verdict_of(record) for record in stage.records()]
        logger.info(f"{stage.folder}: {stage.figures['accepted']} pairs accepted")
    if out is not None:
        files.write(out, verdicts, url)


def _recipe(folder: Path) -> SearchRecipe:
    path = folder / "recipe.json"
    if not path.is_file():
        raise RunError(f"{folder} holds no run (recipe.json is missing)")
    return load_dumped(path, SearchRecipe)


def _evidence(record: PairRecord) -> tuple[Evidence, ...]:
    return tuple(Evidence(**each) for each in record["evidence"])
