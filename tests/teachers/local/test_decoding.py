from __future__ import annotations

import pytest
import torch

from malmoi.teachers import Request
from malmoi.teachers.local.decoding import RowSampler, RowStopper, cut_at_stop

GREEDY, WARM = Request(prompt="a"), Request(prompt="b", temperature=1.0)


class Letters:
    """A tokenizer whose token n is the n-th letter."""

    def decode(self, ids: list[int], skip_special_tokens: bool) -> str:
        return "".join(chr(97 + i) for i in ids)


def test_a_greedy_row_takes_the_best_token() -> None:
    logits = torch.tensor([[0.0, 3.0, 1.0], [2.0, 0.0, 1.0]])
    assert RowSampler([GREEDY, GREEDY], [1, 2])(logits).tolist() == [1, 0]


def test_a_warm_row_draws_by_its_own_seed_whatever_its_batch_mates() -> None:
    torch.manual_seed(0)
    steps = [torch.randn(1, 50) for _ in range(20)]

    def drawn(batch: list[Request], seeds: list[int], row: int) -> list[int]:
        sampler = RowSampler(batch, seeds)
        return [int(sampler(logits.expand(len(batch), -1))[row]) for logits in steps]

    alone = drawn([WARM], [7], 0)
    assert drawn([GREEDY, WARM, WARM], [7, 9, 7], 2) == alone
    assert drawn([WARM], [8], 0) != alone


def test_what_is_outside_the_nucleus_is_never_drawn() -> None:
    logits = torch.tensor([[4.0, 3.5, 0.0, -9.0]])
    narrow = RowSampler([Request(prompt="b", temperature=1.0, top_p=0.5)], [3])
    assert {int(narrow(logits)[0]) for _ in range(50)} == {0}
    wide = RowSampler([WARM], [3])
    assert {int(wide(logits)[0]) for _ in range(100)} == {0, 1}, "min-p leaves the others out"


def test_a_row_stops_at_its_own_string_or_number() -> None:
    requests = [Request(prompt="a", stop=("cd",)), Request(prompt="a"), Request(prompt="a")]
    stopper = RowStopper(Letters(), requests, [9, 2, 9])
    written = torch.tensor([[0, 1, 2, 3, 4]] * 3)
    states = [stopper(written[:, : length + 1]).tolist() for length in range(5)]
    assert [row for row, *_ in states] == [False, False, False, True, True]
    assert [row for _, row, _ in states] == [False, True, True, True, True]
    assert not any(row for *_, row in states)
    assert stopper.lengths == [4, 2, 9]


@pytest.mark.parametrize(
    ("text", "stops", "cut"),
    [
        ("one\ntwo", ("\n",), ("one", True)),
        ("one two", ("\n", ""), ("one two", False)),
        ("a; b, c", (",", ";"), ("a", True)),
        ("", ("\n",), ("", False)),
    ],
)
def test_the_text_ends_at_the_first_stop(
    text: str, stops: tuple[str, ...], cut: tuple[str, bool]
) -> None:
    assert cut_at_stop(text, stops) == cut
