"""The request cache: what a teacher has once answered is never paid for again.

    teacher = CachedTeacher(teacher, Path("cache.sqlite"))

One SQLite file in WAL mode; several threads and processes may use it at once, and a process that
is killed loses nothing it has committed. Errors are not cached.
"""

from __future__ import annotations

import json
import os
import sqlite3
import threading
import time
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from malmoi.core.errors import TeacherError
from malmoi.core.files import stable_hash
from malmoi.teachers import Reply, Request, Teacher

BUSY_SECONDS = 60.0
"""How long to wait for another process that is writing."""

MAX_WAITING = 4096
"""Replies held while the search for the next request to send goes on."""


def request_key(identity: str, request: Request) -> str:
    """A cache key: everything the reply depends on, and nothing else (no URL's secrets, no key)."""
    return stable_hash(
        {
            "identity": identity,
            "messages": [[message.role, message.content] for message in request.messages],
            "prompt": request.prompt,
            "max_tokens": request.max_tokens,
            "temperature": request.temperature,
            "top_p": request.top_p,
            "stop": request.stop,
            "schema": request.schema,
            "sample": request.sample,
        },
        length=40,
    )


class ReplyCache:
    """Replies by key in a SQLite file; safe for several threads and processes.

    Raises:
        TeacherError: the file can't be opened, or is something else.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = threading.Lock()
        self._connection = self._open()
        self._process = os.getpid()

    def _open(self) -> sqlite3.Connection:
        end = time.monotonic() + BUSY_SECONDS
        while True:
            try:
                self.path.parent.mkdir(parents=True, exist_ok=True)
                connection = sqlite3.connect(
                    self.path, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False
                )
                connection.execute("PRAGMA journal_mode=WAL")
                # A killed process loses nothing; a power cut may cost the last replies, no more.
                connection.execute("PRAGMA synchronous=NORMAL")
                connection.execute(
                    "CREATE TABLE IF NOT EXISTS replies (key TEXT PRIMARY KEY, reply TEXT NOT NULL)"
                    " WITHOUT ROWID"
                )
                return connection
            except sqlite3.OperationalError as error:
                # The change to WAL doesn't wait by itself for others that open the file as well.
                if "locked" not in str(error) or time.monotonic() > end:
                    raise self._broken(error) from error
                time.sleep(0.02)
            except (sqlite3.DatabaseError, OSError) as error:
                raise self._broken(error) from error

    def _broken(self, error: Exception) -> TeacherError:
        return TeacherError(
            f"{self.path} can't be used as a request cache ({error}): expected a SQLite file that "
            "can be written; delete it, or name another with --cache"
        )

    def _live(self) -> sqlite3.Connection:
        # SQLite connections don't survive a fork: the child opens its own.
        if self._process != os.getpid():
            self._connection, self._process = self._open(), os.getpid()
        return self._connection

    def get_many(self, keys: Sequence[str]) -> dict[str, Reply]:
        """The replies that are known, by key; `cached` is true and `cost` 0 in each."""
        found: dict[str, Reply] = {}
        with self._lock:
            for start in range(0, len(keys), 500):
                part = keys[start : start + 500]
                marks = ",".join("?" * len(part))
                try:
                    rows = self._live().execute(
                        f"SELECT key, reply FROM replies WHERE key IN ({marks})", part
                    )
                    found.update((key, _from_text(text)) for key, text in rows)
                except sqlite3.Error as error:
                    raise self._broken(error) from error
        return found

    def put_many(self, replies: Iterable[tuple[str, Reply]]) -> None:
        """Store replies in one transaction; a key that is there already keeps its first reply."""
        rows = [(key, _to_text(reply)) for key, reply in replies if reply.finish != "error"]
        if not rows:
            return
        with self._lock:
            connection = self._live()
            try:
                connection.execute("BEGIN IMMEDIATE")
                try:
                    connection.executemany("INSERT OR IGNORE INTO replies VALUES (?, ?)", rows)
                    connection.execute("COMMIT")
                except BaseException:
                    connection.execute("ROLLBACK")
                    raise
            except sqlite3.Error as error:
                raise self._broken(error) from error

    def __len__(self) -> int:
        with self._lock:
            return int(self._live().execute("SELECT count(*) FROM replies").fetchone()[0])

    def close(self) -> None:
        """Close the file; what was put is there already."""
        with self._lock:
            self._connection.close()


_STORED = ("text", "raw", "thinking", "finish", "prompt_tokens", "completion_tokens", "cost")


def _to_text(reply: Reply) -> str:
    # ASCII escapes also carry lone surrogates, which SQLite would refuse.
    return json.dumps({name: getattr(reply, name) for name in _STORED}, ensure_ascii=True)


def _from_text(text: str) -> Reply:
    return replace(Reply(**json.loads(text)), cached=True, cost=0.0)


@dataclass(slots=True)
class _Turn:
    """A request whose reply is to come: `sent` to the teacher, known, or the same as one sent."""

    key: str
    reply: Reply | None
    sent: bool


class CachedTeacher:
    """Any teacher, with a cache in front; replies keep the order of the requests.

    The teacher inside gets the requests that miss as one lazy iterable, so that it keeps its own
    parallelism. A request that is twice among those in flight is sent once.
    """

    def __init__(self, teacher: Teacher, path: Path, max_waiting: int = MAX_WAITING) -> None:
        """At most `max_waiting` turns are held while requests are taken ahead."""
        self.cache = ReplyCache(path)
        self._max_waiting = max_waiting
        self.teacher = teacher
        self.identity = teacher.identity
        self.chat = teacher.chat

    def write(self, requests: Iterable[Request]) -> Iterator[Reply]:
        """Answer each request, in order; each new reply is committed before it is handed on."""
        source = iter(requests)
        turns: deque[_Turn] = deque()
        in_flight: deque[_Turn] = deque()
        sent: set[str] = set()  # the keys of those in flight
        failed: dict[str, Reply] = {}

        def take() -> tuple[Request, _Turn] | None:
            """Queue the next request; None at the end."""
            request = next(source, None)
            if request is None:
                return None
            key = request_key(self.identity, request)
            reply = self.cache.get_many([key]).get(key)
            turn = _Turn(key, reply, sent=reply is None and key not in sent)
            turns.append(turn)
            if turn.sent:
                in_flight.append(turn)
                sent.add(key)
            return request, turn

        def misses(first: Request) -> Iterator[Request]:
            yield first
            while len(turns) < self._max_waiting and (taken := take()) is not None:
                if taken[1].sent:
                    yield taken[0]

        def known() -> Iterator[Reply]:
            """The replies at the head of the queue, as far as they are there."""
            while turns and (not in_flight or turns[0] is not in_flight[0]):
                turn = turns.popleft()
                reply = turn.reply or self.cache.get_many([turn.key]).get(turn.key)
                yield reply or failed[turn.key]

        while (taken := take()) is not None:
            if taken[1].sent:
                answers = self.teacher.write(misses(taken[0]))
                try:
                    for reply in answers:
                        turn = in_flight.popleft()
                        sent.discard(turn.key)
                        turn.reply = reply
                        if reply.finish == "error":
                            failed[turn.key] = reply
                        self.cache.put_many([(turn.key, reply)])
                        yield from known()
                except TeacherError:
                    yield from known()
                    raise
                finally:
                    # An abandoned writer must not leave requests in flight behind it.
                    close = getattr(answers, "close", None)
                    if close is not None:
                        close()
            yield from known()
            if in_flight:
                raise TeacherError(
                    f"{self.identity} gave {len(in_flight)} replies fewer than it had requests: "
                    "expected one for each, in order"
                )

    def close(self) -> None:
        """Close the teacher inside and the file."""
        try:
            self.teacher.close()
        finally:
            self.cache.close()
