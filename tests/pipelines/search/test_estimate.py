from __future__ import annotations

import json
from pathlib import Path

import pytest

from malmoi.corpora.corpus import Corpus, Document, Section
from malmoi.pipelines import duration
from malmoi.pipelines.duration import Machine, spoken
from malmoi.pipelines.search import estimate as estimating
from malmoi.pipelines.search.estimate import (
    estimate,
    indexing,
    measure,
    pooled_documents,
    requests_of,
)
from malmoi.recipe import SearchRecipe, dump
from malmoi.runs.stage import write_state
from malmoi.teachers import Request

MACHINE = Machine(operations=1e11, characters=1e5, bf16=True)
DOCUMENTS = [Document(str(n), "여권 안내", (Section("", "여권을 발급합니다. " * 50),))
             for n in range(20)]  # fmt: skip
ASKED = {"glossary": [Request(prompt="행 =", max_tokens=10)] * 100}


@pytest.fixture(autouse=True)
def weights(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(duration, "parameters_of", lambda model: 270_000_000)


def seconds(recipe: SearchRecipe, machine: Machine = MACHINE, count: int = 20) -> dict[str, float]:
    parts = estimate(recipe, DOCUMENTS[:count], ASKED, machine)
    return {part.name: part.seconds or 0 for part in parts}


def changed(**tables: dict[str, object]) -> SearchRecipe:
    return SearchRecipe.model_validate({"name": "n", **tables})


def test_more_work_takes_longer_and_a_faster_machine_less() -> None:
    usual = seconds(changed())
    assert usual.keys() == {"glossary", "reading", "students"}
    longer = seconds(changed(training={"steps": 900}))["students"]
    assert longer > 2 * usual["students"]
    assert seconds(changed(), count=2)["students"] < usual["students"]
    fast = seconds(changed(), Machine(2e11, 2e5, True))
    assert fast == {name: pytest.approx(time / 2) for name, time in usual.items()}
    slow = seconds(changed(), Machine(1e11, 1e5, False))
    assert slow["students"] > usual["students"]
    assert slow["reading"] == usual["reading"]


def test_of_a_large_corpus_a_pool_is_read_by_the_network() -> None:
    pooled = changed(evaluation={"max_documents": 10, "pool_documents": 100})
    assert len(pooled_documents(pooled, DOCUMENTS * 6)) == 100
    assert pooled_documents(pooled, DOCUMENTS * 5) == DOCUMENTS * 5
    words, network = indexing(pooled, DOCUMENTS * 6, MACHINE)
    assert network.seconds == pytest.approx(6 * indexing(pooled, DOCUMENTS, MACHINE)[1].seconds)
    assert words.seconds == pytest.approx(6 * indexing(pooled, DOCUMENTS, MACHINE)[0].seconds)


def test_without_a_neural_part_nothing_is_trained() -> None:
    assert "students" not in seconds(changed(encoder={"neural": False}))


def test_what_an_endpoint_takes_isn_t_made_up() -> None:
    teacher = {"preset": "", "kind": "http", "url": "http://127.0.0.1:9/v1", "model": "m"}
    parts = estimate(changed(teacher=teacher), DOCUMENTS, ASKED, MACHINE)
    assert parts[0].seconds is None
    said = spoken(parts)
    assert said.startswith("about ")
    assert "what isn't known: glossary (100 calls; an endpoint's speed" in said


def made_run(folder: Path, recipe: SearchRecipe) -> Path:
    folder.mkdir()
    (folder / "recipe.json").write_text(json.dumps(dump(recipe)), encoding="utf-8")
    state = {
        "done": True, "items": 0, "number": 1, "tokens_in": 0, "tokens_out": 0, "cost": 0.0,
        "figures": {}, "rejected": {"empty": 4},
    }  # fmt: skip
    for name, counts, took in (("glossary", {"records": 6}, 500.0), ("student-v1", {}, 600.0)):
        (folder / name).mkdir()
        write_state(folder / name, {**state, "name": name, "counts": counts, "seconds": took})
    return folder


def test_what_a_run_has_measured_goes_first(tmp_path: Path) -> None:
    recipe = changed(glossary={"samples": 5})
    folder = made_run(tmp_path / "n", recipe)
    parts = {p.name: p for p in estimate(recipe, DOCUMENTS, ASKED, MACHINE, folder)}
    # Ten terms with five calls each took 500 s, so 100 calls take 1,000; two students, 300 steps.
    assert parts["glossary"].seconds == pytest.approx(1000)
    assert parts["glossary"].basis == "as fast as in this run"
    assert parts["students"].seconds == pytest.approx(600 * 2 + 600 * (len_students(recipe) - 2))
    # Another teacher's speed says nothing of this one's.
    other = changed(glossary={"samples": 5}, teacher={"preset": "gemma-3-270m-llama-cpp"})
    parts = {p.name: p for p in estimate(other, DOCUMENTS, ASKED, MACHINE, folder)}
    assert parts["glossary"].basis == "measured"


def len_students(recipe: SearchRecipe) -> int:
    return sum(v.neural for v in estimating.variants(recipe, has_segments=False))


def test_a_folder_without_a_run_or_with_another_job_s_says_nothing(tmp_path: Path) -> None:
    for content in (None, '{"job": "mnemonics", "name": "m"}'):
        if content:
            (tmp_path / "recipe.json").write_text(content)
        parts = estimate(changed(), DOCUMENTS, ASKED, MACHINE, tmp_path)
        assert {part.basis for part in parts} == {"measured"}


def test_requests_are_those_of_the_stages() -> None:
    corpus = Corpus("c", tuple(DOCUMENTS))
    asked = requests_of(changed(glossary={"samples": 2}, queries={"enabled": False}), corpus)
    assert asked["candidates"] == asked["synonyms-asked"] == []
    assert asked["glossary"]
    assert len(asked["glossary"]) % 2 == 0
    assert not requests_of(changed(glossary={"enabled": False}), corpus)["glossary"]


def test_a_machine_is_measured_on_the_documents() -> None:
    machine = measure(DOCUMENTS)
    assert machine.characters > 1000
    assert machine.operations > 1e8
