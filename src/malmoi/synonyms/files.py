"""The files of verified pairs: written together, checked, read again.

    synonyms.txt         Solr's format, accepted pairs: a dictionary
    english-queries.txt  the same for searching Korean documents: an English term and its Korean one
    korean-queries.txt   the other way round, for English documents
    synonyms.jsonl       every pair with probability, direction, evidence and verifier

The last is what everything else reads.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from malmoi.core.errors import SourceError
from malmoi.core.files import read_lines, write_lines
from malmoi.core.version import installed_version
from malmoi.synonyms import apply
from malmoi.synonyms.enhance import Enhanced, Verify, enhance
from malmoi.synonyms.formats import analyzers, solr
from malmoi.synonyms.sources.candidates import Evidence
from malmoi.synonyms.verification.verify import Verdict
from malmoi.text.morphemes import content_words_of

logger = logging.getLogger(__name__)

RULES, TABLE = "synonyms.txt", "synonyms.jsonl"
QUERIES = {"en=>ko": "english-queries.txt", "ko=>en": "korean-queries.txt"}
"""Direction → file of what queries are expanded by."""


def write(folder: Path, verdicts: Sequence[Verdict], url: str | None = None) -> list[solr.Rule]:
    """Write the files into `folder`, and warn of what analysis does to the entries.

    Args:
        folder: made where it is missing.
        verdicts: all of them; rejected ones stand in the table alone.
        url: of a cluster whose nori is asked (None: kiwi).

    Raises:
        ClusterError: the cluster can't be asked.
    """
    ordered = sorted(verdicts, key=lambda v: (v.korean, v.english))
    accepted = [v for v in ordered if v.accepted]
    rules = [solr.rule_of(v.korean, v.english, v.direction) for v in accepted]
    verifiers = ", ".join(sorted({v.verifier for v in accepted}))
    about = [
        f"{len(rules)} Korean-English synonyms, written by Malmoi {installed_version()}",
        f"verified by {verifiers or 'nothing'}; {TABLE} has the evidence and the rejected pairs",
    ]
    solr.write(folder / RULES, rules, about)
    for way, name in QUERIES.items():
        source, target = ("English", "Korean") if way == "en=>ko" else ("Korean", "English")
        heading = f"for {source} queries on {target} documents: each term, and its best translation"
        solr.write(folder / name, translations(accepted, way), [heading, about[1]])
    write_lines(folder / TABLE, (v.record() for v in ordered))
    logger.info(f"{folder / RULES}: {len(rules)} of {len(ordered)} pairs")
    check(rules, url)
    return rules


def translations(verdicts: Sequence[Verdict], way: str) -> list[solr.Rule]:
    """`search => search, 검색`: each term with its most probable translation, in one direction.

    One alone: where an analyzer makes several tokens of a translation (바닥글: 바닥, 글), Lucene
    builds no SynonymQuery. Scores of alternatives are then added up, the rare ones' weigh most, and
    each one more makes search worse (docs/synonyms.md). Of equally probable ones it is that which
    aligned text has more often. Terms with the same content words ("cell", "cells") are one.

    Args:
        verdicts: pairs; rejected ones are left out.
        way: "en=>ko" or "ko=>en", the direction in which queries are expanded.
    """
    best: dict[tuple[str, ...], tuple[tuple[float, float], str, str]] = {}
    found = list(apply.directed(verdicts, way))
    words = content_words_of([source for source, _, _ in found])
    for key, (source, target, verdict) in zip(map(tuple, words), found, strict=True):
        rank = (verdict.probability, _aligned(verdict, way))
        if key and (key not in best or rank > best[key][0]):
            best[key] = (rank, source, target)
    return [solr.Rule((source,), (source, target)) for _, source, target in best.values()]


def _aligned(verdict: Verdict, way: str) -> float:
    """The share of a term's aligned segments in which it stands for the other, in a direction."""
    shown = way.replace("=>", "→")
    shares = [e.value for e in verdict.evidence if (e.source, e.direction) == ("alignment", shown)]
    return max(shares, default=0.0)


def read_table(path: Path) -> list[Verdict]:
    """The verdicts of a `synonyms.jsonl`, or of the folder that it stands in.

    Raises:
        SourceError: there is no such file, or a line of it is no verdict.
    """
    path = path / TABLE if path.is_dir() else path
    if not path.is_file():
        raise SourceError(
            f"There is no table of synonyms at {path}. Expected {TABLE}, which is written beside "
            f"{RULES}."
        )
    try:
        return [verdict_of(record) for record in read_lines(path)]
    except (ValueError, KeyError, TypeError) as error:
        raise SourceError(
            f"{path} is no table of synonyms: {type(error).__name__}: {error}. Expected a line of "
            "JSON for each pair, as Malmoi writes them."
        ) from error


def verdict_of(record: dict[str, Any]) -> Verdict:
    """The verdict that `Verdict.record` gave.

    Raises:
        ValueError, KeyError, TypeError: it is none.
    """
    if record["direction"] not in ("both", "ko=>en", "en=>ko"):
        raise ValueError(f"direction is {record['direction']!r}")
    return Verdict(
        str(record["korean"]),
        str(record["english"]),
        float(record["probability"]),
        record["direction"],
        bool(record["accepted"]),
        tuple(Evidence(**evidence) for evidence in record["evidence"]),
        str(record["verifier"]),
    )


def check(rules: Sequence[solr.Rule], url: str | None = None) -> list[analyzers.Finding]:
    """Warn of entries that an analyzer drops, splits or mixes up: kiwi, or a cluster's nori."""
    if url is None:
        findings = analyzers.check(rules, analyzers.kiwi)
    else:
        from malmoi.retrieval.opensearch.connection import connect

        findings = analyzers.check(rules, analyzers.nori(connect(url)))
    analyzers.warn(findings)
    return findings


def enhance_file(
    path: Path, out: Path, verify: Verify, proposed: Sequence[Verdict] = ()
) -> Enhanced:
    """Verify a dictionary: drop what is rejected, add what is proposed, write what is left.

    Args:
        path: a Solr synonym file.
        out: the folder that the new `synonyms.txt` and its table are written to.
        verify: gives a verdict on each pair, in order.
        proposed: verified candidates, such as a run's.

    Raises:
        SourceError: the file is missing or broken, or `out` would overwrite the dictionary.
    """
    if (out / RULES).resolve() == path.resolve():
        raise SourceError(f"{out / RULES} is the dictionary itself. Name another folder.")
    enhanced = enhance(solr.read(path), verify, proposed)
    about = [f"{path.name}, verified and enhanced by Malmoi {installed_version()}"]
    solr.write(out / RULES, enhanced.rules, about)
    write_lines(out / TABLE, (v.record() for v in [*enhanced.verdicts, *enhanced.added]))
    return enhanced
