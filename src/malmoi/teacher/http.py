"""A teacher behind any OpenAI-compatible endpoint: DeepSeek, OpenAI, vLLM, Ollama, llama.cpp…

    teacher = HttpTeacher(resolve(TeacherSection(preset="deepseek-reasoner")))

What fails in passing (408, 409, 425, 429, 5xx, connections, timeouts, bodies cut off) is tried
again after a pause that doubles, or the one the server asks for. What a request itself is refused
for gives an error reply. What can't be mended by trying (key, balance, model) is a `TeacherError`.
"""

from __future__ import annotations

import asyncio
import json
import logging
import os
import re
import threading
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future
from typing import Any

import httpx

from malmoi.errors import TeacherError
from malmoi.recipe import TeacherSection
from malmoi.teacher import Reply, Request
from malmoi.teacher.budget import Prices
from malmoi.teacher.dialect import Dialect, Malformed, error_message, read_reply
from malmoi.teacher.pace import Pace, backoff, retry_after

logger = logging.getLogger(__name__)

GIVE_UP_AFTER = 8
"""Requests in a row that failed in all their tries: then the endpoint counts as gone."""

LONGEST_WAIT = 600.0
"""Seconds; a server that asks for more than this is left alone, and the run can be resumed."""

LOOK_AHEAD = 4
"""Requests taken ahead of the reply that is due, for each that may be in flight."""

OVERLOADED = {429, 503, 529}
RETRIED = {408, 409, 425, 429}
REFUSED = {400, 413, 422}

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


class _Passing(Exception):
    """A failure that may pass: try again, after `pause` seconds if the server named them."""

    def __init__(
        self, message: str, overload: bool = False, pause: float | None = None, reached: bool = True
    ) -> None:
        super().__init__(message)
        self.overload = overload
        self.pause = pause
        self.reached = reached


