"""A batch of token rows as a tree: what rows begin with is computed once, and nothing is padding.

    scores = logits(model, input_ids, attention_mask, chosen)

All lessons begin with the same instructions, and all answers of a group with the same prompt. A
token's states depend on the tokens before it alone, so the loss and its gradients are those of the
padded rows, up to rounding.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import groupby
from typing import Any

import torch
from torch.nn import functional
from transformers import AttentionInterface

MIN_SHARED = 16
"""Tokens that rows must share to be a segment of their own: each costs some calls a layer."""
NAME = "malmoi_tree"
"""Under which transformers knows the attention over a tree."""

States = dict[int, tuple[list[torch.Tensor], list[torch.Tensor]]]
"""Keys and values, [heads, tokens, width], of a tree's segments, by layer."""


@dataclass(frozen=True, slots=True)
class Segment:
    """Tokens that follow on those of other segments."""

    path: tuple[int, ...]
    """Numbers of the segments before it, from the root."""
    begin: int
    """Position of its first token in the rows."""
    tokens: tuple[int, ...]
    rows: tuple[int, ...]
    """Numbers of the rows that go through it."""


@dataclass(frozen=True, slots=True)
class Tree:
    """Segments in one line of tokens; each comes after those it follows on."""

    segments: tuple[Segment, ...]
    prompts: int
    """Number of the segments that are no answers; these come first."""
    input_ids: torch.Tensor
    """[1, tokens]"""
    position_ids: torch.Tensor
    """[1, tokens]"""
    places: torch.Tensor
    """[rows, length]: where in the line the token of a row is (0 for padding)."""


def pack(
    input_ids: torch.Tensor, attention_mask: torch.Tensor, cuts: Sequence[int] | None = None
) -> Tree:
    """The rows of a padded batch as a tree.

    Args:
        input_ids: [rows, length], padded at either end.
        attention_mask: of the same shape, 0 on padding.
        cuts: where each row's answer begins, counted without padding: answers are segments of their
            own and come after all prompts. None: the whole rows are prompts.
    """
    kept = attention_mask.bool()
    rows = [ids[mask].tolist() for ids, mask in zip(input_ids, kept, strict=True)]
    segments: list[Segment] = []
    prompts = [row[:cut] for row, cut in zip(rows, cuts or map(len, rows), strict=True)]
    _add_segments(prompts, range(len(rows)), 0, (), segments)
    shared = len(segments)
    for number, cut in enumerate(cuts or ()):
        path = tuple(at for at in range(shared) if number in segments[at].rows)
        segments.append(Segment(path, cut, tuple(rows[number][cut:]), (number,)))
    line: list[int] = []
    positions: list[int] = []
    places: list[list[int]] = [[] for _ in rows]
    for segment in segments:
        for row in segment.rows:
            places[row] += range(len(line), len(line) + len(segment.tokens))
        line += segment.tokens
        positions += range(segment.begin, segment.begin + len(segment.tokens))
    where = torch.zeros_like(input_ids)
    where[kept] = torch.tensor([place for row in places for place in row], dtype=where.dtype)
    ids, at = (torch.tensor([each], dtype=torch.long) for each in (line, positions))
    return Tree(tuple(segments), shared, ids, at, where)


def _add_segments(
    rows: Sequence[list[int]],
    numbers: Sequence[int],
    begin: int,
    path: tuple[int, ...],
    segments: list[Segment],
) -> None:
    """Append the segments of rows that are the same up to `begin`.

    Args:
        rows: tokens of all rows.
        numbers: of the rows that are meant.
        begin: where what isn't in a segment yet begins.
        path: numbers of the segments before it.
        segments: is appended to.
    """
    own = [rows[number] for number in numbers]
    end = _agreement(min(own), max(own))
    if end - begin >= MIN_SHARED or all(len(row) == end for row in own):
        path = (*path, len(segments))
        segments.append(Segment(path[:-1], begin, tuple(own[0][begin:end]), tuple(numbers)))
        begin = end

    def following(number: int) -> int:
        return rows[number][end] if len(rows[number]) > end else -1

    for token, group in groupby(sorted(numbers, key=following), following):
        if token >= 0 or begin < end:
            _add_segments(rows, list(group), begin, path, segments)


def _agreement(one: list[int], other: list[int]) -> int:
    both = zip(one, other, strict=False)
    shorter = min(len(one), len(other))
    return next((place for place, (a, b) in enumerate(both) if a != b), shorter)


def can_share(model: Any) -> bool:
    """Whether a model's attention can be replaced: every token sees all before it, nothing else."""
    config = model.config.get_text_config()
    kinds = set(getattr(config, "layer_types", None) or ["full_attention"])
    odd = ("sliding_window", "attn_logit_softcapping")
    return (
        bool(model._supports_attention_backend)
        and kinds == {"full_attention"}
        and not any(getattr(config, name, None) for name in odd)
    )


