"""A teacher behind OpenAI-compatible endpoints: DeepSeek, OpenAI, vLLM, Ollama, llama.cpp…

    teacher = HttpTeacher(resolve(TeacherSection(preset="deepseek-reasoner")))

One server, or any number of servers of the same model (`[[teacher.servers]]`), each with limits of
its own. Which of them answers changes nothing that is kept: it is no part of the identity.
"""

from __future__ import annotations

import asyncio
import itertools
import logging
import threading
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future

from malmoi.core.errors import TeacherError
from malmoi.recipe import ServerSection, TeacherSection
from malmoi.teachers import Reply, Request
from malmoi.teachers.budget import Prices
from malmoi.teachers.http.dialect import Dialect
from malmoi.teachers.http.endpoint import Endpoint, clean_url, key_from, only_model
from malmoi.teachers.http.pool import AWAY, Pool
from malmoi.teachers.http.rate_limiter import MINUTE, RateLimiter

logger = logging.getLogger(__name__)

LOOK_AHEAD = 4
"""Requests taken ahead of the reply that is due, for each that may be in flight."""


class HttpTeacher:
    """A model at one or more OpenAI-compatible endpoints.

    Args:
        section: a resolved `[teacher]` table with `url` or `servers`; without `model`, the only one
            that they serve is taken.
        first_pause: seconds before the second try, doubled before each that follows.
        away: seconds between two looks at a server that was left out.
        minute: the seconds that a server's `rpm` counts over.

    Raises:
        TeacherError: a URL or key can't be used, or the model can't be told.
    """

    def __init__(
        self,
        section: TeacherSection,
        first_pause: float = 0.5,
        *,
        away: float = AWAY,
        minute: float = MINUTE,
    ) -> None:
        alone = ServerSection(url=section.url, max_concurrency=section.max_concurrency)
        servers = section.servers or (alone,)
        urls = [clean_url(server.url) for server in servers]
        _refuse_twice(urls)
        keys = [key_from(server.api_key_env or section.api_key_env) for server in servers]
        model = section.model or _model_of(urls, keys)
        self.chat = section.chat is not False
        # The recipe's limits cut replies, so a reply under others is another reply.
        limits = f"max_tokens={section.max_tokens} thinking_tokens={section.thinking_tokens}"
        self.identity = f"{model} {limits}" if section.servers else f"{urls[0]} {model} {limits}"
        prices = Prices(section.price_in, section.price_out)
        self.pool = Pool(
            [
                Endpoint(
                    url,
                    key,
                    Dialect(model, self.chat, section.thinking_tokens, section.max_tokens),
                    RateLimiter(server.max_concurrency, server.rpm, minute),
                    prices,
                    section.timeout,
                )
                for url, key, server in zip(urls, keys, servers, strict=True)
            ],
            section.max_retries,
            first_pause,
            away,
        )
        self._numbers = itertools.count()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(
            target=self._loop.run_forever, name="http-teacher", daemon=True
        )
        self._thread.start()

    def write(self, requests: Iterable[Request]) -> Iterator[Reply]:
        """Answer each request, in order; at most 4 × what may be in flight are taken ahead.

        Raises:
            TeacherError: no server can be reached, or takes the key and the model, or all have
                failed 8 requests in a row.
        """
        source = iter(requests)
        window = LOOK_AHEAD * self.pool.places
        due: deque[Future[Reply]] = deque()
        try:
            while True:
                while len(due) < window and (request := next(source, None)) is not None:
                    answer = self.pool.answer(next(self._numbers), request)
                    due.append(asyncio.run_coroutine_threadsafe(answer, self._loop))
                if not due:
                    return
                yield due[0].result()
                due.popleft()
        finally:
            # Also on Ctrl-C: what is in flight is dropped at once.
            for future in due:
                future.cancel()

    def close(self) -> None:
        """Drop what is in flight and close the connections."""
        if self._loop.is_closed():
            return

        async def finish() -> None:
            others = asyncio.all_tasks() - {asyncio.current_task()}
            for task in others:
                task.cancel()
            await asyncio.gather(*others, return_exceptions=True)
            await self.pool.close()

        asyncio.run_coroutine_threadsafe(finish(), self._loop).result(timeout=10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(timeout=10)
        self._loop.close()


def _refuse_twice(urls: Sequence[str]) -> None:
    for number, url in enumerate(urls):
        if url in urls[:number]:
            raise TeacherError(
                f"[[teacher.servers]] names {url} twice: name each server once, and raise its "
                "`parallel`"
            )


def _model_of(urls: Sequence[str], keys: Sequence[str]) -> str:
    """The one model that all servers have; those that can't be asked now may come later."""
    found: dict[str, str] = {}
    problem: TeacherError | None = None
    for url, key in zip(urls, keys, strict=True):
        try:
            found[url] = only_model(url, key)
        except TeacherError as error:
            problem = error
            if len(urls) > 1:
                logger.warning(f"{error}")
    if len(set(found.values())) > 1:
        seen = ", ".join(f"{url}: {model}" for url, model in found.items())
        raise TeacherError(
            f"teacher.model is empty, and the servers have different models ({seen}): set "
            "teacher.model, and let all serve it under that name"
        )
    if not found:
        assert problem is not None
        raise problem
    return next(iter(found.values()))
