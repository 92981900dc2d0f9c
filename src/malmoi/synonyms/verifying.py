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
    corpus: Corpus | None = None,
    teacher: TeacherSection | None = None,
    packages: Path | None = None,
    excluding: Collection[tuple[str, str]] = (),
) -> list[Verdict]:
    """Verdicts on pairs (Korean, English), in order.

    Args:
        pairs: such as `pair_files.read` gives.
        corpus: whose aligned text is evidence (None: LibreOffice's help pages).
        teacher: a teacher to try on the labelled pairs, and to ask where it helps (None: none).
        packages: folder of the Debian packages (None: malmoi's cache, fetched with apt).
        excluding: pairs that are to be measured on, and so are never calibrated on.

    Raises:
        SourceError: nothing to calibrate on is installed.
    """
    if corpus is None:
        corpus = _help_pages(packages)
    with _teacher(teacher) as opened:
        verifier = SynonymVerifier.open(corpus, opened, packages=packages, excluding=excluding)
        return verifier.verify(pairs)


def _help_pages(packages: Path | None) -> Corpus | None:
    """LibreOffice's help pages; None where they can't be had."""
    from malmoi.corpora.readers import libreoffice

    try:
        return libreoffice.read(packages)
    except SourceError as error:
        logger.info(f"without the help pages' aligned text: {error}")
        return None


def _teacher(section: TeacherSection | None) -> AbstractContextManager[Teacher | None]:
    """The teacher, opened as a context; None where none is asked for."""
    from malmoi.teachers.open import open_teacher

    if section is None:
        return nullcontext(None)
    return open_teacher(section, cache_folder() / CACHE_NAME / "teacher.sqlite")
