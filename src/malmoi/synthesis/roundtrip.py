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
from typing import Any, Literal, TypedDict

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


class RankFigures(TypedDict):
    """Where queries find their own document: shares of them, 0 to 1, and mean reciprocal ranks.

    Lexical ones are None where no lexical search was asked.
    """

    queries: int
    dense_first: float
    dense_found: float
    """In the first k of the dense ranking."""
    lexical_first: float | None
    lexical_found: float | None
    mrr: float
    """Mean of 1 / the better of both ranks, 0 where neither has it."""


def rank_figures(ranks: Sequence[Ranks], lexical: bool) -> RankFigures | None:
    """Shares of some queries' ranks, or None of no queries; `lexical`: both rankings were asked."""
    if not ranks:
        return None
    count = len(ranks)
    better = [min(filter(None, (rank.dense, rank.lexical)), default=0) for rank in ranks]
    return {
        "queries": count,
        "dense_first": sum(rank.dense == 1 for rank in ranks) / count,
        "dense_found": sum(rank.dense > 0 for rank in ranks) / count,
        "lexical_first": sum(r.lexical == 1 for r in ranks) / count if lexical else None,
        "lexical_found": sum(r.lexical > 0 for r in ranks) / count if lexical else None,
        "mrr": sum(1 / rank for rank in better if rank) / count,
    }


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
    if not candidates:
        return []
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

    The report has `round_trip` (seen, dropped, examples, as a filter's, and `ranks`: the
    `RankFigures` of each kind), and `relabelled` (count and examples). With `section.round_trip_k`
    = 0 all survive unseen.

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
        report = {"round_trip": counts.record() | {"ranks": {}}, "relabelled": moved.record()}
        return list(candidates), [], report
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
    by_kind = _by_kind(candidates, ranks, language if lexical else "")
    report = {"round_trip": counts.record() | {"ranks": by_kind}, "relabelled": relabelled}
    return survivors, rejects, report


def _by_kind(
    candidates: Sequence[Candidate], ranks: Sequence[Ranks], lexical: str
) -> dict[str, Any]:
    """Figures of each kind; `lexical` is the language that was ranked by words, too."""
    kinds: dict[str, list[Ranks]] = {}
    languages = {candidate.kind: candidate.language for candidate in candidates}
    for candidate, rank in zip(candidates, ranks, strict=True):
        kinds.setdefault(candidate.kind, []).append(rank)
    return {kind: rank_figures(each, languages[kind] == lexical) for kind, each in kinds.items()}
