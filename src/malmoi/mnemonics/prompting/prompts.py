"""Prompts for mnemonics: one TOML file a style, exemplars beside them, for a user to replace.

    zero-shot.toml    the instruction and the form
    structured.toml   … and the steps to think through, feature by feature
    few-shot.toml     … and five exemplars, one a feature
    many-shot.toml    … and all of them
    exemplars.toml    worked examples: a brief and the draft that answers it

What is asked for is `form.INSTRUCTIONS`, which is what the student's prompt asks, the reward
expects and the export writes. A chat model gets turns; a base model a few-shot completion whose
last line is left open.
"""

from __future__ import annotations

import tomllib
from functools import lru_cache
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from malmoi.core.errors import RecipeError
from malmoi.mnemonics.cards import Draft, Feature
from malmoi.mnemonics.form import INSTRUCTIONS, render
from malmoi.teachers import Message, Request

FOLDER = Path(__file__).parent / "prompt_files"
"""The prompts that come with the package."""

ROLE = "You write mnemonics that help learners remember English words."

SYSTEM = f"{ROLE}\n{INSTRUCTIONS}"
"""The system turn of the student, in training and in use."""

OPEN = "feature:"
"""What a completion prompt ends with, and so what its reply goes on from."""


class Style(BaseModel):
    """A prompt file: how a mnemonic is asked for."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)

    instruction: str
    """What stands before the form's own instructions."""
    exemplars: int = Field(0, ge=0)
    """How many exemplars follow, the first of the file."""


class Exemplar(BaseModel):
    """A worked example: a brief, and a draft for it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    brief: str
    feature: Feature
    reasoning: str
    mnemonic: str
    example: str

    @property
    def draft(self) -> Draft:
        """What a teacher should have written."""
        return Draft(self.feature, self.reasoning, self.mnemonic, self.example)


class Prompt(BaseModel):
    """A style with its exemplars."""

    model_config = ConfigDict(frozen=True)

    style: Style
    exemplars: tuple[Exemplar, ...]


class _Exemplars(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    exemplars: tuple[Exemplar, ...]


def load_prompt(name: str, folder: str = "") -> Prompt:
    """Read the style `name` and its exemplars from `folder` (empty: the package's own).

    Raises:
        RecipeError: a file is missing, no TOML, or has a field missing, unknown or wrong; or
            there are fewer exemplars than the style asks for.
    """
    place = Path(folder) if folder else FOLDER
    return _load(name, place, _written(place / f"{name}.toml"), _written(place / "exemplars.toml"))


@lru_cache(maxsize=64)
def _load(name: str, place: Path, *written: tuple[int, ...]) -> Prompt:
    """The style, read once: `written` is other when a file was."""
    style = Style.model_validate(_read(place / f"{name}.toml", Style))
    if not style.exemplars:
        return Prompt(style=style, exemplars=())
    file = place / "exemplars.toml"
    found = _Exemplars.model_validate(_read(file, _Exemplars)).exemplars
    if len(found) < style.exemplars:
        raise RecipeError(
            f"{file} holds {len(found)} exemplars, {name}.toml asks for {style.exemplars}; "
            "write more or ask for fewer"
        )
    return Prompt(style=style, exemplars=found[: style.exemplars])


def _written(path: Path) -> tuple[int, ...]:
    return (path.stat().st_mtime_ns, path.stat().st_size) if path.is_file() else ()


def _read(path: Path, model: type[BaseModel]) -> dict[str, Any]:
    if not path.is_file():
        raise RecipeError(f"the prompt file {path} is missing (docs/mnemonics.md says what it is)")
    try:
        values = tomllib.loads(path.read_text(encoding="utf-8"))
        model.model_validate(values)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise RecipeError(f"{path} is not TOML: {error}") from None
    except ValidationError as error:
        problems = "; ".join(
            f"{'.'.join(map(str, e['loc'])) or 'file'}: {e['msg']}" for e in error.errors()
        )
        raise RecipeError(f"{path} is not a prompt file: {problems}") from None
    return values


def ask(
    prompt: Prompt,
    brief: str,
    *,
    chat: bool,
    max_tokens: int,
    temperature: float = 0.0,
    sample: int = 0,
) -> Request:
    """The request for one word. A completion's reply begins after `OPEN` (see `answer`).

    Args:
        prompt: style and examples.
        brief: the account of the word.
        chat: the teacher chats, else it completes: its reply begins after `OPEN`.
        max_tokens: of the reply.
        temperature: 0 for the likeliest reply.
        sample: number of the sample, so that samples of one word differ.
    """
    system = f"{prompt.style.instruction.strip()}\n{INSTRUCTIONS}"
    if chat:
        turns = [Message("system", system)]
        for exemplar in prompt.exemplars:
            turns.append(Message("user", exemplar.brief.strip()))
            turns.append(Message("assistant", render(exemplar.draft)))
        return Request(
            messages=(*turns, Message("user", brief)),
            max_tokens=max_tokens,
            temperature=temperature,
            sample=sample,
        )
    shots = [f"{e.brief.strip()}\n{render(e.draft)}" for e in prompt.exemplars]
    return Request(
        prompt="\n\n".join([system, *shots, f"{brief}\n{OPEN}"]),
        max_tokens=max_tokens,
        temperature=temperature,
        stop=("\n\n", "\nterm:"),
        sample=sample,
    )


def answer(text: str, chat: bool) -> str:
    """The reply's text as the form reads it."""
    return text if chat else f"{OPEN}{text}"


def student_messages(brief: str) -> tuple[Message, ...]:
    """The turns that a student gets, in training and in use."""
    return (Message("system", SYSTEM), Message("user", brief))