def logits(
    model: Any,
    input_ids: torch.Tensor,
    attention_mask: torch.Tensor,
    chosen: torch.Tensor,
    *,
    through_prompts: bool = True,
) -> torch.Tensor:
    """What a language model expects after the chosen tokens, [chosen, vocabulary], row after row.

    Args:
        model: with its output layer.
        input_ids: [rows, length], padded at either end.
        attention_mask: of the same shape, 0 on padding.
        chosen: of the same shape, true where logits are wanted; never on padding.
        through_prompts: gradients flow back through the states of the tokens before the first
            chosen one; False: these states are taken as they are.
    """
    if not can_share(model):
        columns = chosen.any(0).nonzero()[:, 0]
        padded = model(
            input_ids=input_ids,
            attention_mask=attention_mask,
            use_cache=False,
            logits_to_keep=columns,
        )
        return padded.logits[chosen[:, columns]]  # type: ignore[no-any-return]
    whole = through_prompts or not torch.is_grad_enabled()
    first = (chosen.int().argmax(1) - attention_mask.argmax(1)).tolist()
    tree = pack(input_ids, attention_mask, None if whole else first)
    prompts = 0 if whole else sum(len(each.tokens) for each in tree.segments[: tree.prompts])
    masks = _masks(tree, model)
    known: States = {}

    def given(tokens: slice, segments: slice) -> dict[str, Any]:
        return {
            "input_ids": tree.input_ids[:, tokens],
            "position_ids": tree.position_ids[:, tokens],
            "use_cache": False,
            "segments": tree.segments[segments],
            "masks": masks[segments],
            "states": known,
        }

    with _attending_over_a_tree(model):
        if prompts:
            with torch.no_grad():
                model.base_model(**given(slice(prompts), slice(tree.prompts)))
        rest = given(slice(prompts, None), slice(tree.prompts if prompts else 0, None))
        line = model(**rest, logits_to_keep=tree.places[chosen] - prompts)
    return line.logits[0]  # type: ignore[no-any-return]


@contextmanager
def _attending_over_a_tree(model: Any) -> Iterator[None]:
    config = model.config.get_text_config()
    before = config._attn_implementation
    config._attn_implementation = NAME
    try:
        yield
    finally:
        config._attn_implementation = before


def _masks(tree: Tree, model: Any) -> list[torch.Tensor]:
    """For each segment what is added to its scores: -inf for the tokens after a token."""
    config = model.config.get_text_config()
    heads = config.num_attention_heads
    shared_by = heads // (getattr(config, "num_key_value_heads", None) or heads)
    masks = []
    for segment in tree.segments:
        length = len(segment.tokens)
        row = torch.full((length, segment.begin + length), -torch.inf, dtype=model.dtype)
        masks.append(row.triu(segment.begin + 1).repeat(shared_by, 1))
    return masks


def _attend(
    module: Any,
    query: torch.Tensor,
    key: torch.Tensor,
    value: torch.Tensor,
    attention_mask: torch.Tensor | None,
    scaling: float,
    dropout: float = 0.0,
    *,
    segments: Sequence[Segment],
    masks: Sequence[torch.Tensor],
    states: States,
    **_: Any,
) -> tuple[torch.Tensor, None]:
    """Attention of each segment over those it follows on and itself, as transformers calls it.

    Args:
        module: the attention layer.
        query: [1, heads, tokens, width]
        key: [1, key heads, tokens, width]; each is that of as many heads.
        value: of the same shape.
        attention_mask: None: the segments say what is seen.
        scaling: of the scores.
        dropout: of the attention's weights.
        segments: whose tokens these are.
        masks: what is added to the scores of each segment.
        states: of the segments before, by layer; these are added.

    Returns:
        [1, tokens, heads, width], and no weights.
    """
    lengths = [len(segment.tokens) for segment in segments]
    keys, values = states.setdefault(module.layer_idx, ([], []))
    before = len(keys)
    keys += torch.split(key[0], lengths, 1)
    values += torch.split(value[0], lengths, 1)
    queries = torch.split(query[0], lengths, 1)
    outputs = []
    for number, (segment, own, mask) in enumerate(zip(segments, queries, masks, strict=True)):
        path = (*segment.path, before + number)
        k, v = (torch.cat([each[at] for at in path], 1) for each in (keys, values))
        # The heads that share keys are one matrix, so that keys need not be repeated.
        q = own.reshape(len(k), -1, k.shape[2])
        weights = torch.baddbmm(mask, q, k.transpose(1, 2), alpha=scaling).softmax(-1)
        weights = functional.dropout(weights, dropout, training=module.training)
        outputs.append((weights @ v).view(len(query[0]), -1, v.shape[2]).transpose(0, 1))
    return torch.cat(outputs)[None], None


AttentionInterface.register(NAME, _attend)
