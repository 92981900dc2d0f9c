"""What the analyzer that will consume a dictionary makes of its entries, and what to beware of.

    findings = check(rules, kiwi)              # the embedded search's words
    findings = check(rules, nori(client))      # the index analyzer, asked on the cluster itself

A term is not what stands in the file but the tokens that analysis leaves of it. Five things go
wrong, and no server says so:

    nothing   no token is left: the rule does nothing (and Lucene refuses the whole file)
    loses     a word of the term leaves no token: "새로 고침" may become "고침", another term
    split     one written word becomes several tokens: it is found in pieces, and matches more
    same      the two sides become the same tokens: the rule does nothing
    shared    another term of the file becomes the same tokens: each gets the other's synonyms
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from malmoi.synonyms.formats.solr import Rule
from malmoi.text.morphemes import content_words_of

if TYPE_CHECKING:
    from opensearchpy import OpenSearch

logger = logging.getLogger(__name__)

Analyse = Callable[[Sequence[str]], list[list[str]]]
"""Texts → the tokens of each."""
Problem = Literal["nothing", "loses", "split", "same", "shared"]
PROBLEMS: dict[Problem, str] = {
    "nothing": "nothing is left of it",
    "loses": "a word of it is lost",
    "split": "one word becomes several",
    "same": "both sides become the same",
    "shared": "another term becomes the same",
}


@dataclass(frozen=True, slots=True)
class Finding:
    """A term of a rule that analysis changes: what is left of it, and `other`, what it concerns."""

    rule: Rule
    term: str
    problem: Problem
    tokens: tuple[str, ...]
    other: str = ""

    def __str__(self) -> str:
        left = " + ".join(self.tokens) or "–"
        other = f" ({self.other})" if self.other else ""
        return f"{self.rule.line()}: {self.term!r} → {left}: {PROBLEMS[self.problem]}{other}"


def kiwi(texts: Sequence[str]) -> list[list[str]]:
    """Content words, as the embedded search and BM25 count them."""
    return list(content_words_of(texts))


def nori(client: OpenSearch) -> Analyse:
    """The analyzer of an index that `malmoi opensearch push` makes, asked with `_analyze`.

    Raises:
        ClusterError: on use, where the cluster can't be reached or lacks nori.
    """
    from malmoi.retrieval.opensearch.synonyms import analyse

    def ask(texts: Sequence[str]) -> list[list[str]]:
        return analyse(client, texts, nori=True) if texts else []

    return ask


def check(rules: Sequence[Rule], analyse: Analyse) -> list[Finding]:
    """What `analyse` does to the terms of `rules`, in their order; [] where all is well."""
    terms = list(dict.fromkeys(term for rule in rules for term in rule.terms()))
    words = list(dict.fromkeys(word for term in terms if " " in term for word in term.split()))
    found = analyse([*terms, *words])
    tokens = dict(zip([*terms, *words], map(tuple, found), strict=True))
    first: dict[tuple[str, ...], str] = {}
    partners = _partners(rules, tokens)
    findings: list[Finding] = []
    for rule in rules:
        for term in rule.terms():
            mine = tokens[term]
            if not mine:
                findings.append(Finding(rule, term, "nothing", mine))
                continue
            lost = [w for w in term.split() if " " in term and not tokens[w]]
            if lost:
                findings.append(Finding(rule, term, "loses", mine, ", ".join(lost)))
            if " " not in term and len(mine) > 1:
                findings.append(Finding(rule, term, "split", mine))
            other = first.setdefault(mine, term)
            if other != term and other not in rule.terms() and partners[other] != partners[term]:
                findings.append(Finding(rule, term, "shared", mine, other))
        findings += _same(rule, tokens)
    return findings


def _partners(
    rules: Sequence[Rule], tokens: Mapping[str, tuple[str, ...]]
) -> dict[str, set[tuple[str, ...]]]:
    """Term → the tokens of all other terms of its rules."""
    partners: dict[str, set[tuple[str, ...]]] = {}
    for rule in rules:
        for term in rule.terms():
            others = (tokens[t] for t in rule.terms() if t != term)
            partners.setdefault(term, set()).update(others)
    return partners


def _same(rule: Rule, tokens: Mapping[str, tuple[str, ...]]) -> list[Finding]:
    """A rule of which analysis leaves one term: nothing is said by it any more."""
    terms = [term for term in rule.terms() if tokens[term]]
    if len(terms) > 1 and len({tokens[term] for term in terms}) == 1:
        return [Finding(rule, terms[-1], "same", tokens[terms[0]], terms[0])]
    return []


def warn(findings: Sequence[Finding], limit: int = 5) -> None:
    """Say on standard error how many entries have which problem, with examples of each."""
    for problem, text in PROBLEMS.items():
        mine = [finding for finding in findings if finding.problem == problem]
        if mine:
            logger.info(f"{len(mine)} terms: {text}")
            for finding in mine[:limit]:
                logger.info(f"    {finding}")
