"""A run over more documents than it embeds: what is embedded doesn't grow with the corpus."""

from __future__ import annotations

import json
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy.sparse import load_npz

from malmoi.core.errors import SourceError
from malmoi.corpora.corpus import Corpus, Document, Query, Section
from malmoi.corpora.readers.beir import write_beir
from malmoi.pipelines.search.context import SearchContext
from malmoi.pipelines.search.pipeline import plan_rows, run_recipe
from malmoi.pipelines.search.systems.collection import open_run
from malmoi.recipe import SearchRecipe
from malmoi.reports.search import render
from malmoi.retrieval.opensearch.source import RunSource
from malmoi.runs.run import Run
from tests.helpers.small_corpus import small_recipe, tiny_models

POOL = 100
TITLES = [
    " ".join(words)
    for words in product(
        "여성 남성 아동 캠핑 사무용 여행용 학생용 가정용 겨울 여름".split(),
        "린넨 가죽 무선 접이식 방수 나무".split(),
        "셔츠 이어폰 의자 운동화 가방 우산 모자 책상 시계 장갑".split(),
    )
]
"""Six hundred product titles of three words."""


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, str]:
    return tiny_models(tmp_path_factory.mktemp("models"))


def recipe(models: tuple[str, str], path: Path, size: int) -> SearchRecipe:
    texts = (f"{title} 제품입니다. 번호는 {n}번입니다." for n, title in enumerate(TITLES[:size]))
    pairs = zip(TITLES, texts, strict=False)
    documents = tuple(Document(f"p{n}", t, (Section("", x),)) for n, (t, x) in enumerate(pairs))
    queries = tuple(Query(f"q{n}", f"{TITLES[n]} 사기", "ko") for n in range(0, 60, 2))
    qrels = {query.id: {f"p{query.id[1:]}": 1} for query in queries}
    write_beir(Corpus("products", documents, queries, qrels), path)
    return small_recipe(
        path,
        glossary={"enabled": False},
        queries={"enabled": False},
        encoder={"base": models[0]},
        training={"margin": 1.0, "require_gain": False},
        evaluation={"dense_model": models[1], "max_documents": 200, "pool_documents": POOL},
    )


def lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def states_of(run: Path) -> int:
    (path,) = (run / "embeddings").rglob("windows*.npz")
    with np.load(path) as file:
        return len(file["keys"])


def embedded(run: Path) -> int:
    files = (run / "embeddings").rglob("*-passages/*.npz")
    return sum(len(np.load(path)["keys"]) for path in files)


def test_twice_the_documents_embed_no_more(models: tuple[str, str], tmp_path: Path) -> None:
    seen = {}
    for size in (300, 600):
        asked = recipe(models, tmp_path / f"{size}", size)
        assert any("pool" in row for row in plan_rows(asked))
        results = run_recipe(asked, run := tmp_path / f"run-{size}")
        assert results["corpus"]["documents"] == size
        assert sum(results["corpus"]["pool"].values()) == POOL
        assert results["corpus"]["pool"]["judged"] == 30
        assert results["corpus"]["pool"]["ranked"] == POOL // 4
        assert "a\n  pool of 100 of them" in render(results)
        pool = [record["id"] for record in lines(run / "pool" / "records.jsonl")]
        pairs = lines(run / "pairs" / "records.jsonl")
        assert {p["document"] for p in pairs} | {n for p in pairs for n in p["negatives"]} <= {
            *pool
        }
        for student in ("lexical-v0", "v1", "v2"):
            assert load_npz(run / f"student-{student}" / "documents.npz").shape[0] == POOL
        assert len(lines(run / "beir" / "corpus.jsonl")) == size
        seen[size] = embedded(run), states_of(run)
        collection = open_run(run)
        assert [document.id for document in collection.documents] == pool
        assert collection.size == size
        assert collection.search("v2", TITLES[0]).hits[0].document.id == "p0"
        with pytest.raises(SourceError, match="max_documents = 0"):
            list(RunSource(run).documents())
    assert seen[300][0] == seen[600][0] == POOL
    # Words and sentences of the vocabulary have states too; windows of documents don't grow.
    assert seen[600][1] <= 1.5 * seen[300][1]


def test_a_run_that_was_begun_without_a_pool_stays_without(
    models: tuple[str, str], tmp_path: Path
) -> None:
    asked = recipe(models, tmp_path / "beir", 220)
    with Run.open(tmp_path / "new", asked) as run:
        assert len(SearchContext(run, asked).corpus.documents) == POOL
    with Run.open(tmp_path / "old", asked) as run:
        context = SearchContext(run, asked)
        stage = run.stage("candidates", 1, [context.corpus_stage])
        stage.fill([])
        stage.finish()
        assert context.pool_stage is None
        assert context.corpus is context.whole
    assert any("pool" in row for row in plan_rows(asked, tmp_path / "new"))
    assert not any("pool" in row for row in plan_rows(asked, tmp_path / "old"))
