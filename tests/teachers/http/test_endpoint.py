import asyncio
from typing import Any

import pytest

from malmoi.core.errors import TeacherError
from malmoi.teachers import Message, Reply, Request
from malmoi.teachers.budget import Prices
from malmoi.teachers.http.dialect import Dialect
from malmoi.teachers.http.endpoint import Endpoint, TransientError, clean_url, only_model
from malmoi.teachers.http.rate_limiter import RateLimiter
from tests.helpers.bad_server import Answer, BadServer, echo

KEY = "sk-a-very-secret-key-123456"


def one_try(url: str, key: str = "", timeout: float = 60.0) -> Reply:
    async def run() -> Reply:
        endpoint = Endpoint(url, key, Dialect("m", True), RateLimiter(1), Prices(), timeout)
        try:
            return await endpoint.ask(Request(messages=(Message("user", "q"),)))
        finally:
            await endpoint.close()

    return asyncio.run(run())


def answered(answer: Answer, key: str = "") -> Reply:
    with BadServer(lambda *_: answer) as server:
        return one_try(server.url, key, 0.3 if answer.delay else 60.0)


def test_a_reply() -> None:
    with BadServer(lambda _, body: echo(body)) as server:
        assert one_try(server.url).text == "re: q"


@pytest.mark.parametrize(
    ("answer", "overload", "busy"),
    [
        (Answer(status=500, body=""), False, False),
        (Answer(status=503, body=""), True, False),
        (Answer(status=429, body=""), True, True),
        (Answer(body="not JSON"), False, False),
        (Answer(body={}, delay=2), True, False),
        (Answer(body={"choices": []}, cut=3), False, False),
    ],
    ids=lambda a: str(a.status) if isinstance(a, Answer) else "",
)
def test_what_may_pass(answer: Answer, overload: bool, busy: bool) -> None:
    with pytest.raises(TransientError) as caught:
        answered(answer)
    assert (caught.value.overload, caught.value.busy) == (overload, busy)
    assert caught.value.reached


def test_a_server_that_is_not_there() -> None:
    with pytest.raises(TransientError) as caught:
        one_try("http://127.0.0.1:9/v1")
    assert not caught.value.reached


def test_what_no_second_try_mends() -> None:
    with pytest.raises(TeacherError, match=r"401.*api_key_env") as caught:
        answered(Answer(status=401, body={"error": {"message": f"not {KEY}"}}), KEY)
    assert KEY not in str(caught.value)


def test_what_is_the_request_s_own_fault() -> None:
    reply = answered(Answer(status=400, body={"error": {"message": "too long for the context"}}))
    assert (reply.finish, reply.text) == ("error", "")


def test_urls_lose_what_the_client_adds() -> None:
    assert clean_url("http://h:1/v1/") == "http://h:1/v1"
    assert clean_url("https://h/v1/chat/completions") == "https://h/v1"
    with pytest.raises(TeacherError, match="password"):
        clean_url("http://me:pw@h/v1")


def test_the_only_model_or_none() -> None:
    def plan(_: int, __: dict[str, Any]) -> Answer:
        return Answer(body={"data": [{"id": "a"}, {"id": "b"}]})

    with BadServer(plan) as server, pytest.raises(TeacherError, match="2 models"):
        only_model(server.url, "")
