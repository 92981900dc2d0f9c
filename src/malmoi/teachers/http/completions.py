"""What an OpenAI-compatible endpoint answers, in the shapes that servers really send, as a Reply.

    data = read_body(response.content, response.headers.get("content-type", ""))
    reply = read_reply(data, request, prices)

Read are completions and chats, content as a text or a list of parts, thinking under three names,
the finish reasons of OpenAI, Anthropic, Gemini, Mistral and others, and event streams.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from malmoi.teachers import Finish, Reply, Request
from malmoi.teachers.budget import Prices
from malmoi.teachers.replies import cut_runaway, split_thinking

CUT_OFF = {
    "length", "limit", "max_length", "max_new_tokens", "max_output_tokens", "max_tokens",
    "model_context_window_exceeded", "model_length", "token_limit", "truncated",
}  # fmt: skip
"""Finish reasons of a reply that ran out of room, in lower case."""

HELD_BACK = {
    "blocklist", "content_filter", "content_filtered", "guardrail_intervened",
    "prohibited_content", "recitation", "refusal", "safety", "sensitive", "spii",
}  # fmt: skip
"""Finish reasons of a reply that a content filter held back, in lower case."""

BROKEN_OFF = {"abort", "error", "insufficient_system_resource"}
"""Finish reasons of a reply that the server broke off (the last one is DeepSeek's)."""


class Malformed(ValueError):
    """A body that is no completion."""


def read_body(content: bytes, content_type: str = "") -> Any:
    """A response's JSON; an event stream, which some servers send unasked, as one completion.

    Raises:
        Malformed: the body is neither, or a stream that broke off.
    """
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Malformed(f"its body is not UTF-8: {content[:60]!r}") from error
    starts = text.lstrip()
    streamed = "text/event-stream" in content_type and not starts.startswith("{")  # an error's JSON
    if streamed or starts.startswith(("data:", "event:")):
        return _from_events(text)
    try:
        return json.loads(text)
    except ValueError as error:
        raise Malformed(f"its body is not JSON: {text[:120]!r}") from error


def _from_events(text: str) -> Any:
    """The completion that a stream's pieces make up; a piece that is an error instead of it."""
    content: list[str] = []
    reasoning: list[str] = []
    reason: Any = None
    usage: Any = None
    ended = chat = False
    for data in _events(text):
        if data == "[DONE]":
            ended = True
            break
        try:
            piece = json.loads(data)
            if piece.get("error"):
                return piece
            usage = piece.get("usage") or usage
            for choice in piece.get("choices") or []:
                if choice.get("index"):
                    continue  # one reply was asked for
                reason = choice.get("finish_reason") or reason
                part = choice.get("delta") or choice.get("message")
                chat = chat or part is not None
                if part is None:
                    content.append(str(choice.get("text") or ""))
                else:
                    said, thought = _parts(part.get("content"))
                    content.append(said)
                    reasoning.append(_reasoning(part) or thought)
        except (ValueError, AttributeError, TypeError) as error:
            raise Malformed(f"a piece of its event stream can't be read: {data[:120]!r}") from error
    if not ended and reason is None:
        raise Malformed(f"its event stream broke off after {''.join(content)[-60:]!r}")
    said, thought = "".join(content), "".join(reasoning)
    choice = {"finish_reason": reason}
    if chat:
        choice["message"] = {"content": said, "reasoning_content": thought}
    else:
        choice["text"] = said
    return {"choices": [choice], "usage": usage}


def _events(text: str) -> Iterator[str]:
    """The data of each event of a `text/event-stream`."""
    lines: list[str] = []
    for line in [*re.split(r"\r\n|\n|\r", text), ""]:  # no other line breaks: they may be said
        name, _, value = line.partition(":")
        if name == "data":
            lines.append(value.removeprefix(" "))
        elif not line and lines:
            yield "\n".join(lines)
            lines = []


def read_reply(data: Any, request: Request, prices: Prices, allowed: int = 0) -> Reply:
    """An OpenAI-style completion as a Reply: thinking split off, cut at stops, loops cut.

    Args:
        data: the body, as `read_body` gives it.
        request: what was asked.
        prices: of a million tokens.
        allowed: tokens that the reply could have (0: not known); one that is as long, and whose
            server doesn't say why it ended, was cut off.

    Raises:
        Malformed: the body has another shape, or holds an error.
    """
    if not isinstance(data, dict):
        raise Malformed(f"expected a JSON object, seen {str(data)[:120]!r}")
    if data.get("error"):
        raise Malformed(f"the body is an error: {error_message(data)}")
    try:
        choice = data["choices"][0]
        message = choice.get("message") or {}
        content = message.get("content") if "message" in choice else choice["text"]
        usage = data.get("usage") or {}
        prompt_tokens = int(usage.get("prompt_tokens") or 0)
        completion_tokens = int(usage.get("completion_tokens") or 0)
    except (KeyError, IndexError, TypeError, AttributeError, ValueError) as error:
        raise Malformed(
            f'expected {{"choices": [{{"message": …}}]}}, seen {str(data)[:120]!r}'
        ) from error
    content, thought = _parts(content)
    reasoning = _reasoning(message) or thought
    reason = str(choice.get("finish_reason") or "").lower()
    if reason in BROKEN_OFF:
        raise Malformed(f"the server broke the reply off ({reason})")
    text, thinking = split_thinking(content, reasoning)
    if request.prompt and not thinking:
        text = content  # leading space belongs to a completion
    for stop in request.stop:
        text = text.partition(stop)[0]
    finish: Finish = "stop"
    if reason in HELD_BACK:
        text, finish = "", "error"
    elif reason in CUT_OFF or (not reason and 0 < allowed <= completion_tokens):
        finish = "length"
    return Reply(
        text=cut_runaway(text),
        raw=f"<think>{reasoning}</think>{content}" if reasoning else content,
        thinking=thinking,
        finish=finish,
        error="the endpoint's content filter held the reply back" if finish == "error" else "",
        prompt_tokens=prompt_tokens,
        completion_tokens=completion_tokens,
        cost=prices.cost(prompt_tokens, completion_tokens),
    )


def _parts(content: Any) -> tuple[str, str]:
    """(answer, thinking) of a message's content: a text, or a list of parts."""
    if not isinstance(content, list):
        return str(content or ""), ""
    answer: list[str] = []
    thinking: list[str] = []
    for part in content:
        if not isinstance(part, dict):
            answer.append(str(part or ""))
        elif part.get("type") in ("thinking", "reasoning"):  # Mistral nests parts in it
            inner = part.get("thinking") or part.get("reasoning") or part.get("text")
            thinking.append("".join(_parts(inner)))
        else:
            answer.append(str(part.get("text") or ""))
    return "".join(answer), "".join(thinking)


def _reasoning(message: dict[str, Any]) -> str:
    """Thinking that the server split off, as DeepSeek, OpenRouter or Ollama call it."""
    names = ("reasoning_content", "reasoning", "thinking")
    return next((str(message[name]) for name in names if message.get(name)), "")


def error_message(data: Any) -> str:
    """What an error body says, in the shapes that servers use; in full."""
    if isinstance(data, list) and len(data) == 1:  # Gemini
        return error_message(data[0])
    if not isinstance(data, dict):
        return str(data)
    inner = next((data[k] for k in ("error", "errors", "detail", "message") if data.get(k)), data)
    if isinstance(inner, list) and len(inner) == 1:
        inner = inner[0]
    if not isinstance(inner, dict):
        return str(inner)
    said = str(inner.get("message") or inner)
    metadata = inner.get("metadata")
    if isinstance(metadata, dict) and metadata.get("raw"):  # OpenRouter, for whom it asks
        said = f"{said}: {metadata['raw']}"
    return said
