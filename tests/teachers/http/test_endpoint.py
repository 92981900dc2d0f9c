import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from malmoi.core.errors import TeacherError
from malmoi.teachers import Message, Reply, Request
from malmoi.teachers.budget import Prices
from malmoi.teachers.http.dialect import Dialect
from malmoi.teachers.http.endpoint import Endpoint, TransientError, clean_url, only_model
from malmoi.teachers.http.rate_limiter import RateLimiter
from tests.helpers.bad_server import Answer, BadServer, completion, echo

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


SCHEMA = {"type": "object", "properties": {"q": {"type": "string"}}, "required": ["q"]}
FULL = Request(
    messages=(
        Message("system", "Be brief."), Message("user", "a"), Message("assistant", "b"),
        Message("user", "q"),
    ),
    temperature=0.7, top_p=0.9, stop=("Q:",), schema=SCHEMA,
)  # fmt: skip


def served(
    refuse: Callable[[dict[str, Any]], Answer | None], requests: int = 3, request: Request = FULL
) -> tuple[list[Reply | str], list[dict[str, Any]]]:
    """Replies (or what was raised), and the bodies that a server was sent that refuses some."""

    async def run(url: str) -> list[Reply | str]:
        endpoint = Endpoint(url, "", Dialect("m", True), RateLimiter(1), Prices(), 60.0)
        replies: list[Reply | str] = []
        for _ in range(requests):
            try:
                replies.append(await endpoint.ask(request))
            except (TransientError, TeacherError) as error:
                replies.append(str(error))
        await endpoint.close()
        return replies

    with BadServer(lambda _, body: refuse(body) or completion("ok")) as server:
        return asyncio.run(run(server.url)), server.bodies


def error(message: str, status: int = 400) -> Answer:
    return Answer(status=status, body={"error": {"message": message}})


def roles(body: dict[str, Any]) -> list[str]:
    return [turn["role"] for turn in body["messages"]]


def test_where_all_is_taken_nothing_is_left_out_or_asked_twice() -> None:
    replies, bodies = served(lambda _: None)
    assert [reply.text for reply in replies] == ["ok"] * 3  # type: ignore[union-attr]
    assert bodies == [Dialect("m", True).body(FULL)] * 3


@pytest.mark.parametrize(
    ("refused", "message", "status"),
    [
        ("temperature", "Unsupported value: 'temperature' does not support 0.7", 400),
        ("top_p", "`temperature` and `top_p` cannot both be specified", 400),
        ("seed", "Extra inputs are not permitted: seed", 422),
        ("stop", "Unrecognized request argument supplied: stop", 400),
        ("max_tokens", "'max_tokens' is not supported: use 'max_completion_tokens' instead", 400),
        ("system", "System role not supported", 500),
        ("response_format", "response_format json_schema is not supported", 500),
    ],
)
def test_a_refused_field_costs_one_request_and_that_field(
    refused: str, message: str, status: int, caplog: pytest.LogCaptureFixture
) -> None:
    def refuse(body: dict[str, Any]) -> Answer | None:
        schema = body.get("response_format", {}).get("type") == "json_schema"
        here = {"system": "system" in roles(body), "response_format": schema}
        return error(message, status) if here.get(refused, refused in body) else None

    replies, bodies = served(refuse)
    assert [reply.text for reply in replies] == ["ok"] * 3  # type: ignore[union-attr]
    assert len(bodies) == 4
    before, after = bodies[0], bodies[-1]
    changed = {name for name in before | after if before.get(name) != after.get(name)}
    assert changed - {"messages", "max_completion_tokens"} == {refused} - {"system"}
    told = [record.message for record in caplog.records if "refuses" in record.message]
    assert len(told) == 1
    assert message in told[0]


