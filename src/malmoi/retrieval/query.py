"""Queries become token weights without a model: a tokenizer and a table.

A query's vector has the weight of each token that stands in it, once however often it stands there:
what sentence-transformers' SparseStaticEmbedding computes, with `tokenizers` alone. Words that the
corpus doesn't have are corrected where it is clear what is meant, and else add nothing
(`malmoi.retrieval.unknown_words`).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from malmoi.core.errors import StudentError
from malmoi.retrieval.expansion import Expansion, units
from malmoi.retrieval.unknown_words import (
    Correction,
    KnownWords,
    UnknownWord,
    is_letter,
    is_loose,
    words_of,
)
from malmoi.text.unicode import readable, usual_form

if TYPE_CHECKING:
    from tokenizers import Encoding, Tokenizer

FILES = ("tokenizer.json", "idf.json")
"""What a folder needs at its root for queries to be encoded."""
ABSENT = "absent.json"
"""Beside them, where a vocabulary knows words that no document has: the ids of tokens that show
one, as runs [first, last]."""


CORRECTED = 0.8
"""Share of its weight that a word has in a query in which another was taken for it."""


@dataclass(frozen=True, slots=True)
class AnalysedQuery:
    """A query as it is searched.

    Attributes:
        weights: token → weight, with those of corrections.
        corrections: words that were taken for others, in reading order.
        unknown: words that add nothing, in reading order.
    """

    weights: dict[str, float]
    corrections: tuple[Correction, ...]
    unknown: tuple[UnknownWord, ...]

    def notes(self) -> list[str]:
        """What people should know of it, a line each; none where all words are known."""
        lines = []
        if self.corrections:
            lines.append(f"searched as: {', '.join(map(str, self.corrections))}")
        if self.unknown:
            lines.append(f"not in this corpus: {', '.join(map(str, self.unknown))}")
        return lines


def _no_encoder(folder: Path, missing: list[str]) -> str:
    """What to say of a folder that lacks a query encoder's files; a run holds models further in."""
    if not folder.is_dir():
        return f"{folder} is no folder: give that of a model, as runs/NAME/student-v2/model is one."
    inside = sorted(file.parent for at in ("", "*/") for file in folder.glob(f"{at}model/idf.json"))
    if inside:
        models = ", ".join(map(str, inside))
        return f"{folder} is no model, but holds some: give one of {models}."
    return (
        f"{folder} has no {' and no '.join(missing)}; a query encoder needs both "
        f"{' and '.join(FILES)} there. Save the model with `malmoi run`, or copy them in."
    )


