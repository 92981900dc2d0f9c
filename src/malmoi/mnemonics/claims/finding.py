"""What a look-up found: a verdict and its source."""

from __future__ import annotations

from typing import NamedTuple

from malmoi.mnemonics.cards import Verdict


class Finding(NamedTuple):
    """A verdict and who says so, "" for unverified."""

    verdict: Verdict
    source: str


UNVERIFIED = Finding("unverified", "")


def supported(source: str) -> Finding:
    """`source` says so."""
    return Finding("supported", source)


def contradicted(source: str) -> Finding:
    """`source` says otherwise."""
    return Finding("contradicted", source)


def negated(finding: Finding) -> Finding:
    """The finding on the denial of what was looked up."""
    if finding.verdict == "supported":
        return Finding("contradicted", finding.source)
    if finding.verdict == "contradicted":
        return Finding("supported", finding.source)
    return finding


def worst(findings: list[Finding]) -> Finding:
    """Contradicted before unverified before supported; the sources of equals are joined."""
    for verdict in ("contradicted", "unverified", "supported"):
        same = [f for f in findings if f.verdict == verdict]
        if same:
            return Finding(verdict, "; ".join(dict.fromkeys(f.source for f in same if f.source)))
    return UNVERIFIED
