"""What an OpenAI-compatible endpoint is sent: all that was asked, but for what it refuses.

Servers differ in what they take. A refusal costs the field that it names and no other, once and
for all the requests that follow; what it can be replaced by takes its place.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import Any

from malmoi.teachers import Message, Request
from malmoi.teachers.local.control_tokens import disarmed
from malmoi.teachers.local.embedded import closed, request_seed

MAX_STOPS = 4
"""OpenAI takes no more; the rest are applied to the text here."""

MAX_SCHEMA_FAILURES = 2
"""Replies to requests that failed (500) with a schema and not without it: then it is given up."""

_LENGTHS: tuple[str, ...] = ("max_tokens", "max_completion_tokens")
_SCHEMAS: tuple[str, ...] = ("json_schema", "json_object")
"""From a server that holds the model to the schema down to one that only writes JSON."""

CONSEQUENCES = {
    "temperature": "it is left out: the server's own holds",
    "top_p": "it is left out: the server's own holds",
    "seed": "it is left out: samples asked for again may differ",
    "stop": "it is left out: replies are cut here, and cost what was written beyond",
    "max_tokens": "max_completion_tokens is sent in its place",
    "max_completion_tokens": "it is left out: the server's own limit holds",
    "strict": "the schema is sent without it",
    "json_schema field": "the schema is sent as response_format alone",
    "json_schema": "JSON is asked for, and the schema put into the prompt",
    "json_object": "the schema is in the prompt alone",
    "system role": "system text is put into the user's turn",
    "successive turns": "turns of one role in a row are sent as one",
    "long replies": "its limit is kept to",
}
"""What can be given up, and what is done then."""


@dataclass(slots=True)
class Dialect:
    """What to send to one endpoint; `give_up` changes it."""

    model: str
    chat: bool
    thinking_tokens: int = 0
    max_reply_tokens: int = 0
    given_up: set[str] = field(default_factory=set)
    accepted: set[str] = field(default_factory=set)
    """What was in a request that was answered: one that fails later fails for another reason."""
    schema_failures: int = 0

    def body(self, request: Request, without: Collection[str] = ()) -> dict[str, Any]:
        """The JSON body for a request, also without what is named in `without`."""
        left_out = self.given_up.union(without)
        body: dict[str, Any] = {"model": self.model}
        length_field = _first(_LENGTHS, left_out)
        if length_field:
            body[length_field] = self.allowed(request)
        body["temperature"] = request.temperature
        if request.top_p != 1.0:
            body["top_p"] = request.top_p
        if request.stop and not self.thinking_tokens:  # a stop must not end the thinking
            body["stop"] = list(request.stop[:MAX_STOPS])
        if request.temperature > 0:
            body["seed"] = request_seed(request)
        for name in left_out & body.keys():
            del body[name]
        note = ""
        if request.schema is not None:
            schema = closed(request.schema)
            mode = _first(_SCHEMAS, left_out)
            if mode == "json_schema":
                named = {"name": "reply", "schema": schema, "strict": True}
                if "strict" in left_out:
                    del named["strict"]
                body["response_format"] = {"type": "json_schema", "json_schema": named}
                if not request.messages and "json_schema field" not in left_out:
                    body["json_schema"] = schema  # llama.cpp's own name for it in completions
            else:
                note = (
                    "\n\nAnswer with JSON alone, which fits this JSON schema: "
                    f"{json.dumps(schema, ensure_ascii=False)}"
                )
                if mode:
                    body["response_format"] = {"type": "json_object"}
        if request.messages:
            turns = _turns(request.messages, left_out)
            turns[-1]["content"] += note
            body["messages"] = turns
        else:
            # A base model goes on from the prompt: a note at its end would be continued instead.
            body["prompt"] = disarmed(request.prompt)
        return body

    def allowed(self, request: Request) -> int:
        """Tokens that a reply may have, its thinking included."""
        length = request.max_tokens + self.thinking_tokens
        return min(length, self.max_reply_tokens or length)

    def concessions(self, body: dict[str, Any], refused: Iterable[str]) -> list[str]:
        """What to give up of `body` for the fields that were refused (see `refused_fields`)."""
        names: list[str] = []
        for name in refused:
            if name == "length":
                names += [each for each in _LENGTHS if each in body]
            elif name == "json_schema" and name in body:
                names.append("json_schema field")
            elif name in ("schema", "strict", "json_schema") and "response_format" in body:
                mode = str(body["response_format"]["type"])
                has_flag = "strict" in body["response_format"].get(mode, {})
                names.append("strict" if name == "strict" and has_flag else mode)
            elif name in ("system", "alternation"):
                names += _turn_concessions(body.get("messages", []), name)
            elif name in body:
                names.append(name)
        return names

    def suspects(self, body: dict[str, Any]) -> list[tuple[str, ...]]:
        """What a refusal that names nothing may be about, the likeliest first: to be tried."""
        likely: list[tuple[str, ...]] = []
        for name in _parts(body):
            likely.append((name,))
            if name == "json_schema":
                likely.append(_SCHEMAS)
        return [names for names in likely if names[0] not in self.accepted]

    def accept(self, body: dict[str, Any]) -> None:
        """Remember what was in a body that was answered."""
        self.accepted.update(_parts(body))

    def give_up(self, names: Iterable[str]) -> list[str]:
        """Leave these out from now on; those that were not yet."""
        new = [name for name in names if name not in self.given_up]
        self.given_up.update(new)
        return new


def _parts(body: dict[str, Any]) -> list[str]:
    """What of a body could be done without."""
    mode = body.get("response_format", {}).get("type")
    names = [name for name in ("seed", "temperature", "top_p", "stop") if body.get(name)]
    return ([mode] if mode else []) + names + _turn_concessions(body.get("messages", []))


def _first(names: tuple[str, ...], left_out: Collection[str]) -> str:
    return next((name for name in names if name not in left_out), "")


def _turns(messages: Iterable[Message], left_out: Collection[str]) -> list[dict[str, str]]:
    """The turns of a chat, with system text in the user's turn that follows it where it must."""
    turns = [{"role": m.role, "content": disarmed(m.content)} for m in messages]
    if "system role" in left_out:
        turns = _without_system(turns)
    return _merged(turns) if "successive turns" in left_out else turns


def _without_system(turns: Iterable[dict[str, str]]) -> list[dict[str, str]]:
    kept: list[dict[str, str]] = []
    waiting: list[str] = []
    for turn in turns:
        if turn["role"] == "system":
            waiting.append(turn["content"])
            continue
        if waiting and turn["role"] != "user":
            kept.append({"role": "user", "content": "\n\n".join(waiting)})
            waiting = []
        kept.append({**turn, "content": "\n\n".join([*waiting, turn["content"]])})
        waiting = []
    if waiting:
        kept.append({"role": "user", "content": "\n\n".join(waiting)})
    return kept


def _merged(turns: Iterable[dict[str, str]]) -> list[dict[str, str]]:
    kept: list[dict[str, str]] = []
    for turn in turns:
        if kept and kept[-1]["role"] == turn["role"]:
            kept[-1] = {**turn, "content": f"{kept[-1]['content']}\n\n{turn['content']}"}
        else:
            kept.append(turn)
    return kept


def _turn_concessions(turns: list[dict[str, str]], refused: str = "") -> list[str]:
    """What to give up of these turns; templates that want turns to alternate count a system's."""
    has_system = any(turn["role"] == "system" for turn in turns)
    if refused != "system" and _merged(turns) != turns:
        return ["successive turns"]
    return ["system role"] if has_system else []
