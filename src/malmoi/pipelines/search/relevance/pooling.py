"""What is judged of each query: the best documents of all systems, shuffled and without a name.

The rankings are kept with the pool, so that the comparison at the end is of what was pooled.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from malmoi.core.files import Record, stable_share
from malmoi.pipelines.search.systems.collection import Collection

RANKED = 100
"""Documents of each ranking that are kept for the comparison."""


def pooled(rankings: Mapping[str, Sequence[str]], depth: int, salt: str) -> list[str]:
    """The best `depth` documents of each ranking, each once, in an order that says nothing.

    Args:
        rankings: system → documents, best first.
        depth: of each ranking.
        salt: decides on the order; a query's id.
    """
    best = {document for ranking in rankings.values() for document in ranking[:depth]}
    return sorted(best, key=lambda document: stable_share(document, salt))


def pool(
    collection: Collection, systems: Sequence[str], query: Mapping[str, str], depth: int
) -> Record:
    """A query's pool with the rankings that it was made of, as a session keeps it.

    Args:
        collection: what is searched.
        systems: names of the systems.
        query: "id" and "text".
        depth: documents of each system that are judged.
    """
    rankings = {
        name: [
            [document.id, score]
            for document, score in collection.ranked(name, query["text"], max(RANKED, depth))
        ]
        for name in systems
    }
    ids = {name: [str(hit[0]) for hit in hits] for name, hits in rankings.items()}
    documents = pooled(ids, depth, query["id"])
    return {"query": query["id"], "documents": documents, "rankings": rankings}
