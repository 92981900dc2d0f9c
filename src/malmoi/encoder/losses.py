"""The student's loss, in parts that are logged, and that must each be seen to teach something.

Inputs: features of a batch's queries and of its documents (positives and negatives, each once) with

    candidates  [queries, n] column of the positive, then of the negatives; −1 where there are fewer
    targets     [queries, documents] the score that each should have (absent: no distillation)
    allowed     [queries, documents] False for other documents that are relevant to the query too
    numbers     [documents] and relevant [queries, n]: which documents these are, and which each
                query has, −1 where there are fewer (only where several processes train together)

Parts: `contrastive` InfoNCE (van den Oord et al. 2018) over all allowed documents of the batch, and
of the other processes' batches where several train together;
`distillation` KL divergence over all documents of the batch between the target scores and ours,
which must be on one scale (see `target_scores.py`); `flops` (Paria et al. 2020) on
the neural part, with SPLADE's quadratic warm-up; `idf_penalty`, the neural part's activation
divided by IDF, so that common pieces don't win.
"""

from __future__ import annotations

import math
from typing import Any

import torch
from torch import nn
from torch.nn import functional

from malmoi.core.errors import StudentError
from malmoi.recipe import TrainingSection


class StudentLoss(nn.Module):
    """Weighted sum of the recipe's parts; `forward` returns each (weighted) by name.

    `step` must be set to the number of finished steps before each call. A part whose gradient is
    zero at its first appearance raises a `StudentError` that names it.
    """

    idf: torch.Tensor

    def __init__(self, model: nn.Module, section: TrainingSection, idf: torch.Tensor) -> None:
        super().__init__()
        self.model, self.section, self.step = model, section, 0
        scale = torch.tensor(math.log(section.scale))
        self.log_scale = nn.Parameter(scale, requires_grad=section.learn_scale)
        self.register_buffer("idf", idf.detach().clone().clamp(min=0.1), persistent=False)
        self.unseen = {name for name in PARTS if getattr(section, f"{name}_weight") > 0}
        self.watched: dict[str, float] = {}

    def forward(self, features: list[dict[str, Any]], labels: Any = None) -> dict[str, Any]:
        """Weighted parts, each a scalar."""
        query, document = (self.model(each) for each in features)
        scores = query["sentence_embedding"] @ document["sentence_embedding"].T
        self._watch(query, document)
        candidates, targets = document["candidates"], document.get("targets")
        parts: dict[str, torch.Tensor] = {}
        if self.section.contrastive_weight:
            seen, allowed = scores, document["allowed"]
            if "numbers" in document:
                vectors, numbers = gather_others(
                    document["sentence_embedding"], document["numbers"]
                )
                seen = torch.cat([scores, query["sentence_embedding"] @ vectors.T], dim=1)
                relevant = (numbers[None, :, None] == document["relevant"][:, None, :]).any(-1)
                allowed = torch.cat([allowed, ~relevant], dim=1)
            parts["contrastive"] = info_nce(seen * self.log_scale.exp(), candidates[:, 0], allowed)
        if self.section.distillation_weight and targets is not None:
            temperature = self.section.distillation_temperature
            parts["distillation"] = distillation(scores, targets, temperature)
        if "activation" in document:
            if self.section.flops_weight:
                parts["flops"] = flops(document["activation"])
            if self.section.idf_penalty_weight:
                activation = document["activation"]
                penalty = activation / self.idf[: activation.shape[1]]
                parts["idf_penalty"] = penalty.sum(1).mean()
        if self.section.query_flops_weight and "activation" in query:
            parts["query_flops"] = flops(query["activation"])
        if self.training and torch.is_grad_enabled():
            self._see_gradients(parts)
        return {name: self._weight(name) * value for name, value in parts.items()}

    def _weight(self, name: str) -> float:
        weight = float(getattr(self.section, f"{name}_weight"))
        rising = self.section.flops_warmup_ratio * self.section.steps
        if name in {"flops", "query_flops"} and rising:
            weight *= min(1.0, (self.step / rising) ** 2)
        return weight

    def _watch(self, query: dict[str, Any], document: dict[str, Any]) -> None:
        with torch.no_grad():
            self.watched = {
                "query_dimensions": _active(query["sentence_embedding"]),
                "document_dimensions": _active(document["sentence_embedding"]),
                "scale": float(self.log_scale.exp()),
            }
            if "activation" in document:
                self.watched["neural_dimensions"] = _active(document["activation"])

    def _see_gradients(self, parts: dict[str, torch.Tensor]) -> None:
        for name in sorted(self.unseen & set(parts)):
            norm = gradient_norm(parts[name], [p for p in self.parameters() if p.requires_grad])
            if not math.isfinite(norm) or norm == 0:
                raise StudentError(
                    f"the loss's part {name!r} is configured (training.{name}_weight > 0), but its "
                    f"gradient is {norm} on its first batch, so it teaches nothing; set "
                    f"training.{name}_weight = 0, or look at what it is computed from"
                )
            self.unseen.discard(name)


