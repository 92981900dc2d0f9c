"""Pages: templates with everything escaped, and what they are given besides their own values."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, partial
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode

from starlette.responses import HTMLResponse, RedirectResponse, Response

from malmoi.core.progress import duration
from malmoi.reports.page import count, fixed, percent, short
from malmoi.reports.plots import visible
from malmoi.web.language import LANGUAGES, messages
from malmoi.web.visit import Visit

if TYPE_CHECKING:
    from jinja2 import Environment

SECTIONS = ("search", "judge", "runs", "cards", "review")


def page(
    visit: Visit, template: str, status: int = HTTPStatus.OK, /, **values: Any
) -> HTMLResponse:
    """A template as a response."""
    html = (
        environment()
        .get_template(template)
        .render(
            **values,
            t=visit.text,
            language=visit.language,
            languages=LANGUAGES,
            theme=visit.theme,
            token=visit.token,
            here=_here(visit),
            turned=partial(_turned, visit),
            spent=partial(_spent, visit),
            section=visit.request.url.path.split("/")[1],
            sections=SECTIONS,
        )
    )
    return HTMLResponse(html, status)


def error_page(visit: Visit, status: HTTPStatus, said: str) -> Response:
    """The page of an error; `said` is a message's key, or text as it is."""
    message = visit.text(said) if said in messages() else said
    return page(visit, "error.html", status, status=status.value, message=message)


def see(path: str) -> RedirectResponse:
    """Go on to another page after a post; reloading that one posts nothing."""
    return RedirectResponse(path, HTTPStatus.SEE_OTHER)


def address(*parts: str, **query: object) -> str:
    """A path of this server: parts are quoted, empty values of the query are left out."""
    path = "/" + "/".join(quote(part, safe="") for part in parts)
    given = {name: str(value) for name, value in query.items() if value not in ("", None)}
    return f"{path}?{urlencode(given)}" if given else path


def local(path: str) -> str:
    """The path if it is one of this server, else the first page's."""
    plain = path.startswith("/") and not path.startswith(("//", "/\\"))
    return path if plain and all(c.isprintable() for c in path) else "/"


def _turned(visit: Visit, number: int) -> str:
    """The address of another page of the same list."""
    url = visit.request.url.include_query_params(page=number)
    return f"{url.path}?{url.query}"


def _spent(visit: Visit, seconds: float) -> str:
    """How long something took, in the visitor's language: "3 min 05 s", "3분 05초"."""
    said = duration(seconds)
    if visit.language == "ko":
        for english, korean in ((" h", "시간"), (" min", "분"), (" s", "초")):
            said = said.replace(english, korean)
    return said


def _here(visit: Visit) -> str:
    url = visit.request.url
    if visit.request.method != "GET":
        return "/"
    return f"{url.path}?{url.query}" if url.query else url.path


def _plain(figure: Callable[..., str]) -> Callable[..., str]:
    """A filter of numbers, whose digits need no escaping: a page has hundreds."""
    from markupsafe import Markup

    return lambda *given, **named: Markup(figure(*given, **named))


@cache
def environment() -> Environment:
    """Where templates come from, and their filters."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined
    from markupsafe import Markup

    def shown(value: Any) -> Any:
        return value if isinstance(value, Markup) else visible(value)

    made = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=shown,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    numbers = {"count": count, "fixed": fixed, "percent": percent}
    made.filters.update({name: _plain(figure) for name, figure in numbers.items()})
    made.filters.update(short=short)
    made.globals.update(address=address)
    return made
