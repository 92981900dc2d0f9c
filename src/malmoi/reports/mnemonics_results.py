"""What `results.json` of a run of the mnemonic writer holds, part by part, and its records."""

from __future__ import annotations

from typing import Any, NotRequired, TypedDict


class Rejected(TypedDict):
    """A reason for which something was dropped, how often, and one example."""

    reason: str
    count: int
    example: str


class WordFigures(TypedDict):
    """What became of the word list."""

    lines: int
    words: int
    rejected: list[Rejected]


class ClaimRecord(TypedDict):
    """A claim of a card, looked up."""

    kind: str
    text: str
    verdict: str
    source: str


class CardRecord(TypedDict):
    """A card, as the stage `cards` keeps it (`malmoi.mnemonics.cards.Card`)."""

    id: str
    term: str
    sense: str
    definition: str
    pos: str
    feature: str
    reasoning: str
    mnemonic: str
    example: str
    claims: list[ClaimRecord]
    score: float
    writer: str
    ipa: str
    sources: list[str]
    korean: str


class ClaimCounts(TypedDict):
    """How many claims of all cards have each verdict."""

    supported: int
    unverified: int
    contradicted: int


class CardFigures(TypedDict):
    """What became of the candidates."""

    cards: int
    candidates: int
    features: dict[str, int]
    claims: ClaimCounts
    rejected: list[Rejected]
    examples: list[CardRecord]


class OutputRecord(TypedDict):
    """What a system wrote for a held-out word, as the stage `outputs` keeps it."""

    system: str
    term: str
    sense: str
    pos: str
    definition: str
    text: str


class Pair(TypedDict):
    """What student and base wrote for the same word."""

    term: str
    definition: str
    student: NotRequired[str]
    base: NotRequired[str]


class Difference(TypedDict):
    """The test between two systems, as text."""

    difference: str
    test: str
    p: str


class TableRow(Difference):
    """A measure of each system, and the test between two of them, as text."""

    name: str
    note: str
    cells: list[str]


class Table(TypedDict):
    """A table of the evaluation as the report shows it."""

    title: str
    systems: list[str]
    tested: bool
    rows: list[TableRow]


class EvaluationFigures(TypedDict):
    """Every figure of every system with its interval, and the tests (`evaluation.table`)."""

    words: int
    level: float
    systems: dict[str, dict[str, dict[str, Any]]]
    """System → measure → mean, low, high and n; None where nothing is known."""
    tests: list[dict[str, Any]]
    diversity: dict[str, Any]
    problems: dict[str, dict[str, int]]


class EvaluationResults(EvaluationFigures):
    """The figures, and the tables that show them."""

    tables: list[Table]


class Target(TypedDict):
    """What the student was to reach, what it reached, and whether that is enough."""

    name: str
    value: str
    met: bool


class MnemonicsResults(TypedDict):
    """results.json."""

    name: str
    title: str
    malmoi: str
    recipe: dict[str, Any]
    seconds: dict[str, float]
    """Stage → seconds of work."""
    words: WordFigures
    cards: CardFigures
    splits: list[Any]
    """Rows of feature, frequency band and the words of each part (`splits.Stratum`)."""
    dataset: dict[str, int]
    training: dict[str, list[dict[str, Any]]]
    """"sft" and "grpo" → a row for each logged step."""
    learned_from: int
    proof: EvaluationResults
    targets: list[Target]
    judge: dict[str, Any]
    people: dict[str, Any]
    judged_says: list[str]
    people_say: list[str]
    pairs: list[Pair]
    verdicts: list[str]
