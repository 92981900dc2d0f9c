"""Whole runs over a small corpus: with tiny models in seconds, with the real ones in minutes."""

from __future__ import annotations

import json
import re
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy.sparse import csr_matrix, load_npz
from typer.testing import CliRunner

from malmoi.cli import app
from malmoi.corpora.corpus import Corpus
from malmoi.corpora.splits import held_out
from malmoi.encoder.pairs import MinedPair
from malmoi.pipelines.search.pipeline import as_begun, plan_rows, run_recipe
from malmoi.pipelines.search.students import variants
from malmoi.recipe import SearchRecipe
from malmoi.reports.search_results import SearchResults
from malmoi.synthesis.glossary import GlossaryRecord
from malmoi.synthesis.queries import CandidateRecord
from malmoi.text.morphemes import clean
from tests.helpers.run_outcome import everything
from tests.helpers.small_corpus import (
    HUMAN,
    articles,
    corpus,
    small_recipe,
    teacher_server,
    tiny_models,
    tiny_recipe,
    write_small_corpus,
)
from tests.helpers.typed_dicts import misfits

SYSTEMS = {"BM25", "BM25F", "dense", "RRF", "lexical v0", "v1", "v2", "v2 without neural"}
SYSTEMS |= {"v2 + dense"}


class Made:
    """A finished run, and what it was made from."""

    def __init__(self, recipe: SearchRecipe, folder: Path) -> None:
        self.recipe, self.folder = recipe, folder
        run_recipe(recipe, folder)

    @property
    def model(self) -> Path:
        return self.folder / "student-v2" / "model"

    def lines(self, name: str) -> list[dict[str, Any]]:
        text = (self.folder / name).read_text(encoding="utf-8")
        return [json.loads(line) for line in text.splitlines()]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    """A run with tiny models. The teacher's server is gone when the tests begin."""
    folder = tmp_path_factory.mktemp("run")
    data = write_small_corpus(folder / "small")
    with teacher_server() as server:
        return Made(tiny_recipe(data, server.url, tiny_models(folder)), folder / "runs" / "small")


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> Made:
    """A run with the default teacher (Gemma 3 270M) and the default base (e5-small)."""
    folder = tmp_path_factory.mktemp("real")
    data = write_small_corpus(folder / "small")
    return Made(small_recipe(data), folder / "runs" / "small")


def check_results(run: Made) -> None:
    results = json.loads((run.folder / "results.json").read_text(encoding="utf-8"))
    assert misfits(results, SearchResults) == []
    comparison = results["comparison"]
    assert set(results["systems"]) == SYSTEMS
    assert comparison["queries"] == counts(held_out(of_run(run), 0.5)[1])
    for language in ("ko", "en"):
        assert set(comparison["scores"][language]) == SYSTEMS
    for name in ("v1", "v2"):
        steps = [record["step"] for record in results["training"][name] if "loss" in record]
        assert steps[-1] == 6
        assert 5 <= results["systems"][name]["document_dimensions"]["mean"] <= 1000
    assert results["corpus"]["documents"] == len(articles())
    written = results["teacher"]["queries"]
    assert 0 < written["kept"] <= written["written"]
    report = (run.folder / "report.html").read_text(encoding="utf-8")
    assert all(name in report for name in SYSTEMS)
    assert not re.search(r"(?:src|href)\s*=\s*[\"']?(?:https?:)?//", report), "not self-contained"


def of_run(run: Made) -> Corpus:
    """The corpus with the queries as the run has them."""
    return corpus()


def counts(queries: Any) -> dict[str, int]:
    languages = [query.language for query in queries]
    return {language: languages.count(language) for language in sorted(set(languages))}


def check_pairs(run: Made) -> None:
    pairs = run.lines("pairs/records.jsonl")
    asked = {clean(text).casefold() for text in HUMAN}
    assert pairs
    assert not [pair for pair in pairs if clean(pair["query"]).casefold() in asked]
    titles = {pair["query"] for pair in pairs if pair["kind"] == "title"}
    assert titles == {title for _, title, *_ in articles()} - {"감기 치료"}


def check_model(run: Made) -> None:
    from sentence_transformers import SparseEncoder

    encoder = SparseEncoder(str(run.model), trust_remote_code=True)
    texts = [document.full_text for document in corpus().documents]
    got = encoder.encode_document(texts, convert_to_tensor=True).to_dense().cpu().numpy()
    kept = load_npz(run.folder / "student-v2" / "documents.npz").toarray()
    np.testing.assert_allclose(got, kept, atol=1e-4)
    assert not np.allclose(kept, load_npz(run.folder / "student-v1" / "documents.npz").toarray())
    query = encoder.encode_query(["배추 절이는 시간"], convert_to_tensor=True).to_dense().numpy()
    weights = np.load(run.folder / "student-v2" / "weights.npy")
    active = np.flatnonzero(query[0])
    assert len(active) >= 2
    np.testing.assert_allclose(query[0, active], weights[active], rtol=1e-6)
    assert csr_matrix(query).nnz < 10


