"""Development and test: split by document, fixed by a hash, so that a growing corpus moves none.

A query goes with its documents. One that is relevant to any test document is a test query, and
development (tuning, training, early stopping) never sees it.

Two documents that are nearly the same may fall on either side: a split by document can't know. The
help pages share paragraphs (`free_segments` leaves those out), and a corpus of revisions or of
syndicated news should be deduplicated before it is split.
"""

from __future__ import annotations

from typing import Literal

from malmoi.core.files import stable_share
from malmoi.corpora.corpus import Corpus, Query, Segment

Split = Literal["dev", "test"]

_SALT = "malmoi split"


def split_of(document_id: str, test_share: float) -> Split:
    """Where a document belongs, by its id alone; a larger share only ever adds test documents."""
    return "test" if stable_share(document_id, _SALT) < test_share else "dev"


def held_out(corpus: Corpus, share: float) -> tuple[tuple[Query, ...], tuple[Query, ...]]:
    """Development and test queries of `corpus`, `share` (0 to 1) of the documents being test.

    A query is test if any document relevant to it is, even if others are not. A query with no
    relevant document (relevance > 0) can't be scored and is in neither.
    """
    dev: list[Query] = []
    test: list[Query] = []
    for query in corpus.queries:
        relevant = [d for d, relevance in corpus.qrels.get(query.id, {}).items() if relevance > 0]
        if relevant:
            held = any(split_of(document, share) == "test" for document in relevant)
            (test if held else dev).append(query)
    return tuple(dev), tuple(test)


def free_segments(corpus: Corpus, share: float) -> tuple[Segment, ...]:
    """Segments that may be learned from, each pair of texts once, in the corpus's order.

    A pair that also stands in a test document is left out, since pages share paragraphs.
    """
    pairs_of_test = {
        (s.korean, s.english) for s in corpus.segments if split_of(s.document, share) == "test"
    }
    first: dict[tuple[str, str], Segment] = {}
    for segment in corpus.segments:
        pair = segment.korean, segment.english
        if pair not in pairs_of_test:
            first.setdefault(pair, segment)
    return tuple(first.values())
