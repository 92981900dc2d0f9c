from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from malmoi.core.errors import ClusterError
from malmoi.pipelines.doctor import needs as needing
from malmoi.pipelines.doctor.check import Check
from malmoi.pipelines.doctor.needs import check_cluster, check_needs
from malmoi.recipe import MnemonicsRecipe, SearchRecipe
from malmoi.retrieval.opensearch import check as checking
from malmoi.retrieval.opensearch.check import Feature
from tests.helpers.bad_server import Answer, BadServer, completion

KEY = "sk-very-secret-4711"


@pytest.fixture
def docs(tmp_path: Path) -> Path:
    path = tmp_path / "docs.csv"
    path.write_text("id,text\n1,여권을 발급합니다.\n", encoding="utf-8")
    return path


def of(docs: Path, **tables: Any) -> dict[str, Check]:
    corpus = {"reader": "table", "path": str(docs), "title_field": ""}
    values = {"name": "n", "corpus": corpus, **tables}
    return {check.name: check for check in check_needs(SearchRecipe.model_validate(values))}


def at(url: str, **more: Any) -> dict[str, Any]:
    return {"preset": "", "kind": "http", "model": "m", "url": url, **more}


def said(checks: Sequence[Check]) -> str:
    return "\n".join(f"{check.name} {check.seen} {check.remedy}" for check in checks)


def test_a_corpus_is_read(docs: Path) -> None:
    check = of(docs)["corpus"]
    assert check.ok
    assert check.seen.endswith("docs.csv: 1 documents")
    docs.unlink()
    check = of(docs)["corpus"]
    assert check.stops
    assert "is not there" in check.remedy


def test_files_that_a_recipe_names_are_looked_for(docs: Path) -> None:
    assert of(docs, glossary={"exemplars": str(docs)})["glossary.exemplars"].ok
    check = of(docs, queries={"prompts": str(docs / "none")})["queries.prompts"]
    assert check.stops
    assert check.remedy == "Correct queries.prompts."


def test_an_endpoint_is_asked_once_and_shortly(docs: Path) -> None:
    with BadServer(lambda number, body: completion("row")) as server:
        check = of(docs, teacher=at(server.url))[f"teacher at {server.url}"]
        assert check.ok
        assert check.seen == "answers ('row')"
        (body,) = server.bodies
    assert len(json.dumps(body)) < 400


def test_an_endpoint_that_fails_stops_and_isn_t_asked_again(docs: Path) -> None:
    with BadServer(lambda number, body: Answer(503, {"error": {"message": "busy"}})) as server:
        check = of(docs, teacher=at(server.url))[f"teacher at {server.url}"]
        assert check.stops
        assert "503" in check.remedy
        assert len(server.bodies) == 1


def test_an_empty_key_is_named_and_none_is_ever_printed(
    docs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("MY_KEY", raising=False)

    def refuse(number: int, body: dict[str, Any]) -> Answer:
        return Answer(401, {"error": {"message": f"wrong key {KEY}"}})

    with BadServer(refuse) as server:
        teacher = at(server.url, api_key_env="MY_KEY")
        check = of(docs, teacher=teacher)[f"teacher at {server.url}"]
        assert check.stops
        assert "the environment variable MY_KEY is empty" in check.remedy
        assert not server.bodies
        monkeypatch.setenv("MY_KEY", KEY)
        checks = of(docs, teacher=teacher)
        assert checks[f"teacher at {server.url}"].stops
        assert KEY not in said(list(checks.values()))
        sent = {name.lower(): value for name, value in server.headers[0].items()}
        assert sent["authorization"].endswith(KEY)


def test_each_server_is_asked(docs: Path) -> None:
    with (
        BadServer(lambda number, body: completion("row")) as good,
        BadServer(lambda number, body: Answer(500, {})) as bad,
    ):
        teacher = at("", servers=[{"url": good.url}, {"url": bad.url}])
        checks = of(docs, teacher=teacher)
        assert checks[f"teacher at {good.url}"].ok
        assert checks[f"teacher at {bad.url}"].stops


def test_a_teacher_that_nothing_asks_is_not_asked(docs: Path) -> None:
    off = {"glossary": {"enabled": False}, "queries": {"enabled": False}}
    assert of(docs, teacher=at("http://127.0.0.1:9/v1"), **off).keys() == {"corpus"}


def test_a_preset_that_there_is_not_stops(docs: Path) -> None:
    check = of(docs, teacher={"preset": "gema-3-270m"})["teacher"]
    assert check.stops
    assert "did you mean 'gemma-3-270m'?" in check.remedy


def test_weights_are_looked_for_and_measured(
    docs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path / "hub"))
    file = tmp_path / "m.gguf"
    file.write_bytes(b"GGUF" + bytes(20_000_000))
    teacher = {"preset": "", "kind": "embedded", "model": str(file)}
    assert of(docs, teacher=teacher)["teacher"].seen.endswith("here, 0.02 GiB")
    monkeypatch.setattr(needing, "available_memory", lambda: 10_000_000)
    check = of(docs, teacher=teacher)["teacher"]
    assert check.stops
    assert "0.0 are free" in check.seen
    missing = of(docs, teacher={**teacher, "model": "no-such-package"})["teacher"]
    assert missing.stops
    assert missing.remedy.startswith("pip install no-such-package")


def test_weights_of_the_hub_may_be_fetched_when_they_are_used(
    docs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path / "hub"))
    check = of(docs, encoder={"base": "some/model"})["encoder.base"]
    assert (check.ok, check.stops) == (False, False)
    (tmp_path / "hub/models--some--model/snapshots/1").mkdir(parents=True)
    assert of(docs, encoder={"base": "some/model"})["encoder.base"].ok


def test_cards_ask_only_the_teachers_that_they_use() -> None:
    plain = MnemonicsRecipe(job="mnemonics", name="n")
    assert check_needs(plain) == []
    judged = {"models": [{"preset": "nobody"}]}
    recipe = MnemonicsRecipe.model_validate(
        {"job": "mnemonics", "name": "n", "judge": judged, "words": {"path": "/none.txt"}}
    )
    assert [check.name for check in check_needs(recipe)] == ["words.path", "judge 1"]


def test_words_that_are_failed_in_anki(tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    words = {"when": "lapse", "anki": str(path)}
    recipe = MnemonicsRecipe.model_validate({"job": "mnemonics", "name": "n", "words": words})
    (check,) = check_needs(recipe)
    assert (check.name, check.stops) == ("words.anki", True)
    assert "is not there" in check.remedy
    path.write_text("#tags column:2\nabate\tleech\nnovel\t\n")
    (check,) = check_needs(recipe)
    assert (check.ok, check.seen) == (True, "1 words that are failed")


def test_a_cluster_s_lacks_are_said_and_stop_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    features = [Feature("nori", "no tokenizer", "install it"), Feature("health", "green")]
    monkeypatch.setattr(checking, "check", lambda: features)
    nori, health = check_cluster()
    assert (nori.ok, nori.remedy, nori.stops) == (False, "install it", False)
    assert health.ok

    def unreachable() -> list[Feature]:
        raise ClusterError("it can't be reached: start it")

    monkeypatch.setattr(checking, "check", unreachable)
    (check,) = check_cluster()
    assert check.remedy == "it can't be reached: start it"
