"""Whole runs with tiny models over corpora that give no titles, no queries, or three words."""

from __future__ import annotations

import json
import logging
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from malmoi.pipelines.search.forecast import NOTHING_HELD_OUT
from malmoi.pipelines.search.pipeline import run_recipe
from malmoi.recipe import SearchRecipe
from tests.helpers.small_corpus import HUMAN, articles, small_recipe, tiny_models

PRODUCTS = [
    " ".join(words)
    for words in product(
        "여성 남성 아동 캠핑 사무용 여행용 학생용 가정용 겨울 여름".split(),
        "린넨 가죽 무선 접이식 방수".split(),
        "셔츠 이어폰 의자 운동화 가방 우산".split(),
    )
]
"""Three hundred product titles of three words."""


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, str]:
    return tiny_models(tmp_path_factory.mktemp("models"))


def recipe(models: tuple[str, str], **corpus: Any) -> SearchRecipe:
    """A small recipe without a teacher; tiny models find all documents alike (margin)."""
    return small_recipe(
        Path(corpus["path"]),
        corpus=corpus,
        glossary={"enabled": False},
        queries={"enabled": False},
        encoder={"base": models[0]},
        training={"margin": 1.0},
        evaluation={"dense_model": models[1]},
    )


def lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def write(path: Path, rows: list[dict[str, Any]]) -> str:
    text = "\n".join(json.dumps(row, ensure_ascii=False) for row in rows)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text + "\n", encoding="utf-8")
    return str(path)


@pytest.mark.parametrize("field", ["text", "title"])
def test_three_hundred_titles_of_three_words(
    field: str, models: tuple[str, str], tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """With three rows of signs among them, and whichever of the two fields they stand in."""
    texts = [*PRODUCTS, "!!!", "…", "~~"]
    rows = [{"_id": f"p{n}", "title": "", "text": ""} | {field: t} for n, t in enumerate(texts)]
    write(tmp_path / "beir" / "corpus.jsonl", rows)
    write(tmp_path / "beir" / "queries.jsonl", [{"_id": "q", "text": "겨울에 신는 것"}])
    (tmp_path / "beir" / "qrels").mkdir()
    qrels = tmp_path / "beir" / "qrels" / "test.tsv"
    qrels.write_text("query-id\tcorpus-id\tscore\nq\tp243\t1\n", encoding="utf-8")
    asked = recipe(models, reader="beir", path=str(tmp_path / "beir"), test_share=0.99)
    with caplog.at_level(logging.WARNING):
        results = run_recipe(asked, tmp_path / "run")
    assert {"lexical v0", "v1", "v2", "BM25F"} <= set(results["systems"])
    assert "3 of 303 documents have no content word" in caplog.text
    assert all(f"'p{n}'" in caplog.text for n in (300, 301, 302))
    pairs = lines(tmp_path / "run" / "pairs" / "records.jsonl")
    assert {pair["document"] for pair in pairs} == {f"p{n}" for n in range(300)}
    # Its one query is held out: nothing tells whether training helps, and nothing is mined for it.
    assert not any(pair["negatives"] for pair in pairs)


def test_a_table_of_texts_alone(
    models: tuple[str, str], tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Nobody asks anything, so nothing is proved; v1 is there all the same."""
    path = write(
        tmp_path / "texts.jsonl", [{"id": name, "text": text} for name, _, _, text, _ in articles()]
    )
    asked = recipe(models, reader="table", path=path, title_field="")
    with caplog.at_level(logging.WARNING):
        results = run_recipe(asked, tmp_path / "run")
    said = [record.getMessage() for record in caplog.records]
    assert any("sentences, phrases and terms" in text for text in said)
    assert any("the neural part stays as it begins" in text for text in said)
    kinds = {pair["kind"] for pair in lines(tmp_path / "run" / "pairs" / "records.jsonl")}
    assert kinds == {"own sentence", "own phrase", "own terms"}
    (verdict,) = results["verdicts"]
    assert verdict.startswith(NOTHING_HELD_OUT)
    report = (tmp_path / "run" / "report.html").read_text(encoding="utf-8")
    assert NOTHING_HELD_OUT in report
    assert "<tbody>\n</tbody>" not in report
    card = (tmp_path / "run" / "student-v1" / "model" / "README.md").read_text(encoding="utf-8")
    assert "sentences, phrases and terms of the documents" in card
    assert "0 of 0, untrained, since there are no development queries" in card


def test_a_beir_folder_without_titles(models: tuple[str, str], tmp_path: Path) -> None:
    """Its queries are proof and no training pairs, though one is a sentence of its text."""
    first = articles()[0][3].split(".")[0]
    human = [*HUMAN.items(), (first + "?", "kimchi")]
    write(
        tmp_path / "beir" / "corpus.jsonl",
        [{"_id": name, "title": "", "text": text} for name, _, _, text, _ in articles()],
    )
    write(
        tmp_path / "beir" / "queries.jsonl",
        [{"_id": f"q{n}", "text": text} for n, (text, _) in enumerate(human)],
    )
    (tmp_path / "beir" / "qrels").mkdir()
    rows = "".join(f"q{n}\t{d}\t1\n" for n, (_, d) in enumerate(human))
    (tmp_path / "beir" / "qrels" / "test.tsv").write_text(f"query-id\tcorpus-id\tscore\n{rows}")
    asked = recipe(models, reader="beir", path=str(tmp_path / "beir"), test_share=0.5)
    results = run_recipe(asked, tmp_path / "run")
    assert "v1" in results["comparison"]["scores"]["ko"]
    assert results["systems"]["v1"]["description"].startswith("trained on titles, headings, sen")
    queries = {pair["query"] for pair in lines(tmp_path / "run" / "pairs" / "records.jsonl")}
    assert queries
    assert not queries & {first, *HUMAN}


def test_three_documents_that_are_nearly_the_same(
    models: tuple[str, str], tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """None can be a hard negative of another, so other documents of a batch are."""
    texts = ["여권 신청 방법 안내", "여권 신청 방법 설명", "여권 신청 방법 문의"]
    path = write(tmp_path / "few.jsonl", [{"id": str(n), "text": t} for n, t in enumerate(texts)])
    asked = recipe(models, reader="table", path=path, title_field="")
    training = asked.training.model_copy(update={"margin": 0.01, "without_development": True})
    with caplog.at_level(logging.WARNING):
        results = run_recipe(asked.model_copy(update={"training": training}), tmp_path / "run")
    assert "no pair has a hard negative" in caplog.text
    assert results["training"]["v1"]
