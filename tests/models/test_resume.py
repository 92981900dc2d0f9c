"""Which checkpoint a killed training goes on from, and what it takes back."""

from __future__ import annotations

from pathlib import Path

from malmoi.core.files import read_lines, write_lines
from malmoi.models.resume import last_checkpoint, remove_checkpoints, step_of, train


class Trainer:
    """Notes what it was told."""

    def __init__(self) -> None:
        self.removed: list[str] = []
        self.resumed: list[str | None] = []

    def remove_callback(self, callback: type) -> None:
        self.removed.append(callback.__name__)

    def train(self, resume_from_checkpoint: str | None) -> None:
        self.resumed.append(resume_from_checkpoint)


def put_checkpoints(folder: Path) -> None:
    """Two whole ones, at steps 4 and 12, and two that a kill cut off."""
    for step, text in ((4, "{}"), (12, "{}"), (16, '{"torn'), (20, None)):
        checkpoint = folder / f"checkpoint-{step}"
        checkpoint.mkdir()
        if text is not None:
            (checkpoint / "trainer_state.json").write_text(text, encoding="utf-8")


def test_a_checkpoint_cut_off_by_a_kill_is_passed_over(tmp_path: Path) -> None:
    assert last_checkpoint(tmp_path) is None
    assert step_of(None) == -1
    put_checkpoints(tmp_path)
    found = last_checkpoint(tmp_path)
    assert found == tmp_path / "checkpoint-12"
    assert step_of(found) == 12


def test_training_goes_on_with_the_metrics_up_to_there(tmp_path: Path) -> None:
    put_checkpoints(tmp_path)
    metrics = tmp_path / "metrics.jsonl"
    write_lines(metrics, [{"step": step, "loss": 1.0} for step in (0, 6, 12, 18)])
    trainer = Trainer()
    train(trainer, tmp_path)
    assert trainer.resumed == [str(tmp_path / "checkpoint-12")]
    assert trainer.removed == ["PrinterCallback", "ProgressCallback"]
    assert [record["step"] for record in read_lines(metrics)] == [0, 6, 12]


def test_without_a_checkpoint_training_begins_anew(tmp_path: Path) -> None:
    metrics = tmp_path / "metrics.jsonl"
    write_lines(metrics, [{"step": 0, "loss": 1.0}])
    trainer = Trainer()
    train(trainer, tmp_path)
    assert trainer.resumed == [None]
    assert list(read_lines(metrics)) == []


def test_checkpoints_are_removed_and_nothing_else(tmp_path: Path) -> None:
    put_checkpoints(tmp_path)
    (tmp_path / "best.pt").write_bytes(b"")
    remove_checkpoints(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["best.pt"]
