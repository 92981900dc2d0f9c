from typing import Any

import pytest

from malmoi.teachers.http.refusals import most_tokens, refused_fields


def openai(message: str, param: str | None = None) -> dict[str, Any]:
    error = {"message": message, "type": "invalid_request_error", "param": param, "code": None}
    return {"error": error}


def vllm(message: str) -> dict[str, Any]:
    return {"object": "error", "message": message, "type": "BadRequestError", "code": 400}


def llama_cpp(message: str, code: int = 500) -> dict[str, Any]:
    return {"error": {"code": code, "message": message, "type": "server_error"}}


def gemini(message: str) -> list[Any]:
    return [{"error": {"code": 400, "message": message, "status": "INVALID_ARGUMENT"}}]


def pydantic(*loc: object, msg: str = "Extra inputs are not permitted") -> dict[str, Any]:
    return {"detail": [{"type": "extra_forbidden", "loc": ["body", *loc], "msg": msg, "input": 1}]}


MAX_TOKENS = (
    "Unsupported parameter: 'max_tokens' is not supported with this model. "
    "Use 'max_completion_tokens' instead."
)
ONLY_DEFAULT = (
    "Unsupported value: 'temperature' does not support 0.0 with this model. "
    "Only the default (1) value is supported."
)
ALTERNATE = "Conversation roles must alternate user/assistant/user/assistant/..."


@pytest.mark.parametrize(
    ("body", "field"),
    [
        (openai(ONLY_DEFAULT, "temperature"), "temperature"),
        (openai(ONLY_DEFAULT), "temperature"),
        (openai("temperature: range: 0..1"), "temperature"),
        ({"error": "Input validation error: `temperature` must be strictly positive"},
         "temperature"),
        (pydantic("temperature", msg="Input should be less than or equal to 1"), "temperature"),
        (openai("`temperature` and `top_p` cannot both be specified for this model."), "top_p"),
        (openai("Unsupported parameter: 'top_p' is not supported with this model."), "top_p"),
        (gemini('Invalid JSON payload received. Unknown name "topP": Cannot find field.'), "top_p"),
        (gemini('Invalid JSON payload received. Unknown name "seed": Cannot find field.'), "seed"),
        (pydantic("seed"), "seed"),
        ({"object": "error", "message": pydantic("seed"), "code": 422}, "seed"),
        (vllm("[{'type': 'extra_forbidden', 'loc': ('body', 'seed'), 'msg': 'Extra inputs are not "
              "permitted', 'input': 3}]"), "seed"),
        (openai("Unsupported parameter: 'stop' is not supported with this model."), "stop"),
        (openai("stop sequences are not allowed for reasoning models"), "stop"),
        (openai("Unrecognized request argument supplied: stop"), "stop"),
        (openai(MAX_TOKENS, "max_tokens"), "length"),
        (openai(MAX_TOKENS), "length"),
        (openai("This response_format type is unavailable now"), "schema"),
        (openai("Invalid parameter: 'response_format' of type 'json_schema' is not supported",
                "response_format"), "schema"),
        (openai("'response_format.type' must be 'json_object' or 'text'"), "schema"),
        (openai("Unrecognized request argument supplied: json_schema"), "json_schema"),
        (pydantic("json_schema"), "json_schema"),
        (llama_cpp("Failed to parse grammar"), "schema"),
        (vllm("guided decoding: unsupported JSON schema features"), "schema"),
        (openai("Invalid schema for response_format 'reply': In context=(), 'required' is required "
                "to be supplied", "response_format"), "strict"),
        (gemini('Unknown name "strict" at \'response_format.json_schema\': Cannot find field.'),
         "strict"),
        (openai("Unsupported value: 'messages[0].role' does not support 'system' with this model.",
                "messages[0].role"), "system"),
        (vllm("System role not supported"), "system"),
        (llama_cpp("System role not supported"), "system"),
        (openai('messages: Unexpected role "system". The Messages API accepts a top-level `system` '
                "parameter, not \"system\" as an input message role."), "system"),
        (gemini("Developer instruction is not enabled for models/gemma-3-27b-it"), "system"),
        (openai("This model doesn't support system messages."), "system"),
        (openai("Only user and assistant roles are supported!"), "system"),
        (openai("'system' is not one of ['user', 'assistant'] - 'messages.0.role'"), "system"),
        (pydantic("messages", 0, "role", msg="Input should be 'user' or 'assistant'"), "system"),
        (llama_cpp(ALTERNATE), "alternation"),
        (vllm(f"After the optional system message, c{ALTERNATE[1:]}"), "alternation"),
        (openai('messages: roles must alternate between "user" and "assistant", but found multiple '
                '"user" roles in a row'), "alternation"),
        (openai("deepseek-reasoner does not support successive user or assistant messages "
                "(messages[1] and messages[2] in your input)."), "alternation"),
        (gemini("Please ensure that multiturn requests alternate between user and model."),
         "alternation"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)  # fmt: skip
def test_what_servers_say_when_they_refuse(body: Any, field: str) -> None:
    assert refused_fields(body) == [field]


def test_all_that_a_list_of_errors_names() -> None:
    both = {"detail": [*pydantic("seed")["detail"], *pydantic("top_p")["detail"]]}
    assert refused_fields(both) == ["seed", "top_p"]


@pytest.mark.parametrize(
    "message",
    [
        "",
        "Bad Request",
        "model is not supported",
        "Unprocessable",
        "This model's maximum context length is 64 tokens. However, you requested 90 tokens",
        "'max_tokens' or 'max_completion_tokens' is too large: 100. This model's maximum context "
        "length is 64 tokens and your request has 20 input tokens",
        "max_tokens must be at least 1, got -36",
        "Please stop: your system is not allowed here",
        "Internal system error",
        "the request exceeds the available context size (64 tokens)",
        "Invalid prompt: your prompt was flagged as potentially violating our usage policy",
    ],
)
def test_what_is_not_about_a_field(message: str) -> None:
    assert refused_fields(openai(message)) == []
    assert most_tokens(openai(message)) == 0


@pytest.mark.parametrize(
    "body",
    [
        '<html><head><link rel="alternate" href="/"></head>Only support can help</html>',
        openai("Invalid value, input: {'content': 'the temperature must not be above 30'}"),
        openai(f"Invalid request. {'x ' * 300} temperature"),
    ],
)
def test_a_page_or_a_quoted_text_refuses_nothing(body: Any) -> None:
    assert refused_fields(body) == []


@pytest.mark.parametrize(
    ("message", "most"),
    [
        ("max_tokens is too large: 100000. This model supports at most 16384 completion tokens, "
         "whereas you provided 100000.", 16384),
        ("Invalid max_tokens value, the valid range of max_tokens is [1, 8192]", 8192),
        ("`max_tokens` must be less than or equal to `8192`, the maximum value for `max_tokens` is "
         "less than the `context_window` for this model", 8192),
        ("max_tokens: 100000 > 64000, which is the maximum allowed number of output tokens", 64000),
    ],
)  # fmt: skip
def test_the_longest_reply_that_a_server_writes(message: str, most: int) -> None:
    assert most_tokens(openai(message)) == most
    assert refused_fields(openai(message)) == []
