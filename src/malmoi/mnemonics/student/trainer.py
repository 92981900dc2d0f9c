"""TRL's trainers for the student, with the output layer kept to the answers, and a watch.

Imported only where training happens: it needs torch and TRL.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import torch
from peft.tuners.lora import LoraLayer
from torch.nn import functional
from transformers import TrainerCallback
from trl.trainer.grpo_trainer import GRPOTrainer
from trl.trainer.sft_trainer import SFTTrainer

from malmoi.core.errors import StudentError
from malmoi.core.files import append_line
from malmoi.core.progress import Progress
from malmoi.mnemonics.student.prefix import logits
from malmoi.mnemonics.student.weights import computing

KEPT = {
    "loss": "loss",
    "grad_norm": "grad_norm",
    "learning_rate": "learning_rate",
    "mean_token_accuracy": "accuracy",
    "eval_loss": "dev_loss",
    "eval_mean_token_accuracy": "dev_accuracy",
    "reward": "reward",
    "reward_std": "reward_std",
    "frac_reward_zero_std": "groups_alike",
    "kl": "kl",
    "entropy": "entropy",
    "completions/mean_length": "tokens",
    "completions/clipped_ratio": "cut_off",
}
"""What of a trainer's figures goes to metrics.jsonl, and under which name."""


class _Quiet:
    """Leaves out what a trainer does beside training: a card for each checkpoint, telemetry."""

    def create_model_card(self, *args: Any, **kwargs: Any) -> None:
        """The card is written from the run's figures, not from the trainer's."""

    def _send_telemetry(self) -> None:
        """Nothing leaves this machine."""


class AnswerTrainer(_Quiet, SFTTrainer):
    """SFT whose output layer sees the answers' positions alone, on a CPU as well.

    TRL scores every position of a prompt there: with a vocabulary of 49,152 a seventh of the time.
    """

    through_prompts = True
    """Gradients flow back through the states of the prompts (on a CPU it can be left out)."""

    def compute_loss(
        self,
        model: Any,
        inputs: dict[str, Any],
        return_outputs: bool = False,
        num_items_in_batch: Any = None,
    ) -> Any:
        """Mean negative log-likelihood of the answers' tokens.

        Args:
            model: the student with its adapter.
            inputs: token ids, attention mask and labels, [batch, length]; labels are −100 outside
                the answers.
            return_outputs: as trl's trainer has it; passed on to it.
            num_items_in_batch: answer tokens of the whole step, by which the sum is divided; None:
                of this batch.
        """
        # Of several processes each must go through the wrapper that averages their gradients.
        if inputs["input_ids"].is_cuda or self.accelerator.num_processes > 1:
            trl: Any = super().compute_loss
            return trl(model, inputs, return_outputs, num_items_in_batch)
        plain, ids = model.get_base_model(), inputs["input_ids"]
        learned = inputs["labels"] != -100
        before = learned.roll(-1, 1)  # each answer's token is expected after the one before it
        with computing(model):
            scores = logits(
                plain,
                ids,
                inputs["attention_mask"],
                before,
                through_prompts=self.through_prompts,
            ).float()
        wanted = ids[learned]
        count = learned.sum() if num_items_in_batch is None else num_items_in_batch
        loss = functional.cross_entropy(scores, wanted, reduction="sum") / count
        right = (scores.argmax(-1) == wanted).float().mean()
        mode = "train" if model.training else "eval"
        self._metrics[mode]["mean_token_accuracy"].append(float(right))
        return loss


