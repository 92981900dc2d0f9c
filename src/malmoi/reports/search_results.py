"""What `results.json` of a search run holds, part by part."""

from __future__ import annotations

from typing import Any, TypedDict

from malmoi.evaluation.compare import Comparison, SystemFigures

CONVERSATIONAL = "conversational"
"""Names the group of conversational questions where a comparison has languages of queries."""


class CorpusFigures(TypedDict):
    """The corpus in numbers."""

    documents: int
    passages: int
    queries: dict[str, int]
    """Language → queries that people wrote."""
    licence: str
    split: dict[str, int]
    """"dev" and "test" → queries."""
    pool: dict[str, int]
    """Why → documents of the pool that stands for a large corpus (`malmoi.corpora.pool`); else
    empty."""


class Kind(TypedDict):
    """Queries of a kind: before and after the filters."""

    written: int
    kept: int


class FilterExample(TypedDict):
    """A query that a filter dropped."""

    text: str
    reason: str


class FilterFigures(TypedDict):
    """What a filter saw and dropped (or gave another label)."""

    name: str
    seen: int
    dropped: int
    examples: list[FilterExample]


class KeptExample(TypedDict):
    """A query that was kept."""

    kind: str
    document: str
    text: str


class RankRow(TypedDict):
    """Where queries find their own document: shares, 0 to 1; None where nothing was asked."""

    name: str
    queries: int
    dense_first: float
    dense_found: float
    lexical_first: float | None
    lexical_found: float | None
    mrr: float
    """Mean of 1 / the better of both ranks."""


class Judged(TypedDict):
    """How the queries compare with people's; the rows are `malmoi.synthesis.quality`'s."""

    missing: str
    """What is not measured for want of a package, and what to install."""
    rows: list[dict[str, Any]]
    ranks: list[RankRow]


class QueryFigures(TypedDict):
    """What became of the teacher's queries."""

    written: int
    kept: int
    kinds: dict[str, Kind]
    filters: list[FilterFigures]
    kept_examples: list[KeptExample]
    judged: Judged | None
    """None of what a run before 0.2 has kept, and where nothing was kept."""


class TermExample(TypedDict):
    """A term and its English equivalents: (word, share of the samples), the largest first."""

    term: str
    english: list[tuple[str, float]]


class GlossaryFigures(TypedDict):
    """The glossary in numbers."""

    terms: int
    translated: int
    examples: list[TermExample]


class TeacherFigures(TypedDict):
    """What a teacher wrote, and what it cost."""

    identity: str
    tokens_in: int
    tokens_out: int
    cost: float
    seconds: float
    queries: QueryFigures
    glossary: GlossaryFigures


class SynonymExample(TypedDict):
    """A pair with its verdict."""

    korean: str
    english: str
    probability: float
    direction: str
    contradicted: bool
    sources: str


class Effect(TypedDict, total=False):
    """What verified pairs are worth to each system that uses them."""

    comparison: Comparison
    chosen: dict[str, str]
    """System → what was tuned for it."""
    pairs: int
    """Accepted ones."""


class SynonymResults(TypedDict):
    """Verified pairs: counts, examples, and what each use of them is worth."""

    candidates: int
    accepted: int
    teacher: str
    verifier: dict[str, Any]
    """Figures of the calibration."""
    coverage: dict[str, list[int]]
    """Language → terms with an accepted pair, and all."""
    examples: list[SynonymExample]
    rejected: list[SynonymExample]
    effect: Effect
    """Empty where nothing could be measured."""


class QueryExample(TypedDict):
    """A query, its weights, and a relevant document's before and after."""

    query: str
    language: str
    weights: list[tuple[str, float]]
    documents: list[dict[str, Any]]


class Evaluated(TypedDict, total=False):
    """What was learned; without held-out queries there is a verdict alone, which says so."""

    comparison: Comparison
    systems: dict[str, SystemFigures]
    verdicts: list[str]
    examples: list[QueryExample]


class SearchResults(Evaluated, total=False):
    """All of `results.json`."""

    name: str
    title: str
    malmoi: str
    """The version that wrote it."""
    recipe: dict[str, Any]
    seconds: dict[str, float]
    """Stage → how long it was at work."""
    memory: dict[str, int]
    """Stage → bytes of memory that the process held at most meanwhile (0: not known)."""
    corpus: CorpusFigures
    teacher: TeacherFigures
    training: dict[str, list[dict[str, Any]]]
    """Student → the records of its training."""
    synonyms: SynonymResults | None
