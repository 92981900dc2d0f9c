"""One request as handlers see it, with its limits: size, time, and where a post may come from.

A handler is a plain function that runs in a thread; `endpoint` makes of it what Starlette calls. A
post is taken from this server's own pages alone: its `Origin` must be this host, and its form must
hold the token of the visitor's cookie, which no other site can read.
"""

from __future__ import annotations

import hmac
import logging
import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import cached_property, partial
from http import HTTPStatus
from typing import TypeVar
from urllib.parse import parse_qsl, urlsplit

import anyio
from anyio.to_thread import run_sync
from pydantic import BaseModel, ValidationError
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from malmoi.core.errors import MalmoiError
from malmoi.web.language import LANGUAGES, preferred
from malmoi.web.language import text as text_in
from malmoi.web.workspace import Workspace

logger = logging.getLogger(__name__)

MAX_BODY = 2_000_000
"""Bytes of a form."""
MAX_FIELDS = 100
BODY_SECONDS, WORK_SECONDS = 10.0, 60.0
"""How long a form may take to arrive, and a page to be made: opening a large run takes a while."""
THREADS = 4
"""Handlers at a time: more would only share the same cores."""
TOKEN = "malmoi-token"
THEMES = ("auto", "light", "dark")

P = TypeVar("P", bound=BaseModel)


class Refused(Exception):
    """A request that gets no page of its own: its status, and a message's key or text."""

    def __init__(self, status: HTTPStatus, said: str) -> None:
        super().__init__(said)
        self.status, self.said = status, said


@dataclass
class Visit:
    """A request, with the form of a post and what the visitor prefers."""

    request: Request
    form: dict[str, str]

    @property
    def workspace(self) -> Workspace:
        """What this server shows."""
        found: Workspace = self.request.app.state.workspace
        return found

    @cached_property
    def language(self) -> str:
        """Of the interface."""
        chosen = self.request.cookies.get("malmoi-language", "")
        accepted = self.request.headers.get("accept-language", "")
        return chosen if chosen in LANGUAGES else preferred(accepted)

    @property
    def theme(self) -> str:
        """Dark, light, or as the system has it."""
        chosen = self.request.cookies.get("malmoi-theme", "")
        return chosen if chosen in THEMES else THEMES[0]

    @property
    def token(self) -> str:
        """What this visitor's posts must hold."""
        found: str = self.request.state.token
        return found

    def text(self, key: str, /, **values: object) -> str:
        """A text of the interface."""
        return text_in(key, self.language, **values)

    def path(self, name: str) -> str:
        """A part of the address."""
        return str(self.request.path_params[name])

    def query(self, kind: type[P]) -> P:
        """The address's parameters.

        Raises:
            Refused: one of them is not what it must be.
        """
        return _read(kind, dict(self.request.query_params))

    def posted(self, kind: type[P]) -> P:
        """The form of a post.

        Raises:
            Refused: one of its fields is not what it must be.
        """
        return _read(kind, self.form)


Handler = Callable[[Visit], Response]
Show = Callable[[Visit, HTTPStatus, str], Response]


def endpoint(handler: Handler, show: Show) -> Callable[[Request], Awaitable[Response]]:
    """What Starlette calls for a handler.

    Args:
        handler: gives the response; it may raise a MalmoiError, whose message is shown.
        show: makes the response of an error: status and message.
    """
    limiter: list[anyio.CapacityLimiter] = []

    async def answer(request: Request) -> Response:
        if not limiter:  # it belongs to the event loop, which only runs now
            limiter.append(anyio.CapacityLimiter(THREADS))
        known = request.cookies.get(TOKEN, "")
        request.state.token = known or secrets.token_urlsafe(24)
        visit = Visit(request, {})
        try:
            if request.method == "POST":
                _check_origin(request)
                visit.form = await _form(request)
                if not known or not hmac.compare_digest(
                    known.encode(), visit.form.pop("token", "").encode()
                ):
                    raise Refused(HTTPStatus.FORBIDDEN, "error_stale")
            with anyio.fail_after(WORK_SECONDS):
                response = await run_sync(
                    partial(handler, visit), abandon_on_cancel=True, limiter=limiter[0]
                )
        except Refused as refused:
            response = show(visit, refused.status, refused.said)
        except TimeoutError:
            response = show(visit, HTTPStatus.SERVICE_UNAVAILABLE, "error_slow")
        except ClientDisconnect:
            return Response(status_code=HTTPStatus.BAD_REQUEST)
        except MalmoiError as error:
            response = show(visit, HTTPStatus.BAD_REQUEST, str(error))
        except Exception:
            logger.exception(f"{request.method} {request.url.path}")
            response = show(visit, HTTPStatus.INTERNAL_SERVER_ERROR, "error_bug")
        if not known:
            response.set_cookie(TOKEN, visit.token, httponly=True, samesite="strict")
        return response

    return answer


def _check_origin(request: Request) -> None:
    """A browser says where a post comes from, and cannot be made to lie by a page."""
    origin = request.headers.get("origin")
    site = request.headers.get("sec-fetch-site", "same-origin")
    same = origin is None or urlsplit(origin).netloc == request.headers.get("host", "")
    if not same or site not in {"same-origin", "none"}:
        raise Refused(HTTPStatus.FORBIDDEN, "error_origin")


async def _form(request: Request) -> dict[str, str]:
    """The fields of an urlencoded form."""
    if not request.headers.get("content-type", "").startswith("application/x-www-form-urlencoded"):
        raise Refused(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "error_form")
    body = bytearray()
    try:
        with anyio.fail_after(BODY_SECONDS):
            async for part in request.stream():
                body += part
                if len(body) > MAX_BODY:
                    raise Refused(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "error_large")
    except TimeoutError:
        raise Refused(HTTPStatus.REQUEST_TIMEOUT, "error_slow") from None
    try:
        pairs = parse_qsl(body.decode("utf-8", "replace"), True, max_num_fields=MAX_FIELDS)
    except ValueError:
        raise Refused(HTTPStatus.BAD_REQUEST, "error_form") from None
    return dict(pairs)


def _read(kind: type[P], values: dict[str, str]) -> P:
    known = {name: value for name, value in values.items() if name in kind.model_fields}
    try:
        return kind.model_validate(known)
    except ValidationError as error:
        problems = "; ".join(
            f"{'.'.join(map(str, problem['loc']))}: {problem['msg']}" for problem in error.errors()
        )
        raise Refused(HTTPStatus.UNPROCESSABLE_ENTITY, problems) from None
