"""Whole runs over a small corpus whose files change afterwards, each row of docs/corpora.md."""

from __future__ import annotations

import json
import logging
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from malmoi.cli import app
from malmoi.core.errors import RunError, SourceError
from malmoi.core.files import stable_hash
from malmoi.pipelines.search.pipeline import plan_rows, run_recipe
from malmoi.synthesis.prompts import FOLDER
from tests.helpers.changed_sources import Sources
from tests.helpers.run_outcome import everything
from tests.helpers.small_corpus import (
    small_recipe,
    teacher_server,
    tiny_models,
    write_recipe,
    write_small_corpus,
)

STUDENTS = {"student-lexical-v0", "student-v1", "student-v2", "student-v2-without-neural"}
JUDGED = {"queries", "quality"}
LATER = {"vocabulary", "proof", *STUDENTS}
ALL = {"corpus", "glossary", "candidates", *JUDGED, "pairs", "beir", *LATER}


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sources]:
    folder = tmp_path_factory.mktemp("sources")
    data = folder / "data"
    write_small_corpus(data / "small")
    (data / "pairs.txt").write_text("행 = row\n열 = column\n", encoding="utf-8")
    (data / "prompts").mkdir()
    shutil.copy(FOLDER / "english.toml", data / "prompts")
    base, dense = tiny_models(data)
    with teacher_server() as server:
        recipe = small_recipe(
            data / "small",
            teacher={"preset": "", "kind": "http", "url": server.url, "model": "m"},
            glossary={"exemplars": str(data / "pairs.txt")},
            queries={"prompts": str(data / "prompts"), "round_trip_k": 30},
            encoder={"base": base},
            training={"margin": 1.0, "steps": 3},
            evaluation={"dense_model": dense},
        )
        made = Sources(recipe, data, folder / "runs" / "small", run_recipe)
        made.finish()
        yield made


@pytest.fixture
def run(original: Sources, tmp_path: Path) -> Iterator[Sources]:
    """A copy of the run; the files are put back afterwards."""
    with original.copied(tmp_path / "runs" / "small") as copy:
        yield copy


def add_document(run: Sources) -> None:
    document = {"_id": "tea", "title": "녹차 우리기", "text": "찻잎을 더운물에 이 분 담급니다."}
    with (run.data / "small" / "corpus.jsonl").open("a", encoding="utf-8") as file:
        file.write(json.dumps(document, ensure_ascii=False) + "\n")


def add_qrels(run: Sources) -> None:
    (run.data / "small" / "qrels" / "more.tsv").write_text("qid\tdid\trel\nq0\trice\t1\n")


def rewrite_lines(run: Sources) -> None:
    path = run.data / "small" / "queries.jsonl"
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))


def edit_exemplars(run: Sources) -> None:
    (run.data / "pairs.txt").write_text("행 = line\n열 = column\n", encoding="utf-8")


def edit_prompt(run: Sources) -> None:
    path = run.data / "prompts" / "english.toml"
    text = path.read_text(encoding="utf-8")
    label = re.search(r'query_label = "(.*)"', text)
    assert label
    path.write_text(text.replace(label[1], "Search"), encoding="utf-8")


def edit_base(run: Sources) -> None:
    path = run.data / "bert" / "config.json"
    config = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps(config | {"layer_norm_eps": 1e-3}), encoding="utf-8")


def edit_dense(run: Sources) -> None:
    path = run.data / "dense" / "config.json"
    config = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps(config | {"layer_norm_eps": 1e-3}), encoding="utf-8")


@pytest.mark.parametrize(
    ("change", "anew", "file"),
    [
        (Sources.touch, set(), ""),
        (add_document, ALL, "small changed (corpus.jsonl)"),
        (rewrite_lines, ALL, "small changed (queries.jsonl)"),
        (add_qrels, ALL, "small changed (qrels/more.tsv is new)"),
        (edit_exemplars, {"glossary", *LATER}, "pairs.txt changed"),
        (edit_prompt, {"candidates", *JUDGED, "pairs", *LATER}, "prompts changed (english.toml)"),
        (edit_base, {"student-v1", "student-v2", "proof"}, "bert changed (config.json)"),
        (edit_dense, {*JUDGED, "pairs", *LATER}, "dense changed (config.json)"),
    ],
)
def test_what_depends_on_a_changed_file_is_made_anew(
    run: Sources,
    change: Callable[[Sources], None],
    anew: set[str],
    file: str,
    logged: pytest.LogCaptureFixture,
) -> None:
    change(run)
    rows = plan_rows(run.recipe, run.folder)
    planned = {name for row in rows if row[0] == "made anew" for name in str(row[1]).split(", ")}
    assert planned == anew
    assert all(str(row[2]).endswith(file) for row in rows if row[0] == "made anew")
    said = CliRunner().invoke(app, ["status", str(run.folder)]).stdout
    assert ("`malmoi run` makes" in said) is bool(anew)
    logged.clear()
    assert run.made_anew() == anew
    assert (f"{file}; what was there is kept in" in logged.text) is bool(anew)
    before = everything(run.folder)
    run_recipe(run.recipe, run.folder)
    after = everything(run.folder)
    changed = {name for name in before | after if before.get(name) != after.get(name)}
    assert changed <= {"recipe.json", "results.json", "report.html"}, "it is finished now"


