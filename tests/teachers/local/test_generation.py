from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import pytest
import torch

from malmoi.models.quiet import silence_transformers
from malmoi.teachers import Request
from malmoi.teachers.local.decoding import Sampler, Stopper
from malmoi.teachers.local.generation import Prompts, generate
from tests.helpers.tiny_model import make_tiny_model

HEAD = tuple(range(10, 50))
WIDTH = 16


class Watched:
    """A model that notes the shape of each call: (rows, tokens)."""

    def __init__(self, model: Any) -> None:
        self.model, self.device = model, model.device
        self.shapes: list[tuple[int, ...]] = []

    def __call__(self, **given: Any) -> Any:
        self.shapes.append(tuple(given["input_ids"].shape))
        return self.model(**given)

    def read_head(self, head: tuple[int, ...], rows: int, padding: int) -> Any:
        ids = torch.tensor([[*head, *[0] * padding]])
        mask = torch.ones_like(ids)
        mask[:, len(head) :] = 0
        past = self.model(input_ids=ids, attention_mask=mask, use_cache=True).past_key_values
        past.batch_repeat_interleave(rows)
        return past


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> tuple[Any, Any]:
    from transformers import AutoModelForCausalLM, AutoTokenizer

    silence_transformers()
    folder: Path = tmp_path_factory.mktemp("tiny")
    make_tiny_model(folder)
    return AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32).eval(), (
        AutoTokenizer.from_pretrained(folder)
    )


def write(
    loaded: tuple[Any, Any],
    tails: list[tuple[int, ...]],
    requests: list[Request],
    head: tuple[int, ...] = HEAD,
    min_rows: int = 1,
) -> tuple[list[list[int]], list[tuple[int, ...]]]:
    """What was written, and the shapes that the model was called with."""
    model, tokenizer = loaded
    watched = Watched(model)
    seeds = [request.sample + 7 * len(tail) for request, tail in zip(requests, tails, strict=True)]
    written = generate(
        watched,
        Prompts(head, tails, WIDTH),
        watched.read_head,
        Sampler(requests, seeds),
        Stopper(tokenizer, requests, [request.max_tokens for request in requests]),
        min_rows,
    )
    return written, watched.shapes


def samples(count: int, **fields: Any) -> list[Request]:
    return [Request(temperature=1.5 if n else 0.0, sample=n, **fields) for n in range(count)]


def test_equal_prompts_are_read_once_and_part_where_they_draw_differently(
    loaded: tuple[Any, Any],
) -> None:
    tails = [(50, 51, 52)] * 6 + [(60, 61)] * 2
    asked = samples(6, max_tokens=4) + [Request(max_tokens=4)] * 2
    written, shapes = write(loaded, tails, asked)
    assert shapes[0] == (2, 4), "two prompts; the padding of all rows is the head's"
    for step in range(1, 4):
        parts = {(t, tuple(w[:step])) for t, w in zip(tails, written, strict=True)}
        assert shapes[step] == (len(parts), 1)
    assert len({tuple(row) for row in written[:6]}) > 2
    assert written[6] == written[7]


@pytest.mark.parametrize("head", [HEAD, ()])
def test_each_request_writes_what_it_writes_alone(
    loaded: tuple[Any, Any], head: tuple[int, ...]
) -> None:
    chance = random.Random(5)
    tails = [tuple(chance.randrange(3, 200) for _ in range(n)) for n in (1, 3, 3, 9, 15)]
    pairs = [(t, r) for t in tails for r in samples(3, max_tokens=chance.randrange(1, 9))]
    together, shapes = write(loaded, [t for t, _ in pairs], [r for _, r in pairs], head)
    assert together == [write(loaded, [t], [r], head)[0][0] for t, r in pairs]
    assert [rows for rows, _ in shapes[-2:]] != [len(tails)] * 2, "who is done has left"


def test_there_are_never_fewer_rows_than_asked_for(loaded: tuple[Any, Any]) -> None:
    tails = [(50, 51, 52), (60, 61)]
    requests = [Request(max_tokens=1), Request(max_tokens=5)]
    written, shapes = write(loaded, tails, requests, min_rows=4)
    assert [rows for rows, _ in shapes] == [4] * 5
    assert written == write(loaded, tails, requests)[0]


def test_what_is_padding_in_every_row_stands_before_the_tails() -> None:
    assert Prompts(HEAD, [(1, 2), (1, 2, 3, 4, 5)], 16).shared_padding == 8
    assert Prompts(HEAD, [(1,) * 15], 16).shared_padding == 0
    assert Prompts((), [(1, 2)], 16).shared_padding == 0, "nothing is read before it"
