"""What was learned: student, base and whoever else wrote on the same held-out words, measured.

    rows = {"student": measure(texts, words, lexicon), "base": measure(others, words, lexicon)}
    found = table(rows)
    shown = report_table(found, "Open book", ["student", "base"])

Whoever wrote it, an output is read, looked up and gated in the same way. One without form has
neither term nor gate, but what it claims is looked up in its whole text, so that a base can't look
honest by being broken. `MEASURES` says what each figure is; report and docs show those words.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from malmoi.core.errors import SourceError
from malmoi.evaluation import diversity
from malmoi.evaluation.paired import Measure, paired_tests
from malmoi.evaluation.significance import SEED, bootstrap
from malmoi.lexicon.facts import Sense, Word
from malmoi.mnemonics.cards import Claim
from malmoi.mnemonics.form import NONE, FormError, parse
from malmoi.mnemonics.judging.pairs import BASE, STUDENT
from malmoi.reports.mnemonics_results import Difference, Table, TableRow
from malmoi.text.english import light_stem
from malmoi.text.stop_words import FUNCTION_WORDS

if TYPE_CHECKING:
    from malmoi.lexicon.lookup import Lexicon

NOT_KNOWN = float("nan")


@dataclass(frozen=True, slots=True)
class Row:
    """One output, measured.

    Attributes:
        term, sense: what it was to be about.
        problem: what is wrong with its form; "" where it is well-formed.
        abstained: it says that there is no good mnemonic.
        rule: the first rule that it breaks, with the reason; "" where it breaks none.
        supported, contradicted, unverified: how many claims it makes, by verdict.
        gate: a known anchor, an enacted meaning and an automatic trigger, all three.
        concreteness: mean of its content words, 1 to 5, the term left out; None where none of them
            has been rated.
        text: its mnemonic; the whole output where it has no form.
        kept: how likely a teacher keeps it (`scoring.keep`); 0 for no card.
    """

    term: str
    sense: str
    problem: str
    abstained: bool
    rule: str
    supported: int
    contradicted: int
    unverified: int
    gate: bool
    concreteness: float | None
    text: str
    kept: float = 0.0

    @property
    def claims(self) -> int:
        """How many, whatever their verdict."""
        return self.supported + self.contradicted + self.unverified

    @property
    def correct(self) -> bool:
        """Well-formed, no abstention, and no rule broken."""
        return not (self.problem or self.abstained or self.rule)

    @property
    def verified(self) -> bool:
        """Correct, with one claim at least, and all of its claims supported."""
        return self.correct and self.claims > 0 and self.supported == self.claims


@dataclass(frozen=True, slots=True)
class Figure:
    """A measure of outputs: its names, what it is, and its value for one of them."""

    key: str
    name: str
    note: str
    better: Literal["higher", "lower", ""]
    value: Callable[[Row], float | None]


MEASURES: tuple[Figure, ...] = (
    Figure(
        "kept", "kept cards of words tried",
        "expected share: how likely two raters keep what is released (every claim supported, the "
        "probability over the threshold), 0 for a word without such a card",
        "higher", lambda row: row.kept,
    ),
    Figure(
        "format", "format", "share of outputs with the four lines", "higher",
        lambda row: float(not row.problem),
    ),
    Figure(
        "term", "term used correctly", "share that is well-formed and breaks no rule", "higher",
        lambda row: float(row.correct),
    ),
    Figure(
        "verified", "verified-claim rate",
        "share of outputs that are well-formed, break no rule, make at least one claim, and whose "
        "claims are all supported", "higher",
        lambda row: float(row.verified),
    ),
    Figure(
        "contradicted", "contradicted-claim rate",
        "share of outputs with at least one contradicted claim", "lower",
        lambda row: float(row.contradicted > 0),
    ),
    Figure(
        "claims", "claims", "mean number an output", "",
        lambda row: float(row.claims),
    ),
    Figure(
        "gate", "gate of three",
        "share with a known anchor, an enacted meaning and an automatic trigger", "higher",
        lambda row: float(row.gate),
    ),
    Figure(
        "concreteness", "concreteness",
        "mean of the mnemonic's rated content words without the term, 1 to 5", "higher",
        lambda row: row.concreteness,
    ),
    Figure(
        "length", "length", "words of the mnemonic (of the output where it has no form)", "",
        lambda row: float(len(diversity.tokens(row.text))),
    ),
    Figure(
        "abstained", "no good mnemonic", "share that says so", "",
        lambda row: float(row.abstained),
    ),
)  # fmt: skip

OF_CLAIMS = (
    ("claims_supported", "claims supported", "share of all single claims"),
    ("claims_contradicted", "claims contradicted", "share of all single claims"),
    ("claims_unverified", "claims unverified", "share of all single claims"),
)
DISTINCT = ("distinct-2", "distinct-2", "different word pairs, at equal numbers of texts")


def measure(
    outputs: Sequence[str], words: Sequence[tuple[Word, Sense]], lexicon: Lexicon
) -> list[Row]:
    """Measure each output about its word.

    Raises:
        SourceError: there is not one output for each word.
    """
    if len(outputs) != len(words):
        raise SourceError(f"{len(outputs)} outputs for {len(words)} words: expected one for each")
    return [
        _row(output, word, sense, lexicon)
        for output, (word, sense) in zip(outputs, words, strict=True)
    ]


def _row(output: str, word: Word, sense: Sense, lexicon: Lexicon) -> Row:
    from malmoi.mnemonics.claims.checks import check_of
    from malmoi.mnemonics.scoring.analysis import DraftAnalysis
    from malmoi.mnemonics.scoring.keep import MIN_KEEP
    from malmoi.mnemonics.scoring.ranking import score
    from malmoi.mnemonics.scoring.rewards import assess
    from malmoi.mnemonics.scoring.rules import reject

    try:
        draft = parse(output)
    except FormError as error:
        return Row(
            word.term, sense.id, str(error), False, "",
            *_counts(check_of(word, output, lexicon)),
            gate=False, concreteness=_concreteness(output, word, lexicon), text=output,
        )  # fmt: skip
    if draft.mnemonic.lower().strip(" .") == NONE:
        return Row(word.term, sense.id, "", True, "", 0, 0, 0, False, None, draft.mnemonic)
    analysis = DraftAnalysis(draft, word, sense, lexicon)
    likely = 0.0 if assess(analysis).problem else score(analysis)
    sure = likely >= MIN_KEEP and all(claim.verdict == "supported" for claim in analysis.claims)
    return Row(
        word.term, sense.id, "", False, reject(analysis), *_counts(analysis.claims),
        gate=analysis.gate.passed,
        concreteness=_concreteness(draft.mnemonic, word, lexicon), text=draft.mnemonic,
        kept=likely if sure else 0.0,
    )  # fmt: skip


def _counts(claims: Sequence[Claim]) -> tuple[int, int, int]:
    verdicts = [claim.verdict for claim in claims]
    return (
        verdicts.count("supported"),
        verdicts.count("contradicted"),
        verdicts.count("unverified"),
    )


def _concreteness(text: str, word: Word, lexicon: Lexicon) -> float | None:
    own = {word.term, word.lemma, *word.inflections}
    ratings = []
    for token in diversity.tokens(text):
        if token in own or token in FUNCTION_WORDS:
            continue
        rating = lexicon.frequency.concreteness(token) or lexicon.frequency.concreteness(
            light_stem(token)
        )
        if rating is not None:
            ratings.append(rating.value)
    return float(np.mean(ratings)) if ratings else None


def table(
    systems: Mapping[str, Sequence[Row]],
    tested: Sequence[tuple[str, str]] = ((STUDENT, BASE),),
    references: Mapping[str, Sequence[str]] | None = None,
    level: float = 0.95,
    resamples: int = 2000,
    seed: int = SEED,
) -> dict[str, Any]:
    """Every figure of every system with its interval, and the tests between `tested`.

    Intervals draw words. Tests are McNemar's for shares and Wilcoxon's for numbers
    (`evaluation.paired`), Holm-corrected over all measures and all of `tested` together. Shares of
    single claims have intervals alone: claims of two systems don't come in pairs.

    Args:
        systems: rows by name, of the same words in the same order where two are tested.
        tested: pairs of systems; differences are first − second.
        references: mnemonics to compare diversity with ("cards it learned from").
        level: of the intervals (0.95: 95 %).
        resamples: times that words are drawn again.
        seed: of the draws.

    Returns:
        {"words", "level", "systems": {name: {measure: {"mean", "low", "high", "n"}}}, "tests": see
        `paired_tests`, with "a" and "b", "diversity": see `diversity.compare`, "problems": {name:
        {reason: count}}}. Figures that nothing is known of are None with n = 0.

    Raises:
        SourceError: a tested pair names no system, or isn't on the same words.
    """
    for pair in tested:
        for name in pair:
            if name not in systems:
                raise SourceError(f"no system is called {name!r}; there are {[*systems]}")
        first, second = ([(row.term, row.sense) for row in systems[name]] for name in pair)
        if first != second:
            raise SourceError(f"{pair[0]} and {pair[1]} aren't on the same words in the same order")
    texts = {name: [row.text for row in rows] for name, rows in systems.items()}
    texts |= {name: list(of) for name, of in (references or {}).items()}
    texts = {name: of for name, of in texts.items() if len(of) > 1}
    found: dict[str, Any] = {
        "words": max((len(rows) for rows in systems.values()), default=0),
        "level": level,
        "systems": {name: _figures(rows, level, resamples, seed) for name, rows in systems.items()},
        "tests": _tests(systems, tested, level, resamples, seed),
        "diversity": diversity.compare(texts, 2, level=level, seed=seed),
        "problems": {name: _problems(rows) for name, rows in systems.items()},
    }
    return found


def _figures(
    rows: Sequence[Row], level: float, resamples: int, seed: int
) -> dict[str, dict[str, Any]]:
    def interval(values: Sequence[float], terms: Sequence[str]) -> dict[str, Any]:
        if not values:
            return {"mean": None, "low": None, "high": None, "n": 0}
        return {**asdict(bootstrap(values, terms, level, resamples, seed)), "n": len(values)}

    found = {}
    for figure in MEASURES:
        known = [(value, row.term) for row in rows if (value := figure.value(row)) is not None]
        found[figure.key] = interval([v for v, _ in known], [term for _, term in known])
    for key, _, _ in OF_CLAIMS:
        verdict = key.removeprefix("claims_")
        ones: list[float] = []
        terms: list[str] = []
        for row in rows:
            mine = int(getattr(row, verdict))
            ones += [1.0] * mine + [0.0] * (row.claims - mine)
            terms += [row.term] * row.claims
        found[key] = interval(ones, terms)
    return found


def _tests(
    systems: Mapping[str, Sequence[Row]],
    tested: Sequence[tuple[str, str]],
    level: float,
    resamples: int,
    seed: int,
) -> list[dict[str, Any]]:
    """All pairs' measures are tested in one call, so that Holm's correction is over all of them.

    Each pair has its own items, so its values stand at its own places and are NaN elsewhere.
    """
    total = sum(len(systems[first]) for first, _ in tested)
    terms: list[str] = []
    measures: list[Measure] = []
    for first, second in tested:
        before, here = len(terms), len(systems[first])
        terms += [row.term for row in systems[first]]

        def column(
            name: str, figure: Figure, before: int = before, here: int = here
        ) -> list[float]:
            values = (figure.value(row) for row in systems[name])
            known = [NOT_KNOWN if value is None else value for value in values]
            return [NOT_KNOWN] * before + known + [NOT_KNOWN] * (total - before - here)

        measures += [
            Measure(figure.key, column(first, figure), column(second, figure), figure.better)
            for figure in MEASURES
        ]
    results = paired_tests(measures, terms, level, resamples, seed)
    pairs = [pair for pair in tested for _ in MEASURES]
    return [
        {**test, "a": a, "b": b, "dropped": len(systems[a]) - test["n"]}
        for test, (a, b) in zip(results, pairs, strict=True)
    ]


def _problems(rows: Sequence[Row]) -> dict[str, int]:
    """Why outputs aren't correct, the most frequent first; rules by their names."""
    counts: dict[str, int] = {}
    for row in rows:
        reason = "no form" if row.problem else row.rule.partition(":")[0]
        if row.abstained:
            reason = "no good mnemonic"
        if reason:
            counts[reason] = counts.get(reason, 0) + 1
    return dict(sorted(counts.items(), key=lambda item: (-item[1], item[0])))