def test_the_report_is_of_what_the_file_holds(run: Sources) -> None:
    before = (run.folder / "results.json").read_bytes()
    add_document(run)
    assert run_recipe(run.recipe, run.folder)["corpus"]["documents"] == 31
    shutil.copy(run.data.with_name("data-before") / "small" / "corpus.jsonl", run.data / "small")
    run_recipe(run.recipe, run.folder)
    assert (run.folder / "results.json").read_bytes() == before, "it was taken back"


def test_a_finished_run_outlives_its_files(run: Sources, logged: pytest.LogCaptureFixture) -> None:
    shutil.rmtree(run.data)
    before = everything(run.folder)
    run_recipe(run.recipe, run.folder)
    after = everything(run.folder)
    changed = {name for name in before | after if before.get(name) != after.get(name)}
    assert changed <= {"recipe.json", "results.json", "report.html"}
    for key in ("corpus.path", "glossary.exemplars", "queries.prompts", "encoder.base"):
        assert logged.text.count(f"({key}) is not there: the run goes on") == 1
    rows = plan_rows(run.recipe, run.folder)
    assert rows[0] == ["glossary", "10 terms", "20 calls"]
    assert rows[1] == ["queries", "30 documents", "30 calls"]
    assert {row[2] for row in rows if row[0] == "gone"} == {"what is finished goes on without it"}
    said = CliRunner().invoke(app, ["status", str(run.folder)]).stdout
    assert "(corpus.path) is not there: what is finished goes on without it." in said


def test_a_stage_that_isnt_finished_says_what_it_lacks(run: Sources) -> None:
    """In the command, too, and in its plan."""
    state = run.folder / "glossary" / "stage.json"
    half = json.loads(state.read_text(encoding="utf-8")) | {"done": False}
    state.write_text(json.dumps(half), encoding="utf-8")
    (run.data / "pairs.txt").unlink()
    with pytest.raises(RunError, match=r"pairs.txt .* stage glossary has yet to read it"):
        run_recipe(run.recipe, run.folder)
    said = CliRunner().invoke(app, ["status", str(run.folder)]).stdout
    assert "stops: glossary isn't finished and needs it" in said


def test_a_run_of_an_older_version_is_finished(
    run: Sources, logged: pytest.LogCaptureFixture
) -> None:
    """It has no digests: they are recorded, and what changes from then on is noticed."""
    plain: dict[str, str] = {}
    stages = [
        (json.loads(path.read_text(encoding="utf-8")), path)
        for path in run.folder.glob("*/stage.json")
    ]
    for state, path in sorted(stages, key=lambda each: each[0]["number"]):
        state.pop("sources", None)
        state.pop("recipe", None)
        state["after"] = {name: plain[name] for name in state["after"]}
        key = {name: state[name] for name in ("name", "depends", "after")}
        plain[state["name"]] = state["fingerprint"] = stable_hash(key)
        path.write_text(json.dumps(state), encoding="utf-8")
    (run.folder / "sources.json").unlink()
    assert run.made_anew() == set()
    assert "changed" not in logged.text
    assert "not there" not in logged.text
    add_document(run)
    assert run.made_anew() == ALL


def test_a_corpus_that_changes_while_the_run_is_at_work_is_said(
    run: Sources, logged: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    from malmoi.pipelines.search import pipeline

    export = pipeline.export
    monkeypatch.setattr(pipeline, "export", lambda c: (export(c), add_document(run)))
    run_recipe(run.recipe, run.folder)
    assert "small changed (corpus.jsonl) while this run was at work" in logged.text
    monkeypatch.undo()
    assert run.made_anew() == ALL


def test_the_command_says_which_file_changed(
    run: Sources, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    recipe = write_recipe(run.recipe, tmp_path / "small.toml")
    add_document(run)
    command = ["run", str(recipe), "--runs", str(run.folder.parent)]
    with caplog.at_level(logging.INFO):
        said = CliRunner().invoke(app, [*command, "--dry-run"]).stdout
    assert "made anew" in said
    assert "corpus.jsonl" in said
    assert not list(run.folder.glob("*~*"))


def test_a_plan_under_another_recipe_needs_the_corpus(run: Sources) -> None:
    """As the run does."""
    (run.data / "small" / "corpus.jsonl").unlink()
    plan_rows(run.recipe, run.folder)
    section = run.recipe.corpus.model_copy(update={"limit": 20})
    other = run.recipe.model_copy(update={"corpus": section})
    with pytest.raises(SourceError, match=r"has no corpus\.jsonl"):
        plan_rows(other, run.folder)
    with pytest.raises(RunError, match="stage corpus has yet to read it"):
        run_recipe(other, run.folder)
