"""The round trip: a query is kept if it finds its own document again among the whole corpus.

After Alberti et al. 2019 ("Synthetic QA corpora generation with roundtrip consistency") and, for
retrieval, Dai et al. 2022 ("Promptagator"), which keeps a query whose own passage a retriever puts
in the top k; relabelling the positive follows Lee et al. 2024 ("Gecko").

Two rankings vote: a dense one that knows meaning across languages, and a lexical one that knows
the corpus's own words. A query in a language other than the documents' has only the dense one.

    keep     its own document is in the first k of either ranking
    relabel  it isn't, and both rankings put one other document first
    drop     anything else
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from malmoi.core.files import Record
from malmoi.core.ledger import Reject
from malmoi.recipe import QueriesSection
from malmoi.synthesis.filters import Counts
from malmoi.synthesis.queries import Candidate

Search = Callable[[Sequence[str], int], Sequence[tuple[Sequence[str], Sequence[float]]]]
"""(queries, k) → for each (document or passage ids, scores), best first; as `BM25.search`."""

Decision = Literal["keep", "relabel", "drop"]


@dataclass(frozen=True, slots=True)
class Ranks:
    """Where the own document stands (from 1; 0: not in the first k), and what each put first."""

    dense: int
    lexical: int
    dense_first: str
    lexical_first: str


def decide(ranks: Ranks, source: str, relabel: bool) -> tuple[Decision, str]:
    """What becomes of a query, and the document that it belongs to."""
    if ranks.dense or ranks.lexical:
        return "keep", source
    if relabel and ranks.dense_first and ranks.dense_first == ranks.lexical_first:
        return "relabel", ranks.dense_first
    return "drop", source


def documents_of(ids: Sequence[str]) -> list[str]:
    """Document ids of a ranking of passages ("<document>#<n>") or documents, each once."""
    return list(dict.fromkeys(parent(i) for i in ids))


def parent(identifier: str) -> str:
    """A passage's document; a document's own id."""
    document, mark, number = identifier.rpartition("#")
    return document if mark and number.isdigit() else identifier


def rank_all(
    candidates: Sequence[Candidate], dense: Search, lexical: Search | None, k: int, language: str
) -> list[Ranks]:
    """Ranks of each candidate's own document.

    Args:
        candidates: queries, each written for one document.
        dense: ranks documents or passages of the whole corpus by meaning.
        lexical: the same by words; asked only for candidates in the documents' language.
        k: documents that are looked at in each ranking.
        language: of the documents ("ko").
    """
    texts = [c.text for c in candidates]
    # Several passages of one document may fill the first places: ask for more than k of them.
    by_meaning = [documents_of(ids)[:k] for ids, _ in dense(texts, 5 * k)]
    asked = [i for i, c in enumerate(candidates) if lexical and c.language == language]
    by_words: dict[int, list[str]] = {}
    if lexical and asked:
        found = lexical([texts[i] for i in asked], 5 * k)
        by_words = {i: documents_of(ids)[:k] for i, (ids, _) in zip(asked, found, strict=True)}
    return [
        Ranks(
            _place(by_meaning[i], c.document),
            _place(by_words.get(i, []), c.document),
            by_meaning[i][0] if by_meaning[i] else "",
            by_words[i][0] if by_words.get(i) else "",
        )
        for i, c in enumerate(candidates)
    ]


def _place(ranking: Sequence[str], document: str) -> int:
    return ranking.index(document) + 1 if document in ranking else 0


def round_trip(
    candidates: Sequence[Candidate],
    dense: Search,
    lexical: Search | None,
    section: QueriesSection,
    language: str,
) -> tuple[list[Candidate], list[Reject], dict[str, Record]]:
    """Survivors (relabelled ones with their new document and no passage), rejects, and a report.

    The report has `round_trip` (seen, dropped, examples, as a filter's), and `relabelled` (count
    and examples). With `section.round_trip_k` = 0 all survive unseen.

    Args:
        candidates: the queries that are tested.
        dense, lexical: the searches that rank documents; a query is kept where one of them finds
            its document among the first `section.round_trip_k`. Without a lexical one the dense one
            decides.
        section: the recipe's `round_trip_k`, and `relabel`: whether a query goes to another
            document that both searches put first.
        language: of the queries.
    """
    counts, moved = Counts(), Counts()
    if not section.round_trip_k or not candidates:
        return list(candidates), [], {"round_trip": counts.record(), "relabelled": moved.record()}
    ranks = rank_all(candidates, dense, lexical, section.round_trip_k, language)
    survivors: list[Candidate] = []
    rejects: list[Reject] = []
    for candidate, rank in zip(candidates, ranks, strict=True):
        counts.seen += 1
        what, document = decide(rank, candidate.document, section.relabel)
        if what == "keep":
            survivors.append(candidate)
        elif what == "relabel":
            moved.drop(candidate.text, f"{candidate.document} → {document}")
            survivors.append(replace(candidate, document=document, passage=""))
        else:
            reason = "round trip"
            counts.drop(candidate.text, f"{candidate.document}; first: {rank.dense_first}")
            rejects.append(Reject(candidate.record(), reason, candidate.raw))
    moved.seen = counts.seen
    relabelled = moved.record()
    relabelled["relabelled"] = relabelled.pop("dropped")
    return survivors, rejects, {"round_trip": counts.record(), "relabelled": relabelled}