class RewardTrainer(_Quiet, GRPOTrainer):
    """GRPO whose output layer sees the answers alone, and whose CPU computes as in SFT."""

    def _get_per_token_logps_and_entropies(
        self,
        model: Any,
        input_ids: Any,
        attention_mask: Any,
        logits_to_keep: int,
        batch_size: int | None = None,
        compute_entropy: bool = False,
        compute_aux_loss: bool = False,
        **images: Any,
    ) -> tuple[Any, Any, Any]:
        if input_ids.is_cuda:
            return super()._get_per_token_logps_and_entropies(  # type: ignore[no-any-return]
                model, input_ids, attention_mask, logits_to_keep, batch_size,
                compute_entropy, compute_aux_loss, **images,
            )  # fmt: skip
        scores, entropies = [], []
        plain = self.accelerator.unwrap_model(model).get_base_model()
        for ids, mask in zip(
            input_ids.split(batch_size or len(input_ids)),
            attention_mask.split(batch_size or len(input_ids)),
            strict=True,
        ):
            kept = mask[:, -logits_to_keep:].bool()
            before = torch.zeros_like(mask, dtype=torch.bool)
            before[:, -logits_to_keep - 1 : -1] = kept
            with computing(plain):
                rows = logits(plain, ids, mask, before).float()
            logs = torch.log_softmax(rows / self.temperature, dim=-1)
            written = ids[:, -logits_to_keep:][kept]
            scores.append(_spread(logs.gather(-1, written[:, None])[:, 0], kept))
            if compute_entropy:
                with torch.no_grad():
                    entropies.append(_spread(-(logs.exp() * logs).sum(-1), kept))
        return torch.cat(scores), torch.cat(entropies) if compute_entropy else None, None

    def _generate_single_turn(self, *args: Any, **kwargs: Any) -> Any:
        turn: Any = super()._generate_single_turn
        if self.accelerator.device.type != "cpu":
            return turn(*args, **kwargs)
        with merged(self.accelerator.unwrap_model(self.model)):
            return turn(*args, **kwargs)


def _spread(values: Any, kept: Any) -> Any:
    """Values where `kept` is true, 0 elsewhere: as in TRL, what is padding counts nothing."""
    return torch.zeros(kept.shape).masked_scatter(kept, values)


@contextmanager
def merged(model: Any) -> Iterator[None]:
    """LoRA folded into the weights while the student writes: a token takes half the time.

    The weights are put back from copies, for subtracting what was added would round them.
    """
    layers: list[Any] = [m for m in model.modules() if isinstance(m, LoraLayer)]
    before = [layer.get_base_layer().weight.detach().clone() for layer in layers]
    model.merge_adapter()
    try:
        yield
    finally:
        with torch.no_grad():
            for layer, weight in zip(layers, before, strict=True):
                layer.get_base_layer().weight.copy_(weight)
                layer.merged_adapters.clear()


class Watch(TrainerCallback):
    """Progress with the time that is left, metrics.jsonl, and an end to what is degenerate."""

    def __init__(self, folder: Path, label: str, remedy: str) -> None:
        self.folder, self.label, self.remedy = folder, label, remedy
        self.progress: Progress | None = None
        self.writes = True

    def on_train_begin(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:
        """Show how far an earlier process came."""
        self.writes = state.is_world_process_zero
        done = int(state.global_step)
        self.progress = Progress(self.label, state.max_steps, done).__enter__()

    def on_step_end(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:
        """Count a step."""
        if self.progress is not None:
            self.progress.advance()

    def on_log(self, args: Any, state: Any, control: Any, logs: Any = None, **kwargs: Any) -> None:
        """One line of metrics.jsonl; a loss that is no number ends the training.

        Args:
            args, control, kwargs: of transformers' callbacks, not used.
            state: its `global_step` counts the optimizer's steps.
            logs: figures by transformers' names; those of `KEPT` are written.
        """
        found = {name: logs[key] for key, name in KEPT.items() if logs and key in logs}
        if not found:
            return
        step = int(state.global_step)
        if self.writes:
            rounded = {k: round(v, 6) if isinstance(v, float) else v for k, v in found.items()}
            append_line(self.folder / "metrics.jsonl", {"step": step} | rounded)
        bad = [n for n in ("loss", "grad_norm", "dev_loss") if not math.isfinite(found.get(n, 0))]
        if bad:
            raise StudentError(
                f"step {step}: the {bad[0]} is {found[bad[0]]}, expected a finite number: "
                f"the training diverged; {self.remedy}"
            )

    def close(self) -> None:
        """End the progress."""
        if self.progress is not None:
            self.progress.__exit__(None, None, None)
            self.progress = None
