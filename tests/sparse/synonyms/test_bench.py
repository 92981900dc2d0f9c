"""A finished run is read to be measured on; an unfinished one is refused."""

from pathlib import Path

import numpy as np
import pytest
from scipy.sparse import save_npz
from small_corpus import corpus, small_recipe, write_small_corpus

from malmoi.errors import RunError
from malmoi.files import write_lines
from malmoi.run import Run
from malmoi.sparse import writing
from malmoi.sparse.learning import to_matrix
from malmoi.sparse.students import document_text, lexical_of, weighting
from malmoi.sparse.synonyms.bench import read_bench
from malmoi.sparse.vocabulary import build


def test_an_unfinished_run_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RunError, match=r"recipe\.json"):
        read_bench(tmp_path)
    (tmp_path / "recipe.json").write_text("{}", encoding="utf-8")
    with pytest.raises(RunError, match="finish it with `malmoi run`"):
        read_bench(tmp_path)


def test_a_finished_run_is_read(tmp_path: Path) -> None:
    recipe = small_recipe(write_small_corpus(tmp_path / "data"))
    folder = tmp_path / "run"
    with Run.open(folder, recipe) as run:
        writing.read_corpus(run, recipe)
    texts = [document_text(document) for document in corpus().documents]
    vocabulary = build(texts, ["water"])
    vocabulary.save(folder / "vocabulary")
    lexical = lexical_of(vocabulary, weighting(recipe, vocabulary, corpus().documents), {})
    (folder / "student-v2" / "model").mkdir(parents=True)
    lexical.save(folder / "student-v2" / "model")
    vectors = to_matrix(lexical.vectors(texts), len(vocabulary))
    save_npz(folder / "student-v2" / "documents.npz", vectors)
    np.save(folder / "student-v2" / "weights.npy", np.ones(len(vocabulary), np.float32))
    write_lines(folder / "glossary" / "records.jsonl", [{"term": "물", "english": {"water": 1.0}}])
    asked = [{"text": "cold water", "language": "en"}, {"text": "찬물", "language": "ko"}]
    write_lines(folder / "queries" / "records.jsonl", asked)

    bench = read_bench(folder)
    assert len(bench.corpus.documents) == len(texts)
    assert {q.id for q in bench.dev}.isdisjoint(q.id for q in bench.test)
    assert len(bench.dev) + len(bench.test) == len(corpus().queries)
    assert bench.v2.documents.shape == vectors.shape
    assert bench.lexical.vectors(texts[:1]) == lexical.vectors(texts[:1])
    assert bench.english == ("water", "cold water")
