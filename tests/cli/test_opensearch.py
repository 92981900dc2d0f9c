"""The doors of `malmoi opensearch`."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from typer.testing import CliRunner

from malmoi.cli import app, opensearch
from malmoi.core.errors import ClusterError
from malmoi.retrieval.opensearch.check import Feature
from malmoi.retrieval.opensearch.diff import Explained, Report
from malmoi.retrieval.opensearch.explaining import TokenWeights
from malmoi.retrieval.opensearch.parity import ByteFormat, Difference, FeatureFormat
from malmoi.retrieval.opensearch.push import Pushed
from malmoi.retrieval.opensearch.status import IndexStatus, NameStatus
from tests.helpers.zipf_runs import write_zipf_run

NOBODY = "http://127.0.0.1:9"


def invoke(*arguments: str) -> tuple[int, str, str]:
    result = CliRunner().invoke(app, ["opensearch", *arguments])
    return result.exit_code, result.stdout, result.stderr


def test_every_command_is_listed() -> None:
    code, shown, _ = invoke("--help")
    assert code == 0
    for command in ("check", "push", "pull", "status", "remove", "diff", "package", "deploy",
                    "undeploy", "workbench"):  # fmt: skip
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


def test_what_a_cluster_lacks_is_told_with_its_remedy(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    features = [
        Feature("OpenSearch", "2.19.0, 2 nodes", "Upgrade to 3.3 or later.", required=True),
        Feature("nori", "there"),
    ]
    monkeypatch.setattr("malmoi.retrieval.opensearch.check.check", lambda: features)
    with pytest.raises(ClusterError, match=r"A push needs what the cluster lacks: OpenSearch\.$"):
        opensearch.check()
    lacking, nori = [line.split() for line in capsys.readouterr().out.splitlines()[-3:-1]]
    assert lacking == "no OpenSearch 2.19.0, 2 nodes Upgrade to 3.3 or later.".split()
    assert nori == ["yes", "nori", "there"]


@pytest.mark.parametrize(
    ("switched", "said"), [(True, "news shows it now; what"), (False, "news showed it already.")]
)
def test_a_push_says_what_it_did(
    switched: bool, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    opensearch.print_pushed(Pushed("news", "news-000001", 12, 10, 2, switched))
    first, second = capsys.readouterr().err.splitlines()
    assert first == "news-000001: 12 documents, 10 sent, 2 there before"
    assert second.startswith(said)


def test_the_indexes_behind_a_name_are_a_table(capsys: pytest.CaptureFixture[str]) -> None:
    one = IndexStatus("news-000001", "live", 12, 12, 0, 2**20, 3, "green", "run", "v2", True)
    opensearch.print_status(NameStatus("news", [one], True, ["news-two-phase"]))
    out, err = capsys.readouterr()
    for text in ("news-000001", "live", "12 of 12", "1.0", "green", "run, v2"):
        assert text in out
    assert err.splitlines() == ["pipeline news-two-phase", "template news"]
    opensearch.print_status(NameStatus("news", [], False, []))
    assert capsys.readouterr() == (
        "",
        "There is no index of malmoi's for news. Make one with: malmoi opensearch push RUN\n",
    )


def test_an_index_of_another_analysis_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    one = IndexStatus("news-000001", "live", 12, 12, 0, 2**20, 3, "green", "run", "v2", False)
    opensearch.print_status(NameStatus("news", [one], False, []))
    assert "news-000001 analyses text in another way" in capsys.readouterr().err


STALE = Explained(
    "q1",
    "당뇨병",
    "stale",
    Difference("score", "d1", 1, None, 2.5, None, 2.0, 3.0),
    (TokenWeights("당뇨", 1.0, 2.5, 1.0, None),),
)


def test_a_difference_is_text_or_json(capsys: pytest.CaptureFixture[str]) -> None:
    report = Report("news", "neural_sparse", (FeatureFormat(),), 25, (STALE,))
    opensearch.print_report(report)
    out, err = capsys.readouterr()
    assert out.splitlines() == [
        "stale: d1 for '당뇨병' (q1): rank 1 here, – there; score 2.5 here, – there, where it may "
        "be 2 to 3",
        "    당뇨: query 1 here, 1 there; document 2.5 here, – there",
    ]
    assert err == (
        "news by neural_sparse (9 bits): 25 queries, 1 with a difference (1 stale). "
        "NOT explained by the format.\n"
    )
    opensearch.print_report(report, as_json=True)
    record = json.loads(capsys.readouterr().out)
    assert record["difference"]["document"] == "d1"
    assert record["tokens"][0]["stored_document"] is None


def test_no_difference_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    opensearch.print_report(Report("news", "sparse_vector", (ByteFormat(1, 1),), 25, ()))
    out, err = capsys.readouterr()
    assert out == ""
    assert err.endswith("0 with a difference. All are within the number format.\n")


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
        assert "showed it already" in said
        code, _, said = invoke("pull", name, "--out", str(tmp_path / "pulled"))
        assert code == 0
        assert "200 documents, each as it was pushed" in said
    finally:
        code, _, said = invoke("remove", name)
    assert code == 0
    assert f"{name}-000001" in said
    assert "no index" in invoke("status", name)[2]
    assert f"nothing of {name}" in invoke("remove", name)[2]
