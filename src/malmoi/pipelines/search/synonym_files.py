"""What `malmoi synonyms` does with verified pairs: write, check, enhance, export, put to use.

    synonyms.txt         Solr's format, accepted pairs: a dictionary
    english-queries.txt  the same for searching Korean documents: an English term and its Korean one
    korean-queries.txt   the other way round, for English documents
    synonyms.jsonl       every pair with probability, direction, evidence and verifier

They are written together; the last is what the other commands read.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from malmoi.core import console
from malmoi.core.errors import SourceError
from malmoi.core.files import read_lines, write_atomically, write_lines
from malmoi.core.version import installed_version
from malmoi.synonyms import apply
from malmoi.synonyms.formats import analyzers, solr
from malmoi.synonyms.sources.candidates import Evidence, Pair
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


def check_file(path: Path, url: str | None = None, as_json: bool = False) -> None:
    """`malmoi synonyms check FILE`: every finding, one a line (JSON, or for people).

    Raises:
        SourceError: the file is no synonym file.
        ClusterError: the cluster can't be asked.
    """
    rules = solr.read(path)
    findings = check(rules, url)
    if as_json:
        for f in findings:
            row = {"rule": f.rule.line(), "term": f.term, "problem": f.problem}
            print(json.dumps(row | {"tokens": f.tokens, "other": f.other}, ensure_ascii=False))
        return
    rows = [
        [f.rule.line(), f.term, " + ".join(f.tokens), analyzers.PROBLEMS[f.problem], f.other]
        for f in findings
    ]
    if rows:
        console.table(["rule", "term", "tokens", "what is wrong", "with"], rows)
    logger.info(f"{len(rules)} rules, {len({f.rule for f in findings})} of them to be looked at")


def enhance_file(
    path: Path,
    out: Path,
    run: Path | None = None,
    proposals: Path | None = None,
    packages: Path | None = None,
    url: str | None = None,
) -> None:
    """`malmoi synonyms enhance FILE`: drop what is rejected, add what is proposed, and say so.

    Args:
        path: a Solr synonym file.
        out: the folder that the new `synonyms.txt` and its table are written to.
        run: a run whose aligned text is evidence (None: LibreOffice's help pages).
        proposals: table of verified candidates, such as a run's (None: nothing is proposed).
        packages: folder of the Debian packages (None: malmoi's cache).
        url: of a cluster whose nori checks the entries (None: kiwi).

    Raises:
        SourceError: a file is missing or broken, or `out` would overwrite the dictionary.
    """
    from malmoi.synonyms.commands import verdicts_on
    from malmoi.synonyms.enhance import enhance

    if (out / RULES).resolve() == path.resolve():
        raise SourceError(f"{out / RULES} is the dictionary itself. Name another folder.")
    rules = solr.read(path)
    proposed = read_table(proposals) if proposals else []

    def verify(pairs: Sequence[Pair]) -> list[Verdict]:
        if not pairs:
            return []
        return verdicts_on([(p.korean, p.english) for p in pairs], run, None, packages)

    found = enhance(rules, verify, proposed)
    about = [f"{path.name}, verified and enhanced by Malmoi {installed_version()}"]
    solr.write(out / RULES, found.rules, about)
    write_lines(out / TABLE, (v.record() for v in [*found.verdicts, *found.added]))
    found.say()
    logger.info(f"{out / RULES}: {len(found.rules)} rules")
    check(found.rules, url)


def export_table(table: Path, out: Path, name: str, licence: str = "other") -> None:
    """`malmoi synonyms export TABLE`: a Hugging Face data set in `out`.

    Raises:
        SourceError: there is no such table, or pyarrow is missing.
        RunError: the table is empty.
    """
    from malmoi.synonyms.dataset import export

    counts = export(out, read_table(table), name, licence)
    logger.info(f"{out}: {counts['accepted']} accepted pairs, {counts['rejected']} rejected")


def put_to_use(table: Path, model: Path, scale: float = 1.0) -> None:
    """`malmoi synonyms use TABLE MODEL`: queries that are encoded with `model` are expanded.

    `synonyms.json` is written beside `tokenizer.json` and `idf.json`, in a model's folder or an
    index's; delete it to search without. English terms get their Korean alternatives; the other
    way round only adds noise where documents are Korean (docs/synonyms.md).

    Raises:
        SourceError: there is no such table.
        StudentError: the folder holds no query encoder.
    """
    import numpy as np
    from tokenizers import Tokenizer

    from malmoi.encoder.vocabulary import Vocabulary
    from malmoi.retrieval.query import QueryEncoder

    table_of_weights = QueryEncoder(model).weights
    tokenizer = Tokenizer.from_file(str(model / "tokenizer.json"))
    weights = np.zeros(tokenizer.get_vocab_size(), np.float32)
    for token, weight in table_of_weights.items():
        if (number := tokenizer.token_to_id(token)) is not None:
            weights[number] = weight
    content = frozenset(np.flatnonzero(weights > 0).tolist())
    made = apply.expansion(
        read_table(table), Vocabulary(tokenizer, content), weights, {"en=>ko": scale}
    )
    made.save(model)
    logger.info(f"{model}: queries are expanded by {len(made)} terms")


def show_effect(run: Path, table: Path, json_file: Path | None = None) -> dict[str, Any]:
    """`malmoi synonyms effect RUN TABLE`: nDCG@10 of each use in queries, with minus without.

    What documents gain is measured by a run, which trains a student with its pairs.

    Raises:
        SourceError: there is no such table.
        RunError: the run is not finished, or there is nothing to measure with.
    """
    from malmoi.evaluation.compare import print_tables
    from malmoi.pipelines.search.synonym_bench import read_bench
    from malmoi.pipelines.search.synonym_effect import effects

    verdicts = read_table(table)
    results = effects(read_bench(run), verdicts)
    print_tables(results["comparison"])
    for system, chosen in results["chosen"].items():
        logger.info(f"{system}: {chosen}")
    if json_file is not None:
        write_atomically(json_file, json.dumps(results, ensure_ascii=False, indent=1) + "\n")
    return results
