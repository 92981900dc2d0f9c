"""Queries become token weights without a model: a tokenizer and a table.

A query's vector has the weight of each token that stands in it, once however often it stands there:
what sentence-transformers' SparseStaticEmbedding computes, with `tokenizers` alone.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from itertools import islice
from pathlib import Path

from malmoi.core.errors import StudentError
from malmoi.retrieval.expansion import Expansion, units

FILES = ("tokenizer.json", "idf.json")
"""What a folder needs at its root for queries to be encoded."""


class QueryEncoder:
    """Encodes queries with `tokenizer.json` (Hugging Face) and `idf.json` ({token: weight}).

    Both stand at the root of a model's folder, and of every index made with it.

    Raises:
        StudentError: a file is missing, broken, or the two don't belong together.
    """

    def __init__(self, folder: Path) -> None:
        from tokenizers import Tokenizer

        missing = [name for name in FILES if not (folder / name).is_file()]
        if missing:
            raise StudentError(
                f"{folder} has no {' and no '.join(missing)}; a query encoder needs both "
                f"{' and '.join(FILES)} there. Save the model with `malmoi run`, or copy them in."
            )
        try:
            weights = json.loads((folder / "idf.json").read_text(encoding="utf-8"))
            self.weights = {str(token): float(weight) for token, weight in weights.items()}
        except (ValueError, TypeError, AttributeError) as error:
            raise StudentError(
                f"{folder / 'idf.json'} is not {{token: weight}}: {error}. Save the model anew."
            ) from error
        try:
            self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        except Exception as error:  # tokenizers raises bare Exception
            raise StudentError(
                f"{folder / 'tokenizer.json'} is no tokenizer: {error}. Save the model anew."
            ) from error
        self.expansion = Expansion.load(folder)
        # A document's limits may be saved with the tokenizer; a query is neither cut nor padded.
        self._tokenizer.no_truncation()
        self._tokenizer.no_padding()
        if not any(self._tokenizer.token_to_id(t) is not None for t in islice(self.weights, 1000)):
            raise StudentError(
                f"The tokens of {folder / 'idf.json'} are not those of tokenizer.json. "
                "Save the model anew."
            )

    def encode(self, text: str) -> dict[str, float]:
        """Token → weight of the query's tokens, in reading order; tokens without a weight are out.

        Where the folder has a `synonyms.json`, what its terms add follows. Empty where the query
        has no token of the vocabulary.
        """
        # A lone surrogate can't be handed to the tokenizer.
        text = text.encode("utf-8", "replace").decode("utf-8")
        encoding = self._tokenizer.encode(text, add_special_tokens=False)
        tokens = dict.fromkeys(encoding.tokens)
        weights = {token: self.weights[token] for token in tokens if self.weights.get(token)}
        return self.expansion.expand(weights, units(encoding)) if self.expansion else weights

    def dimensions(self, weights: Mapping[str, float]) -> dict[int, float]:
        """Token weights as an index wants them: dimension (the token's id) → weight."""
        pairs = ((self._tokenizer.token_to_id(t), weight) for t, weight in weights.items())
        return {dimension: weight for dimension, weight in pairs if dimension is not None}

    def token(self, dimension: int) -> str:
        """The token of a dimension."""
        return str(self._tokenizer.id_to_token(dimension))
