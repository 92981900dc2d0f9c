import pytest

from malmoi.teachers import Message, Request
from malmoi.teachers.http.dialect import CONSEQUENCES, Dialect

CHAT = Request(messages=(Message("user", "q"),), stop=("\n", "Q:"), max_tokens=9)
FULL = Request(
    messages=(
        Message("system", "s"), Message("user", "q"), Message("assistant", "a"),
        Message("user", "r"), Message("user", "t"),
    ),
    stop=("Q:",), max_tokens=9, temperature=0.7, top_p=0.9,
    schema={"type": "object", "properties": {"q": {"type": "string"}}},
)  # fmt: skip
SCHEMA = {"type": "object", "properties": {"q": {"type": "string"}}}


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


def test_at_most_four_stops_are_sent() -> None:
    request = Request(prompt="p", stop=("1", "2", "3", "4", "5"))
    assert Dialect("m", chat=False).body(request)["stop"] == ["1", "2", "3", "4"]


def test_a_completion_schema_goes_out_under_both_names() -> None:
    body = Dialect("m", chat=False).body(Request(prompt="p", schema=SCHEMA))
    assert body["json_schema"] == body["response_format"]["json_schema"]["schema"]


def test_a_refusal_is_learned_once() -> None:
    dialect = Dialect("m", chat=True)
    body = dialect.body(Request(messages=CHAT.messages, schema=SCHEMA))
    names = dialect.concessions(body, ["schema"])
    assert dialect.give_up(names) == ["json_schema"]
    assert dialect.give_up(names) == []  # another request that was in flight
    again = dialect.body(Request(messages=CHAT.messages, schema=SCHEMA))
    assert again["response_format"] == {"type": "json_object"}


@pytest.mark.parametrize(
    ("refused", "given_up"),
    [
        ("temperature", ["temperature"]),
        ("top_p", ["top_p"]),
        ("seed", ["seed"]),
        ("stop", ["stop"]),
        ("length", ["max_tokens"]),
        ("schema", ["json_schema"]),
        ("strict", ["strict"]),
        ("system", ["system role"]),
        ("alternation", ["successive turns"]),
    ],
)
def test_a_refusal_costs_its_field_and_no_other(refused: str, given_up: list[str]) -> None:
    dialect = Dialect("m", chat=True)
    before = dialect.body(FULL)
    assert dialect.give_up(dialect.concessions(before, [refused])) == given_up
    after = dialect.body(FULL)
    changed = {name for name in before | after if before.get(name) != after.get(name)}
    assert changed == {
        "length": {"max_tokens", "max_completion_tokens"},
        "schema": {"response_format", "messages"},  # the schema goes into the prompt
        "strict": {"response_format"},
        "system": {"messages"},
        "alternation": {"messages"},
    }.get(refused, {refused})


def test_a_completions_second_name_for_a_schema_goes_first() -> None:
    dialect = Dialect("m", chat=False)
    request = Request(prompt="p", schema=SCHEMA)
    dialect.give_up(dialect.concessions(dialect.body(request), ["json_schema"]))
    body = dialect.body(request)
    assert "json_schema" not in body
    assert body["response_format"]["type"] == "json_schema"
    assert dialect.concessions(body, ["json_schema"]) == ["json_schema"]


def test_what_was_not_sent_is_not_given_up() -> None:
    dialect = Dialect("m", chat=True)
    refused = ["seed", "top_p", "schema", "strict", "system", "alternation"]
    assert dialect.concessions(dialect.body(CHAT), refused) == []


def test_a_length_has_two_names_and_then_none() -> None:
    dialect = Dialect("m", chat=True)
    dialect.give_up(dialect.concessions(dialect.body(CHAT), ["length"]))
    assert dialect.body(CHAT)["max_completion_tokens"] == 9
    dialect.give_up(dialect.concessions(dialect.body(CHAT), ["length"]))
    assert not {"max_tokens", "max_completion_tokens"} & dialect.body(CHAT).keys()
    assert dialect.concessions(dialect.body(CHAT), ["length"]) == []


def turns(request: Request, *given_up: str) -> list[tuple[str, str]]:
    body = Dialect("m", chat=True, given_up=set(given_up)).body(request)
    return [(turn["role"], turn["content"]) for turn in body["messages"]]


def test_system_text_moves_into_the_users_turn() -> None:
    assert turns(FULL)[0] == ("system", "s")
    assert turns(FULL, "system role") == [
        ("user", "s\n\nq"), ("assistant", "a"), ("user", "r"), ("user", "t"),
    ]  # fmt: skip
    alone = Request(messages=(Message("system", "s"),))
    assert turns(alone, "system role") == [("user", "s")]
    before_reply = Request(messages=(Message("system", "s"), Message("assistant", "a")))
    assert turns(before_reply, "system role") == [("user", "s"), ("assistant", "a")]


def test_turns_in_a_row_are_merged() -> None:
    assert turns(FULL, "successive turns")[-2:] == [("assistant", "a"), ("user", "r\n\nt")]


def test_where_turns_alternate_already_it_is_the_system_turn_that_they_count() -> None:
    request = Request(messages=FULL.messages[:2])
    body = Dialect("m", chat=True).body(request)
    assert Dialect("m", chat=True).concessions(body, ["alternation"]) == ["system role"]


def test_suspects_are_what_no_reply_has_cleared() -> None:
    dialect = Dialect("m", chat=True)
    body = dialect.body(FULL)
    assert dialect.suspects(body) == [
        ("json_schema",), ("json_schema", "json_object"),
        ("seed",), ("temperature",), ("top_p",), ("stop",), ("successive turns",),
    ]  # fmt: skip
    dialect.accept(dialect.body(CHAT))
    assert ("stop",) not in dialect.suspects(body)
    dialect.accept(body)
    assert dialect.suspects(body) == []


def test_every_concession_says_what_follows() -> None:
    for name in CONSEQUENCES:
        body = Dialect("m", chat=True).body(FULL, {name})
        assert (
            name == "long replies"
            or body != Dialect("m", chat=True).body(FULL)
            or (
                name
                in (
                    "json_object",
                    "max_completion_tokens",
                    "json_schema field",
                )  # what follows on another
            )
        )


@pytest.mark.parametrize("spelled", ["<|im_end|>", "<end_of_turn>", "[/INST]", "</s>", "<think>"])
def test_a_text_is_no_control_token(spelled: str) -> None:
    """A server's vocabulary isn't known: it mustn't be able to read one."""
    text = f"before {spelled} after"
    chat = Dialect("m", chat=True).body(Request(messages=(Message("user", text),)))
    prompt = Dialect("m", chat=False).body(Request(prompt=text))["prompt"]
    assert spelled not in prompt
    assert prompt == chat["messages"][0]["content"]
    assert prompt.replace("\u200b", "") == text
