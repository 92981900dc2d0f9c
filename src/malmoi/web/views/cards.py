"""Cards: browse, filter, look at every claim's source, edit, take to Anki."""

from __future__ import annotations

import tempfile
from functools import cache
from http import HTTPStatus
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import BaseModel, Field
from starlette.responses import Response

from malmoi.core.errors import MalmoiError
from malmoi.lexicon.frequency import LEVELS
from malmoi.mnemonics.cards import FEATURES, Card, Draft, Feature, Verdict
from malmoi.mnemonics.claims.checks import verdict_of
from malmoi.mnemonics.editing import edited, keep_edit
from malmoi.pipelines.mnemonics.handover import cards_of_run
from malmoi.runs.states import is_done
from malmoi.web.pages import address, page, see
from malmoi.web.views.search import QueryText
from malmoi.web.visit import Refused, Visit
from malmoi.web.workspace import RunFolder

if TYPE_CHECKING:
    from malmoi.lexicon.frequency import Frequency
    from malmoi.lexicon.lookup import Lexicon

PAGE = 30
VERDICTS = ("supported", "unverified")
Text = Annotated[str, Field(max_length=2000)]
_reading = Lock()


class CardQuery(BaseModel):
    """Which cards; empty: all."""

    q: QueryText = ""
    feature: Literal["", Feature] = ""
    verdict: Literal["", Verdict] = ""
    level: Literal["", "A1", "A2", "B1", "B2", "C1", "C2", "none"] = ""
    page: Annotated[int, Field(ge=1, le=100_000)] = 1


class Edit(BaseModel):
    """The form of a card's text."""

    feature: Feature
    reasoning: Text
    mnemonic: Text
    example: Text = ""


def runs(visit: Visit) -> Response:
    """The runs that have cards."""
    found = [run for run in visit.workspace.runs() if _has_cards(run)]
    return page(visit, "chosen.html", runs=found, title="nav_cards", to="cards")


def cards(visit: Visit) -> Response:
    """The cards of a run that pass the filter."""
    run, asked = _run(visit), visit.query(CardQuery)
    every = _cards(run)
    chosen = [card for card in every if _passes(card, asked)]
    start = PAGE * (asked.page - 1)
    return page(
        visit,
        "cards.html",
        run=run,
        asked=asked,
        cards=[(card, level_of(card.term)) for card in chosen[start : start + PAGE]],
        total=len(every),
        count=len(chosen),
        more=len(chosen) > start + PAGE,
        features=FEATURES,
        verdicts=VERDICTS,
        levels=LEVELS,
        export=address("cards", run.name, "cards.apkg", **asked.model_dump(exclude={"page"})),
    )


def edit(visit: Visit) -> Response:
    """The form of a card."""
    run = _run(visit)
    card = _card(visit, run)
    return page(visit, "card.html", run=run, card=card, features=FEATURES, problem="", form=card)


def save(visit: Visit) -> Response:
    """Look the new text's claims up and keep it; a contradicted one comes back with its source."""
    run = _run(visit)
    card, asked = _card(visit, run), visit.posted(Edit)
    draft = Draft(asked.feature, asked.reasoning, asked.mnemonic, asked.example)
    try:
        with _reading:  # dictionaries are opened once, and aren't made for two threads
            made = edited(card, draft, _lexicon())
    except MalmoiError as error:
        shown = {"run": run, "card": card, "features": FEATURES, "form": asked}
        status = HTTPStatus.UNPROCESSABLE_ENTITY
        return page(visit, "card.html", status, problem=str(error), **shown)
    keep_edit(run.folder, made)
    return see(address("cards", run.name, "edit", card.id))


def anki(visit: Visit) -> Response:
    """The cards that pass the filter as an Anki package, with the ids that they always have."""
    from malmoi.mnemonics.export.anki import write_anki

    run, asked = _run(visit), visit.query(CardQuery)
    chosen = [card for card in _cards(run) if _passes(card, asked)]
    if not chosen:
        raise Refused(HTTPStatus.NOT_FOUND, "cards_none")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "cards.apkg"
        write_anki(chosen, path, deck=run.name)
        content = path.read_bytes()
    headers = {"content-disposition": 'attachment; filename="cards.apkg"'}
    return Response(content, headers=headers, media_type="application/octet-stream")


def level_of(term: str) -> str:
    """A word's CEFR level; "" where none is known, or its package isn't installed."""
    level = _frequency().cefr(term)
    return level.value if level else ""


def _passes(card: Card, asked: CardQuery) -> bool:
    wanted = asked.q.casefold()
    return (
        (not wanted or wanted in f"{card.term} {card.definition} {card.mnemonic}".casefold())
        and asked.feature in ("", card.feature)
        and asked.verdict in ("", verdict_of(card.claims))
        and asked.level in ("", level_of(card.term) or "none")
    )


def _run(visit: Visit) -> RunFolder:
    run = visit.workspace.run(visit.path("run"))
    if run is None or not _has_cards(run):
        raise Refused(HTTPStatus.NOT_FOUND, "run_none")
    return run


def _has_cards(run: RunFolder) -> bool:
    return run.job == "mnemonics" and is_done(run.folder, "cards")


def _cards(run: RunFolder) -> list[Card]:
    return cards_of_run(run.folder)[1]


def _card(visit: Visit, run: RunFolder) -> Card:
    card = next((card for card in _cards(run) if card.id == visit.path("card")), None)
    if card is None:
        raise Refused(HTTPStatus.NOT_FOUND, "cards_none")
    return card


@cache
def _frequency() -> Frequency:
    from malmoi.lexicon.frequency import Frequency

    return Frequency.open()


@cache
def _lexicon() -> Lexicon:
    from malmoi.lexicon.lookup import Lexicon

    return Lexicon.open()
