"""Several servers of one model, each a real one on this machine, some of which die."""

import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Any

import pytest

from malmoi.core.errors import TeacherError
from malmoi.recipe import ServerSection, TeacherSection
from malmoi.teachers import Message, Reply, Request
from malmoi.teachers.http.rate_limiter import RateLimiter
from malmoi.teachers.http.teacher import HttpTeacher
from malmoi.teachers.open import open_teacher
from malmoi.teachers.presets import resolve
from tests.helpers.bad_server import Answer, BadServer, completion, echo

ERROR_500 = Answer(status=500, body={"error": {"message": "oops"}})
EXPECTED = [f"re: {n}" for n in range(40)]
DEAD = "http://127.0.0.1:9/v1"


def ask(text: object, **more: Any) -> Request:
    return Request(messages=(Message("user", str(text)),), **more)


ASKED = [ask(n) for n in range(40)]


def echoing(_: int, body: dict[str, Any]) -> Answer:
    return echo(body)


def section(*servers: Any, **more: Any) -> TeacherSection:
    given = tuple(
        s
        if isinstance(s, ServerSection)
        else ServerSection(url=getattr(s, "url", s), max_concurrency=4)
        for s in servers
    )
    values = {"preset": "", "kind": "http", "model": "m", "servers": given} | more
    return TeacherSection(**values)


def opened(*servers: Any, **more: Any) -> "closing[HttpTeacher]":
    return closing(HttpTeacher(section(*servers, **more), first_pause=0.01))


def texts(replies: Iterator[Reply]) -> list[str]:
    return [reply.text for reply in replies]


def test_replies_keep_their_order_and_every_server_its_limit() -> None:
    def slow(_: int, body: dict[str, Any]) -> Answer:
        return Answer(body=echo(body).body, delay=0.1)

    with BadServer(slow) as one, BadServer(echoing) as two:
        servers = (
            ServerSection(url=one.url, max_concurrency=1),
            ServerSection(url=two.url, max_concurrency=3),
        )
        with opened(*servers) as teacher:
            assert texts(teacher.write(ASKED)) == EXPECTED
        assert max(one.in_flight_at) == 1
        assert max(two.in_flight_at) <= 3
        # A place is given when it is free: the slow one holds up nobody but itself.
        assert 1 <= len(one.bodies) < len(two.bodies)
        assert len(one.bodies) + len(two.bodies) == 40


def test_a_server_that_dies_is_left_out_and_nothing_is_lost(
    logged: pytest.LogCaptureFixture,
) -> None:
    with ExitStack() as stack:
        one, two = stack.enter_context(BadServer(echoing)), BadServer(echoing)
        dying = threading.Event()

        def plan(number: int, body: dict[str, Any]) -> Answer:
            if number >= 3:
                if not dying.is_set():
                    dying.set()
                    threading.Thread(target=two.__exit__, args=(None, None, None)).start()
                return Answer(body={}, cut=0)  # in the middle of a reply
            return echo(body)

        two.plan = plan
        with opened(one, two) as teacher:
            assert texts(teacher.write(ask(n) for n in range(40))) == EXPECTED
        assert dying.is_set()
        assert len(one.bodies) >= 40 - 3
    (left_out,) = [each for each in logged.records if "left out" in each.getMessage()]
    assert left_out.levelname == "WARNING"
    assert left_out.getMessage().startswith(f"{two.url} is left out")


def test_one_that_was_never_there_is_left_out_too() -> None:
    with BadServer(echoing) as server, opened(DEAD, server, max_retries=0) as teacher:
        assert texts(teacher.write(ASKED)) == EXPECTED


def test_one_that_hangs_is_left_out() -> None:
    def hangs(_: int, body: dict[str, Any]) -> Answer:
        return completion("late", delay=20)

    with (
        BadServer(echoing) as one,
        BadServer(hangs) as two,
        opened(one, two, timeout=1.0, max_retries=9) as teacher,
    ):
        assert texts(teacher.write(ASKED)) == EXPECTED