def encodes_queries(folder: Path) -> bool:
    """Whether a folder has at its root what a query encoder needs."""
    return all((folder / name).is_file() for name in FILES)


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
            raise StudentError(_no_encoder(folder, missing))
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
        self._absent = self._read_absent(folder)
        self._prepare()
        if not any(self._tokenizer.token_to_id(t) is not None for t in islice(self.weights, 1000)):
            raise StudentError(
                f"The tokens of {folder / 'idf.json'} are not those of tokenizer.json. "
                "Save the model anew."
            )

    @classmethod
    def of(
        cls, tokenizer: Tokenizer, weights: dict[str, float], absent: frozenset[str]
    ) -> QueryEncoder:
        """One that stands in no folder yet.

        Args:
            tokenizer: the vocabulary's, which isn't changed.
            weights: token → weight, those above 0.
            absent: tokens that show a word that no document has.
        """
        made = cls.__new__(cls)
        made.weights, made._absent, made.expansion = weights, absent, Expansion({})
        made._tokenizer = type(tokenizer).from_str(tokenizer.to_str())
        made._prepare()
        return made

    def _prepare(self) -> None:
        self._function: set[str] = set()
        # A document's limits may be saved with the tokenizer; a query is neither cut nor padded.
        self._tokenizer.no_truncation()
        self._tokenizer.no_padding()

    def _read_absent(self, folder: Path) -> frozenset[str]:
        path = folder / ABSENT
        if not path.is_file():
            return frozenset()
        try:
            runs = json.loads(path.read_text(encoding="utf-8"))
            ids = [i for first, last in runs for i in range(first, last + 1)]
            return frozenset(str(self._tokenizer.id_to_token(i)) for i in ids)
        except (ValueError, TypeError, OverflowError) as error:
            raise StudentError(
                f"{path} is no list of runs [first, last] of token ids: {error}. "
                "Save the model anew."
            ) from error

    def encode(self, text: str) -> dict[str, float]:
        """Token → weight of the query's tokens, in reading order; tokens without a weight are out.

        Words that the corpus doesn't have add nothing, or what they were taken for (see
        `analyse`). Where the folder has a `synonyms.json`, what its terms add follows. Empty where
        the query has no token of the vocabulary.
        """
        encoding = self._tokens(text)
        weights, fragments = self._weigh(encoding)
        return self._correct(text)[0] if fragments else self._expand(weights, encoding)

    def analyse(self, text: str) -> AnalysedQuery:
        """What `encode` gives, with what was corrected for it and what the corpus doesn't have."""
        encoding = self._tokens(text)
        weights, fragments = self._weigh(encoding)
        if not fragments:
            return AnalysedQuery(self._expand(weights, encoding), (), ())
        weights, corrections, words = self._correct(text)
        unknown = tuple(UnknownWord(word, self._words.near(word)) for word in words)
        return AnalysedQuery(weights, corrections, unknown)

    def token_weights(self, text: str) -> dict[str, float]:
        """What the two files alone give, as on a server that has only them: nothing corrected."""
        return self._weigh(self._tokens(text))[0]

    def _tokens(self, text: str) -> Encoding:
        # A lone surrogate can't be handed to the tokenizer.
        text = text.encode("utf-8", "replace").decode("utf-8")
        return self._tokenizer.encode(text, add_special_tokens=False)

    def _weigh(self, encoding: Encoding) -> tuple[dict[str, float], set[str]]:
        """Weights of a text's tokens; and tokens that show that something in it is unknown."""
        weights: dict[str, float] = {}
        fragments: set[str] = set()
        for token in dict.fromkeys(encoding.tokens):
            if weight := self.weights.get(token):
                weights[token] = weight
            elif token not in self._function and self._is_fragment(token):
                fragments.add(token)
        return weights, fragments

    def _is_fragment(self, token: str) -> bool:
        """Whether a token without a weight shows that something is unknown; else it is noted."""
        if token in self._absent or is_letter(token):
            return True
        if self._tokenizer.token_to_id(token) is None:
            return any(c.isalnum() for c in token)
        self._function.add(token)
        return False

    def _expand(self, weights: dict[str, float], encoding: Encoding) -> dict[str, float]:
        return self.expansion.expand(weights, units(encoding)) if self.expansion else weights

    def _correct(self, text: str) -> tuple[dict[str, float], tuple[Correction, ...], list[str]]:
        """Weights with corrections for unknown words, the corrections, and what stays unknown."""
        text = usual_form(text)
        encoding = self._tokens(text)
        weights, fragments = self._weigh(encoding)
        words = words_of(text, encoding, self.weights, fragments)
        unknown = [part for word in words for part in word.parts]
        weights = self._expand(_without(weights, encoding, unknown), encoding)
        corrections: dict[int, Correction] = {}
        for i, word in enumerate(words):
            if word.parts:
                corrections |= self._words.correct(text, words, i)
        for each in corrections.values():
            for token, weight in self._meant(each.meant).items():
                weights[token] = max(weights.get(token, 0.0), CORRECTED * weight)
        left = [
            text[start:end]
            for start, end in unknown
            if start not in corrections and not self._expands(text[start:end])
        ]
        # A word that is joined with its neighbour may be corrected from either of them.
        joined = " ".join(each.written for each in corrections.values() if each.kind == "spacing")
        left = [word for word in dict.fromkeys(left) if word not in joined.split()]
        return weights, tuple(dict.fromkeys(corrections.values())), left

    def _meant(self, text: str) -> dict[str, float]:
        encoding = self._tokens(text)
        return self._expand(self._weigh(encoding)[0], encoding)

    def _expands(self, word: str) -> bool:
        return (word.lower(),) in self.expansion.entries

    @cached_property
    def _words(self) -> KnownWords:
        return KnownWords(self.weights, self._knows)

    def _knows(self, text: str) -> bool:
        """Whether a text is of words that the corpus has, particles and endings aside."""
        encoding = self._tokens(text)
        weights, fragments = self._weigh(encoding)
        if fragments or not weights or any(map(is_loose, encoding.tokens)):
            return False
        if len(weights) == 1 and readable(next(iter(weights))) == text.lower():
            return True
        if text.isascii():
            # A word of English is one token; more of them are its fragments.
            return len(encoding.tokens) == 1 and len(text) > 2
        long = {
            place
            for token, (start, end) in zip(encoding.tokens, encoding.offsets, strict=True)
            if token in weights and len(readable(token)) > 1
            for place in range(start, end)
        }
        return 2 * len(long) >= len(text)

    def dimensions(self, weights: Mapping[str, float]) -> dict[int, float]:
        """Token weights as an index wants them: dimension (the token's id) → weight."""
        pairs = ((self._tokenizer.token_to_id(t), weight) for t, weight in weights.items())
        return {dimension: weight for dimension, weight in pairs if dimension is not None}

    def token(self, dimension: int) -> str:
        """The token of a dimension."""
        return str(self._tokenizer.id_to_token(dimension))

    def readable(self, dimension: int) -> str:
        """The token of a dimension as people write it."""
        return readable(self.token(dimension))


def _without(
    weights: Mapping[str, float], encoding: Encoding, spans: list[tuple[int, int]]
) -> dict[str, float]:
    """Weights without those of tokens that only stand in the given spans."""
    kept = {
        token
        for token, (_, last) in zip(encoding.tokens, encoding.offsets, strict=True)
        if not any(start < last <= end for start, end in spans)
    }
    return {token: weight for token, weight in weights.items() if token in kept}
