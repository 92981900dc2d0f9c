"""What the uses of synonyms are measured on: a finished run of the search encoder."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from malmoi.core.errors import RunError
from malmoi.corpora import splits
from malmoi.corpora.corpus import Corpus, Query
from malmoi.encoder.vocabulary import Vocabulary
from malmoi.models.vectors import DOCUMENTS, load_vectors, student_folder
from malmoi.pipelines.search import writing
from malmoi.pipelines.search.evaluation import Student
from malmoi.pipelines.search.students import (
    WITH_SYNONYMS,
    WITHOUT_SYNONYMS,
    variants,
    vocabulary_name,
)
from malmoi.recipe import SearchRecipe, load_dumped
from malmoi.retrieval.bm25 import AnalysedDocuments, analyse
from malmoi.runs.run import Run

if TYPE_CHECKING:
    pass


@dataclass(frozen=True)
class Bench:
    """What is measured on: a run's corpus, splits, words, and its student v2."""

    recipe: SearchRecipe
    corpus: Corpus
    dev: tuple[Query, ...]
    test: tuple[Query, ...]
    analysed: AnalysedDocuments
    without: Student
    """v2 as it is without synonyms."""
    trained: Student | None = None
    """The same, trained with the pairs that are measured; None where no student was."""

    @classmethod
    def of(
        cls,
        recipe: SearchRecipe,
        corpus: Corpus,
        dev: Sequence[Query],
        test: Sequence[Query],
        analysed: AnalysedDocuments,
        learned: Sequence[Student],
    ) -> Bench:
        """The bench of a run whose students have `learned`, v2 with and without synonyms."""
        named = {student.variant.name: student for student in learned}
        without = named.get(WITHOUT_SYNONYMS, named["v2"])
        trained = named.get(WITH_SYNONYMS, named["v2"])
        return cls(recipe, corpus, tuple(dev), tuple(test), analysed, without, trained)


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
        _, corpus = writing.read_corpus(run, recipe)
    (variant,) = (v for v in variants(recipe, bool(corpus.segments)) if v.name == name)
    _expect(folder, f"{vocabulary_name(variant)}/tokenizer.json")
    vocabulary = Vocabulary.load(folder / vocabulary_name(variant))
    dev, test = splits.held_out(corpus, recipe.corpus.test_share)
    analysed = analyse((d.id, d.title, d.text) for d in corpus.documents)
    without = Student(variant, vocabulary, *load_vectors(student))
    return Bench(recipe, corpus, dev, test, analysed, without)


def _expect(folder: Path, name: str) -> None:
    if not (folder / name).is_file():
        raise RunError(
            f"{folder} has no {name}. Expected a finished run of the search encoder: finish it "
            "with `malmoi run`."
        )
