from __future__ import annotations

import pytest
import torch

from malmoi.teachers import Request
from malmoi.teachers.local.decoding import Sampler, Stopper, cut_at_stop

GREEDY, WARM = Request(prompt="a"), Request(prompt="b", temperature=1.0)


class Letters:
    """A tokenizer whose token n is the n-th letter."""

    def decode(self, ids: list[int], skip_special_tokens: bool) -> str:
        return "".join(chr(97 + i) for i in ids)


def test_a_greedy_request_takes_the_best_token_of_its_row() -> None:
    logits = torch.tensor([[0.0, 3.0, 1.0], [2.0, 0.0, 1.0]])
    sampler = Sampler([GREEDY] * 4, [1, 2, 3, 4])
    assert sampler(logits, [0, 1, 3], [0, 1, 0]) == [1, 0, 1]


def test_a_warm_request_draws_by_its_own_seed_whatever_its_batch_mates() -> None:
    torch.manual_seed(0)
    steps = [torch.randn(1, 50) for _ in range(20)]

    def drawn(batch: list[Request], seeds: list[int], going: list[int]) -> list[int]:
        """What the last of `going` draws, all of them by one row."""
        sampler = Sampler(batch, seeds)
        return [sampler(logits, going, [0] * len(going))[-1] for logits in steps]

    alone = drawn([WARM], [7], [0])
    assert drawn([GREEDY, WARM, WARM], [7, 9, 7], [0, 1, 2]) == alone
    assert drawn([GREEDY, WARM, WARM], [7, 9, 7], [2]) == alone, "others may be done"
    assert drawn([WARM], [8], [0]) != alone


def test_what_is_outside_the_nucleus_is_never_drawn() -> None:
    logits = torch.tensor([[4.0, 3.5, 0.0, -9.0]])
    narrow = Sampler([Request(prompt="b", temperature=1.0, top_p=0.5)], [3])
    assert {narrow(logits, [0], [0])[0] for _ in range(50)} == {0}
    wide = Sampler([WARM], [3])
    drawn = {wide(logits, [0], [0])[0] for _ in range(100)}
    assert drawn == {0, 1}, "min-p leaves the others out"


def test_a_request_stops_at_its_own_string_number_or_end() -> None:
    requests = [Request(prompt="a", stop=("cd",)), *[Request(prompt="a")] * 2]
    stopper = Stopper(Letters(), requests, [9, 2, 9], ends=[4])
    written = [0, 1, 2, 3, 4]

    def stops(request: int) -> list[bool]:
        return [stopper(request, written[: length + 1]) for length in range(5)]

    assert stops(0) == [False, False, False, True, True]
    assert stops(1) == [False, True, True, True, True]
    assert stops(2) == [False, False, False, False, True]


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
