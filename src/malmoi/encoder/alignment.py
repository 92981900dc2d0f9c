"""English equivalents of Korean pieces from aligned text: IBM model 1.

Brown et al. 1993, "The mathematics of statistical machine translation: parameter estimation"
(Computational Linguistics 19, section 4). Each English piece e of a segment is explained by one of
its Korean pieces k, or by NULL, all equally likely beforehand:

    P(e | segment) = Σ_k t(e | k) / (number of Korean pieces + 1)

EM finds the table t. The likelihood has one maximum, so the uniform start decides nothing.
Pieces are taken once a segment. Latin words of the Korean side ("LibreOffice" stands on both) take
part, so that they explain themselves; they are left out of the table.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from malmoi.corpora.corpus import Segment
from malmoi.encoder.lexical import Table
from malmoi.encoder.vocabulary import Vocabulary
from malmoi.text.hangul import has_hangul_letter
from malmoi.text.written import word_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

MAX_SEGMENT_PIECES = 60
"""A side with more pieces says too little about which of them belong together."""
MAX_TRANSLATIONS = 8
"""English pieces kept for a Korean one."""

_ENGLISH = re.compile(r"[a-z]{2,}")
"""A lone letter is a symbol, or what is left of a word that is not in the vocabulary."""
_NULL = -1


def translation_table(
    segments: Sequence[Segment], vocabulary: Vocabulary, floor: float = 0.05, iterations: int = 8
) -> Table:
    """P(English piece | Korean piece) over aligned segments.

    Args:
        segments: aligned texts; where a side has no piece, or more than `MAX_SEGMENT_PIECES`, the
            segment is left out.
        vocabulary: cuts both sides.
        floor: the least probability that is kept (0 to 1).
        iterations: of EM, at least 1.

    Returns:
        {(Korean id,): {English id: probability}}, at most `MAX_TRANSLATIONS` a row, the likeliest
        first. A row sums to at most 1; what is missing was below `floor` or fell away with them.
    """
    if iterations < 1:
        raise ValueError(f"iterations is {iterations}, expected at least 1")
    english = _pieces(vocabulary, _ENGLISH.fullmatch)
    korean = vocabulary.encode([segment.korean for segment in segments])
    other = vocabulary.encode([segment.english for segment in segments])
    sides = [
        (sorted(set(k)), sorted(set(e) & english))
        for k, e in zip(korean, other, strict=True)
        if len(k) <= MAX_SEGMENT_PIECES and len(e) <= MAX_SEGMENT_PIECES
    ]
    pairs = Pairs.of((k, e) for k, e in sides if k and e)
    probabilities = pairs.start()
    for _ in range(iterations):
        probabilities, _ = pairs.step(probabilities)
    return _to_table(pairs, probabilities, _pieces(vocabulary, has_hangul_letter), floor)


@dataclass(frozen=True)
class Pairs:
    """Every (Korean piece, English piece) that stands in one segment, flattened for NumPy.

    An *entry* is a distinct pair (a cell of the table), a *slot* an English piece of one segment.
    """

    korean: NDArray[np.int64]
    """[entries] Korean id, or -1 for NULL."""
    english: NDArray[np.int64]
    """[entries] English id."""
    row: NDArray[np.int64]
    """[entries] number of the entry's Korean piece, from 0."""
    entry: NDArray[np.int64]
    """[pairs] entry of each pair."""
    slot: NDArray[np.int64]
    """[pairs] slot of each pair."""
    choices: NDArray[np.int64]
    """[slots] Korean pieces of the slot's segment, NULL among them."""

    @classmethod
    def of(cls, segments: Iterable[tuple[Sequence[int], Sequence[int]]]) -> Pairs:
        """From the (Korean ids, English ids) of each segment, each id once; NULL is added here."""
        sources: list[NDArray[np.int64]] = []
        targets: list[NDArray[np.int64]] = []
        widths: list[int] = []
        for korean, english in segments:
            source = np.array([_NULL, *korean], np.int64)
            sources.append(np.tile(source, len(english)))
            targets.append(np.repeat(np.array(english, np.int64), len(source)))
            widths += [len(source)] * len(english)
        k, e = (np.concatenate([np.empty(0, np.int64), *parts]) for parts in (sources, targets))
        choices = np.array(widths, np.int64)
        # One number a cell, so that distinct cells are found by one sort; + 1 is for NULL.
        width = int(e.max(initial=0)) + 1
        cells, entry = np.unique((k + 1) * width + e, return_inverse=True)
        korean_ids = cells // width - 1
        _, row = np.unique(korean_ids, return_inverse=True)
        slot = np.repeat(np.arange(len(choices)), choices)
        return cls(korean_ids, cells % width, row, entry, slot, choices)

    def start(self) -> NDArray[np.float64]:
        """[entries] the uniform table."""
        return np.full(len(self.korean), 1 / max(len(np.unique(self.english)), 1))

    def step(self, probabilities: NDArray[np.float64]) -> tuple[NDArray[np.float64], float]:
        """One iteration of EM: the next table, and the log-likelihood (nats) of the given one."""
        if not len(probabilities):
            return probabilities, 0.0
        each = probabilities[self.entry]
        total: Any = np.bincount(self.slot, each, len(self.choices))
        expected: Any = np.bincount(self.entry, each / total[self.slot], len(probabilities))
        rows: Any = np.bincount(self.row, expected)
        return expected / rows[self.row], float(np.log(total / self.choices).sum())


def _pieces(vocabulary: Vocabulary, is_wanted: Callable[[str], object]) -> frozenset[int]:
    """The content pieces that are wanted."""
    token = vocabulary.tokenizer.id_to_token
    return frozenset(i for i in vocabulary.content if is_wanted(word_of(token(i) or "")))


def _to_table(
    pairs: Pairs, probabilities: NDArray[np.float64], sources: frozenset[int], floor: float
) -> Table:
    table: Table = {}
    kept = np.flatnonzero(probabilities >= floor)
    # Rows in order of id, the likeliest English piece first, equals by id.
    for i in kept[np.lexsort((pairs.english[kept], -probabilities[kept], pairs.korean[kept]))]:
        korean, english = int(pairs.korean[i]), int(pairs.english[i])
        if korean in sources and korean != english:
            row = table.setdefault((korean,), {})
            if len(row) < MAX_TRANSLATIONS:
                row[english] = float(probabilities[i])
    return table