def report_table(
    figures: Mapping[str, Any],
    title: str,
    names: Sequence[str],
    tested: tuple[str, str] | None = None,
) -> Table:
    """Systems side by side as a report shows them, with the test of one pair beside them.

    Args:
        figures: what `table` gives.
        title: stands over the table.
        names: the systems, in the order of the columns.
        tested: the pair (first, second) whose test is shown; None for none.
    """
    tests = {t["measure"]: t for t in figures["tests"] if tested and (t["a"], t["b"]) == tested}
    rows: list[TableRow] = []
    named = [(figure.key, figure.name, figure.note) for figure in MEASURES]
    single = next(place for place, (key, _, _) in enumerate(named) if key == "claims")
    for key, name, note in [*named[:single], *OF_CLAIMS, *named[single:]]:
        if any(key not in figures["systems"][system] for system in names):
            continue  # measured by an earlier version
        cells = [_cell(figures["systems"][system][key]) for system in names]
        rows.append({"name": name, "note": note, "cells": cells, **_tested(tests.get(key))})
    diverse = figures["diversity"]["systems"]
    note = f"{DISTINCT[2]} ({figures['diversity']['texts']})"
    cells = [_cell(diverse.get(system)) for system in names]
    rows.append({"name": DISTINCT[1], "note": note, "cells": cells, **_tested(None)})
    return {"title": title, "systems": list(names), "tested": bool(tests), "rows": rows}


def _cell(values: Mapping[str, Any] | None) -> str:
    if not values or values["mean"] is None:
        return "–"
    return f"{values['mean']:.3f} [{values['low']:.3f}, {values['high']:.3f}]"


def _tested(test: Mapping[str, Any] | None) -> Difference:
    if test is None or test["p"] is None:
        return {"difference": "–", "test": "–", "p": "–"}
    difference = f"{test['difference']:+.3f} [{test['low']:+.3f}, {test['high']:+.3f}]"
    counts = test["counts"]
    about = (
        f"McNemar {counts['only_first']}:{counts['only_second']}"
        if "only_first" in counts
        else f"Wilcoxon, {counts['zeros']} zeros"
    )
    sizes = [f"{name} {test[name]:+.2f}" for name in ("d_z", "d_av") if test[name] is not None]
    p = "< .0001" if test["p_holm"] < 1e-4 else f"{test['p_holm']:.4f}".removeprefix("0")
    return {
        "difference": difference.replace("-", "−"),
        "test": ", ".join([about, *sizes]).replace("-", "−"),
        "p": p,
    }