def test_with_all_dead_the_teacher_is_gone() -> None:
    with (
        opened(DEAD, "http://127.0.0.1:10/v1", max_retries=1) as teacher,
        pytest.raises(TeacherError, match=r"none of the 2 servers is left.*can't reach"),
    ):
        list(teacher.write(ASKED))


def test_with_all_failing_the_teacher_is_gone() -> None:
    with (
        BadServer(lambda *_: ERROR_500) as one,
        BadServer(lambda *_: ERROR_500) as two,
        opened(one, two, max_retries=1) as teacher,
        pytest.raises(TeacherError, match=r"none of the 2 servers.*oops"),
    ):
        list(teacher.write(ASKED))


def test_one_that_refuses_the_key_is_left_out_for_good(
    monkeypatch: pytest.MonkeyPatch, logged: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("KEY_A", "sk-secret-of-a-1")
    monkeypatch.setenv("KEY_B", "sk-secret-of-b-2")
    refusal = Answer(status=401, body={"error": {"message": "not with sk-secret-of-b-2"}})
    with BadServer(echoing) as one, BadServer(lambda *_: refusal) as two:
        servers = (
            ServerSection(url=one.url, api_key_env="KEY_A"),
            ServerSection(url=two.url, max_concurrency=1),
        )
        with opened(*servers, api_key_env="KEY_B") as teacher:
            assert texts(teacher.write(ASKED)) == EXPECTED
        assert {h["Authorization"] for h in one.headers} == {"Bearer sk-secret-of-a-1"}
        assert {h["Authorization"] for h in two.headers} == {"Bearer sk-secret-of-b-2"}
        assert len(two.bodies) == 1
    errors = logged.text
    assert "401" in errors
    assert "secret" not in errors


def test_one_that_was_left_out_comes_back(logged: pytest.LogCaptureFixture) -> None:
    ill = threading.Event()
    ill.set()

    def slowly(_: int, body: dict[str, Any]) -> Answer:
        return Answer(body=echo(body).body, delay=0.02)

    with (
        BadServer(slowly) as one,
        BadServer(lambda _, body: ERROR_500 if ill.is_set() else echo(body)) as two,
        closing(HttpTeacher(section(one, two), first_pause=0.01, away=0.2)) as teacher,
    ):
        got = []
        for number, reply in enumerate(teacher.write(ask(n) for n in range(160))):
            got.append(reply.text)
            if number == 50:
                ill.clear()
        assert got == [f"re: {n}" for n in range(160)]
        assert len(two.bodies) > 10
    assert "is back" in logged.text


def test_a_request_that_always_fails_is_an_error_reply_and_no_server_s_end() -> None:
    def plan(_: int, body: dict[str, Any]) -> Answer:
        return ERROR_500 if body["messages"][0]["content"] == "7" else echo(body)

    with BadServer(plan) as one, BadServer(plan) as two:
        with opened(one, two, max_retries=2) as teacher:
            replies = list(teacher.write(ASKED))
        assert [r.finish for r in replies] == ["stop"] * 7 + ["error"] + ["stop"] * 32
        assert "failed 3 times: status 500: oops" in replies[7].error
        for server in (one, two):  # each was asked as often as one alone would have been
            assert sum(b["messages"][0]["content"] == "7" for b in server.bodies) == 3


def test_a_busy_server_s_requests_go_to_the_others_at_once() -> None:
    busy = Answer(status=429, body="", headers={"Retry-After": "30"})
    start = time.monotonic()
    with BadServer(echoing) as one, BadServer(lambda *_: busy) as two:
        with opened(one, two) as teacher:
            assert texts(teacher.write(ASKED)) == EXPECTED
        assert 1 <= len(two.bodies) <= 4
    assert time.monotonic() - start < 20


def test_requests_a_minute(monkeypatch: pytest.MonkeyPatch) -> None:
    begun: dict[int, list[float]] = {}
    acquire = RateLimiter.acquire

    def noted(limiter: RateLimiter) -> int:
        begun.setdefault(limiter.max_in_flight, []).append(time.monotonic())
        return acquire(limiter)

    monkeypatch.setattr(RateLimiter, "acquire", noted)
    with BadServer(echoing) as one, BadServer(echoing) as two:
        servers = (
            ServerSection(url=one.url, max_concurrency=7, rpm=5),
            ServerSection(url=two.url, max_concurrency=2, rpm=3),
        )
        with closing(HttpTeacher(section(*servers), minute=0.5)) as teacher:
            assert texts(teacher.write(ask(n) for n in range(24))) == EXPECTED[:24]
        assert len(one.bodies) + len(two.bodies) == 24
    for most, rpm in ((7, 5), (2, 3)):
        times = begun[most]
        assert len(times) > rpm
        assert all(times[n + rpm] - times[n] >= 0.49 for n in range(len(times) - rpm))


def test_who_answers_is_no_part_of_identity_cache_or_fingerprint(tmp_path: Path) -> None:
    from malmoi.recipe import fingerprint_part

    with BadServer(echoing) as one, BadServer(echoing) as two, BadServer(echoing) as three:
        sections = [section(one, two), section(three)]
        assert fingerprint_part(resolve(sections[0])) == fingerprint_part(resolve(sections[1]))
        for each in sections:
            with open_teacher(each, tmp_path / "cache.sqlite") as teacher:
                assert teacher.identity == "m max_tokens=0 thinking_tokens=0"
                replies = list(teacher.write(ASKED))
                assert texts(iter(replies)) == EXPECTED
        assert three.bodies == []
        with open_teacher(section(three, model="other"), tmp_path / "cache.sqlite") as teacher:
            list(teacher.write(ASKED))
        assert len(three.bodies) == 40


def test_the_model_that_all_have() -> None:
    def named(name: str) -> Any:
        listed = Answer(body={"data": [{"id": name}]})
        return lambda number, body: listed if number < 0 else echo(body)

    with BadServer(named("a")) as one, BadServer(named("a")) as two, BadServer(named("b")) as three:
        with opened(DEAD, one, two, model="") as teacher:
            assert texts(teacher.write(ASKED)) == EXPECTED
            assert {body["model"] for body in one.bodies + two.bodies} == {"a"}
        with pytest.raises(TeacherError, match="different models"):
            HttpTeacher(section(one, three, model=""))
        with pytest.raises(TeacherError, match="can't say what there is"):
            HttpTeacher(section(DEAD, model=""))
        with pytest.raises(TeacherError, match="twice"):
            HttpTeacher(section(one, one))


def test_servers_go_with_a_kind_and_no_url() -> None:
    server = ServerSection(url="http://h/v1")
    found = resolve(TeacherSection(preset="vllm", servers=(server,)))
    assert (found.kind, found.url) == ("http", "")
    with pytest.raises(TeacherError, match=r"teacher\.servers"):
        resolve(TeacherSection(servers=(server,)))
    with pytest.raises(TeacherError, match="no url"):
        resolve(TeacherSection(preset="vllm", url="http://x/v1", servers=(server,)))


def test_an_abandoned_writer_leaves_nothing_in_flight() -> None:
    with (
        BadServer(lambda *_: completion("late", delay=0.3)) as one,
        BadServer(echoing) as two,
        opened(one, two) as teacher,
    ):
        replies = teacher.write(ASKED)
        next(replies)
        replies.close()  # type: ignore[attr-defined]
        assert texts(teacher.write(ASKED[:3]))  # and its places are free again
        deadline = time.monotonic() + 30
        while any(endpoint.limiter.in_flight for endpoint in teacher.pool.endpoints):
            assert time.monotonic() < deadline
            time.sleep(0.02)
