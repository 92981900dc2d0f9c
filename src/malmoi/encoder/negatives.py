"""Hard negatives: what rankings find for a query, without what may be relevant all the same."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from itertools import chain, zip_longest

Ranked = Sequence[tuple[Sequence[str], Sequence[float]]]
"""For each query: document ids from the best down, and their scores."""
Rank = Callable[[Sequence[str], int], Ranked]
"""Texts and a number k to the first k documents of each."""
Score = Callable[[Sequence[str], Sequence[Sequence[str]]], Sequence[Sequence[float]]]
"""Queries and a list of document ids for each, to the dense model's score of each."""


def mine(
    queries: Sequence[str],
    positives: Sequence[str],
    *,
    lexical: Rank,
    dense: Rank,
    scores: Score,
    count: int,
    depth: int,
    margin: float,
    relevant: Sequence[Collection[str]] | None = None,
) -> list[tuple[list[str], list[float]]]:
    """Negatives of each query, and the dense scores of its positive and of them.

    Candidates are the first documents of both rankings. One is left out as possibly relevant where
    the dense model scores it nearly as high as the positive, or where it stands above the
    positive in both rankings. The rest are taken in turn from the lexical and the dense ranking,
    best first, so that the result is always the same.

    Args:
        queries: texts.
        positives: the document of each query.
        lexical, dense: rank documents for queries.
        scores: the dense model's cosine similarities.
        count: negatives of a query at most.
        depth: documents of each ranking that are candidates.
        margin: share of the positive's score from which on a candidate is left out.
        relevant: all documents known to be relevant to each query, which are no negatives either.
    """
    sparse_hits, dense_hits = lexical(queries, depth), dense(queries, depth)
    lists = []
    for number, positive in enumerate(positives):
        sparse_ids, dense_ids = list(sparse_hits[number][0]), list(dense_hits[number][0])
        known = {positive, *(relevant[number] if relevant else ())}
        known |= set(_above(sparse_ids, positive)) & set(_above(dense_ids, positive))
        turns = dict.fromkeys(chain.from_iterable(zip_longest(sparse_ids, dense_ids)))
        lists.append([positive, *(i for i in turns if i is not None and i not in known)])
    mined = []
    for ids, given in zip(lists, scores(queries, lists), strict=True):
        first = float(given[0])
        pairs = zip(ids[1:], map(float, given[1:]), strict=True)
        kept = [(i, s) for i, s in pairs if s < margin * first][:count]
        mined.append(([i for i, _ in kept], [first, *(s for _, s in kept)]))
    return mined


def _above(ids: Sequence[str], positive: str) -> Sequence[str]:
    """What stands above the positive; all of it where the positive isn't ranked."""
    return ids[: ids.index(positive)] if positive in ids else ids
