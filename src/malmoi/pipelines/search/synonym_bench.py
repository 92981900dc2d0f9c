"""What the uses of synonyms are measured on: a finished run of the search encoder."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from malmoi.core.errors import RunError
from malmoi.corpora.corpus import Corpus, Query
from malmoi.encoder.vocabulary import Vocabulary
from malmoi.models.vectors import DOCUMENTS, load_vectors, student_folder
from malmoi.pipelines.search.context import SearchContext
from malmoi.pipelines.search.evaluation import Student
from malmoi.pipelines.search.students import (
    WITH_SYNONYMS,
    WITHOUT_SYNONYMS,
    variants,
    vocabulary_name,
)
from malmoi.recipe import EvaluationSection, SearchRecipe, load_dumped
from malmoi.retrieval.bm25 import AnalysedDocuments
from malmoi.runs.run import Run


@dataclass(frozen=True)
class Bench:
    """What is measured on: a run's corpus, splits, words, and its student v2."""

    settings: EvaluationSection
    corpus: Corpus
    dev: tuple[Query, ...]
    test: tuple[Query, ...]
    analysed: AnalysedDocuments
    without: Student
    """v2 as it is without synonyms."""
    trained: Student | None = None
    """The same, trained with the pairs that are measured; None where no student was."""

    @classmethod
    def of(cls, context: SearchContext, students: Sequence[Student]) -> Bench:
        """The bench of a run, whose students are v2 with and without synonyms and others."""
        named = {student.variant.name: student for student in students}
        without = named.get(WITHOUT_SYNONYMS, named["v2"])
        return cls.between(context, without, named.get(WITH_SYNONYMS, named["v2"]))

    @classmethod
    def between(
        cls, context: SearchContext, without: Student, trained: Student | None = None
    ) -> Bench:
        """The bench of a run and one of its students, or two of them."""
        settings, split = context.recipe.evaluation, context.split
        return cls(settings, context.corpus, *split, context.analysed, without, trained)


def read_bench(folder: Path) -> Bench:
    """What a finished run of the search encoder gives to measure any pairs on.

    It has no student that is trained with them: the run's learned from its own pairs.

    Raises:
        RunError: the folder holds no run, or its student v2 is not finished.
    """
    _expect(folder, "recipe.json")
    recipe = load_dumped(folder / "recipe.json", SearchRecipe)
    trains = recipe.synonyms.enabled and recipe.synonyms.train
    name = WITHOUT_SYNONYMS if trains else "v2"
    student = folder / student_folder(name)
    _expect(folder, f"{student.name}/{DOCUMENTS}")
    with Run.open(folder, recipe) as run:
        context = SearchContext.as_it_is(run, recipe)
        segments = context.corpus.segments
    (variant,) = (v for v in variants(recipe, bool(segments)) if v.name == name)
    _expect(folder, f"{vocabulary_name(variant)}/tokenizer.json")
    vocabulary = Vocabulary.load(folder / vocabulary_name(variant))
    known = Student(variant, vocabulary, *load_vectors(student), student / "model")
    return Bench.between(context, known)


def _expect(folder: Path, name: str) -> None:
    if not (folder / name).is_file():
        raise RunError(
            f"{folder} has no {name}. Expected a finished run of the search encoder: finish it "
            "with `malmoi run`."
        )