class HttpTeacher:
    """A model at an OpenAI-compatible endpoint.

    Args:
        section: a resolved `[teacher]` table with `url`; without `model`, the only one that the
            endpoint serves is taken.
        first_pause: seconds before the second try, doubled before each that follows.

    Raises:
        TeacherError: the URL or the key can't be used, or the model can't be told.
    """

    def __init__(self, section: TeacherSection, first_pause: float = 0.5) -> None:
        self._url = _clean_url(section.url)
        self._key = _key_from(section.api_key_env)
        headers = {"Authorization": f"Bearer {self._key}"} if self._key else {}
        model = section.model or _only_model(self._url, headers)
        self.chat = section.chat is not False
        self._dialect = Dialect(model, self.chat, section.thinking_tokens, section.max_tokens)
        # The recipe's limits cut replies, so a reply under others is another reply.
        limits = f"max_tokens={section.max_tokens} thinking_tokens={section.thinking_tokens}"
        self.identity = f"{self._url} {model} {limits}"
        self.pace = Pace(section.concurrency)
        self._prices = Prices(section.price_in, section.price_out)
        self._timeout = section.timeout
        self._retries = section.retries
        self._first_pause = first_pause
        self._answered = False
        self._failures = 0
        self._refused = 0
        self._gone: TeacherError | None = None
        # The time limit is on the whole reply, below: httpx would only limit each read.
        self._client = httpx.AsyncClient(
            headers=headers,
            timeout=httpx.Timeout(None, connect=min(20.0, section.timeout)),
            limits=httpx.Limits(max_connections=section.concurrency),
        )
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(
            target=self._loop.run_forever, name="http-teacher", daemon=True
        )
        self._thread.start()

    def write(self, requests: Iterable[Request]) -> Iterator[Reply]:
        """Answer each request, in order; at most 4 × concurrency are taken ahead.

        Raises:
            TeacherError: the endpoint can't be reached, refuses the key or model, or has failed
                8 requests in a row.
        """
        source = iter(requests)
        window = LOOK_AHEAD * self.pace.most
        due: deque[Future[Reply]] = deque()
        try:
            while True:
                while len(due) < window and (request := next(source, None)) is not None:
                    due.append(asyncio.run_coroutine_threadsafe(self._answer(request), self._loop))
                if not due:
                    return
                yield due[0].result()
                due.popleft()
        finally:
            # Also on Ctrl-C: what is in flight is dropped at once.
            for future in due:
                future.cancel()

    async def _answer(self, request: Request) -> Reply:
        attempt = 0
        while True:
            try:
                async with self.pace.turn() as ticket:
                    if self._gone is not None:
                        raise self._gone
                    try:
                        reply = await self._ask(request)
                    except _Passing as failure:
                        if failure.overload:
                            self.pace.overloaded(ticket, failure.pause or 0.0)
                        raise
                self.pace.succeeded()
                self._failures = 0
                return reply
            except _Passing as failure:
                if attempt >= self._retries or (failure.pause or 0.0) > LONGEST_WAIT:
                    return self._given_up(failure, attempt + 1)
                pause = backoff(attempt, self._first_pause)
                if failure.pause is not None:
                    pause = failure.pause + min(pause, self._first_pause)
                logger.info("try %d failed (%s); again in %.1f s", attempt + 1, failure, pause)
            await asyncio.sleep(pause)
            attempt += 1

    def _given_up(self, failure: _Passing, tries: int) -> Reply:
        self._failures += 1
        if failure.pause is not None and failure.pause > LONGEST_WAIT:
            raise self._fatal(
                f"{failure}; it asks to wait {failure.pause:.0f} s: run again later, "
                "what was written is kept"
            )
        if not failure.reached and not self._answered:
            raise self._fatal(
                f"can't reach {self._url} in {tries} tries ({failure}): check that the server runs "
                "and that teacher.url is right"
            )
        if self._failures >= GIVE_UP_AFTER:
            raise self._fatal(
                f"{self._failures} requests in a row failed at {self._url}, each {tries} times; "
                f"the last: {failure}. Run again when it works; what was written is kept"
            )
        return Reply("", finish="error", error=f"failed {tries} times: {failure}")

    async def _ask(self, request: Request) -> Reply:
        """One try, or more where the endpoint refuses a field that can be left out."""
        path = "/chat/completions" if request.messages else "/completions"
        while True:
            body = self._dialect.body(request)
            response = await self._post(self._url + path, body)
            if response.status_code == 200:
                try:
                    reply = read_reply(_json(response), request, self._prices)
                except Malformed as error:
                    raise _Passing(self._redacted(f"status 200, but {error}")) from None
                self._answered = True
                return reply
            message = self._redacted(error_message(_json_or_text(response)))[:500]
            status = response.status_code
            if (status in RETRIED or status >= 500) and "insufficient_quota" not in response.text:
                raise _Passing(
                    f"status {status}: {message}",
                    overload=status in OVERLOADED,
                    pause=retry_after(response.headers),
                )
            if status in REFUSED:
                own_fault = status == 413 or self._answered or bool(_OWN_FAULT.search(message))
                if self._dialect.learn(body, message, own_fault):
                    continue
                self._refused += 1
                if own_fault and (self._answered or self._refused < GIVE_UP_AFTER):
                    return Reply("", finish="error", error=f"status {status}: {message}")
            remedy = _REMEDIES.get(402 if status == 429 else status, "check the [teacher] table")
            raise self._fatal(f"{self._url} answered {status}: {message!r}; {remedy}")

    async def _post(self, url: str, body: dict[str, Any]) -> httpx.Response:
        try:
            async with asyncio.timeout(self._timeout):
                return await self._client.post(
                    url, content=json.dumps(body), headers={"Content-Type": "application/json"}
                )
        except TimeoutError:
            raise _Passing(
                f"no reply within {self._timeout:g} s (teacher.timeout)", overload=True
            ) from None
        except httpx.ConnectError as error:
            raise _Passing(f"no connection: {error}", reached=False) from None
        except httpx.TransportError as error:
            raise _Passing(f"connection broken: {error or type(error).__name__}") from None
        except httpx.DecodingError as error:
            raise _Passing(f"the body can't be decoded: {error}") from None

    def _fatal(self, message: str) -> TeacherError:
        """Remember that the endpoint is gone, so that what waits behind does not ask it again."""
        self._gone = self._gone or TeacherError(self._redacted(message))
        return self._gone

    def _redacted(self, text: str) -> str:
        if self._key:
            text = text.replace(self._key, "***")
        return re.sub(r"\b(?:sk-|Bearer\s+)[\w*.-]{4,}", "***", text)

    def close(self) -> None:
        """Drop what is in flight and close the connections."""
        if self._loop.is_closed():
            return

        async def finish() -> None:
            others = asyncio.all_tasks() - {asyncio.current_task()}
            for task in others:
                task.cancel()
            await asyncio.gather(*others, return_exceptions=True)
            await self._client.aclose()

        asyncio.run_coroutine_threadsafe(finish(), self._loop).result(timeout=10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(timeout=10)
        self._loop.close()


def _clean_url(url: str) -> str:
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


def _key_from(variable: str) -> str:
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


def _only_model(url: str, headers: dict[str, str]) -> str:
    try:
        listed = httpx.get(f"{url}/models", headers=headers, timeout=20.0).json()["data"]
        names = [str(model["id"]) for model in listed]
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


def _json(response: httpx.Response) -> Any:
    try:
        return response.json()
    except ValueError as error:  # UnicodeDecodeError is one, too
        raise Malformed(f"its body is not JSON: {response.text[:120]!r}") from error


def _json_or_text(response: httpx.Response) -> Any:
    try:
        return response.json()
    except ValueError:
        return response.text
