"""`malmoi synonyms verify PAIRS`: which pairs of a file are believed.

On a fresh machine the file is all that is needed: evidence comes from packages, from the help
pages' aligned text, from sound and from the dense model. What was opened and fitted is kept in
malmoi's cache.
"""

from __future__ import annotations

import logging
import sys
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

from malmoi.core import console
from malmoi.core.errors import SourceError
from malmoi.core.files import cache_folder, to_line
from malmoi.synonyms.formats import pair_files
from malmoi.synonyms.sources.candidates import Pair
from malmoi.synonyms.verification.verify import Verdict, Verifier, verify

if TYPE_CHECKING:
    from collections.abc import Collection

    from malmoi.corpora.corpus import Corpus
    from malmoi.lexicon.dictionaries.wordnet import WordNet
    from malmoi.recipe import TeacherSection
    from malmoi.teachers import Teacher

logger = logging.getLogger(__name__)

CACHE_NAME = "synonyms"


def verify_file(
    path: Path,
    run: Path | None = None,
    as_json: bool = False,
    teacher: TeacherSection | None = None,
    packages: Path | None = None,
) -> None:
    """Print a verdict on each pair of a file: a table, or one JSON object a line.

    Args:
        path: TSV or CSV (`pair_files`).
        run: a run's folder, whose corpus gives aligned text (None: LibreOffice's help pages).
        as_json: JSON Lines instead of a table.
        teacher: a teacher to try on the canaries, and to ask where it helps (None: none).
        packages: folder of the Debian packages (None: malmoi's cache, fetched with apt).

    Raises:
        SourceError: the file holds no pairs, or nothing to calibrate on is installed.
    """
    pairs = pair_files.read(path)
    verdicts = verdicts_on(pairs, run, teacher, packages)
    if as_json:
        for verdict in verdicts:
            sys.stdout.write(to_line(verdict.record()))
        return
    console.table(
        ["korean", "english", "probability", "accepted", "direction", "evidence"],
        [_row(verdict) for verdict in verdicts],
    )
    accepted = sum(verdict.accepted for verdict in verdicts)
    logger.info(f"{accepted} of {len(verdicts)} pairs accepted")


def verdicts_on(
    pairs: Collection[tuple[str, str]],
    run: Path | None = None,
    teacher: TeacherSection | None = None,
    packages: Path | None = None,
    excluding: Collection[tuple[str, str]] = (),
) -> list[Verdict]:
    """Verdicts on pairs (Korean, English), in order; see `verify_file`.

    `excluding`: pairs that are to be measured on, and so never are canaries.
    """
    from malmoi.synonyms.sources.evidence import Sources

    cache = cache_folder() / CACHE_NAME
    sources = Sources.open(_corpus(run, packages), packages, cache)
    with _teacher(teacher, cache) as opened:
        saved = cache / f"calibration{'-teacher' if opened is not None else ''}.json"
        verifier = Verifier.open(sources, opened, saved, open_wordnet(packages), excluding)
        figures = verifier.calibration.figures
        logger.info(
            f"calibrated on {figures.canaries} canaries, {figures.true} of them true: F1 "
            f"{_interval(figures.f1)}, related but different ones accepted "
            f"{_interval(figures.false_related)} (cross-validated)"
        )
        return verify([Pair(ko, en) for ko, en in pairs], verifier)


def _corpus(run: Path | None, packages: Path | None) -> Corpus | None:
    """The run's corpus, else the help pages; None where they can't be had."""
    from malmoi.corpora.readers import libreoffice

    if run is not None:
        return _of_run(run)
    try:
        return libreoffice.read(packages)
    except SourceError as error:
        logger.info(f"without the help pages' aligned text: {error}")
        return None


def _of_run(run: Path) -> Corpus:
    from malmoi.core.files import read_lines
    from malmoi.corpora.corpus import Corpus, Segment

    path = run / "corpus" / "segments.jsonl"
    if not path.is_file():
        raise SourceError(
            f"{run} has no corpus/segments.jsonl: expected the folder of a run of the search "
            "encoder; start it with `malmoi run RECIPE`"
        )
    segments = (Segment(r["document"], r["ko"], r["en"]) for r in read_lines(path))
    return Corpus(run.name, (), segments=tuple(segments))


def _teacher(section: TeacherSection | None, cache: Path) -> AbstractContextManager[Teacher | None]:
    """The teacher, opened as a context; None where none is asked for."""
    from malmoi.teachers.open import open_teacher

    if section is None:
        return nullcontext(None)
    return open_teacher(section, cache / "teacher.sqlite")


def open_wordnet(packages: Path | None) -> WordNet | None:
    """WordNet of the Debian package, None (said) where it can't be had."""
    from malmoi.lexicon.dictionaries.wordnet import WordNet

    try:
        return WordNet.open(packages)
    except SourceError as error:
        logger.info(f"without WordNet: {error}")
        return None


def _row(verdict: Verdict) -> list[str]:
    said = ", ".join(dict.fromkeys(e.source.split()[0] for e in verdict.evidence if e.value > 0))
    accepted = "yes" if verdict.accepted else "no"
    return [
        verdict.korean,
        verdict.english,
        f"{verdict.probability:.3f}",
        accepted,
        verdict.direction if verdict.accepted else "",
        said or "none",
    ]


def _interval(values: tuple[float, float, float]) -> str:
    return f"{values[0]:.3f} [{values[1]:.3f}, {values[2]:.3f}]"
