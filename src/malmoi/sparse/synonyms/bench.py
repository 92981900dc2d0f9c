"""What the uses of synonyms are measured on: a finished run of the search encoder."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from malmoi.errors import RunError
from malmoi.files import read_lines
from malmoi.recipe import SearchRecipe
from malmoi.run import Run
from malmoi.search.lexical import AnalysedDocuments, analyse
from malmoi.sparse import splits, writing
from malmoi.sparse.corpus import Corpus, Query
from malmoi.sparse.lexical import Lexical
from malmoi.sparse.proof import Student
from malmoi.sparse.students import V2
from malmoi.sparse.vocabulary import Vocabulary

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix


@dataclass(frozen=True)
class Bench:
    """What is measured on: a finished run's corpus, splits, words, and its student v2."""

    recipe: SearchRecipe
    corpus: Corpus
    dev: tuple[Query, ...]
    test: tuple[Query, ...]
    analysed: AnalysedDocuments
    v2: Student
    lexical: Lexical
    english: tuple[str, ...]
    """English texts whose words the vocabulary has beside the corpus's."""


def read_bench(folder: Path) -> Bench:
    """What a finished run of the search encoder gives to measure on.

    Raises:
        RunError: the folder holds no run, or its student v2 is not finished.
    """
    for name in ("recipe.json", "vocabulary/tokenizer.json", "student-v2/documents.npz"):
        if not (folder / name).is_file():
            raise RunError(
                f"{folder} has no {name}. Expected a finished run of the search encoder: finish it "
                "with `malmoi run`."
            )
    recipe = SearchRecipe.model_validate_json((folder / "recipe.json").read_text("utf-8"))
    with Run.open(folder, recipe) as run:
        _, corpus = writing.read_corpus(run, recipe)
    dev, test = splits.held_out(corpus, recipe.corpus.test_share)
    vocabulary = Vocabulary.load(folder / "vocabulary")
    return Bench(
        recipe,
        corpus,
        dev,
        test,
        analyse((d.id, d.title, d.text) for d in corpus.documents),
        Student(V2, vocabulary, *_vectors(folder / "student-v2")),
        Lexical.load(folder / "student-v2" / "model"),
        tuple(english_texts(folder)),
    )


def _vectors(folder: Path) -> tuple[csr_matrix, np.ndarray[Any, Any]]:
    from scipy.sparse import load_npz

    return load_npz(folder / "documents.npz").tocsr(), np.load(folder / "weights.npy")


def english_texts(folder: Path) -> list[str]:
    """English texts that the run's vocabulary was made with: `students.make_vocabulary`."""
    terms = read_lines(folder / "glossary" / "records.jsonl")
    english = sorted({word for record in terms for word in record["english"]})
    asked = read_lines(folder / "queries" / "records.jsonl")
    return english + [r["text"] for r in asked if r["language"] == "en"]
