"""Corpora from where they are: LibreOffice's help, BEIR, tables, text, SQuAD, the Hugging Face hub.

Each module reads one kind into a `Corpus`; `read` is what a recipe's `[corpus]` asks for, and
`reader_of` sees the kind of a source that nobody described.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from malmoi.core.errors import RecipeError, SourceError
from malmoi.core.files import stable_share
from malmoi.corpora.corpus import Corpus
from malmoi.corpora.describe import check_language, describe
from malmoi.corpora.readers.cleaning import Fields, ending_of, remedy_for
from malmoi.recipe import CorpusSection
from malmoi.recipe.reader import read_section

logger = logging.getLogger(__name__)

FIELDS = ("id_field", "title_field", "text_field", "date_field")
"""The keys of `[corpus]` that name a document's fields; `malmoi index` has them as options."""


def read(section: CorpusSection) -> Corpus:
    """Read, check and describe (on standard error) the corpus that a recipe names.

    Raises:
        SourceError: the source is missing, empty, broken, or mostly in another language.
    """
    corpus = read_unchecked(section)
    if not corpus.documents:
        raise SourceError(
            f"{section.path or section.reader} holds no document with any text (repaired or "
            f"dropped: {corpus.counts or 'nothing'}). Expected at least one."
        )
    check_language(corpus, section.language)
    if 0 < section.limit < len(corpus.documents):
        by_hash = sorted((d.id for d in corpus.documents), key=lambda i: stable_share(i, "limit"))
        kept = corpus.only(by_hash[: section.limit])
        counts = {**corpus.counts, "over_limit": len(by_hash) - section.limit}
        if without := len(corpus.conversational) - len(kept.conversational):
            counts["questions_over_limit"] = without
        corpus = replace(kept, counts=counts)
    logger.info(describe(corpus))
    return corpus


def read_unchecked(section: CorpusSection) -> Corpus:
    """The corpus as it is: whole, in whatever language, perhaps empty, and nothing said of it.

    Raises:
        SourceError: the source is missing or broken.
    """
    from malmoi.corpora.readers import beir, hub, libreoffice, squad, table, text_files

    if section.reader == "libreoffice-help":
        return libreoffice.read(Path(section.path).expanduser() if section.path else None)
    if not section.path:
        raise SourceError(
            f"[corpus] reader = {section.reader!r} has no path. Expected a file, a folder or a "
            "data set id: set corpus.path."
        )
    path = Path(section.path).expanduser()
    if section.reader == "beir":
        return beir.read(path, fields=fields_of(section))
    if section.reader == "squad":
        return squad.read(path)
    if section.reader == "text":
        return text_files.read(path, titles=bool(section.title_field))
    if section.reader == "table":
        return table.read(path, fields_of(section))
    return hub.read(section.path, fields_of(section), section.config, section.split)


def source_files(section: CorpusSection) -> dict[str, Path]:
    """The files that a recipe's corpus is read from, by their names in its folder ("" for a file).

    Nothing where they aren't there, or where the recipe names none (what is fetched, a hub's id).
    """
    from malmoi.core.packages import apt
    from malmoi.corpora.readers import beir, hub, libreoffice, text_files

    if not section.path:
        return {}
    path = Path(section.path).expanduser()
    if section.reader in ("table", "squad"):
        return {"": path} if path.is_file() else {}
    if section.reader == "libreoffice-help":
        names = tuple(libreoffice.PACKAGES.values())
        found = list(apt.present(names, path).values())
        files = found if len(found) == len(names) else []
    elif section.reader == "beir":
        files = beir.source_files(path)
    elif section.reader == "text":
        files = text_files.text_files(path)
    else:
        files = hub.source_files(path)
    return {file.relative_to(path).as_posix(): file for file in files}


def fields_of(section: CorpusSection) -> Fields:
    """The names of a document's fields, as a recipe has them."""
    return Fields(section.id_field, section.title_field, section.text_field, section.date_field)


def named_fields(given: Mapping[str, str]) -> CorpusSection:
    """A `[corpus]` that only names fields: `id_field`, `title_field`, `text_field`, `date_field`.

    Raises:
        RecipeError: another key, or a value that is no text.
    """
    if others := [key for key in given if key not in FIELDS]:
        raise RecipeError(f"fields: saw {', '.join(others)}; expected some of {', '.join(FIELDS)}")
    return read_section(CorpusSection, given, "corpus")


def reader_of(path: Path) -> str:
    """The reader for a file or folder, seen from what it holds.

    Raises:
        SourceError: there is none for it; the message says what there is one for.
    """
    from malmoi.corpora.readers import beir, squad, table, text_files

    if path.is_dir():
        if beir.is_beir(path):
            return "beir"
        if text_files.text_files(path):
            return "text"
        names = ", ".join(sorted(each.name for each in path.iterdir())[:5]) or "nothing"
        raise SourceError(
            f"{path} holds {names}. Expected a BEIR folder (corpus.jsonl, queries.jsonl and "
            "qrels/<split>.tsv), or .txt or .md files; give a table by its own path."
        )
    if path.is_file() and ending_of(path) in table.ENDINGS:
        return "squad" if ending_of(path) == ".json" and squad.is_squad(path) else "table"
    seen, remedy = "not there", ""
    if path.is_file():
        seen, remedy = f"a file that ends in {path.suffix!r}", f" {remedy_for(path)}"
    raise SourceError(
        f"{path} is {seen}. Expected a BEIR folder, a folder of .txt or .md files, or a file that "
        f"ends in {', '.join(table.ENDINGS)}, or one of these with .gz.{remedy}"
    )
