"""What a model writes for many prompts: student and base by the same way, greedy or sampled.

    texts = [reply.text for reply in generate(folder, requests_of(prompts, max_tokens=160))]

It is the in-process teacher's decoder: in batches, a reply depends on its request alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from malmoi.mnemonics.student.weights import DEFAULT_BASE, Prompt
from malmoi.recipe import TeacherSection
from malmoi.teachers import Reply, Request

SLOTS = 64
"""Rows of a batch."""


def requests_of(
    prompts: Sequence[Prompt], max_tokens: int, temperature: float = 0.0, samples: int = 1
) -> list[Request]:
    """Chat requests, all samples of a prompt in a row.

    Args:
        prompts: one a word.
        max_tokens: of a reply.
        temperature: 0 for the likeliest reply.
        samples: requests a prompt, numbered so that their seeds differ.
    """
    return [
        Request(
            messages=prompt.messages, max_tokens=max_tokens, temperature=temperature, sample=sample
        )
        for prompt in prompts
        for sample in range(samples)
    ]


def generate(
    model: Path | str, requests: Iterable[Request], *, context: int = 1024, slots: int = SLOTS
) -> Iterator[Reply]:
    """Answer each request, in order.

    Args:
        model: a student's folder, or what a recipe's `student.base` may be ("" is the default).
        requests: chats.
        context: most tokens of a prompt and its reply.
        slots: rows of a batch.

    Raises:
        TeacherError: the model can't be loaded, or doesn't fit into memory.
    """
    from malmoi.teachers.local.hugging_face import TransformersTeacher

    section = TeacherSection(
        preset="",
        kind="transformers",
        model=str(model) if str(model) not in ("", ".") else DEFAULT_BASE,
        chat=True,
        context=context,
        slots=slots,
    )
    with TransformersTeacher(section) as writer:
        yield from writer.write(requests)
