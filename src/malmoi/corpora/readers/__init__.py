"""Corpora from where they are: LibreOffice's help, BEIR, tables, SQuAD, the Hugging Face hub.

Each module reads one kind into a `Corpus`; `read` is what a recipe's `[corpus]` asks for.
"""

from __future__ import annotations

import logging
from dataclasses import replace
from pathlib import Path

from malmoi.core.errors import SourceError
from malmoi.core.files import stable_share
from malmoi.corpora.corpus import Corpus
from malmoi.corpora.describe import check_language, describe
from malmoi.recipe import CorpusSection

logger = logging.getLogger(__name__)


def read(section: CorpusSection) -> Corpus:
    """Read, check and describe (on standard error) the corpus that a recipe names.

    Raises:
        SourceError: the source is missing, empty, broken, or mostly in another language.
    """
    corpus = _read(section)
    if not corpus.documents:
        raise SourceError(
            f"{section.path or section.reader} holds no document with any text (repaired or "
            f"dropped: {corpus.counts or 'nothing'}). Expected at least one."
        )
    check_language(corpus, section.language)
    if 0 < section.limit < len(corpus.documents):
        by_hash = sorted((d.id for d in corpus.documents), key=lambda i: stable_share(i, "limit"))
        counts = {**corpus.counts, "over_limit": len(by_hash) - section.limit}
        corpus = replace(corpus.only(by_hash[: section.limit]), counts=counts)
    logger.info(describe(corpus))
    return corpus


def _read(section: CorpusSection) -> Corpus:
    from malmoi.corpora.readers import beir, hub, libreoffice, squad, table

    if section.reader == "libreoffice-help":
        return libreoffice.read(Path(section.path).expanduser() if section.path else None)
    if not section.path:
        raise SourceError(
            f"[corpus] reader = {section.reader!r} has no path. Expected a file, a folder or a "
            "data set id: set corpus.path."
        )
    path = Path(section.path).expanduser()
    fields = section.id_field, section.title_field, section.text_field, section.date_field
    if section.reader == "beir":
        return beir.read(path)
    if section.reader == "squad":
        return squad.read(path)
    if section.reader == "table":
        return table.read(path, *fields)
    return hub.read(section.path, *fields, section.config, section.split)
