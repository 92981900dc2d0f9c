from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from malmoi.cli import app
from tests.helpers.small_run import need_dictionaries

HEAVY = ["torch", "transformers", "kiwipiepy", "scipy", "numpy", "httpx", "pydantic", "rich"]


def malmoi(*arguments: str, folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "malmoi", *arguments],
        capture_output=True,
        text=True,
        cwd=folder,
        env={**os.environ, "PYTHONIOENCODING": "utf-8"},
        check=False,
    )


def test_help_answers_in_under_three_tenths_of_a_second(tmp_path: Path) -> None:
    """Processor time of the child, for wall time depends on what else the machine does."""
    seconds = []
    for _ in range(3):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        result = malmoi("--help", folder=tmp_path)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        assert result.returncode == 0
        seconds.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    assert min(seconds) < 0.3
    for command in ("new", "doctor", "run", "status", "corpus", "teachers", "evaluate", "index",
                    "search", "word", "claims", "card", "review", "prompts"):  # fmt: skip
        assert f"\n  {command} " in result.stdout


def test_the_command_line_imports_nothing_heavy() -> None:
    code = f"import sys, malmoi.cli; print([name for name in {HEAVY} if name in sys.modules])"
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert result.stdout.strip() == "[]"


def test_an_error_for_the_user_has_no_traceback(tmp_path: Path) -> None:
    result = malmoi("status", "nowhere", folder=tmp_path)
    assert result.returncode == 1
    assert result.stderr == "malmoi: nowhere holds no run (recipe.json is missing)\n"
    assert result.stdout == ""


def test_a_wrong_option_is_status_two(tmp_path: Path) -> None:
    result = malmoi("status", "nowhere", "--fast", folder=tmp_path)
    assert result.returncode == 2
    assert "--fast" in result.stderr


def test_a_recipe_error_reaches_the_user(tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_text('name = "mine"')
    result = malmoi("corpus", "mine.toml", "--set", "corpus.raeder=beir", folder=tmp_path)
    assert result.returncode == 1
    assert "'raeder'; did you mean 'reader'?" in result.stderr
    assert "Traceback" not in result.stderr


def test_control_c_says_how_to_go_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(folder: Path) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("malmoi.runs.run.status", interrupted)
    result = CliRunner().invoke(app, ["status", str(tmp_path)])
    assert result.exit_code == 130
    assert result.output == "malmoi: stopped; the same command resumes\n"


def test_a_bug_keeps_its_traceback(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(folder: Path) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("malmoi.runs.run.status", broken)
    result = CliRunner().invoke(app, ["status", str(tmp_path)])
    assert isinstance(result.exception, ZeroDivisionError)


def test_env_file_is_read_and_never_shown(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("SECRET_KEY=sk-123\nnonsense sk-123\n")
    result = malmoi("teachers", folder=tmp_path)
    assert result.returncode == 0, "a command that needs no key never fails because of the file"
    assert ".env: not NAME=value, passed over: line 2" in result.stderr
    assert "sk-123" not in result.stderr + result.stdout


def test_version(tmp_path: Path) -> None:
    from malmoi import __version__

    assert malmoi("--version", folder=tmp_path).stdout == f"malmoi {__version__}\n"


@pytest.mark.slow
def test_claims_of_a_file_are_checked(tmp_path: Path) -> None:
    need_dictionaries()
    rows = ["term\ttext", "candid\tCandid rhymes with lamp.", "candid\tfrom Latin candidus 'white'"]
    (tmp_path / "mine.tsv").write_text("\n".join(rows), encoding="utf-8")
    result = malmoi("claims", "mine.tsv", "--json", folder=tmp_path)
    assert result.returncode == 0, result.stderr
    found = [json.loads(line) for line in result.stdout.splitlines()]
    assert {"term", "text", "verdict", "source"} <= found[0].keys()
    assert [claim["verdict"] for claim in found][:2] == ["contradicted", "supported"]
    missing = malmoi("claims", "nowhere.tsv", folder=tmp_path)
    assert missing.returncode == 1
    assert "nowhere.tsv" in missing.stderr
    assert "Traceback" not in missing.stderr


@pytest.mark.slow
def test_a_word_is_shown_with_its_sources(tmp_path: Path) -> None:
    need_dictionaries()
    result = malmoi("word", "obstinate", folder=tmp_path)
    assert result.returncode == 0, result.stderr
    for text in ("obstinate", "stubborn", "GCIDE", "WordNet", "CMU"):
        assert text in result.stdout


@pytest.mark.slow
def test_a_card_is_written_at_once(tmp_path: Path) -> None:
    need_dictionaries()
    result = malmoi("card", "docile", "zzyzxq", "--out", "my.csv", folder=tmp_path)
    assert result.returncode == 0, result.stderr
    assert "docile /" in result.stdout
    assert "  ✓ " in result.stdout
    assert "zzyzxq: no meaning of it is in the lexicon" in result.stderr
    assert "docile" in (tmp_path / "my.csv").read_text(encoding="utf-8-sig")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("card", "candid", "--out", "my.pdf"), "--out: saw 'my.pdf'"),
        (("card", "candid", "--learner", "xx"), "--learner: saw 'xx'"),
        (("review", "nowhere"), "nowhere"),
        (("review", "nowhere", "--reviewer", "../me"), "can't name a reviewer"),
    ],
)
def test_what_a_command_cannot_do_it_says(
    tmp_path: Path, arguments: tuple[str, ...], said: str
) -> None:
    result = malmoi(*arguments, folder=tmp_path)
    assert result.returncode == 1
    assert said in result.stderr
    assert "Traceback" not in result.stderr
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("command", ["word", "claims", "card", "review"])
def test_a_command_without_its_argument_is_status_two(tmp_path: Path, command: str) -> None:
    assert malmoi(command, folder=tmp_path).returncode == 2
