"""Prompts for synthetic queries: one TOML file a kind, which a user can read and replace.

A prompt file holds the instruction, few-shot exemplars (an excerpt → its queries), the labels
that join them, and how the reply is bounded. `render` makes of it

- a few-shot completion for a base model: instruction, exemplars and excerpt as labelled lines,
  the last line left open. All that differs between two passages stands at the end, so that a
  server reads the shared beginning once;
- a chat for an instructed model: the instruction as the system turn, the exemplars as turns, and
  a JSON schema `{"queries": [...]}`, so that several queries come in one reply.
"""

from __future__ import annotations

import json
import tomllib
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from malmoi.core.errors import RecipeError
from malmoi.teachers import Message, Request

FOLDER = Path(__file__).parent / "prompt_files"
"""The prompts that come with the package."""

Script = Literal["hangul", "latin", "mixed"]
Form = Literal["question", "keywords", "any"]


class Exemplar(BaseModel):
    """One worked example: a text (with its title, where there is one) and queries for it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    title: str = ""
    text: str
    queries: tuple[str, ...] = Field(min_length=1)


class Prompt(BaseModel):
    """A prompt file. `kind` is also its file name without `.toml`."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)

    kind: str = Field(pattern=r"^[a-z][a-z0-9_-]*$")
    of: Literal["passage", "query"] = "passage"
    """What the queries are written from: a passage, or a query that already survived."""
    language: Literal["ko", "en"]
    script: Script
    """hangul: mostly Hangul; latin: no Hangul; mixed: words of both. Held by a filter."""
    form: Form = "any"
    """question: ends as one; keywords: no particles, no sentence. Held by a filter."""
    instruction: str
    title_label: str = "제목"
    text_label: str = "내용"
    query_label: str
    excerpt_words: int = Field(40, ge=0)
    """Whitespace words of the text that are shown (0: the title alone)."""
    queries: int = Field(1, ge=1, le=10)
    """Queries asked for in one reply; a completion gives one."""
    max_tokens: int = Field(ge=4, le=2048)
    chat_max_tokens: int = Field(256, ge=16, le=32768)
    """The limit for a chat model, whose reply is JSON (and may hold several queries)."""
    temperature: float = Field(0.5, ge=0, le=2)
    top_p: float = Field(0.95, gt=0, le=1)
    stop: tuple[str, ...] = ("\n",)
    exemplars: tuple[Exemplar, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _labels_differ(self) -> Prompt:
        if self.query_label in (self.title_label, self.text_label):
            raise ValueError("query_label must differ from title_label and text_label")
        return self


def load_prompt(kind: str, folder: str | Path = "") -> Prompt:
    """Read the prompt of one kind from `folder` (empty: the package's own).

    Raises:
        RecipeError: no such file, not TOML, or a field that is missing, unknown or out of range.
    """
    place = Path(folder) if folder else FOLDER
    path = place / f"{kind}.toml"
    if not path.is_file():
        there = ", ".join(sorted(p.stem for p in place.glob("*.toml"))) or "none"
        raise RecipeError(
            f"no prompt for the kind {kind!r}: {path} is missing (kinds there: {there}). "
            "Name one of them in [queries] kinds, or write the file (docs/queries.md)."
        )
    try:
        prompt = Prompt.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise RecipeError(f"{path} is not TOML: {error}") from error
    except ValidationError as error:
        problems = "; ".join(
            f"{'.'.join(map(str, e['loc'])) or 'file'}: {e['msg']}" for e in error.errors()
        )
        raise RecipeError(f"{path} is not a prompt: {problems}. See docs/queries.md.") from error
    if prompt.kind != kind:
        raise RecipeError(f"{path} says kind = {prompt.kind!r}; a file holds the kind of its name")
    return prompt


def to_toml(prompt: Prompt, comment: str = "") -> str:
    """A prompt as its file, with a comment on its first lines."""
    values = prompt.model_dump(mode="json", exclude_defaults=True)
    exemplars = values.pop("exemplars")
    lines = [f"# {line}" for line in comment.splitlines()]
    lines += [f"{key} = {_toml_value(value)}" for key, value in values.items()]
    for exemplar in exemplars:
        lines += ["", "[[exemplars]]"]
        lines += [f"{key} = {_toml_value(value)}" for key, value in exemplar.items()]
    return "\n".join(lines) + "\n"


def _toml_value(value: object) -> str:
    """A string, number or list of strings; JSON's are TOML's but for the delete character."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def excerpt(text: str, words: int) -> str:
    """The first `words` whitespace words of `text`, on one line."""
    return " ".join(text.split()[:words])


def reply_schema(prompt: Prompt) -> dict[str, Any]:
    """The JSON schema of a chat reply: exactly `prompt.queries` strings."""
    count = prompt.queries
    strings = {"type": "array", "items": {"type": "string"}, "minItems": count, "maxItems": count}
    return {
        "type": "object",
        "properties": {"queries": strings},
        "required": ["queries"],
        "additionalProperties": False,
    }


def render(prompt: Prompt, title: str, text: str, *, chat: bool, sample: int = 0) -> Request:
    """The request for one text.

    Args:
        prompt: instruction, exemplars and how to sample.
        title: of the text, may be empty.
        text: what queries are written for.
        chat: the teacher chats, else it completes.
        sample: number of the sample, so that samples of one prompt differ.
    """
    body = _body(prompt, title, text)
    if chat:
        return Request(
            messages=_turns(prompt, body),
            max_tokens=prompt.chat_max_tokens,
            temperature=prompt.temperature,
            top_p=prompt.top_p,
            schema=reply_schema(prompt),
            sample=sample,
        )
    shots = "\n\n".join(
        f"{_body(prompt, e.title, e.text)}\n{prompt.query_label}: {e.queries[0]}"
        for e in prompt.exemplars
    )
    return Request(
        prompt=f"{prompt.instruction}\n\n{shots}\n\n{body}\n{prompt.query_label}:",
        max_tokens=prompt.max_tokens,
        temperature=prompt.temperature,
        top_p=prompt.top_p,
        stop=prompt.stop,
        sample=sample,
    )


def _body(prompt: Prompt, title: str, text: str) -> str:
    """The labelled lines that stand for one text."""
    text = excerpt(text, prompt.excerpt_words)
    lines = [f"{prompt.title_label}: {excerpt(title, 30)}"] if title else []
    lines += [f"{prompt.text_label}: {text}"] if text else []
    return "\n".join(lines)


def _turns(prompt: Prompt, body: str) -> tuple[Message, ...]:
    """System turn, a pair of turns for each exemplar, and the text that is asked about."""
    count = prompt.queries
    system = (
        f"{prompt.instruction}\n"
        f'Reply with JSON only: {{"queries": [{count} string{"s" if count > 1 else ""}]}}. '
        "Each is what a person would type into a search engine to find the text."
    )
    turns = [Message("system", system)]
    for e in prompt.exemplars:
        reply = json.dumps({"queries": list(e.queries[:count])}, ensure_ascii=False)
        turns += [Message("user", _body(prompt, e.title, e.text)), Message("assistant", reply)]
    return (*turns, Message("user", body))
