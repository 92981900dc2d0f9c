"""Pairs that were labelled one at a time: what the verdicts on unlisted pairs are calibrated on.

Labelled pairs out of packages (`labelled_pairs.py`) say how far packages and aligned text may be
believed. They can't say what vectors and known partners are worth where no package lists a pair:
their true pairs are listed, and their false ones are those of which no dictionary hints that they
might be true. The pairs of `data/labelled.tsv` are everyday words, compounds, loanwords and
initials with their equivalents and with what is related but different (columns and kinds as in
tests/data/synonyms/README.md). Each counts as it is, and once more as if the packages knew less.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Collection
from functools import lru_cache
from importlib.resources import files

from malmoi.core.files import stable_share
from malmoi.synonyms.verification.labelled_pairs import LabelledPair, Mask, draw_mask, pair_key

SOURCE = "labelled.tsv"
MASKS: tuple[tuple[Mask, float], ...] = (
    ("entry", 0.6), ("korean", 0.2), ("english", 0.1), ("both", 0.1),
)  # fmt: skip
"""Shares of the pairs whose own entry, or all entries of a term, are masked in their second row."""


@lru_cache(maxsize=1)
def rows() -> tuple[tuple[str, str, bool, bool], ...]:
    """(Korean, English, whether they mean the same, whether they are related but different)."""
    text = (files("malmoi.synonyms") / "data" / SOURCE).read_text(encoding="utf-8")
    table = csv.DictReader(text.splitlines(), delimiter="\t", quoting=csv.QUOTE_NONE)
    return tuple(
        (r["korean"], r["english"], r["label"] == "1", r["label"] == "0" and r["kind"] != "random")
        for r in table
    )


def choose(excluding: Collection[tuple[str, str]] = ()) -> list[LabelledPair]:
    """All pairs but those that are to be measured on, as they are and then masked."""
    barred = {pair_key(korean, english) for korean, english in excluding}
    kept = [row for row in rows() if pair_key(row[0], row[1]) not in barred]
    true: defaultdict[str, list[str]] = defaultdict(list)
    for korean, english, same, _ in kept:
        if same:
            true[korean].append(english)
    plain = [
        LabelledPair(ko, en, "true" if same else "relative" if related else "random", SOURCE,
                     en if same else _one_of(true[ko], ko + en) or en)
        for ko, en, same, related in kept
    ]  # fmt: skip
    return [*plain, *(masked(pair) for pair in plain)]


def masked(pair: LabelledPair) -> LabelledPair:
    """The pair with a mask, the same one for all pairs of a Korean term."""
    mask = draw_mask(f"{pair.korean} hand", MASKS) or "entry"
    return LabelledPair(pair.korean, pair.english, pair.kind, SOURCE, pair.made_from, mask)


def _one_of(texts: list[str], salt: str) -> str:
    return texts[int(stable_share(salt, "made from") * len(texts))] if texts else ""
