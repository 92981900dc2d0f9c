"""The loss and the gradients of a batch as a tree are those of its padded rows."""

from __future__ import annotations

import random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from malmoi.mnemonics.student import weights
from malmoi.recipe.mnemonics import StudentSection
from tests.helpers.tiny_llama import make_tiny_llama

CHANCE = random.Random(3)
LONG = [CHANCE.randrange(3, 300) for _ in range(40)]


def line(length: int) -> list[int]:
    return [CHANCE.randrange(3, 300) for _ in range(length)]


COMMON = [LONG + line(n) for n in (9, 30, 1, 17)]
"""Rows that begin alike."""
GROUPS = [LONG[:20] + own + line(n) for own in (line(25), line(18)) for n in (12, 5, 8)]
"""Two groups within rows that begin alike."""
APART = [line(n) for n in (22, 40, 7)]
NESTED = [LONG, LONG, LONG[:20], LONG[:21], LONG[:5]]
"""Rows that are others' beginnings, and one twice."""


def batch(rows: list[list[int]], *, left: bool = False) -> tuple[Any, Any]:
    import torch

    longest = max(map(len, rows))

    def padded(row: list[int], filler: int) -> list[int]:
        padding = [filler] * (longest - len(row))
        return padding + row if left else row + padding

    ids = torch.tensor([padded(row, 2) for row in rows])
    mask = torch.tensor([padded([1] * len(row), 0) for row in rows])
    return ids, mask


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Any:
    import torch
    from peft import get_peft_model
    from transformers import AutoModelForCausalLM

    base = make_tiny_llama(tmp_path_factory.mktemp("base") / "tiny")
    plain = AutoModelForCausalLM.from_pretrained(
        base, dtype=torch.float32, attn_implementation="eager"
    )
    student = get_peft_model(plain, weights.lora(StudentSection(lora_rank=4)))
    torch.manual_seed(1)
    with torch.no_grad():
        for name, parameter in student.named_parameters():
            if "lora_B" in name:
                parameter.normal_(std=0.05)
    return student


def chosen_of(mask: Any) -> Any:
    """Every third token but the last of a row: those that nothing comes after have no loss."""
    import torch

    chosen = mask.bool() & (torch.arange(mask.shape[1]) % 3 == 0)
    return chosen & mask.roll(-1, 1).bool() & (torch.arange(mask.shape[1]) < mask.shape[1] - 1)


def gradients(model: Any, scores: Any, wanted: Any) -> dict[str, Any]:
    import torch

    model.zero_grad()
    torch.nn.functional.cross_entropy(scores.float(), wanted).backward()
    return {name: p.grad.clone() for name, p in model.named_parameters() if p.requires_grad}


@pytest.mark.parametrize("rows", [COMMON, GROUPS, APART, NESTED, [LONG]])
@pytest.mark.parametrize("left", [False, True])
def test_logits_and_gradients_are_those_of_the_padded_rows(
    model: Any, rows: list[list[int]], left: bool
) -> None:
    import torch

    from malmoi.mnemonics.student.prefix import logits

    ids, mask = batch(rows, left=left)
    chosen = chosen_of(mask)
    wanted = ids.roll(-1, 1)[chosen]
    plain = model.get_base_model()
    shared = logits(plain, ids, mask, chosen)
    padded = plain(input_ids=ids, attention_mask=mask).logits[chosen]
    assert plain.config._attn_implementation == "eager"
    assert torch.allclose(shared, padded, atol=1e-4)
    one, other = gradients(model, shared, wanted), gradients(model, padded, wanted)
    assert all(torch.allclose(one[name], other[name], atol=1e-5) for name in one)
    assert any(gradient.abs().max() > 1e-3 for gradient in one.values())


