"""How much texts differ from one another: distinct-n, at equal numbers of texts.

distinct-n = different n-grams / all n-grams of a set of texts (Li et al. 2016, "A diversity-
promoting objective function for neural conversation models", NAACL). It falls as texts are added,
so sets of different sizes can't be compared as they are. `compare` draws the same number of texts
from each, without replacement, many times: half of the smallest set, because the spread of halves
is the standard error of the whole (delete-half jackknife: Shao and Wu 1989, Annals of Statistics
17); for a set more than twice as large as the draw the interval is too wide, never too narrow.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from malmoi.core.errors import SourceError
from malmoi.evaluation.significance import SEED, ends
from malmoi.text.english import tokenize


def tokens(text: str) -> list[str]:
    """Words of a text, lower-cased, without punctuation."""
    return [word.lower() for word in tokenize(text, "'’-", digits=True)]


def ngrams(text: str | Sequence[str], n: int = 2) -> list[tuple[str, ...]]:
    """Runs of n words of one text, or of the words that it was cut into."""
    words = tokens(text) if isinstance(text, str) else text
    return [tuple(words[i : i + n]) for i in range(len(words) - n + 1)]


def distinct(texts: Sequence[str | Sequence[str]], n: int = 2) -> float | None:
    """Different n-grams over all n-grams of the texts together, 0 to 1; None without any.

    A text may be given as its words, where whitespace doesn't tell them.
    """
    return _share([ngrams(text, n) for text in texts])


def compare(
    systems: Mapping[str, Sequence[str]],
    n: int = 2,
    draws: int = 200,
    level: float = 0.95,
    seed: int = SEED,
) -> dict[str, Any]:
    """distinct-n of each system at the same number of texts.

    Args:
        systems: the texts of each system.
        n: length of an n-gram, in words.
        draws: samples that are drawn of each system's texts, without replacement.
        level: of the intervals (0.95: 95 %).
        seed: of the draws, the same for each system.

    Returns:
        {"n", "texts": how many were drawn of each, "draws", "systems": {name: {"mean", "low",
        "high", "all": of all its texts, "size": how many it has, "words": mean words a text}}}.
        mean, low and high are None where texts hold no n-gram. Words a text are reported because
        longer texts repeat themselves more.

    Raises:
        SourceError: a system has fewer than two texts.
    """
    if small := sorted(name for name, texts in systems.items() if len(texts) < 2):
        raise SourceError(f"{small[0]}: distinct-{n} needs two texts or more to compare diversity")
    size = min(map(len, systems.values())) // 2 if systems else 0
    found: dict[str, Any] = {"n": n, "texts": size, "draws": draws, "systems": {}}
    for name, texts in systems.items():
        grams = [ngrams(text, n) for text in texts]
        rng = np.random.default_rng(seed)
        drawn = [
            _share([grams[i] for i in rng.choice(len(texts), size, replace=False)])
            for _ in range(draws)
        ]
        values = [value for value in drawn if value is not None]
        low, high = ends(values, level) if values else (None, None)
        found["systems"][name] = {
            "mean": float(np.mean(values)) if values else None,
            "low": low,
            "high": high,
            "all": distinct(texts, n),
            "size": len(texts),
            "words": float(np.mean([len(tokens(text)) for text in texts])),
        }
    return found


def _share(grams: Sequence[Sequence[tuple[str, ...]]]) -> float | None:
    total = sum(map(len, grams))
    return len({gram for text in grams for gram in text}) / total if total else None
