"""What `malmoi opensearch push`, `pull`, `status`, `remove` and `check` print."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from pathlib import Path

from malmoi.core.console import table
from malmoi.core.errors import ClusterError
from malmoi.retrieval.opensearch import check as checking
from malmoi.retrieval.opensearch import pull as pulling
from malmoi.retrieval.opensearch import push as pushing
from malmoi.retrieval.opensearch import remove as removing
from malmoi.retrieval.opensearch.source import STUDENT
from malmoi.retrieval.opensearch.status import status
from malmoi.retrieval.opensearch.synonyms import Rule

logger = logging.getLogger(__name__)


def push(
    run: Path,
    name: str = "",
    student: str = STUDENT,
    url: str = "",
    synonyms: Sequence[Rule] = (),
    shards: int = 1,
) -> None:
    """Put a run into a cluster and say what was done; errors as `push.push`.

    Args:
        run, name, student, url, synonyms, shards: as in `push.push`.
    """
    done = pushing.push(run, name, student=student, url=url, synonyms=synonyms, shards=shards)
    logger.info(
        f"{done.index}: {done.documents} documents, {done.sent} sent, {done.there} there before"
    )
    logger.info(
        f"{done.name} shows it now; what it showed before is kept until it is removed with --old."
        if done.switched
        else f"{done.name} showed it already."
    )


def pull(name: str, out: Path, url: str = "") -> None:
    """Write an index's documents into a folder. Errors as `pull.pull`."""
    logger.info(f"{out}: {pulling.pull(name, out, url)} documents, each as it was pushed")


def show_status(name: str, url: str = "") -> None:
    """Print the indexes behind a name."""
    found = status(name, url)
    if not found.indexes:
        logger.info(
            f"There is no index of malmoi's for {name}. Make one with: malmoi opensearch push RUN"
        )
    else:
        rows = [
            [
                one.index,
                one.state,
                f"{one.documents:,} of {one.expected:,}",
                f"{one.bytes / 2**20:.1f}",
                one.segments,
                one.health,
                f"{one.run}, {one.student}",
            ]
            for one in found.indexes
        ]
        table(["index", "state", "documents", "MB", "segments", "health", "run, student"], rows)
    for pipeline in found.pipelines:
        logger.info(f"pipeline {pipeline}")
    if found.template:
        logger.info(f"template {found.name}")


def remove(name: str, old: bool = False, url: str = "") -> None:
    """Delete what malmoi made for a name, or its older indexes alone. Errors as `remove.remove`."""
    removed = removing.remove(name, old, url)
    logger.info(
        f"removed: {', '.join(removed)}" if removed else f"There was nothing of {name} to remove."
    )


def check(url: str = "") -> None:
    """Print what a cluster has and lacks, with remedies.

    Raises:
        ClusterError: it lacks what a push needs.
    """
    features = checking.check(url)
    rows = [["yes" if f.there else "no", f.name, f.seen, f.remedy] for f in features]
    table(["", "feature", "seen", "remedy"], rows)
    if lacking := [f.name for f in features if f.required and not f.there]:
        raise ClusterError(f"A push needs what the cluster lacks: {'; '.join(lacking)}.")