def test_a_model_that_sees_a_window_is_computed_on_padded_rows(
    model: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    import torch

    from malmoi.mnemonics.student import prefix

    ids, mask = batch(COMMON)
    chosen = chosen_of(mask)
    plain = model.get_base_model()
    assert prefix.can_share(plain)
    shared = prefix.logits(plain, ids, mask, chosen)
    monkeypatch.setattr(plain.config, "sliding_window", 8, raising=False)
    assert not prefix.can_share(plain)
    monkeypatch.setattr(prefix, "pack", None)
    assert torch.allclose(prefix.logits(plain, ids, mask, chosen), shared, atol=1e-4)


def test_what_is_shared_is_there_once() -> None:
    from malmoi.mnemonics.student.prefix import pack

    tree = pack(*batch(COMMON))
    assert len(tree.segments) == 5
    assert tree.input_ids.shape == (1, 40 + 9 + 30 + 1 + 17)
    groups = pack(*batch(GROUPS))
    assert [segment.path for segment in groups.segments[:2]] == [(), (0,)]
    assert groups.input_ids.shape == (1, 20 + 25 + 18 + 2 * (12 + 5 + 8))
    assert pack(*batch(APART)).input_ids.shape == (1, 22 + 40 + 7)


@given(
    st.lists(
        st.tuples(st.integers(0, 40), st.lists(st.integers(3, 5), min_size=1, max_size=20)),
        min_size=1,
        max_size=6,
    ),
    st.booleans(),
)
def test_every_row_is_found_again_in_the_tree(
    made: list[tuple[int, list[int]]], left: bool
) -> None:
    import torch

    from malmoi.mnemonics.student.prefix import pack

    ids, mask = batch([LONG[:shared] + own for shared, own in made], left=left)
    tree, kept = pack(ids, mask), mask.bool()
    assert torch.equal(tree.input_ids[0][tree.places][kept], ids[kept])
    positions = (mask.cumsum(1) - 1)[kept]
    assert torch.equal(tree.position_ids[0][tree.places][kept], positions)
    for segment in tree.segments:
        before = sum(len(tree.segments[number].tokens) for number in segment.path)
        assert before == segment.begin
    assert len(tree.input_ids[0]) <= int(mask.sum())


@pytest.mark.parametrize("rows", [COMMON, GROUPS, APART])
@pytest.mark.parametrize("left", [False, True])
def test_without_the_prompts_gradient_their_states_are_constants(
    model: Any, rows: list[list[int]], left: bool
) -> None:
    """Row by row: the prompt's keys and values without a graph, the answer's tokens after them."""
    import torch
    from transformers import DynamicCache

    from malmoi.mnemonics.student.prefix import logits

    ids, mask = batch(rows, left=left)
    plain, cuts = model.get_base_model(), [len(row) - 5 for row in rows]
    chosen = torch.zeros_like(mask, dtype=torch.bool)
    expected = []
    for number, (row, cut) in enumerate(zip(rows, cuts, strict=True)):
        end = ids.shape[1] if left else len(row)
        chosen[number, end - 5 : end - 1] = True
        cache, tokens = DynamicCache(), torch.tensor([row])
        with torch.no_grad():
            plain(input_ids=tokens[:, :cut], past_key_values=cache, use_cache=True)
        after = plain(input_ids=tokens[:, cut:], past_key_values=cache, use_cache=True)
        expected.append(after.logits[0, :-1])
    wanted = ids.roll(-1, 1)[chosen]
    constant = logits(plain, ids, mask, chosen, through_prompts=False)
    by_row = torch.cat(expected)
    assert torch.allclose(constant, by_row, atol=1e-4)
    one, other = gradients(model, constant, wanted), gradients(model, by_row, wanted)
    assert all(torch.allclose(one[name], other[name], atol=1e-5) for name in one)
    whole = gradients(model, logits(plain, ids, mask, chosen), wanted)
    assert not all(torch.allclose(one[name], whole[name], atol=1e-3) for name in one)


def test_without_the_prompts_gradient_bf16_learns_as_well(model: Any) -> None:
    """What autocast keeps of the pass without a graph would have no gradient."""
    import torch

    from malmoi.mnemonics.student.prefix import logits

    ids, mask = batch(COMMON)
    chosen = chosen_of(mask) & (torch.arange(mask.shape[1]) >= 42)
    wanted = ids.roll(-1, 1)[chosen]
    plain = model.get_base_model()
    exact = gradients(model, logits(plain, ids, mask, chosen, through_prompts=False), wanted)
    with torch.autocast("cpu", torch.bfloat16):
        scores = logits(plain, ids, mask, chosen, through_prompts=False)
    rounded = gradients(model, scores, wanted)
    assert all(torch.allclose(exact[name], rounded[name], atol=2e-2) for name in exact)