def check_commands(run: Made, folder: Path) -> None:
    beir, index = run.folder / "beir", folder / "index"
    figures = folder / "figures.json"
    said = command("evaluate", str(run.model), "--data", str(beir), "--json", str(figures))
    assert "BM25F" in said
    measured = json.loads(figures.read_text(encoding="utf-8"))
    results = json.loads((run.folder / "results.json").read_text(encoding="utf-8"))
    for language in ("ko", "en"):
        ours = measured["comparison"]["scores"][language]["model"]["nDCG@10"]["mean"]
        proved = results["comparison"]["scores"][language]["v2"]["nDCG@10"]["mean"]
        assert ours == pytest.approx(proved, abs=0.02), "evaluate and the run's proof disagree"
    command("index", str(run.model), str(beir), "--out", str(index))
    hits = json.loads(command("search", str(index), "배추 절이는 시간", "--json"))
    assert "kimchi" in json.dumps(hits, ensure_ascii=False)
    assert "김치 담그기" in command("search", str(index), "배추 절이는 시간", "--top", "1")


def command(*arguments: str) -> str:
    done = CliRunner().invoke(app, list(arguments), catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done.stdout


def test_every_figure_is_there(made: Made) -> None:
    check_results(made)


@pytest.mark.parametrize(
    ("stage", "kind"),
    [
        ("glossary", GlossaryRecord),
        ("candidates", CandidateRecord),
        ("queries", CandidateRecord),
        ("pairs", MinedPair),
    ],
)
def test_records_hold_what_their_types_say(made: Made, stage: str, kind: type) -> None:
    records = made.lines(f"{stage}/records.jsonl")
    assert records
    assert [misfits(record, kind) for record in records] == [[]] * len(records)


def test_no_query_of_a_person_is_trained_on(made: Made) -> None:
    """Not even where the teacher wrote it, or where it is a title."""
    check_pairs(made)
    kept = {record["text"] for record in made.lines("queries/records.jsonl")}
    assert "bake white bread" in kept, "the rule was not put to the test"
    assert "bake white bread" in HUMAN


def test_what_the_teacher_wrote_is_kept_or_in_the_ledger(made: Made) -> None:
    terms = made.lines("glossary/records.jsonl")
    assert {"넣다": {"put": 1.0}, "세제": {"detergent": 1.0}}.items() <= {
        record["term"]: record["english"] for record in terms
    }.items()
    refused = made.lines("glossary/rejects.jsonl")
    assert {record["reason"] for record in refused} == {"not English"}
    written = made.lines("candidates/records.jsonl")
    assert len(written) == len(articles())
    kept, lost = made.lines("queries/records.jsonl"), made.lines("queries/rejects.jsonl")
    assert len(kept) + len(lost) == len(written)
    assert [(r["candidate"]["text"], r["reason"]) for r in lost] == [("고양이 모래", "script")]


def test_the_saved_model_gives_the_vectors_of_the_run(made: Made) -> None:
    check_model(made)


def test_the_other_commands_take_its_model(made: Made, tmp_path: Path) -> None:
    check_commands(made, tmp_path)


def test_a_second_run_is_over_at_once_and_changes_nothing(made: Made) -> None:
    """The teacher's server is gone, so nothing could be asked again either."""
    before, start = everything(made.folder), time.monotonic()
    content = (
        (made.folder / "results.json").read_bytes(),
        (made.folder / "report.html").read_bytes(),
    )
    run_recipe(made.recipe, made.folder)
    seconds = time.monotonic() - start
    after = everything(made.folder)
    rewritten = {name for name in before if before[name] != after.get(name)}
    assert rewritten <= {"recipe.json", "results.json", "report.html"}
    assert content == (
        (made.folder / "results.json").read_bytes(),
        (made.folder / "report.html").read_bytes(),
    )
    assert before.keys() == after.keys()
    assert seconds < 10


def test_a_plan_says_what_a_run_would_ask(made: Made) -> None:
    glossary, queries, *_, duration = plan_rows(made.recipe)
    assert glossary == ["glossary", "10 terms", "20 calls"]
    assert queries == ["queries", "30 documents", "30 calls"]
    # The teacher is an endpoint: how fast it is shows only where it has written before.
    assert duration[0] == "time"
    assert "what isn't known: glossary (20 calls" in str(duration[1])
    assert "an estimate" in str(duration[2])
    *_, duration = plan_rows(made.recipe, made.folder)
    assert "glossary (" not in str(duration[1])


@pytest.mark.slow
def test_the_default_models(real: Made, tmp_path: Path) -> None:
    check_results(real)
    check_pairs(real)
    check_model(real)
    check_commands(real, tmp_path)
    test_a_second_run_is_over_at_once_and_changes_nothing(real)


def test_a_run_of_a_version_without_a_dictionary_stays_without(tmp_path: Path) -> None:
    recipe = SearchRecipe(name="old")

    def stage(done: bool, depends: dict[str, object]) -> None:
        state = {"done": done, "depends": depends, "after": {}, "fingerprint": "", "figures": {}}
        folder = tmp_path / "student-v2"
        folder.mkdir(exist_ok=True)
        (folder / "stage.json").write_text(json.dumps(state), encoding="utf-8")

    assert as_begun(recipe, tmp_path) == recipe, "not begun"
    stage(True, {"variant": {}})
    assert as_begun(recipe, tmp_path).dictionary.enabled is None
    assert not any(v.dictionary for v in variants(as_begun(recipe, tmp_path), True))
    stage(False, {"variant": {}})
    assert as_begun(recipe, tmp_path) == recipe, "its v2 is made now"
    stage(True, {"variant": {}, "dictionary": {}})
    assert as_begun(recipe, tmp_path) == recipe
