"""What a model wrote, made usable: thinking split off, JSON read, runaway output cut.

    text, thinking = split_thinking("<think>Hm.</think>서울 관광")   # ("서울 관광", "Hm.")
    value = parse_json('Sure! {"queries": ["서울 관광",]}')          # {"queries": ["서울 관광"]}

Tolerant, but never inventive: an answer that was cut off is `TruncatedJSON` (ask for more tokens),
one that can't be read is `BadJSON` (ask again); neither ever gives part of a value.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from malmoi.teachers.json_reader import BadJSON, TruncatedJSON, find_values, only_numbers

__all__ = [
    "BadJSON",
    "TruncatedJSON",
    "check_schema",
    "cut_runaway",
    "parse_json",
    "split_thinking",
]

_OPEN = re.compile(r"<think(?:ing)?>|\[THINK\]")
_CLOSE = re.compile(r"</think(?:ing)?>|\[/THINK\]")
_CHANNEL = re.compile(
    r"(?:<\|start\|>\s*\w*\s*)?<\|channel\|>\s*(analysis|commentary|final)"
    r"(?:[^<]*(?:<\|constrain\|>[^<]*)?<\|message\|>)?|^(analysis|commentary|final)<\|message\|>"
)
_MARK = re.compile(r"<\|(?:start|end|return|call|message|channel|constrain)\|>(?:assistant)?")
# What is left of the channels where a tokenizer dropped the special tokens in decoding.
_BARE_CHANNELS = re.compile(r"^analysis(?=\S)(.*?)(?:assistantfinal(.*))?$", re.DOTALL)


def split_thinking(raw: str, reasoning: str = "", opened: bool = False) -> tuple[str, str]:
    """Split what a model wrote into (answer, thinking); either may be empty.

    Knows `<think>…</think>` (also without its opening tag, which some chat templates write
    themselves), `[THINK]…[/THINK]` and the harmony channels of gpt-oss. Thinking that was never
    closed leaves no answer.

    Args:
        raw: what the model wrote.
        reasoning: thinking that the server has already split off (`reasoning_content`).
        opened: the prompt ended inside the thinking (the template wrote the opening tag).
    """
    if "<|channel|>" in raw or _CHANNEL.match(raw):
        text, thinking = _split_channels(raw)
    elif (bare := _BARE_CHANNELS.match(raw)) and (bare[2] is not None or raw[8].isupper()):
        text, thinking = bare[2] or "", bare[1]
    else:
        text, thinking = _split_tags(raw, opened)
    return text.strip(), "\n".join(part for part in (reasoning.strip(), thinking.strip()) if part)


def _split_tags(raw: str, opened: bool) -> tuple[str, str]:
    answer: list[str] = []
    thinking: list[str] = []
    first_open, first_close = _OPEN.search(raw), _CLOSE.search(raw)
    inside = opened or bool(
        first_close and (not first_open or first_close.start() < first_open.start())
    )
    position = 0
    while True:
        mark = (_CLOSE if inside else _OPEN).search(raw, position)
        part = raw[position : mark.start() if mark else len(raw)]
        (thinking if inside else answer).append(_OPEN.sub("", part))
        if mark is None:
            return _CLOSE.sub("", "".join(answer)), "\n".join(thinking)
        inside, position = not inside, mark.end()


def _split_channels(raw: str) -> tuple[str, str]:
    """gpt-oss's harmony format; only the last `final` channel is an answer."""
    answer, thinking = "", []
    marks = list(_CHANNEL.finditer(raw))
    for mark, following in zip(marks, [*marks[1:], None], strict=True):
        part = raw[mark.end() : following.start() if following else len(raw)]
        part = _MARK.sub("", part).strip()
        if (mark[1] or mark[2]) == "final":
            answer = part
        else:
            thinking.append(part)
    return answer, "\n".join(thinking)


_FENCE = re.compile(
    r"^[ \t]*```[\w-]*[ \t]*\n(.*?)(?:^[ \t]*```[ \t]*$|\Z)", re.DOTALL | re.MULTILINE
)