def test_several_refusals_one_after_the_other() -> None:
    def refuse(body: dict[str, Any]) -> Answer | None:
        for name in ("temperature", "top_p", "seed", "stop", "max_tokens", "response_format"):
            if name in body:
                return error(f"Unsupported parameter: '{name}'")
        told = "Conversation roles must alternate user/assistant"
        return error(told) if "system" in roles(body) else None

    replies, bodies = served(refuse)
    assert [reply.text for reply in replies] == ["ok"] * 3  # type: ignore[union-attr]
    assert len(bodies) == 8 + 3
    assert bodies[-1].keys() == {"model", "max_completion_tokens", "messages"}
    assert bodies[-1]["messages"][0] == {"role": "user", "content": "Be brief.\n\na"}
    assert bodies[-1]["messages"][-1]["content"].startswith("q\n\nAnswer with JSON alone")


@pytest.mark.parametrize(
    "refused", ["seed", "temperature", "top_p", "stop", "response_format", "system"]
)
def test_a_refusal_without_a_word_is_found_by_trying(refused: str) -> None:
    def refuse(body: dict[str, Any]) -> Answer | None:
        here = "system" in roles(body) if refused == "system" else refused in body
        return Answer(status=400, body="Bad Request") if here else None

    replies, bodies = served(refuse)
    assert [reply.text for reply in replies] == ["ok"] * 3  # type: ignore[union-attr]
    assert bodies[-1] == bodies[-2] == bodies[-3]  # learned
    kept = {"seed", "temperature", "top_p", "stop", "response_format"} - {refused}
    assert kept <= bodies[-1].keys()  # and what was tried in vain is sent again
    if refused != "response_format":
        assert bodies[-1]["response_format"]["type"] == "json_schema"


def test_a_refusal_that_nothing_mends_is_told_with_what_was_tried() -> None:
    replies, bodies = served(lambda _: error("Bad Request"), requests=1)
    assert replies == [
        f"{str(replies[0]).split()[0]} answered 400: 'Bad Request (also without json_schema, "
        "json_object, seed, temperature, top_p, stop, system role)'; check the [teacher] table"
    ]
    assert len(bodies) == 8


def test_a_server_that_refuses_what_it_is_not_sent_is_asked_no_more() -> None:
    replies, bodies = served(lambda _: error("Unsupported parameter: 'seed'"), requests=1)
    assert "seed" in str(replies[0])
    assert len(bodies) < 10


def test_a_schema_that_makes_a_server_fail_is_done_without() -> None:
    def refuse(body: dict[str, Any]) -> Answer | None:
        schema = body.get("response_format", {}).get("type") == "json_schema"
        return Answer(status=500, body="Internal Server Error") if schema else None

    replies, bodies = served(refuse, requests=4)
    assert [reply.text for reply in replies] == ["ok"] * 4  # type: ignore[union-attr]
    kinds = [body["response_format"]["type"] for body in bodies]
    # Once may be chance; from the second time on it isn't asked for.
    assert kinds == ["json_schema", "json_object"] * 2 + ["json_object"] * 2


def test_a_failure_after_a_schema_has_worked_is_no_refusal() -> None:
    count = iter(range(9))
    replies, bodies = served(lambda _: error("oops", 500) if next(count) == 1 else None)
    assert replies[1] == "status 500: oops"
    assert [body["response_format"]["type"] for body in bodies] == ["json_schema"] * 3


def test_a_reply_longer_than_a_model_can_is_asked_for_shorter() -> None:
    def refuse(body: dict[str, Any]) -> Answer | None:
        told = "max_tokens is too large: 256. This model supports at most 100 completion tokens"
        return error(told) if body["max_tokens"] > 100 else None

    replies, bodies = served(refuse)
    assert [body["max_tokens"] for body in bodies] == [256, 100, 100, 100]
    assert [reply.text for reply in replies] == ["ok"] * 3  # type: ignore[union-attr]


def test_an_event_stream_that_was_not_asked_for() -> None:
    text = (
        'data: {"choices": [{"delta": {"content": "서울"}}]}\n\n'
        'data: {"choices": [{"delta": {}, "finish_reason": "max_tokens"}]}\n\ndata: [DONE]\n\n'
    )
    reply = answered(Answer(body=text, headers={"Content-Type": "text/event-stream"}))
    assert (reply.text, reply.finish) == ("서울", "length")
    first = text.partition("\n\n")[0]
    with pytest.raises(TransientError, match="broke off"):
        answered(Answer(body=first, headers={"Content-Type": "text/event-stream"}))


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
