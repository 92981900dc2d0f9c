from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy.sparse import csr_matrix

from malmoi.core.errors import SourceError, StudentError
from malmoi.corpora.corpus import Corpus, Document, Query, Section
from malmoi.corpora.readers.beir import write_beir
from malmoi.encoder.encoder import Encoder
from malmoi.encoder.evaluate import evaluate, system
from malmoi.evaluation.metrics import METRICS, flops, per_query
from malmoi.models.sparse import encode, load
from malmoi.recipe import EncoderSection
from malmoi.retrieval.scores import search_matrix
from tests.helpers.tiny_encoder import WORDS, make_encoder

DOCUMENTS = tuple(
    Document(f"d{n}", WORDS[n], (Section("", f"{WORDS[n]} {WORDS[(n + 3) % 10]}"),))
    for n in range(10)
)
QUERIES = (
    *(Query(f"q{n}", WORDS[n], "ko" if n < 8 else "en", "human") for n in range(10)),
    Query("none", "서울", "ko"),
)
QRELS = {f"q{n}": {f"d{n}": 1, f"d{(n + 1) % 10}": 0} for n in range(10)} | {"none": {"d0": 0}}
CORPUS = Corpus("tiny", DOCUMENTS, QUERIES, QRELS)


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_encoder(tmp_path_factory.mktemp("models") / "tiny-model")


@pytest.fixture
def data(tmp_path: Path) -> Path:
    write_beir(CORPUS, tmp_path / "tiny")
    return tmp_path / "tiny"


def test_a_model_is_measured_beside_its_baselines(
    model: Path, data: Path, logged: pytest.LogCaptureFixture
) -> None:
    write_beir(CORPUS, data, "dev")
    results = evaluate(model, data)
    comparison = results["comparison"]
    assert comparison["queries"] == {"en": 2, "ko": 8}
    assert (
        set(comparison["scores"]["ko"]) == {"tiny-model", "BM25", "BM25F"} == {*results["systems"]}
    )
    assert [(c["language"], c["a"], c["b"]) for c in comparison["comparisons"]] == [
        (language, "tiny-model", baseline)
        for language in ("en", "ko")
        for baseline in ("BM25", "BM25F")
    ]
    assert comparison["scores"]["ko"]["BM25F"]["nDCG@10"]["mean"] == 1.0  # titles are the queries
    assert "settings)" in results["systems"]["BM25F"]["description"]  # tuned on dev

    encoder = load(model)
    documents = encode(
        encoder.encode_document, [document.full_text for document in DOCUMENTS], "", encoder
    )
    queries = encode(encoder.encode_query, [q.text for q in QUERIES[:10]], "", encoder)
    hits = search_matrix(queries, documents, [d.id for d in DOCUMENTS], 100)
    run = {f"q{n}": hit for n, hit in enumerate(hits)}
    expected = per_query(run, QRELS, [f"q{n}" for n in range(8)])
    for metric in METRICS:
        got = comparison["scores"]["ko"]["tiny-model"][metric]["mean"]
        assert got == pytest.approx(expected[metric].mean())
    costs = results["systems"]["tiny-model"]
    assert costs["flops"] == pytest.approx(flops(queries, documents))
    assert costs["query_dimensions"]["mean"] == 1.0
    assert json.loads(json.dumps(results)) == results
    assert "1 queries have no relevant document" in logged.text


def test_without_development_queries_nothing_is_tuned(model: Path, data: Path) -> None:
    about = evaluate(model, data)["systems"]["BM25"]["description"]
    assert (
        about == "kiwi's words; en: k1 and b as usual, not tuned; ko: k1 and b as usual, not tuned"
    )


def test_the_only_split_is_taken_but_never_one_of_several(
    model: Path, data: Path, logged: pytest.LogCaptureFixture
) -> None:
    (data / "qrels" / "test.tsv").rename(data / "qrels" / "dev.tsv")
    assert evaluate(model, data)["split"] == "dev"
    assert "its only one, 'dev'" in logged.text
    write_beir(CORPUS, data, "train")
    with pytest.raises(SourceError, match="no split 'test'"):
        evaluate(model, data)


def test_data_that_is_missing_or_asks_nothing(model: Path, data: Path) -> None:
    with pytest.raises(SourceError, match="BEIR folder"):
        evaluate(model, data / "none")
    (data / "qrels" / "test.tsv").write_text("query-id\tcorpus-id\tscore\nnone\td0\t0\n")
    with pytest.raises(SourceError, match="Expected at least one"):
        evaluate(model, data)


def test_a_model_that_is_missing(data: Path) -> None:
    with pytest.raises(StudentError, match="no model's folder"):
        evaluate(data / "none", data)


def test_a_word_that_the_corpus_writes_another_way_counts_as_in_a_search(tmp_path: Path) -> None:
    """Saved or not, the figures are those of the index that `malmoi index` would make."""
    documents = (
        Document("content", "콘텐츠", (Section("", "콘텐츠 목록을 만듭니다."),)),
        Document("park", "공원", (Section("", "크루거 국립공원에 갑니다."),)),
    )
    queries = (Query("q1", "컨텐츠", "ko", "human"), Query("q2", "Kruger", "en", "human"))
    of = Corpus("written", documents, queries, {"q1": {"content": 1}, "q2": {"park": 1}})
    write_beir(of, tmp_path / "data")
    encoder = Encoder.fit(of, (), EncoderSection(neural=False))
    assert encoder.encode_queries([query.text for query in queries]).nnz == 0
    unsaved = evaluate(encoder, tmp_path / "data", baselines=())
    encoder.save(tmp_path / "model")
    saved = evaluate(tmp_path / "model", tmp_path / "data", baselines=())
    for results, name in ((unsaved, "encoder"), (saved, "model")):
        for language in ("ko", "en"):
            assert results["comparison"]["scores"][language][name]["nDCG@10"]["mean"] == 1.0


def matrix(rows: list[list[float]]) -> Any:
    return csr_matrix(np.array(rows, np.float32))


def test_what_a_system_costs() -> None:
    queries, documents = matrix([[1, 0, 0], [1, 1, 0]]), matrix([[1, 2, 0], [0, 0, 0]])
    got = system("v2", "as v1", "ours", queries, documents)
    assert got == {
        "description": "as v1",
        "group": "ours",
        "document_dimensions": {
            "mean": 1.0,
            "p5": pytest.approx(0.1),
            "p50": 1.0,
            "p95": 1.9,
            "zero": 1,
        },
        "query_dimensions": {
            "mean": 1.5,
            "p5": pytest.approx(1.05),
            "p50": 1.5,
            "p95": 1.95,
            "zero": 0,
        },
        "flops": 1 * 0.5 + 0.5 * 0.5,
        "index_bytes": 2 * 8 + 4 * 8,
    }
    nothing = system("BM25", "words", "baseline", None, None)
    assert set(nothing.values()) == {"words", "baseline", None}
    with pytest.raises(SourceError, match="v2: queries have 2 dimensions"):
        system("v2", "", "ours", matrix([[1, 0]]), documents)
