"""The first page, and what a visitor prefers."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel
from starlette.responses import Response

from malmoi.web.pages import local, page, see
from malmoi.web.visit import Visit

YEAR = 365 * 24 * 3600


class Preferences(BaseModel):
    """What the form at the head of each page sends; `back` is the page that it stood on."""

    language: Literal["en", "ko"]
    theme: Literal["auto", "light", "dark"]
    back: str = "/"


def home(visit: Visit) -> Response:
    """What there is to look at."""
    workspace = visit.workspace
    return page(
        visit,
        "home.html",
        runs=workspace.runs(),
        collections=workspace.collections(),
        folder=workspace.settings.runs,
    )


def preferences(visit: Visit) -> Response:
    """Keep language and theme in cookies, and go back."""
    chosen = visit.posted(Preferences)
    response = see(local(chosen.back))
    for name, value in (("language", chosen.language), ("theme", chosen.theme)):
        response.set_cookie(f"malmoi-{name}", value, max_age=YEAR, samesite="lax")
    return response
