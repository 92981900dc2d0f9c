"""Whole runs of the mnemonic writer whose files change afterwards."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from malmoi.cli import app
from malmoi.core.errors import RunError, SourceError
from malmoi.lexicon.lookup import Lexicon
from malmoi.mnemonics.prompting.prompts import FOLDER
from malmoi.pipelines.mnemonics.pipeline import plan_rows, run_mnemonics
from tests.helpers.bad_server import Answer, BadServer, completion
from tests.helpers.changed_sources import Sources
from tests.helpers.run_outcome import everything
from tests.helpers.small_run import WORDS, small_recipe, tiny_base, write_list

STUDENT = {"student", "outputs", "proof", "handover"}
LATER = {"cards", "splits", "dataset", *STUDENT}
ALL = {"words", "glosses", "candidates-lexicon", "candidates-teacher", *LATER}


def _reply(number: int, body: dict[str, Any]) -> Answer:
    return completion("feature: sound\nand no more")


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory, real_lexicon: Lexicon) -> Iterator[Sources]:
    pytest.importorskip("trl", reason="pip install 'malmoi[train]'")
    folder = tmp_path_factory.mktemp("sources")
    data = folder / "data"
    base = tiny_base(data / "base")
    shutil.copytree(FOLDER, data / "prompts")
    (data / "debs").mkdir()
    (data / "debs" / "dict-gcide_1_all.deb").write_bytes(b"one")
    with BadServer(_reply) as server, pytest.MonkeyPatch.context() as patch:
        patch.setattr(Lexicon, "open", classmethod(lambda cls, section=None: real_lexicon))
        recipe = small_recipe(
            write_list(data / "words.txt"),
            base,
            cards={
                "writers": ("lexicon", "teacher"),
                "prompts": str(data / "prompts"),
                "candidates": 1,
                "learner": "ko",
            },
            teacher={"preset": "", "kind": "http", "url": server.url, "model": "m"},
            lexicon={"packages": str(data / "debs")},
        )
        made = Sources(recipe, data, folder / "runs" / "small", run_mnemonics)
        made.finish()
        yield made


@pytest.fixture
def run(original: Sources, tmp_path: Path) -> Iterator[Sources]:
    """A copy of the run; the files are put back afterwards."""
    with original.copied(tmp_path / "runs" / "small") as copy:
        yield copy


def add_word(run: Sources) -> None:
    with (run.data / "words.txt").open("a", encoding="utf-8") as file:
        file.write("obstinate\n")


def edit(path: Path, before: str, after: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert before in text
    path.write_text(text.replace(before, after), encoding="utf-8")


def edit_prompt(run: Sources) -> None:
    edit(run.data / "prompts" / "few-shot.toml", "exemplars = 5", "exemplars = 4")


def edit_glosses(run: Sources) -> None:
    edit(run.data / "prompts" / "gloss.toml", "instruction = ", "# mine\ninstruction = ")


def edit_base(run: Sources) -> None:
    path = run.data / "base" / "config.json"
    config = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps(config | {"rms_norm_eps": 1e-3}), encoding="utf-8")


def add_package(run: Sources) -> None:
    (run.data / "debs" / "dict-gcide_2_all.deb").write_bytes(b"two")


@pytest.mark.parametrize(
    ("change", "anew", "file"),
    [
        (Sources.touch, set(), ""),
        (add_word, ALL, "words.txt changed"),
        (
            add_package,
            ALL,
            "debs changed (dict-gcide_1_all.deb is gone, dict-gcide_2_all.deb is new)",
        ),
        (edit_prompt, {"candidates-teacher", *LATER}, "prompts changed (few-shot.toml)"),
        (edit_glosses, {"glosses", "candidates-lexicon", *LATER}, "gloss.toml changed"),
        (edit_base, STUDENT, "base changed (config.json)"),
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
    assert run.made_anew() == anew
    assert (f"{file}; what was there is kept in" in logged.text) is bool(anew)


def test_a_finished_run_outlives_its_files(run: Sources, logged: pytest.LogCaptureFixture) -> None:
    shutil.rmtree(run.data)
    before = everything(run.folder)
    run_mnemonics(run.recipe, run.folder)
    after = everything(run.folder)
    changed = {name for name in before | after if before.get(name) != after.get(name)}
    assert changed <= {"recipe.json", "results.json", "report.html"}
    keys = ("words.path", "cards.prompts", "cards.prompts/gloss.toml", "student.base")
    for key in keys:
        assert logged.text.count(f"({key}) is not there: the run goes on") == 1
    rows = plan_rows(run.recipe, run.folder)
    assert rows[0] == ["words", f"{len(WORDS)} words and senses", ""]
    assert {row[2] for row in rows if row[0] == "gone"} == {"what is finished goes on without it"}
    said = CliRunner().invoke(app, ["status", str(run.folder)]).stdout
    assert "(words.path) is not there: what is finished goes on without it." in said


def test_a_stage_that_isnt_finished_says_what_it_lacks(run: Sources) -> None:
    state = run.folder / "candidates-teacher" / "stage.json"
    half = json.loads(state.read_text(encoding="utf-8")) | {"done": False}
    state.write_text(json.dumps(half), encoding="utf-8")
    shutil.rmtree(run.data / "prompts")
    with pytest.raises(RunError, match=r"prompts .* stage candidates-teacher has yet to read it"):
        run_mnemonics(run.recipe, run.folder)


def test_a_plan_under_another_recipe_needs_the_list(run: Sources) -> None:
    (run.data / "words.txt").unlink()
    plan_rows(run.recipe, run.folder)
    words = run.recipe.words.model_copy(update={"senses": 2})
    with pytest.raises(SourceError, match="there is no word list"):
        plan_rows(run.recipe.model_copy(update={"words": words}), run.folder)
