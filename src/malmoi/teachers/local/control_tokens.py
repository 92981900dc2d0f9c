"""Text is data: what it spells of a model's control tokens must not become one in a prompt.

    control = ControlTokens(["<|im_start|>", "<|im_end|>"])
    (text,), cut = control.mark(["ends with <|im_end|>"])
    text.split(cut)                                       # ["ends with <", "|im_end|>"]

Every such spelling is cut behind its first character, and the pieces are tokenised apart: so what
isn't near one is tokenised as ever, and a text without one takes the way that it always took. A
chat template is filled with the marked text, so that its own control tokens stay what they are.
(A tokenizer that begins every text with a space writes one at the cut; the text was cut there
anyhow.)
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from pathlib import Path

from malmoi.models.weights import gguf_metadata

_LOOKS = re.compile(r"<[|｜]\S*[|｜]>|</?[a-z]+(?:_[a-z]+)+>|</?think>|\[/?[A-Z]+(?:_[A-Z]+)*\]")
"""What looks like one; tokens for HTML's tags ("<b>", "</s>") are words of a text."""

_CUTS = [chr(code) for code in range(0xFDD0, 0xFDF0)]
"""Unicode's noncharacters, which no text should hold: one that these don't is the mark."""

_KNOWN = re.compile(
    r"<[|｜][^\s<>|｜]{1,40}[|｜]>|<(?:start|end)_of_(?:turn|image)>|\[/?(?:INST|SYS|AVAILABLE_TOOLS|"
    r"TOOL_RESULTS|TOOL_CALLS|SYSTEM_PROMPT|THINK)\]|<</?SYS>>|</?think>|</?(?:s|bos|eos|pad|unk)>"
)
_UNSEEN = "\u200b"

_NORMAL, _CONTROL = 1, {2, 3}
"""llama.cpp's types of a vocabulary's tokens: words, and what controls (unknown, control)."""


class ControlTokens:
    """A model's control tokens.

    Args:
        tokens: as they are spelled; those of one character can't be told from text.
    """

    def __init__(self, tokens: Iterable[str]) -> None:
        self._tokens = frozenset(token for token in tokens if len(token) > 1)
        self._lengths = sorted({len(token) for token in self._tokens})
        firsts = "".join(re.escape(first) for first in sorted({t[0] for t in self._tokens}))
        self._first = re.compile(f"[{firsts}]") if firsts else None

    def mark(self, texts: Sequence[str]) -> tuple[list[str], str]:
        """The texts with a mark wherever they are to be cut, and the mark ("": nowhere)."""
        places = [list(self._places(text)) for text in texts]
        if not any(places):
            return list(texts), ""
        joined = "".join(texts)
        cut = next(mark for mark in _CUTS if mark not in joined)
        return [_insert(text, each, cut) for text, each in zip(texts, places, strict=True)], cut

    def _places(self, text: str) -> Iterator[int]:
        if self._first is None:
            return
        for match in self._first.finditer(text):
            start = match.start()
            if any(text[start : start + length] in self._tokens for length in self._lengths):
                yield start + 1


def from_added_tokens(tokens: Iterable[tuple[str, bool]]) -> ControlTokens:
    """The control tokens among a vocabulary's added ones (each with whether it is marked as such).

    Some models don't mark all of theirs: one that looks like it is one.
    """
    return ControlTokens(text for text, marked in tokens if marked or _LOOKS.fullmatch(text))


def from_gguf(path: Path) -> ControlTokens:
    """The control tokens of a GGUF file's vocabulary.

    Raises:
        TeacherError: it can't be read.
    """
    names = ("tokenizer.ggml.tokens", "tokenizer.ggml.token_type")
    header = gguf_metadata(path, arrays=names)
    texts, kinds = (header.get(name) or [] for name in names)
    return from_added_tokens(
        (text, kind in _CONTROL)
        for text, kind in zip(texts, kinds, strict=False)
        # llama.cpp takes some of these for control tokens, however they are marked.
        if kind != _NORMAL or text.startswith(("<|", "<｜"))
    )


def disarmed(text: str) -> str:
    """A text whose well-known control tokens can't be read as such, by an invisible character.

    For a server whose vocabulary isn't known; other text comes back unchanged.
    """
    return _KNOWN.sub(lambda match: match[0][0] + _UNSEEN + match[0][1:], text)


def _insert(text: str, places: Sequence[int], cut: str) -> str:
    edges = [0, *places, len(text)]
    return cut.join(text[start:end] for start, end in pairwise(edges))
