"""Going on with a training that was killed, from the last checkpoint it wrote to its end.

A training's folder holds `checkpoint-N/`, of step N, as transformers' Trainer writes it, and
`metrics.jsonl`, whose records have a "step".
"""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

from malmoi.core import processes
from malmoi.core.files import read_lines, write_lines


def last_checkpoint(folder: Path) -> Path | None:
    """The newest checkpoint that was written to its end (trainer_state.json comes last).

    transformers' `get_last_checkpoint` would take one that a kill cut short.
    """
    for checkpoint in sorted(folder.glob("checkpoint-*"), key=step_of, reverse=True):
        if _is_json(checkpoint / "trainer_state.json"):
            return checkpoint
    return None


def step_of(checkpoint: Path | None) -> int:
    """The step that a checkpoint was written at; -1 without one."""
    return int(checkpoint.name.rsplit("-", 1)[1]) if checkpoint else -1


def train(trainer: Any, folder: Path) -> None:
    """Let transformers' `trainer` train to the end, from the last whole checkpoint if there is one.

    metrics.jsonl is cut back to it. The trainer prints nothing.
    """
    from transformers.trainer_callback import PrinterCallback, ProgressCallback

    trainer.remove_callback(PrinterCallback)
    trainer.remove_callback(ProgressCallback)
    checkpoint = last_checkpoint(folder)
    metrics = folder / "metrics.jsonl"
    if processes.is_first():
        step = step_of(checkpoint)
        write_lines(metrics, [record for record in read_lines(metrics) if record["step"] <= step])
    trainer.train(resume_from_checkpoint=str(checkpoint) if checkpoint else None)


def remove_checkpoints(folder: Path) -> None:
    """Remove what only a training that goes on would need."""
    for checkpoint in folder.glob("checkpoint-*"):
        shutil.rmtree(checkpoint, ignore_errors=True)


def _is_json(path: Path) -> bool:
    try:
        json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return True
