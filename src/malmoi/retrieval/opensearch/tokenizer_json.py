"""What must be changed in a `tokenizer.json` for ml-commons, which tokenizes with DJL.

DJL takes Hugging Face's `tokenizer.json` and segments as we do, but ml-commons

- cuts a text after 512 tokens, unless the file asks for a limit of its own (`unlimited`);
- gives each token of a query that `idf.json` lacks the weight 1 (`silence` makes it no token);
- names the dimensions of a document's vector with the tokenizer that read the text, so the ids of a
  network's tokenizer must begin with our vocabulary's pieces (`pieces_first`).

All functions take and give the parsed file, and leave what they were given as it was.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from typing import Any

from malmoi.core.errors import StudentError

Json = dict[str, Any]

NO_LIMIT = 2**32 - 2
"""Tokens. DJL clamps a limit to 512 by comparing it as a signed 32-bit number, in which this one is
negative; Hugging Face's library reads it as what it is, more tokens than any text has."""

PIECE_MARK = "\uf8ff\ue000"
"""Private-use characters before our pieces in another tokenizer, so that no text holds them."""


def unlimited(tokenizer: Json) -> Json:
    """A tokenizer that reads a text to its end, under DJL too."""
    limit = {
        "direction": "Right",
        "max_length": NO_LIMIT,
        "strategy": "LongestFirst",
        "stride": 0,
    }
    return tokenizer | {"truncation": limit, "padding": None}


def without_specials(tokenizer: Json) -> Json:
    """A tokenizer that puts no special tokens around a text."""
    return tokenizer | {"post_processor": None}


def silence(tokenizer: Json, weighed: Iterable[str]) -> Json:
    """A tokenizer that decodes each token that is not in `weighed` to nothing.

    ml-commons leaves tokens out whose decoded text is empty.
    """
    kept = set(weighed)
    silent = sorted(token for token in ids(tokenizer) if token not in kept)
    if not silent:
        return tokenizer
    pattern = "\\A(?:" + "|".join(map(_escaped, silent)) + ")\\z"
    return tokenizer | {"decoder": _replace({"Regex": pattern}, "")}


def with_marks(tokenizer: Json, marks: Sequence[str]) -> Json:
    """A tokenizer in which each of `marks` (single characters) is a token where it stands in a
    text; their ids follow the vocabulary's."""
    first = max(ids(tokenizer).values()) + 1
    flags = dict.fromkeys(("single_word", "lstrip", "rstrip", "normalized", "special"), False)
    added = [{"id": first + n, "content": mark, **flags} for n, mark in enumerate(marks)]
    return tokenizer | {"added_tokens": [*tokenizer.get("added_tokens", ()), *added]}


def pieces_first(tokenizer: Json, pieces: Sequence[str]) -> Json:
    """The same tokenizer with its ids moved up by len(pieces).

    Ids below decode to `pieces`; no text is segmented into them.

    Raises:
        StudentError: a kind of tokenizer that is not known here.
    """
    model = dict(tokenizer["model"])
    shift = len(pieces)
    marked = [PIECE_MARK + piece for piece in pieces]
    vocabulary = model.get("vocab")
    if isinstance(vocabulary, list):  # Unigram: [piece, log-probability]
        # Log-probability 0, since the lowest one decides what an unknown character costs.
        model["vocab"] = [[piece, 0.0] for piece in marked] + vocabulary
        if model.get("unk_id") is not None:
            model["unk_id"] += shift
    elif isinstance(vocabulary, dict):
        moved = {piece: number + shift for piece, number in vocabulary.items()}
        model["vocab"] = {piece: number for number, piece in enumerate(marked)} | moved
    else:
        raise StudentError(
            f"The body's tokenizer is of the kind {model.get('type')!r} without a vocabulary; "
            "expected Unigram, WordPiece, BPE or WordLevel."
        )
    added = [each | {"id": each["id"] + shift} for each in tokenizer.get("added_tokens", ())]
    return tokenizer | {
        "model": model,
        "added_tokens": added,
        "post_processor": None,  # its ids would be the old ones
        "decoder": _replace({"String": PIECE_MARK}, ""),
    }


def text_of(tokenizer: Json) -> str:
    """The file's content."""
    return json.dumps(tokenizer, ensure_ascii=False, separators=(",", ":"))


def _replace(pattern: Json, by: str) -> Json:
    return {"type": "Replace", "pattern": pattern, "content": by}


def _escaped(token: str) -> str:
    return re.sub(r"([^\w\s])", r"\\\1", token)


def ids(tokenizer: Json) -> dict[str, int]:
    """Token → id, added tokens included."""
    vocabulary: dict[str, int] | list[Any] = tokenizer["model"]["vocab"]
    if isinstance(vocabulary, list):
        vocabulary = {piece: number for number, (piece, _) in enumerate(vocabulary)}
    added = {each["content"]: each["id"] for each in tokenizer.get("added_tokens", ())}
    return vocabulary | added
