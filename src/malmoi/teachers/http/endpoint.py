"""One server that speaks OpenAI's protocol: one try at a request, and what its failure means.

What may work the next time (408, 409, 425, 429, 5xx, connections, timeouts, bodies cut off) raises
`TransientError`: the pool tries again. What a request itself is refused for gives an error reply.
What no second try can repair (key, balance, model) is a `TeacherError`.
"""

from __future__ import annotations

import asyncio
import json
import logging
import os
import re
from collections.abc import Iterable
from typing import Any

import httpx

from malmoi.core.backoff import retry_after
from malmoi.core.errors import TeacherError
from malmoi.teachers import Reply, Request
from malmoi.teachers.budget import Prices
from malmoi.teachers.http.completions import Malformed, error_message, read_body, read_reply
from malmoi.teachers.http.dialect import CONSEQUENCES, MAX_SCHEMA_FAILURES, Dialect
from malmoi.teachers.http.rate_limiter import RateLimiter
from malmoi.teachers.http.refusals import most_tokens, refused_fields

logger = logging.getLogger(__name__)

MAX_REFUSED = 8
"""Requests that a server which has answered none may refuse before it counts as of no use."""

OVERLOADED = {429, 503, 529}
RETRIED = {408, 409, 425, 429}
REFUSED = {400, 413, 422}
FAILED = {500, 501}
"""A server's own failure, but also what some answer to a field or a schema that they can't do."""

_OWN_FAULT = re.compile(
    r"context|too long|too large|maximum|exceed|content|risk|policy|filter|safety", re.IGNORECASE
)
_REMEDIES = {
    401: "the key is wrong or missing: check the variable that teacher.api_key_env names",
    301: "it has moved: set teacher.url to where it is now",
    308: "it has moved: set teacher.url to where it is now",
    402: "the account has no balance left: top it up and run again; what was written is kept",
    403: "the key may not use this model or endpoint: check teacher.model and the account",
    404: "there is no such model or path: check teacher.model, and that teacher.url ends in /v1",
}


class TransientError(Exception):
    """A failure that another try may not meet, after `pause` seconds if the server named them.

    `overload`: it has too much to do; `busy`: and says so, which is a sign of life; `reached`:
    there was a connection.
    """

    def __init__(
        self,
        message: str,
        overload: bool = False,
        busy: bool = False,
        pause: float | None = None,
        reached: bool = True,
    ) -> None:
        super().__init__(message)
        self.overload = overload
        self.busy = busy
        self.pause = pause
        self.reached = reached


