"""Runs: how far each is, what it kept and rejected, how its students learned, its report."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from http import HTTPStatus
from itertools import islice
from pathlib import Path
from typing import Annotated, Any

from markupsafe import Markup
from pydantic import BaseModel, Field
from starlette.responses import HTMLResponse, Response

from malmoi.core.files import Record, read_lines
from malmoi.reports import mnemonics, search
from malmoi.runs.run import StageSummary, lock_holder, status
from malmoi.web.pages import page
from malmoi.web.security import REPORT_POLICY
from malmoi.web.views.findings import findings
from malmoi.web.views.search import Name
from malmoi.web.visit import Refused, Visit
from malmoi.web.workspace import RunFolder

PAGE = 50
"""Rejects on a page."""


class RejectQuery(BaseModel):
    """Which rejects of a stage: those of a reason, and which page of them."""

    reason: Name = ""
    page: Annotated[int, Field(ge=1, le=100_000)] = 1


def runs(visit: Visit) -> Response:
    """All runs, with how far they are."""
    found = [(run, *_progress(run)) for run in visit.workspace.runs()]
    return page(visit, "runs.html", runs=found, folder=visit.workspace.settings.runs)


def run(visit: Visit) -> Response:
    """A run; while somebody writes in it the page follows."""
    found = _run(visit)
    stages = status(found.folder)
    return page(
        visit,
        "run.html",
        run=found,
        stages=stages,
        writer=lock_holder(found.folder),
        total=_total(stages),
        findings=findings(visit, _results(found.folder)),
        curves=[Markup(chart) for chart in _curves(visit, found)],
        has_report=(found.folder / "report.html").is_file(),
    )


def rejects(visit: Visit) -> Response:
    """What a stage rejected, with the reason and the teacher's own words."""
    found, asked = _run(visit), visit.query(RejectQuery)
    stages = {stage.name: stage for stage in status(found.folder)}
    stage = stages.get(visit.path("stage"))
    if stage is None:
        raise Refused(HTTPStatus.NOT_FOUND, "error_no_page")
    records = _rejects(found.folder / stage.name)
    chosen = (r for r in records if asked.reason in ("", r.get("reason", "")))
    start = PAGE * (asked.page - 1)
    shown = list(islice(chosen, start, start + PAGE + 1))
    return page(
        visit,
        "rejects.html",
        run=found,
        stage=stage,
        asked=asked,
        rejects=[_shown(record) for record in shown[:PAGE]],
        more=len(shown) > PAGE,
        first=start + 1,
    )


def report(visit: Visit) -> Response:
    """The run's report as it stands there, with a policy that lets it do nothing."""
    path = _run(visit).folder / "report.html"
    if not path.is_file():
        raise Refused(HTTPStatus.NOT_FOUND, "error_no_page")
    return HTMLResponse(path.read_bytes(), headers={"content-security-policy": REPORT_POLICY})


def _run(visit: Visit) -> RunFolder:
    found = visit.workspace.run(visit.path("run"))
    if found is None:
        raise Refused(HTTPStatus.NOT_FOUND, "run_none")
    return found


def _progress(run: RunFolder) -> tuple[int, int, str]:
    """Finished stages, all that have begun, and who is writing."""
    stages = status(run.folder)
    return sum(stage.done for stage in stages), len(stages), lock_holder(run.folder)


def _total(stages: Iterable[StageSummary]) -> dict[str, float]:
    """What all stages together took."""
    listed = list(stages)
    return {
        "seconds": sum(stage.seconds for stage in listed),
        "tokens": sum(stage.tokens_in + stage.tokens_out for stage in listed),
        "cost": sum(stage.cost for stage in listed),
    }


def _results(folder: Path) -> dict[str, Any]:
    """Every figure of the run; none before its end."""
    try:
        found = json.loads((folder / "results.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _curves(visit: Visit, run: RunFolder) -> list[str]:
    """Charts of what the trainings have logged so far."""
    report = mnemonics if run.job == "mnemonics" else search
    titles = {
        key: (visit.text(f"curve_{run.job}_{key}"), visit.text(f"curve_{run.job}_{key}_unit"))
        for key in report.CURVES
    }
    if run.job == "mnemonics":
        logs = {name: _log(run.folder / "student" / name) for name in ("sft", "grpo")}
        return mnemonics.curves(logs, titles, visit.text("curve_step"))
    folders = [f for f in sorted(run.folder.glob("student-*")) if "~" not in f.name]
    logs = {f.name.removeprefix("student-"): _log(f / "training") for f in folders}
    drawn = {name: log for name, log in logs.items() if log}
    return search.curves(drawn, titles, visit.text("curve_step"))


def _log(folder: Path) -> list[Record]:
    try:
        return list(read_lines(folder / "metrics.jsonl"))
    except ValueError:
        return []


def _rejects(stage: Path) -> Iterator[Record]:
    """The ledger of a finished stage, or what one at work has rejected so far."""
    ledger = stage / "rejects.jsonl"
    if ledger.is_file():
        yield from read_lines(ledger)
        return
    for line in read_lines(stage / "journal.jsonl"):
        yield from line.get("files", {}).get("rejects", ())


def _shown(record: Record) -> dict[str, Any]:
    candidate = record.get("candidate") or {}
    about = {key: value for key, value in candidate.items() if isinstance(value, str | int | float)}
    return {"reason": record.get("reason", ""), "about": about, "raw": str(record.get("raw", ""))}
