"""An index and its query encoder together: from a text to results that explain themselves."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from malmoi.retrieval.index.index import Index
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


class Searcher:
    """Opens an index folder for searching, in milliseconds and without torch.

    Raises:
        RunError: there is no index.
        StudentError: the index has no query encoder.
    """

    def __init__(self, folder: Path) -> None:
        self.index = Index.open(folder)
        self.encoder = QueryEncoder(folder)

    def search(self, text: str, k: int = 10) -> list[Result]:
        """The `k` best documents of the index as it was when opened or refreshed."""
        weights = self.encoder.encode(text)
        hits = self.index.search(self.encoder.dimensions(weights), k)
        results = []
        for rank, hit in enumerate(hits, 1):
            matches = [Match(self.encoder.token(d), *pair) for d, pair in hit.matches.items()]
            matches.sort(key=lambda match: (-match.contribution, match.token))
            results.append(Result(rank, hit.score, hit.id, hit.title, tuple(matches)))
        return results