def parse_json(text: str, finish: str = "stop", schema: dict[str, Any] | None = None) -> Any:
    """The JSON value in a model's answer.

    Allows Markdown fences, prose around an object or array, trailing commas, Python's quotes and
    constants, raw line breaks in strings. Of several values the first is taken that fits `schema`;
    without one, the first that isn't a mere list of numbers (a footnote mark, "[1]").

    Args:
        text: the answer, thinking already split off.
        finish: the reply's `finish`; "length" makes unreadable text truncated rather than bad.
        schema: a JSON schema (draft 4 to 7) that the value must fit.

    Raises:
        TruncatedJSON: the text ends inside the value.
        BadJSON: there is no JSON, it is malformed, or it doesn't fit the schema.
    """
    try:
        values = _values(text.strip())
    except BadJSON as error:
        if finish == "length":
            raise TruncatedJSON(f"cut off by max_tokens: {error}") from error
        raise
    if schema is None:
        return next((value for value in values if not only_numbers(value)), values[0])
    problems: list[BadJSON] = []
    for value in values:
        try:
            check_schema(value, schema)
            return value
        except BadJSON as error:
            problems.append(error)
    raise problems[0]


def _values(text: str) -> list[Any]:
    try:
        return [json.loads(text, parse_constant=_no_constant)]
    except (ValueError, RecursionError):
        pass
    fenced: list[Any] = []
    for fence in _FENCE.finditer(text):
        inside = fence[1].strip()
        try:
            value = json.loads(inside, parse_constant=_no_constant)
        except (ValueError, RecursionError):
            continue
        closed = fence[0].rstrip().endswith("```")
        if not closed and not isinstance(value, dict | list):
            raise TruncatedJSON(f"the fence is open at the end of the text: {inside[-60:]!r}")
        fenced.append(value)
    return fenced or find_values(text)


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is not JSON")


def check_schema(value: Any, schema: dict[str, Any]) -> None:
    """Check a parsed value against a JSON schema (draft 4 to 7; no defaults are filled in).

    Raises:
        BadJSON: names the first place that doesn't fit, what it holds and the rule.
    """
    import fastjsonschema

    validate = _compiled(json.dumps(schema, sort_keys=True))
    try:
        validate(value)
    except fastjsonschema.JsonSchemaValueException as error:
        seen = repr(error.value)
        raise BadJSON(f"{error.message}; seen: {seen[:120]}") from error


@lru_cache(maxsize=64)
def _compiled(schema: str) -> Any:
    import fastjsonschema

    return fastjsonschema.compile(json.loads(schema), use_default=False)


MIN_REPETITIONS = 4
"""A unit that ends a text this many times in a row is a loop…"""
MIN_LOOP_CHARACTERS = 60
"""…if the loop is at least this long; "ㅋㅋㅋㅋㅋ" is not."""
MAX_UNIT_CHARACTERS = 400
MAX_UNIT_LINES = 8

_BULLET = re.compile(r"^\s*(?:[-*•·]|\(?\d+[.)\]:])\s*")


def cut_runaway(text: str) -> str:
    """Cut a loop at the end of a text down to its first turn; other text comes back unchanged.

    A loop is the same run of up to 400 characters, or the same 1 to 8 lines (numbers and bullets
    aside), 4 times or more, the last turn perhaps cut off. Only the end is looked at: a model that
    left its loop did not run away.
    """
    for unit in range(1, min(MAX_UNIT_CHARACTERS, len(text) // MIN_REPETITIONS) + 1):
        length = _loop_length(text, unit)
        if length >= max(unit * MIN_REPETITIONS, MIN_LOOP_CHARACTERS):
            return text[: len(text) - length + unit].rstrip()
    lines = text.rstrip("\n").split("\n")
    plain = [_BULLET.sub("", line).strip() for line in lines]
    for unit in range(1, min(MAX_UNIT_LINES, len(lines) // MIN_REPETITIONS) + 1):
        # The last line may be cut off: it still belongs to the loop if it begins like its turn.
        whole = plain
        if len(plain) > unit and plain[-1 - unit].startswith(plain[-1]):
            whole = [*plain[:-1], plain[-1 - unit]]
        length = _loop_length(whole, unit)
        if length >= unit * MIN_REPETITIONS and any(
            re.search(r"\w", line) for line in whole[-unit:]
        ):
            return "\n".join(lines[: len(lines) - length + unit]).rstrip()
    return text


def _loop_length(items: Sequence[str], unit: int) -> int:
    """How many items at the end are a repetition with the period `unit`, first turn included."""
    position = len(items) - 1
    while position >= unit and items[position] == items[position - unit]:
        position -= 1
    matched = len(items) - 1 - position
    return matched + unit if matched else 0
