from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from malmoi.core.errors import RunError
from malmoi.recipe import CorpusSection, SearchRecipe, TeacherSection
from malmoi.runs.run import Run, lock_holder, status
from tests.helpers.toy_run import RECIPE, finish_toy


def test_a_stage_is_moved_aside_and_taken_back(
    tmp_path: Path, logged: pytest.LogCaptureFixture
) -> None:
    def run_with(limit: int) -> tuple[str, bool]:
        with Run.open(tmp_path, RECIPE) as run:
            first = run.stage("first", {"corpus": CorpusSection(limit=limit)})
            finish_toy(first, limit + 1)
            second = run.stage("second", "same", after=[first])
            was_done = second.done
            finish_toy(second)
            return second.fingerprint, was_done

    a, done = run_with(3)
    assert not done
    assert run_with(3) == (a, True)
    b, done = run_with(5)
    assert a != b, "a stage depends on the stages before it"
    assert not done
    said = logged.text
    assert "first: made anew, because depends.corpus.limit changed" in said
    assert "second: made anew, because after.first changed" in said
    assert (tmp_path / f"second~{a}/records.jsonl").exists()
    assert [summary.name for summary in status(tmp_path)] == ["first", "second"]
    assert run_with(3) == (a, True)
    assert "second: taken back" in logged.text
    assert (tmp_path / f"second~{b}").exists()
    assert not (tmp_path / f"second~{a}").exists()


def test_operational_fields_are_no_part_of_a_fingerprint(tmp_path: Path) -> None:
    prints = []
    for teacher in (
        TeacherSection(),
        TeacherSection(timeout=5, max_concurrency=1),
        TeacherSection(max_tokens=9),
    ):
        with Run.open(tmp_path, RECIPE) as run:
            prints.append(run.stage("write", {"teacher": [teacher]}).fingerprint)
    assert prints[0] == prints[1] != prints[2]


def test_the_order_of_use_is_guarded(tmp_path: Path) -> None:
    with Run.open(tmp_path, RECIPE) as run:
        first = run.stage("first", 1)
        with pytest.raises(RunError, match="needs first, which is not finished"):
            run.stage("second", 1, after=[first])
        with pytest.raises(RunError, match="opened before"):
            run.stage("first", 1)
        with pytest.raises(RunError, match="can't name a stage"):
            run.stage("../up", 1)
        with pytest.raises(TypeError, match="set, which has no fingerprint"):
            run.stage("third", {1, 2})
        (tmp_path / "mine").mkdir()
        with pytest.raises(RunError, match="is no stage"):
            run.stage("mine", 1)


def test_strange_folders_are_refused(tmp_path: Path) -> None:
    (tmp_path / "thesis.odt").touch()
    with pytest.raises(RunError, match=r"holds no run .* but 'thesis.odt'"):
        Run.open(tmp_path, RECIPE)
    with pytest.raises(RunError, match="holds no run"):
        status(tmp_path)
    Run.open(tmp_path / "run", RECIPE).close()
    with pytest.raises(RunError, match="recipe 'toy', not of 'other'"):
        Run.open(tmp_path / "run", SearchRecipe(name="other"))
    Run.open(tmp_path / "run", RECIPE).close()


def test_a_changed_recipe_is_said_and_written(
    tmp_path: Path, logged: pytest.LogCaptureFixture
) -> None:
    Run.open(tmp_path, RECIPE).close()
    Run.open(tmp_path, SearchRecipe(name="toy", seed=14)).close()
    assert "changed since this run began: seed" in logged.text
    assert json.loads((tmp_path / "recipe.json").read_text())["seed"] == 14


def test_a_key_of_an_earlier_version_is_no_change(
    tmp_path: Path, logged: pytest.LogCaptureFixture
) -> None:
    Run.open(tmp_path, RECIPE).close()
    path = tmp_path / "recipe.json"
    old = json.loads(path.read_text())
    old["encoder"]["keep"] = old["encoder"].pop("top_k")
    old["glossary"]["most_terms"] = old["glossary"].pop("max_terms") + 5
    path.write_text(json.dumps(old))
    Run.open(tmp_path, RECIPE).close()
    assert logged.text.rstrip().endswith("since this run began: glossary.max_terms")
    assert "keep" not in json.loads(path.read_text())["encoder"]


def test_two_processes_cannot_write_one_run(tmp_path: Path) -> None:
    code = (
        "import sys, pathlib; from malmoi.runs.run import Run\n"
        "from malmoi.recipe import SearchRecipe\n"
        f"with Run.open(pathlib.Path({str(tmp_path)!r}), SearchRecipe(name='toy')) as run:\n"
        "    run.stage('toy', 1).fill([{'a': 1}]); print('ready', flush=True); sys.stdin.read()\n"
    )
    child = subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    try:
        assert child.stdout is not None
        assert child.stdout.readline() == "ready\n"
        with pytest.raises(RunError, match=f"is being written by process {child.pid}"):
            Run.open(tmp_path, RECIPE)
        assert f"process {child.pid}" in lock_holder(tmp_path)
        assert status(tmp_path)[0].counts == {"records": 1}
    finally:
        child.kill()
        child.communicate()
    assert lock_holder(tmp_path) == ""
    with Run.open(tmp_path, RECIPE) as run:
        assert run.stage("toy", 1).records() == [{"a": 1}]
