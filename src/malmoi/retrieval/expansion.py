"""Query-side synonyms of a sparse encoder: terms of a query → tokens that are added, with weights.

They stand in `synonyms.json` beside `tokenizer.json` and `idf.json`, where there are any, and hold
final weights, so that a query costs some look-ups more and no arithmetic:

    {"context menu": {"바로": 3.1, "가기": 2.9, "메뉴": 2.2}, …}

A term is a run of *units* joined by spaces: an English word whole (also one that the vocabulary has
no piece for and spells out), anything else as the tokenizer's tokens.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from malmoi.core.errors import StudentError
from malmoi.core.files import write_atomically
from malmoi.retrieval.synonyms import Synonyms
from malmoi.text.written import MARK, word_of

if TYPE_CHECKING:
    from tokenizers import Encoding

FILE = "synonyms.json"

Term = tuple[str, ...]


class Expansion:
    """Term → token → the weight (> 0) that the token gets where the query has the term."""

    def __init__(self, entries: Mapping[Term, Mapping[str, float]]) -> None:
        self.entries = {term: dict(to) for term, to in entries.items() if term and to}

    def __len__(self) -> int:
        return len(self.entries)

    @cached_property
    def _terms(self) -> Synonyms[str]:
        return Synonyms({term: {} for term in self.entries})

    def expand(self, weights: Mapping[str, float], units: Sequence[str]) -> dict[str, float]:
        """`weights` of a query's tokens with what its terms add; a token has the most of all."""
        found = dict(weights)
        for term in self._terms.terms(units):
            for token, weight in self.entries.get(term, {}).items():
                found[token] = max(found.get(token, 0.0), weight)
        return found

    def save(self, folder: Path) -> None:
        """Write `synonyms.json`; queries that are encoded with this folder are expanded by it."""
        rows = {" ".join(term): to for term, to in sorted(self.entries.items())}
        text = json.dumps(rows, ensure_ascii=False, indent=0)
        write_atomically(folder / FILE, text + "\n")

    @classmethod
    def load(cls, folder: Path) -> Expansion:
        """What `save` wrote; nothing where there is no such file.

        Raises:
            StudentError: the file is broken.
        """
        path = folder / FILE
        if not path.is_file():
            return cls({})
        try:
            rows = json.loads(path.read_text(encoding="utf-8"))
            return cls(
                {
                    tuple(term.split(" ")): {str(token): float(w) for token, w in to.items()}
                    for term, to in rows.items()
                }
            )
        except (ValueError, TypeError, AttributeError) as error:
            raise StudentError(
                f"{path} is not {{term: {{token: weight}}}}: {error}. Write the synonyms anew, or "
                "delete the file to search without them."
            ) from error


def units(encoding: Encoding) -> list[str]:
    """The tokens of an encoded text, those of one English word joined and without marks."""
    found: list[str] = []
    before: int | None = None
    for token, word in zip(encoding.tokens, encoding.word_ids, strict=True):
        latin = MARK in token or (token.isascii() and token.isalpha())
        if latin and word is not None and word == before:
            found[-1] += token
        else:
            found.append(token)
        before = word if latin else None
    return [word_of(unit) for unit in found]
