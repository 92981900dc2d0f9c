"""How long parts of a run take on this machine, and how that is said.

How much work things are follows from the models' sizes; how that work compares with a product of
float32 matrices was seen in a run of the demo beside a measurement on the same machine.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from malmoi.core.errors import MalmoiError
from malmoi.models.machine import measure_speed, native_bf16
from malmoi.models.weights import find_weights, gguf_metadata
from malmoi.recipe import TeacherSection
from malmoi.teachers import Request
from malmoi.teachers.presets import resolve

_CALL_TOKENS = 30
"""Tokens that a call costs besides its reply: its prompt's beginning is read once for a batch."""
_TEACHER, _PLAIN = 2.2, 0.5
"""Speed of a teacher beside that of float32 matrices, and what is left of it without bf16."""


@dataclass(frozen=True, slots=True)
class Machine:
    """Speeds: float32 operations a second, characters analysed a second (0: not measured), and
    whether it multiplies bfloat16 itself."""

    operations: float
    characters: float
    bf16: bool


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a run. `seconds` is None where nothing tells it; `basis` says what does."""

    name: str
    seconds: float | None
    basis: str


def measured(characters: float = 0.0) -> Machine:
    """This machine, which multiplies matrices for half a second."""
    return Machine(measure_speed(), characters, native_bf16() is not False)


def spoken(parts: Sequence[Part]) -> str:
    """The whole time in a sentence's words, with what isn't known."""
    known = [part.seconds for part in parts if part.seconds is not None]
    unknown = [f"{part.name} ({part.basis})" for part in parts if part.seconds is None]
    text = f"about {rounded(sum(known))}"
    return f"{text}, and what isn't known: {'; '.join(unknown)}" if unknown else text


def rounded(seconds: float) -> str:
    """A time no finer than it is known: "1 minute", "40 minutes", "3 hours"."""
    if seconds < 45:
        return "half a minute"
    if seconds < 5400:
        minutes = round(seconds / 60)
        minutes = minutes if minutes < 10 else 5 * round(minutes / 5)
        return f"{minutes} minute" + "s" * (minutes != 1)
    if seconds < 48 * 3600:
        return f"{round(seconds / 3600)} hours"
    return f"{round(seconds / 86400)} days"


def writing(
    name: str,
    requests: Sequence[Request],
    section: TeacherSection,
    machine: Machine,
    seconds_a_call: float | None = None,
) -> Part:
    """What a teacher writes in one stage.

    Args:
        name: of the stage.
        requests: what it is asked.
        section: `[teacher]`, as the recipe has it.
        machine: where it runs, if it runs here.
        seconds_a_call: as a finished stage had it (None: none has).
    """
    calls = len(requests)
    if seconds_a_call is not None:
        return Part(name, calls * seconds_a_call, "as fast as in this run")
    teacher = resolve(section)
    if teacher.kind == "http":
        why = "an endpoint's speed shows in its first stage: look at `malmoi status` then"
        return Part(name, None, f"{calls:,} calls; {why}")
    parameters = parameters_of(teacher.model)
    if not parameters:
        return Part(name, None, f"{calls:,} calls; the weights aren't here yet")
    tokens = sum(request.max_tokens for request in requests) + calls * _CALL_TOKENS
    speed = machine.operations * (_TEACHER if machine.bf16 else _PLAIN)
    return Part(name, 2 * parameters * tokens / speed, "measured")


def parameters_of(model: str) -> int:
    """How large a teacher of a file or package is; 0 for one that would have to be fetched."""
    if "/" in model and not Path(model).expanduser().exists():
        return 0
    try:
        return int(gguf_metadata(find_weights(model))["parameters"])
    except (MalmoiError, KeyError):
        return 0