class Endpoint:
    """A server, its limits, and what was learned of it. For one event loop.

    Args:
        url: base URL, as `clean_url` gives it.
        key: for the Authorization header ("": none); it stands in no message.
        dialect: what to send to it; it learns.
        limiter: its limits.
        prices: of a million tokens.
        timeout: seconds that one reply may take.
    """

    def __init__(
        self,
        url: str,
        key: str,
        dialect: Dialect,
        limiter: RateLimiter,
        prices: Prices,
        timeout: float,
    ) -> None:
        self.url, self.limiter = url, limiter
        self.answered = False
        self.misses = 0
        """Tries in a row that failed, refusals for want of room aside."""
        self.away = False
        """Left out for a while, because of them."""
        self._key, self._dialect, self._prices, self._timeout = key, dialect, prices, timeout
        self._refused = 0
        # The time limit is on the whole reply, below: httpx would only limit each read.
        self._client = httpx.AsyncClient(
            headers=authorization(key),
            timeout=httpx.Timeout(None, connect=min(20.0, timeout)),
            limits=httpx.Limits(max_connections=limiter.max_in_flight),
        )

    async def ask(self, request: Request) -> Reply:
        """One try, or more where the endpoint refuses a field that can be left out.

        A field that a refusal names is given up. Where it names none, what it may be about is left
        out in turn, and given up if that was it. Each at most once, so it comes to an end.

        Raises:
            TransientError: it failed in a way that may pass.
            TeacherError: this server is of no use.
        """
        path = "/chat/completions" if request.messages else "/completions"
        trial: tuple[str, ...] = ()
        trials: list[tuple[str, ...]] = []
        tried: list[str] = []
        failure: httpx.Response | None = None
        body = self._dialect.body(request)
        while True:
            response = await self._post(self.url + path, body)
            if response.status_code == 200:
                reply = self._read(response, request)
                self._learn(body, trial, failure)
                return reply
            self._give_up_refused(response, request, body)
            if body != self._dialect.body(request, trial):
                tried += [name for name in sorted(self._dialect.given_up) if name not in tried]
                trial, trials, failure = (), [], None
                body = self._dialect.body(request)
                continue
            if failure is None:
                failure = response
                trials = self._suspects(response, body)
            elif response.status_code not in (failure.status_code, *REFUSED):
                failure = response  # it isn't about a field any more
                trials = []
            tried += [name for name in trial if name not in tried]
            if not trials:
                return self._refused_for_good(failure, tried)
            trial = trials.pop(0)
            body = self._dialect.body(request, trial)

    def _read(self, response: httpx.Response, request: Request) -> Reply:
        try:
            data = read_body(response.content, response.headers.get("content-type", ""))
            reply = read_reply(data, request, self._prices, self._dialect.allowed(request))
        except Malformed as error:
            raise TransientError(self.redacted(f"status 200, but {error}")) from None
        self.answered = True
        return reply

    def _learn(
        self, body: dict[str, Any], trial: tuple[str, ...], failure: httpx.Response | None
    ) -> None:
        """What a body that was answered teaches, after `failure` without what `trial` left out."""
        self._dialect.accept(body)
        if failure is None:
            return
        if failure.status_code >= 500:  # once may be chance
            self._dialect.schema_failures += 1
            if self._dialect.schema_failures < MAX_SCHEMA_FAILURES:
                return
        self._give_up(trial, failure)

    def _give_up_refused(
        self, response: httpx.Response, request: Request, body: dict[str, Any]
    ) -> None:
        """Give up what the response to `body` refuses by name."""
        if response.status_code not in REFUSED | FAILED:
            return
        data = _json_or_text(response)
        self._give_up(self._dialect.concessions(body, refused_fields(data)), response)
        most = most_tokens(data)
        if 0 < most < self._dialect.allowed(request) and self._give_up(["long replies"], response):
            self._dialect.max_reply_tokens = most

    def _give_up(self, names: Iterable[str], response: httpx.Response) -> list[str]:
        """Those that were not given up yet; each is told once."""
        new = self._dialect.give_up(names)
        for name in new:
            logger.warning(
                f"{self.url} refuses {name}: {CONSEQUENCES[name]} ({self._told(response)})"
            )
        return new

    def _suspects(self, response: httpx.Response, body: dict[str, Any]) -> list[tuple[str, ...]]:
        """What a response that names no field may be about."""
        suspects = self._dialect.suspects(body)
        if response.status_code in FAILED:
            return [names for names in suspects if names[0].startswith("json")]
        told = self._told(response)
        named = response.status_code not in {400, 422} or _OWN_FAULT.search(told)
        return [] if named else suspects

    def _own_fault(self, response: httpx.Response) -> bool:
        """Whether a refusal lies in the request, not in what the server takes at all."""
        too_large = response.status_code == 413
        return too_large or self.answered or bool(_OWN_FAULT.search(self._told(response)))

    def _told(self, response: httpx.Response) -> str:
        return self.redacted(error_message(_json_or_text(response)))[:500]

    def _refused_for_good(self, response: httpx.Response, tried: list[str]) -> Reply:
        """An error reply, where the fault is the request's own.

        Raises:
            TransientError: it failed in a way that may pass.
            TeacherError: this server is of no use.
        """
        message, status = self._told(response), response.status_code
        if tried:
            message += f" (also without {', '.join(tried)})"
        if (status in RETRIED or status >= 500) and "insufficient_quota" not in response.text:
            raise TransientError(
                f"status {status}: {message}",
                overload=status in OVERLOADED,
                busy=status in {429, 529},
                pause=retry_after(response.headers),
            )
        if status in REFUSED:
            self._refused += 1
            if self._own_fault(response) and (self.answered or self._refused < MAX_REFUSED):
                return Reply("", finish="error", error=f"status {status}: {message}")
        remedy = _REMEDIES.get(402 if status == 429 else status, "check the [teacher] table")
        raise TeacherError(f"{self.url} answered {status}: {message!r}; {remedy}")

    async def _post(self, url: str, body: dict[str, Any]) -> httpx.Response:
        try:
            async with asyncio.timeout(self._timeout):
                return await self._client.post(
                    url, content=json.dumps(body), headers={"Content-Type": "application/json"}
                )
        except TimeoutError:
            raise TransientError(
                f"no reply within {self._timeout:g} s (teacher.timeout)", overload=True
            ) from None
        except httpx.ConnectError as error:
            raise TransientError(f"no connection: {error}", reached=False) from None
        except httpx.TransportError as error:
            raise TransientError(f"connection broken: {error or type(error).__name__}") from None
        except httpx.DecodingError as error:
            raise TransientError(f"the body can't be decoded: {error}") from None

    def redacted(self, text: str) -> str:
        """A server's words without its key, or what looks like one."""
        if self._key:
            text = text.replace(self._key, "***")
        return re.sub(r"\b(?:sk-|Bearer\s+)[\w*.-]{4,}", "***", text)

    async def close(self) -> None:
        """Close the connections."""
        await self._client.aclose()


