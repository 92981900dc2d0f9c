"""The part of a large corpus that is embedded, learned from and compared on: a pool.

    queries = answered(corpus, size // 2)                 # by hash, as many as find room
    chosen = choose(corpus, queries, rankings, size)      # document id → why it is in the pool

As in TREC's test collections, systems rank a pool instead of everything: the documents that are
judged for its queries, those that a ranking by words puts first, and others by hash. A figure on it
is higher than on the whole corpus would be, for every system, and what words confuse is there more
often than what a dense model confuses.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import chain, zip_longest
from typing import Literal

from malmoi.core.files import stable_share
from malmoi.corpora.corpus import Corpus, Query

Why = Literal["judged", "ranked", "by hash"]

RANKED_SHARE = 0.25
"""Share of a pool's documents that are there because words rank them first."""
DEPTH = 20
"""Ranks of each query that may come into a pool."""
_SALT = "malmoi pool"


def answered(corpus: Corpus, room: int) -> tuple[Query, ...]:
    """The queries, people's and conversational ones by hash, whose judged documents find room.

    Args:
        corpus: with its queries.
        room: documents at most.
    """
    documents: set[str] = set()
    chosen: set[str] = set()
    queries = (*corpus.queries, *corpus.conversational)
    for query in sorted(queries, key=lambda q: stable_share(q.id, _SALT)):
        judged = corpus.qrels.get(query.id, {}).keys()
        if len(documents | judged) <= room:
            documents |= judged
            chosen.add(query.id)
    return tuple(query for query in queries if query.id in chosen)


def choose(
    corpus: Corpus, queries: Sequence[Query], rankings: Sequence[Sequence[str]], size: int
) -> dict[str, Why]:
    """The documents of a pool in the corpus's order, each with why it is there.

    Args:
        corpus: has at least `size` documents.
        queries: those that are asked (`answered`).
        rankings: of each query, ids of documents by words, best first.
        size: documents.
    """
    why: dict[str, Why] = {}
    for query in queries:
        why |= dict.fromkeys(corpus.qrels.get(query.id, {}), "judged")
    most = len(why) + int(size * RANKED_SHARE)
    # First ranks of all queries go before second ones.
    for name in chain.from_iterable(zip_longest(*(ranking[:DEPTH] for ranking in rankings))):
        if len(why) == most:
            break
        if name is not None:
            why.setdefault(name, "ranked")
    others = (document.id for document in corpus.documents if document.id not in why)
    by_hash = sorted(others, key=lambda name: stable_share(name, _SALT))
    why |= dict.fromkeys(by_hash[: max(0, size - len(why))], "by hash")
    return {document.id: why[document.id] for document in corpus.documents if document.id in why}


def reduced(corpus: Corpus, documents: Sequence[str], queries: Sequence[str]) -> Corpus:
    """The corpus with these documents and queries alone; aligned text stays.

    Args:
        corpus: the whole.
        documents, queries: ids.
    """
    kept, asked = set(documents), set(queries)
    return replace(
        corpus,
        documents=tuple(d for d in corpus.documents if d.id in kept),
        queries=tuple(q for q in corpus.queries if q.id in asked),
        qrels={q: judged for q, judged in corpus.qrels.items() if q in asked},
        conversational=tuple(q for q in corpus.conversational if q.id in asked),
    )
