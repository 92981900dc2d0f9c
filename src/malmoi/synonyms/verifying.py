"""Which pairs of terms are believed: everything that this needs, opened.

On a fresh machine the pairs are all that is needed: evidence comes from packages, from the help
pages' aligned text, from sound and from the dense model. What was opened and fitted is kept in
malmoi's cache.
"""

from __future__ import annotations

import logging
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

from malmoi.core.errors import SourceError
from malmoi.core.files import cache_folder
from malmoi.synonyms.sources.evidence import CACHE_NAME
from malmoi.synonyms.verification.verify import SynonymVerifier, Verdict

if TYPE_CHECKING:
    from collections.abc import Collection

    from malmoi.corpora.corpus import Corpus
    from malmoi.recipe import TeacherSection
    from malmoi.teachers import Teacher

logger = logging.getLogger(__name__)


def verdicts_on(
    pairs: Collection[tuple[str, str]],
    run: Path | None = None,
    teacher: TeacherSection | None = None,
    packages: Path | None = None,
    excluding: Collection[tuple[str, str]] = (),
) -> list[Verdict]:
    """Verdicts on pairs (Korean, English), in order.

    Args:
        pairs: such as `pair_files.read` gives.
        run: a run's folder, whose corpus gives aligned text (None: LibreOffice's help pages).
        teacher: a teacher to try on the labelled pairs, and to ask where it helps (None: none).
        packages: folder of the Debian packages (None: malmoi's cache, fetched with apt).
        excluding: pairs that are to be measured on, and so are never calibrated on.

    Raises:
        SourceError: the run has no aligned text, or nothing to calibrate on is installed.
    """
    with _teacher(teacher) as opened:
        verifier = SynonymVerifier.open(
            _corpus(run, packages), opened, packages=packages, excluding=excluding
        )
        return verifier.verify(pairs)


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


def _teacher(section: TeacherSection | None) -> AbstractContextManager[Teacher | None]:
    """The teacher, opened as a context; None where none is asked for."""
    from malmoi.teachers.open import open_teacher

    if section is None:
        return nullcontext(None)
    return open_teacher(section, cache_folder() / CACHE_NAME / "teacher.sqlite")
