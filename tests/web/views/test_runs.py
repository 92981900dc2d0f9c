"""Runs: finished, at work, and with rejects that want to do harm."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from malmoi.core.files import append_line, write_lines
from malmoi.recipe import SearchRecipe
from malmoi.runs.run import Run
from malmoi.web.security import REPORT_POLICY
from tests.helpers.served_run import HOSTILE, client, write_state
from tests.helpers.toy_run import outcomes


@pytest.fixture
def folder(runs: Path, tmp_path: Path) -> Path:
    """A run with rejects, curves, verdicts and a report."""
    folder = shutil.copytree(runs, tmp_path / "runs")
    rejected = {"round trip": 60, HOSTILE: 1}
    write_state(folder / "small" / "queries", 3, counts={"records": 39}, rejected=rejected)
    candidate = {"id": "q1", "text": HOSTILE, "inner": {"left": "out"}}
    records = [
        {"reason": "round trip", "candidate": candidate | {"id": f"q{n}"}, "raw": f"raw {n}"}
        for n in range(60)
    ]
    records.append({"reason": HOSTILE, "candidate": {}, "raw": "\x1b[31m \u202e" + "x" * 5000})
    write_lines(folder / "small" / "queries" / "rejects.jsonl", records)
    log = [{"step": n, "loss": 1 / (n + 1), "dev_ko": 0.5} for n in range(5)]
    write_lines(folder / "small" / "student-v2" / "training" / "metrics.jsonl", log)
    (folder / "small" / "results.json").write_text(json.dumps({"verdicts": [HOSTILE]}))
    (folder / "small" / "report.html").write_text(f"<h1>Report</h1>{HOSTILE}")
    return folder


def test_runs_are_listed_with_their_progress(folder: Path) -> None:
    shown = client(folder).get("/runs").text
    assert 'href="/runs/small"' in shown
    assert "4/4" in shown
    assert "at work" not in shown
    assert "malmoi run korean-search-demo" in client(folder.parent / "none").get("/runs").text


def test_a_run_shows_yields_curves_and_what_was_found(folder: Path) -> None:
    shown = client(folder).get("/runs/small").text
    assert "39%" in shown
    assert 'href="/runs/small/rejects/queries"' in shown
    assert '<svg class="chart"' in shown
    assert "No process is working in it now." in shown
    assert "data-follow=" not in shown
    assert "<script>alert" not in shown


def test_charts_are_in_the_visitors_language(folder: Path) -> None:
    browser = client(folder)
    assert "Development nDCG@10, Korean queries" in browser.get("/runs/small").text
    browser.cookies.set("malmoi-language", "ko")
    shown = browser.get("/runs/small").text
    assert "개발용 한국어 검색어의 nDCG@10" in shown
    assert "학습 단계" in shown
    assert "training step" not in shown


def test_a_run_at_work_is_followed_until_it_ends(folder: Path) -> None:
    browser = client(folder)
    with Run.open(folder / "live", SearchRecipe(name="live")) as run:
        stage = run.stage("corpus", {})
        stage.work(range(7), str, outcomes)
        shown = browser.get("/runs/live").text
        assert 'data-follow="/runs/live"' in shown
        assert "Being written by process" in shown
        assert "7/7" in shown
        assert "at work" in browser.get("/runs").text
        early = browser.get("/runs/live/rejects/corpus").text
        assert "third" in early
        assert "원문 3" in early
        stage.finish()
    shown = browser.get("/runs/live").text
    assert "data-followed" in shown
    assert "data-follow=" not in shown


def test_rejects_have_their_reason_and_the_teachers_words(folder: Path) -> None:
    browser = client(folder)
    first = browser.get("/runs/small/rejects/queries").text
    assert "raw 0<" in first
    assert "raw 50<" not in first
    assert "page=2" in first
    second = browser.get("/runs/small/rejects/queries?page=2").text
    assert "raw 50<" in second
    assert "\\x1b[31m \\u202e" in second
    assert "x" * 3000 not in second
    assert "page=3" not in second
    for shown in (first, second):
        assert "<script>alert" not in shown
        assert "\x1b" not in shown
    chosen = browser.get("/runs/small/rejects/queries", params={"reason": HOSTILE}).text
    assert "raw 0" not in chosen


def test_a_report_is_shown_and_can_do_nothing(folder: Path) -> None:
    answer = client(folder).get("/runs/small/report")
    assert "<h1>Report</h1>" in answer.text
    assert answer.headers["content-security-policy"] == REPORT_POLICY
    assert "sandbox" in REPORT_POLICY
    assert "script" not in REPORT_POLICY


@pytest.mark.parametrize(
    "path",
    [
        "/runs/nowhere", "/runs/%2e%2e%2f", "/runs/small%2f..", "/runs/nowhere/report",
        "/runs/small/rejects/nowhere", "/runs/small/rejects/..%2fsmall",
        "/runs/small/rejects/training",
    ],
)  # fmt: skip
def test_no_address_leads_out_of_a_run(folder: Path, path: str) -> None:
    append_line(folder / "small" / "training" / "rejects.jsonl", {"reason": "secret"})
    answer = client(folder).get(path)
    assert answer.status_code in {404, 307}
    assert "secret" not in answer.text


def test_broken_results_and_logs_are_left_out(folder: Path) -> None:
    (folder / "small" / "results.json").write_text("[1, {")
    (folder / "small" / "student-v2" / "training" / "metrics.jsonl").write_text("{\n{}\n")
    (folder / "small" / "report.html").unlink()
    browser = client(folder)
    assert browser.get("/runs/small").status_code == 200
    assert browser.get("/runs/small/report").status_code == 404


def test_pages_work_on_the_fixture_alone(browser: TestClient) -> None:
    assert browser.get("/runs/small").status_code == 200
