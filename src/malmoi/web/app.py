"""The application: which address is answered by which handler."""

from __future__ import annotations

from http import HTTPStatus
from pathlib import Path

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp

from malmoi.web import api
from malmoi.web.pages import error_page
from malmoi.web.security import Guarded
from malmoi.web.views import cards, home, judge, review, runs, search
from malmoi.web.visit import TOKEN, Handler, Visit, endpoint
from malmoi.web.workspace import Settings, Workspace

PAGES: dict[str, Handler] = {
    "/": home.home,
    "/search": search.search,
    "/document": search.document,
    "/judge": judge.judge,
    "/judge/{session}": judge.session,
    "/judge/{session}/as/{judge}": judge.item,
    "/judge/{session}/results": judge.results,
    "/judge/{session}/files/{file}": judge.export,
    "/runs": runs.runs,
    "/runs/{run}": runs.run,
    "/runs/{run}/report": runs.report,
    "/runs/{run}/rejects/{stage}": runs.rejects,
    "/cards": cards.runs,
    "/cards/{run}": cards.cards,
    "/cards/{run}/cards.apkg": cards.anki,
    "/cards/{run}/edit/{card}": cards.edit,
    "/review": review.runs,
    "/review/{run}": review.run,
    "/review/{run}/as/{reviewer}": review.pair,
}
POSTS: dict[str, Handler] = {
    "/preferences": home.preferences,
    "/judge": judge.new,
    "/judge/{session}/enter": judge.enter,
    "/judge/{session}/as/{judge}": judge.press,
    "/judge/{session}/as/{judge}/undo": judge.undo,
    "/cards/{run}/edit/{card}": cards.save,
    "/review/{run}/enter": review.enter,
    "/review/{run}/as/{reviewer}": review.choose,
}


def application(settings: Settings) -> ASGIApp:
    """What a server runs: the pages and the API over what `settings` name."""
    routes: list[BaseRoute] = [
        Route(path, endpoint(handler, error_page), methods=["GET"])
        for path, handler in PAGES.items()
    ]
    routes += [
        Route(path, endpoint(handler, error_page), methods=["POST"])
        for path, handler in POSTS.items()
    ]
    routes += [
        Route(call.path, endpoint(call, api.error_json), methods=["GET"]) for call in api.CALLS
    ]
    routes.append(Route("/api/openapi.json", endpoint(api.openapi, api.error_json)))
    static = StaticFiles(directory=Path(__file__).parent / "static")
    routes.append(Mount("/static", static, name="static"))
    app = Starlette(routes=routes, exception_handlers={HTTPException: _no_page})
    app.state.workspace = Workspace(settings)
    return Guarded(app, settings.hosts)


async def _no_page(request: Request, error: Exception) -> Response:
    """An address that there is nothing at, or a method that it doesn't have."""
    assert isinstance(error, HTTPException)
    status = HTTPStatus(error.status_code)
    said = "error_no_page" if status == HTTPStatus.NOT_FOUND else status.phrase
    request.state.token = request.cookies.get(TOKEN, "")
    show = api.error_json if request.url.path.startswith("/api/") else error_page
    response = show(Visit(request, {}), status, said)
    response.headers.update(error.headers or {})
    return response
