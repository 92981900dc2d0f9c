"""What a model writes for many prompts: student and base by the same way, greedy or sampled.

    texts = [reply.text for reply in generate(folder, requests)]

It is the in-process teacher's decoder: in batches, a reply depends on its request alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from malmoi.mnemonics.student.weights import DEFAULT_BASE
from malmoi.recipe import TeacherSection
from malmoi.teachers import Reply, Request

SLOTS = 64
"""Rows of a batch."""


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