PARTS = ("contrastive", "distillation", "flops", "idf_penalty")


def info_nce(scores: torch.Tensor, target: torch.Tensor, allowed: torch.Tensor) -> torch.Tensor:
    """Cross entropy of each query's positive column `target` among the allowed ones."""
    return functional.cross_entropy(scores.float().masked_fill(~allowed, -torch.inf), target)


def gather_others(
    vectors: torch.Tensor, numbers: torch.Tensor
) -> tuple[torch.Tensor, torch.Tensor]:
    """Vectors [n, width] and numbers [n] of the other processes' documents, with gradients.

    As sentence-transformers' `gather_across_devices`, for batches of different sizes.
    """
    import torch.distributed as dist
    from sentence_transformers.util.distributed import all_gather_with_grad

    own, count = dist.get_rank(), dist.get_world_size()
    sizes = [torch.zeros_like(numbers[:1]) for _ in range(count)]
    dist.all_gather(sizes, torch.full_like(numbers[:1], len(numbers)))
    most = max(int(size) for size in sizes)
    padding = most - len(numbers)
    padded = functional.pad(vectors, (0, 0, 0, padding)).contiguous()
    gathered = all_gather_with_grad(padded).reshape(count, most, -1)
    names = [torch.zeros(most, dtype=numbers.dtype, device=numbers.device) for _ in range(count)]
    dist.all_gather(names, functional.pad(numbers, (0, padding)).contiguous())
    others = [(rank, int(size)) for rank, size in enumerate(sizes) if rank != own]
    return (
        torch.cat([gathered[rank][:size] for rank, size in others]),
        torch.cat([names[rank][:size] for rank, size in others]),
    )


def distillation(scores: torch.Tensor, targets: torch.Tensor, temperature: float) -> torch.Tensor:
    """Mean KL(targets ‖ scores) of each query's distribution over the documents of the batch.

    Both are [queries, documents] and divided by `temperature` (Hinton et al. 2015); at 1 it leaves
    no dimension active.
    """
    wanted = functional.log_softmax(targets.float() / temperature, dim=1)
    given = functional.log_softmax(scores.float() / temperature, dim=1)
    return functional.kl_div(given, wanted, reduction="batchmean", log_target=True)


def flops(activation: torch.Tensor) -> torch.Tensor:
    """Sum over the vocabulary of the squared mean activation [texts, vocabulary]."""
    return (activation.float().mean(0) ** 2).sum()


def gradient_norm(value: torch.Tensor, parameters: list[nn.Parameter]) -> float:
    """L2 norm of a scalar's gradient; 0 where it depends on no parameter."""
    if not value.requires_grad or not parameters:
        return 0.0
    grads = torch.autograd.grad(value, parameters, retain_graph=True, allow_unused=True)
    return math.sqrt(sum(float(g.float().pow(2).sum()) for g in grads if g is not None))


def _active(vectors: torch.Tensor) -> float:
    return float((vectors > 0).sum(1).float().mean())
