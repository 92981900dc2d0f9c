"""The doors of `malmoi opensearch`."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from typer.testing import CliRunner

from malmoi.cli import app
from tests.helpers.zipf_runs import write_zipf_run

NOBODY = "http://127.0.0.1:9"


def invoke(*arguments: str) -> tuple[int, str, str]:
    result = CliRunner().invoke(app, ["opensearch", *arguments])
    return result.exit_code, result.stdout, result.stderr


def test_every_command_is_listed() -> None:
    code, shown, _ = invoke("--help")
    assert code == 0
    for command in ("check", "push", "pull", "status", "remove", "diff", "package", "deploy",
                    "undeploy"):  # fmt: skip
        assert f"\n  {command} " in shown


def test_where_nothing_answers_the_remedy_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENSEARCH_URL", NOBODY)
    for arguments in (("check",), ("status", "pages"), ("remove", "pages")):
        code, _, said = invoke(*arguments)
        assert code == 1
        assert "nothing answers" in said
        assert "OPENSEARCH_URL" in said


def test_a_password_in_the_address_is_refused_and_not_repeated(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("OPENSEARCH_URL", "http://me:hunter2@127.0.0.1:9")
    code, shown, said = invoke("check")
    assert code == 1
    assert "OPENSEARCH_PASSWORD" in said
    assert "hunter2" not in shown + said


def test_a_folder_that_is_no_run_or_no_package_is_named(tmp_path: Path) -> None:
    for command in ("push", "diff", "deploy", "undeploy"):
        code, _, said = invoke(command, str(tmp_path))
        assert code == 1
        assert str(tmp_path) in said


@pytest.mark.skipif(
    not os.environ.get("OPENSEARCH_URL"),
    reason="needs a cluster: start one (docker compose up -d) and set OPENSEARCH_URL",
)
def test_the_whole_way_on_a_real_cluster(tmp_path: Path) -> None:
    """push → status → diff → push again → pull → remove, as a user types it."""
    run = write_zipf_run(tmp_path / "zipf", 200, 60)
    name = "malmoi-cli-test"
    try:
        assert invoke("push", str(run), "--name", name)[0] == 0
        code, shown, _ = invoke("status", name)
        assert code == 0
        assert "live" in shown
        assert invoke("diff", str(run), "--name", name, "--queries", "50")[0] == 0
        code, _, said = invoke("push", str(run), "--name", name)
        assert code == 0
        assert " 0 sent" in said
        assert invoke("pull", name, "--out", str(tmp_path / "pulled"))[0] == 0
    finally:
        code, _, said = invoke("remove", name)
    assert code == 0
    assert f"{name}-000001" in said
    assert "no index" in invoke("status", name)[2]
