"""What an OpenAI-compatible endpoint is sent, what it gives back, and what it refuses.

Servers differ in what they take: a refusal (400) teaches the `Dialect`, and what was learned is
kept for all requests that follow.
"""

from __future__ import annotations

import json
import logging
import re
from dataclasses import dataclass, field
from typing import Any

from malmoi.teachers import Reply, Request
from malmoi.teachers.budget import Prices
from malmoi.teachers.local.embedded import closed, request_seed
from malmoi.teachers.replies import cut_runaway, split_thinking

logger = logging.getLogger(__name__)

SCHEMA_MODES = ("json_schema", "json_object", "none")
"""From a server that holds the model to the schema down to one that has it only in the prompt."""

MAX_STOPS = 4
"""OpenAI takes no more; the rest are applied to the text here."""

_REFUSAL = re.compile(
    r"support|unknown|unrecogni|unexpected|not (?:allowed|permitted)|extra|invalid param",
    re.IGNORECASE,
)
_SCHEMA_WORDS = re.compile(
    r"response_?format|json_?schema|json_?object|schema|grammar|structured", re.IGNORECASE
)


@dataclass(slots=True)
class Dialect:
    """What to send to one endpoint; `learn` changes it."""

    model: str
    chat: bool
    thinking_tokens: int = 0
    max_reply_tokens: int = 0
    schema_mode: int = 0
    length_field: str = "max_tokens"
    refused: set[str] = field(default_factory=set)

    def body(self, request: Request) -> dict[str, Any]:
        """The JSON body for a request."""
        length = request.max_tokens + self.thinking_tokens
        body: dict[str, Any] = {
            "model": self.model,
            self.length_field: min(length, self.max_reply_tokens or length),
            "temperature": request.temperature,
        }
        if request.top_p != 1.0:
            body["top_p"] = request.top_p
        if request.stop and not self.thinking_tokens:  # a stop must not end the thinking
            body["stop"] = list(request.stop[:MAX_STOPS])
        if request.temperature > 0:
            body["seed"] = request_seed(request)
        for name in self.refused:
            body.pop(name, None)
        mode = SCHEMA_MODES[self.schema_mode]
        note = ""
        if request.schema is not None:
            schema = closed(request.schema)
            if mode == "json_schema":
                named = {"name": "reply", "schema": schema, "strict": True}
                body["response_format"] = {"type": "json_schema", "json_schema": named}
                if not request.messages:
                    body["json_schema"] = schema  # llama.cpp's own name for it in completions
            else:
                note = (
                    "\n\nAnswer with JSON alone, which fits this JSON schema: "
                    f"{json.dumps(schema, ensure_ascii=False)}"
                )
                if mode == "json_object":
                    body["response_format"] = {"type": "json_object"}
        if request.messages:
            turns = [{"role": m.role, "content": m.content} for m in request.messages]
            turns[-1]["content"] += note
            body["messages"] = turns
        else:
            # A base model goes on from the prompt: a note at its end would be continued instead.
            body["prompt"] = request.prompt
        return body

    def learn(self, body: dict[str, Any], message: str, own_fault: bool) -> bool:
        """Change what is sent after `body` was refused with `message`; whether to try again."""
        if "max_completion_tokens" in message and "max_tokens" in body:
            self.length_field = "max_completion_tokens"
            return True
        sent = str(body.get("response_format", {}).get("type", "none"))
        about_schema = bool(_SCHEMA_WORDS.search(message))
        if sent != "none" and (about_schema or not own_fault):
            lower = SCHEMA_MODES.index(sent) + 1
            if lower > self.schema_mode:  # else another request has learned it already
                self.schema_mode = lower
                logger.warning("no %s at this endpoint (%s)", sent, message[:200])
            return True
        for name in ("seed", "stop", "top_p", "temperature"):
            if name in body and name in message and _REFUSAL.search(message):
                self.refused.add(name)
                logger.warning("this endpoint refuses %s, which is left out (%s)", name, message)
                return True
        return False


class Malformed(ValueError):
    """A body that is no completion."""


def read_reply(data: Any, request: Request, prices: Prices) -> Reply:
    """An OpenAI-style completion as a Reply: thinking split off, cut at stops, loops cut.

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
    if isinstance(content, list):  # some servers send parts
        content = "".join(str(part.get("text", "")) for part in content if isinstance(part, dict))
    content = str(content or "")
    reasoning = str(message.get("reasoning_content") or message.get("reasoning") or "")
    reason = choice.get("finish_reason")
    if reason == "insufficient_system_resource":  # DeepSeek, in the middle of a reply
        raise Malformed("the server broke the reply off for want of resources")
    text, thinking = split_thinking(content, reasoning)
    if request.prompt and not thinking:
        text = content  # leading space belongs to a completion
    for stop in request.stop:
        text = text.partition(stop)[0]
    filtered = reason == "content_filter"
    return Reply(
        text="" if filtered else cut_runaway(text),
        raw=f"<think>{reasoning}</think>{content}" if reasoning else content,
        thinking=thinking,
        finish="error" if filtered else "length" if reason == "length" else "stop",
        error="the endpoint's content filter held the reply back" if filtered else "",
        prompt_tokens=prompt_tokens,
        completion_tokens=completion_tokens,
        cost=prices.cost(prompt_tokens, completion_tokens),
    )


def error_message(data: Any) -> str:
    """What an error body says, in the shapes that servers use; in full."""
    if isinstance(data, dict):
        inner = data.get("error") or data.get("detail") or data.get("message") or data
        if isinstance(inner, dict):
            inner = inner.get("message") or inner
        return str(inner)
    return str(data)