def authorization(key: str) -> dict[str, str]:
    """The headers that a key is sent in."""
    return {"Authorization": f"Bearer {key}"} if key else {}


def clean_url(url: str) -> str:
    """A base URL without a path that the client adds itself.

    Raises:
        TeacherError: it is no URL, or holds a secret.
    """
    try:
        parts = httpx.URL(url)
    except httpx.InvalidURL as error:
        raise TeacherError(
            f"teacher.url can't be read ({error}): expected https://HOST/v1"
        ) from None
    if parts.scheme not in ("http", "https") or not parts.host:
        raise TeacherError(
            f"teacher.url is {url!r}: expected http://HOST:PORT/v1 or https://HOST/v1"
        )
    if parts.userinfo or parts.query:
        raise TeacherError(
            "teacher.url holds a password or a query, which would be logged: put the key into an "
            "environment variable, and its name into teacher.api_key_env"
        )
    return str(parts).rstrip("/").removesuffix("/chat/completions")


def key_from(variable: str) -> str:
    """The key that an environment variable holds ("" names none).

    Raises:
        TeacherError: the variable is empty, or holds what can't be a key.
    """
    if not variable:
        return ""
    key = os.environ.get(variable, "").strip()
    if not key:
        raise TeacherError(
            f"the environment variable {variable} is empty: it should hold the endpoint's key "
            f"(export {variable}=…); teacher.api_key_env names it"
        )
    if not (key.isascii() and key.isprintable()) or " " in key:
        raise TeacherError(
            f"the environment variable {variable} holds characters that no key has "
            "(a space, a line break or non-ASCII): copy the key anew"
        )
    return key


def only_model(url: str, key: str) -> str:
    """The name of the only model that a server has.

    Raises:
        TeacherError: it can't be asked, or has none or several.
    """
    try:
        response = httpx.get(f"{url}/models", headers=authorization(key), timeout=20.0)
        names = [str(model["id"]) for model in response.json()["data"]]
    except (httpx.HTTPError, ValueError, KeyError, TypeError) as error:
        raise TeacherError(
            f"teacher.model is empty, and {url}/models can't say what there is "
            f"({type(error).__name__}: {error}): check that the server runs, or set teacher.model"
        ) from None
    if len(names) != 1:
        raise TeacherError(
            f"teacher.model is empty, and {url} serves {len(names)} models: set it to one of "
            f"{', '.join(names[:20]) or 'those it should serve'}"
        )
    return names[0]


def _json_or_text(response: httpx.Response) -> Any:
    try:
        return response.json()
    except ValueError:
        return response.text
