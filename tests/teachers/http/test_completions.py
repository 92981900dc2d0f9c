from typing import Any

import pytest

from malmoi.teachers import Message, Request
from malmoi.teachers.budget import Prices
from malmoi.teachers.http.completions import Malformed, error_message, read_body, read_reply

CHAT = Request(messages=(Message("user", "q"),), stop=("\n", "Q:"), max_tokens=9)


def read(choice: dict[str, Any], request: Request = CHAT, **more: Any) -> Any:
    return read_reply({"choices": [choice], **more}, request, Prices(1.0, 2.0))


def test_all_stops_are_applied() -> None:
    request = Request(prompt="p", stop=("1", "2", "3", "4", "5"))
    assert read({"text": "ab5cd"}, request).text == "ab"


def test_reads_parts_usage_and_cost() -> None:
    parts = [{"type": "text", "text": "a"}, {"type": "text", "text": "b"}]
    reply = read(
        {"message": {"content": parts}}, usage={"prompt_tokens": 3, "completion_tokens": 4}
    )
    assert (reply.text, reply.finish) == ("ab", "stop")
    assert (reply.prompt_tokens, reply.completion_tokens) == (3, 4)
    assert reply.cost == pytest.approx(11e-6)


def test_an_empty_message_is_an_empty_reply() -> None:
    reply = read(
        {"message": {"content": None, "reasoning_content": "Hm"}, "finish_reason": "length"}
    )
    assert (reply.text, reply.thinking, reply.finish) == ("", "Hm", "length")


@pytest.mark.parametrize(
    "data",
    [
        None,
        [],
        {},
        {"choices": []},
        {"choices": [{}]},
        {"choices": ["x"]},
        {"choices": [{"text": "x"}], "usage": {"prompt_tokens": "many"}},
        {"error": "busy"},
        {"choices": [{"text": "x", "finish_reason": "insufficient_system_resource"}]},
    ],
)
def test_other_shapes_are_malformed(data: Any) -> None:
    with pytest.raises(Malformed):
        read_reply(data, CHAT, Prices())


def test_error_messages_in_the_shapes_that_servers_use() -> None:
    for data in (
        {"error": {"message": "x"}},
        {"error": "x"},
        {"detail": "x"},
        {"message": "x"},
        "x",
        [{"error": {"code": 400, "message": "x", "status": "INVALID_ARGUMENT"}}],
        {"errors": [{"message": "x"}]},
    ):
        assert error_message(data) == "x"
    passed_on = {"message": "Provider returned error", "metadata": {"raw": "no seed"}}
    assert "no seed" in error_message({"error": passed_on})


@pytest.mark.parametrize(
    ("reason", "finish"),
    [
        *((reason, "length") for reason in (
            "length", "max_tokens", "MAX_TOKENS", "max_output_tokens", "model_length", "limit",
        )),
        *((reason, "stop") for reason in (
            "stop", "STOP", "eos", "eos_token", "end_turn", "stop_sequence", "COMPLETE", "", None,
        )),
        *((reason, "error") for reason in ("content_filter", "SAFETY", "refusal", "RECITATION")),
    ],
)  # fmt: skip
def test_finish_reasons_of_other_houses(reason: str | None, finish: str) -> None:
    reply = read({"message": {"content": "x"}, "finish_reason": reason})
    assert reply.finish == finish
    assert reply.text == ("" if finish == "error" else "x")


def test_a_reply_as_long_as_allowed_that_says_nothing_was_cut_off() -> None:
    def finish(tokens: int, reason: str | None, allowed: int = 9) -> str:
        choice = {"message": {"content": "x"}, "finish_reason": reason}
        data = {"choices": [choice], "usage": {"completion_tokens": tokens}}
        return read_reply(data, CHAT, Prices(), allowed).finish

    assert finish(9, None) == "length"
    assert finish(8, None) == finish(9, "stop") == finish(9, None, allowed=0) == "stop"


@pytest.mark.parametrize("reason", ["error", "abort"])
def test_a_reply_that_the_server_broke_off_is_none(reason: str) -> None:
    with pytest.raises(Malformed, match="broke the reply off"):
        read({"message": {"content": "x"}, "finish_reason": reason})


def test_thinking_among_the_parts_is_split_off() -> None:
    parts = [
        {"type": "thinking", "thinking": [{"type": "text", "text": "Hm"}]},
        {"type": "text", "text": "a"},
        "b",
    ]
    reply = read({"message": {"content": parts}})
    assert (reply.text, reply.thinking) == ("ab", "Hm")


STREAM = """: keep-alive

data: {"choices": [{"index": 0, "delta": {"role": "assistant", "content": ""}}]}

event: chunk
data: {"choices": [{"index": 0, "delta": {"reasoning_content": "Hm"}}]}

data: {"choices": [{"index": 0, "delta": {"content": "서\u2028"}, "finish_reason": null}]}

data: {"choices": [{"index": 0, "delta": {"content": "울"}, "finish_reason": "length"}]}

data: {"choices": [], "usage": {"prompt_tokens": 3, "completion_tokens": 2}}

data: [DONE]

"""


@pytest.mark.parametrize("content_type", ["text/event-stream; charset=utf-8", ""])
@pytest.mark.parametrize("line", ["\n", "\r\n"])
def test_an_event_stream_is_one_reply(content_type: str, line: str) -> None:
    text = STREAM if content_type else STREAM.partition("\n\n")[2]
    data = read_body(text.replace("\n", line).encode(), content_type)
    reply = read_reply(data, CHAT, Prices())
    assert (reply.text, reply.thinking, reply.finish) == ("서\u2028울", "Hm", "length")
    assert (reply.prompt_tokens, reply.completion_tokens) == (3, 2)


def test_an_event_stream_of_a_completion_keeps_its_leading_space() -> None:
    body = b'data: {"choices": [{"text": " a"}]}\n\ndata: {"choices": [{"text": " b"}]}\n\n'
    data = read_body(body + b"data: [DONE]\n\n", "text/event-stream")
    assert read_reply(data, Request(prompt="p"), Prices()).text == " a b"


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\xff",
        b"not JSON",
        b'data: {"choices": [{"delta": {"content": "x"}}]}\n\n',  # no end
        b"data: x\n\n",
        b"data: [1]\n\n",
    ],
)
def test_a_body_that_is_neither_json_nor_a_whole_stream(body: bytes) -> None:
    with pytest.raises(Malformed):
        read_body(body, "text/event-stream" if body.startswith(b"data") else "")


def test_an_error_in_a_stream_is_the_bodys() -> None:
    for body in (b'data: {"error": {"message": "busy"}}\n\n', b'{"error": {"message": "busy"}}'):
        with pytest.raises(Malformed, match="busy"):
            read_reply(read_body(body, "text/event-stream"), CHAT, Prices())
