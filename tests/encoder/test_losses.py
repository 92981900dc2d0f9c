import math

import pytest
import torch
from torch import nn

from malmoi.core.errors import StudentError
from malmoi.encoder.losses import StudentLoss, distillation, flops, gradient_norm, info_nce
from malmoi.recipe import TrainingSection


class Rows(nn.Module):
    """A model whose vectors are its parameters; `dead` gives an activation without gradient."""

    def __init__(self, dead: bool = False) -> None:
        super().__init__()
        self.rows = nn.Parameter(torch.tensor([[1.0, 0.5, 0.0], [0.2, 1.0, 0.3]]))
        self.dead = dead

    def forward(self, features: dict) -> dict:
        if features["side"] == "query":
            return features | {"sentence_embedding": self.rows}
        activation = torch.relu(self.rows - 5) if self.dead else self.rows
        return features | {"sentence_embedding": self.rows, "activation": activation}


def batch(targets: bool = True) -> list[dict]:
    document = {
        "side": "document",
        "candidates": torch.tensor([[0, 1], [1, 0]]),
        "allowed": torch.ones(2, 2, dtype=torch.bool),
    }
    if targets:
        document["targets"] = torch.tensor([[9.0, 1.0], [0.0, 8.0]])
    return [{"side": "query"}, document]


def test_info_nce_is_the_log_loss_of_the_positive():
    scores = torch.tensor([[2.0, 0.0]])
    loss = info_nce(scores, torch.tensor([0]), torch.tensor([[True, True]]))
    assert loss.item() == pytest.approx(math.log(1 + math.exp(-2)))


def test_a_document_that_is_relevant_too_is_no_negative():
    scores, target = torch.tensor([[2.0, 9.0]]), torch.tensor([0])
    assert info_nce(scores, target, torch.tensor([[True, True]])).item() > 6
    assert info_nce(scores, target, torch.tensor([[True, False]])).item() == 0


def test_distillation_is_zero_for_the_teachers_scores_and_their_order_matters():
    targets = torch.tensor([[30.0, 20.0, 10.0]])
    same = distillation(torch.tensor([[31.0, 21.0, 11.0]]), targets, 2.0)  # an offset is nothing
    turned = distillation(torch.tensor([[10.0, 20.0, 30.0]]), targets, 2.0)
    assert same.item() == pytest.approx(0, abs=1e-5)
    assert turned.item() > 1


def test_distillation_is_a_divergence_of_tempered_distributions():
    targets, ours = torch.tensor([[2.0, 0.0]]), torch.tensor([[0.0, 0.0]])
    p = 1 / (1 + math.exp(-1))
    expected = p * math.log(2 * p) + (1 - p) * math.log(2 * (1 - p))
    assert distillation(ours, targets, 2.0).item() == pytest.approx(expected, abs=1e-6)


def test_flops_is_the_squared_mean():
    assert flops(torch.tensor([[1.0, 0.0], [3.0, 0.0]])).item() == 4


def test_flops_warms_up_quadratically():
    section = TrainingSection(steps=100, flops_warmup_ratio=0.5, flops_weight=1.0)
    loss = StudentLoss(Rows(), section, torch.ones(3))
    values = []
    for step in (0, 25, 50, 99):
        loss.step = step
        values.append(loss(batch())["flops"].item())
    full = values[-1]
    assert values == pytest.approx([0, full / 4, full, full])


def test_parts_of_weight_zero_are_not_computed():
    section = TrainingSection(flops_weight=0, idf_penalty_weight=0, distillation_weight=0)
    loss = StudentLoss(Rows(), section, torch.ones(3))
    assert set(loss(batch())) == {"contrastive"}
    assert not loss.unseen


def test_the_idf_penalty_weighs_common_pieces_more():
    section = TrainingSection(idf_penalty_weight=1.0)
    common = StudentLoss(Rows(), section, torch.tensor([0.5, 5.0, 5.0]))
    rare = StudentLoss(Rows(), section, torch.tensor([5.0, 5.0, 5.0]))
    assert common(batch())["idf_penalty"].item() > rare(batch())["idf_penalty"].item()


def test_a_part_without_gradient_is_named():
    loss = StudentLoss(Rows(dead=True), TrainingSection(), torch.ones(3))
    with pytest.raises(StudentError, match=r"'flops'.*training\.flops_weight"):
        loss(batch())


def test_a_part_that_never_came_stays_unseen():
    loss = StudentLoss(Rows(), TrainingSection(), torch.ones(3))
    loss(batch(targets=False))
    assert loss.unseen == {"distillation"}


def test_every_part_is_seen_once():
    loss = StudentLoss(Rows(), TrainingSection(), torch.ones(3))
    loss(batch())
    assert not loss.unseen


def test_gradient_norm_of_something_constant_is_zero():
    weight = nn.Parameter(torch.tensor([3.0, 4.0]))
    assert gradient_norm(torch.tensor(1.0), [weight]) == 0
    assert gradient_norm((weight**2).sum() / 2, [weight]) == pytest.approx(5)
