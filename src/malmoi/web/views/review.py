"""Review: which of two mnemonics helps more, blind; the store is that of `malmoi review`."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated, Literal

from pydantic import BaseModel, Field
from starlette.responses import Response

from malmoi.core.errors import RunError
from malmoi.mnemonics.judging.review import FOLDER, OUTPUTS, PAIRS, Review, aggregate
from malmoi.pipelines.search.relevance.session import NAME
from malmoi.web.pages import address, page, see
from malmoi.web.views.findings import review_findings
from malmoi.web.visit import Refused, Visit
from malmoi.web.workspace import RunFolder


class Reviewer(BaseModel):
    """Who chooses."""

    reviewer: Annotated[str, Field(pattern=f"^{NAME.pattern}$")]


class Choice(BaseModel):
    """A key that a reviewer pressed on a pair."""

    pair: Annotated[str, Field(max_length=200)]
    choice: Literal["1", "2", "tie", "skip"]


def runs(visit: Visit) -> Response:
    """The runs that have something to review."""
    found = [run for run in visit.workspace.runs() if _has_outputs(run)]
    return page(visit, "chosen.html", runs=found, title="nav_review", to="review")


def run(visit: Visit) -> Response:
    """A run's review: who comes in, and what has come of it."""
    found = _run(visit)
    totals = aggregate(found.folder)
    said = review_findings(visit, totals) if totals else []
    return page(visit, "review.html", run=found, totals=totals, sentences=said)


def enter(visit: Visit) -> Response:
    """Go on as a reviewer."""
    return see(address("review", _run(visit).name, "as", visit.posted(Reviewer).reviewer))


def pair(visit: Visit) -> Response:
    """The next pair of a reviewer, or that there is none."""
    found = _run(visit)
    review = Review.open(found.folder, visit.path("reviewer"))
    left = review.left()
    return page(
        visit,
        "pair.html",
        run=found,
        reviewer=review.reviewer,
        pair=left[0] if left else None,
        done=len(review.done),
        total=len(review.pairs),
    )


def choose(visit: Visit) -> Response:
    """Keep a choice, and go on to the next pair; a pair that was chosen on stays as it was."""
    found = _run(visit)
    review = Review.open(found.folder, visit.path("reviewer"))
    chosen = visit.posted(Choice)
    shown = next((each for each in review.pairs if each["id"] == chosen.pair), None)
    if shown is None:
        raise RunError("this pair is of another review; reload the page")
    if chosen.pair not in review.done:
        review.choose(shown, chosen.choice)
    return see(address("review", found.name, "as", review.reviewer))


def _run(visit: Visit) -> RunFolder:
    found = visit.workspace.run(visit.path("run"))
    if found is None or not _has_outputs(found):
        raise Refused(HTTPStatus.NOT_FOUND, "review_none")
    return found


def _has_outputs(run: RunFolder) -> bool:
    drawn = (run.folder / FOLDER / PAIRS).is_file()
    return run.job == "mnemonics" and (drawn or (run.folder / OUTPUTS).is_file())
