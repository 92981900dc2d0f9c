from typing import Any

import pytest

from malmoi.teachers import Message, Request
from malmoi.teachers.budget import Prices
from malmoi.teachers.http.dialect import Dialect, Malformed, error_message, read_reply

CHAT = Request(messages=(Message("user", "q"),), stop=("\n", "Q:"), max_tokens=9)
SCHEMA = {"type": "object", "properties": {"q": {"type": "string"}}}


def read(choice: dict[str, Any], request: Request = CHAT, **more: Any) -> Any:
    return read_reply({"choices": [choice], **more}, request, Prices(1.0, 2.0))


def test_a_body_holds_what_was_asked_and_no_more() -> None:
    assert Dialect("m", chat=True).body(CHAT) == {
        "model": "m",
        "max_tokens": 9,
        "temperature": 0.0,
        "stop": ["\n", "Q:"],
        "messages": [{"role": "user", "content": "q"}],
    }


def test_thinking_gets_room_up_to_the_recipes_limit_and_no_stops() -> None:
    body = Dialect("m", chat=True, thinking_tokens=100, max_reply_tokens=50).body(CHAT)
    assert body["max_tokens"] == 50
    assert "stop" not in body
    assert Dialect("m", chat=True, thinking_tokens=100).body(CHAT)["max_tokens"] == 109


def test_at_most_four_stops_are_sent_but_all_are_applied() -> None:
    request = Request(prompt="p", stop=("1", "2", "3", "4", "5"))
    assert Dialect("m", chat=False).body(request)["stop"] == ["1", "2", "3", "4"]
    assert read({"text": "ab5cd"}, request).text == "ab"


def test_a_completion_schema_goes_out_under_both_names() -> None:
    body = Dialect("m", chat=False).body(Request(prompt="p", schema=SCHEMA))
    assert body["json_schema"] == body["response_format"]["json_schema"]["schema"]


def test_a_second_refusal_of_the_same_does_not_fall_twice() -> None:
    dialect = Dialect("m", chat=True)
    body = dialect.body(Request(messages=CHAT.messages, schema=SCHEMA))
    assert dialect.learn(body, "no response_format", own_fault=False)
    assert dialect.learn(body, "no response_format", own_fault=False)
    assert dialect.schema_mode == 1


@pytest.mark.parametrize(
    ("message", "again"),
    [
        ("Unsupported value: 'temperature'", True),
        ("temperature must be at most 2", False),
        ("model is not supported", False),
    ],
)
def test_only_a_field_that_is_refused_is_left_out(message: str, again: bool) -> None:
    dialect = Dialect("m", chat=True)
    assert dialect.learn(dialect.body(CHAT), message, own_fault=False) is again
    assert ("temperature" not in dialect.body(CHAT)) is again


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
    ):
        assert error_message(data) == "x"
