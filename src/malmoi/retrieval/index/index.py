"""An index and its query encoder together: from a text to results that explain themselves."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from malmoi.retrieval.index.vector_index import VectorIndex
from malmoi.retrieval.query import QueryEncoder


@dataclass(frozen=True, slots=True)
class Match:
    """A token that query and document share; its part of the score is `contribution`."""

    token: str
    query_weight: float
    document_weight: float

    @property
    def contribution(self) -> float:
        """Query weight times document weight; a result's contributions add up to its score."""
        return self.query_weight * self.document_weight


@dataclass(frozen=True, slots=True)
class Result:
    """A document found; `matches` begin with the token that counted most. Ranks begin at 1."""

    rank: int
    score: float
    id: str
    title: str
    matches: tuple[Match, ...]


class Index:
    """Documents in a folder that are searched by text, in milliseconds and without torch."""

    def __init__(self, vectors: VectorIndex, query_encoder: QueryEncoder) -> None:
        self.vectors, self.query_encoder = vectors, query_encoder

    @classmethod
    def open(cls, folder: str | Path) -> Index:
        """Open an index as it is now.

        Raises:
            RunError: there is no index in the folder, or it is damaged or of another format.
            StudentError: the index has no query encoder.
        """
        return cls(VectorIndex.open(Path(folder)), QueryEncoder(Path(folder)))

    def __len__(self) -> int:
        return len(self.vectors)

    def search(self, text: str, k: int = 10) -> list[Result]:
        """The `k` best documents of the index as it was when opened or refreshed."""
        weights = self.query_encoder.encode(text)
        hits = self.vectors.search(self.query_encoder.dimensions(weights), k)
        results = []
        for rank, hit in enumerate(hits, 1):
            matches = [Match(self.query_encoder.token(d), *pair) for d, pair in hit.matches.items()]
            matches.sort(key=lambda match: (-match.contribution, match.token))
            results.append(Result(rank, hit.score, hit.id, hit.title, tuple(matches)))
        return results
