"""A corpus by the name of its file, its folder or its reader: what Python users begin with."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path
from typing import Any

from malmoi.core.errors import SourceError
from malmoi.corpora import corpus
from malmoi.corpora.readers import read, reader_of
from malmoi.recipe import CorpusSection
from malmoi.recipe.reader import read_section


class Corpus(corpus.Corpus):
    """Documents, and where a source has them queries, judgements and aligned text.

    Attributes:
        name: of the file or folder.
        documents: each with `id`, `title`, `sections` and `text`.
        queries: what people asked, each with `id`, `text` and `language`.
        conversational: questions in spoken language, for a test of their own.
        qrels: query id → document id → relevance (> 0 is relevant).
        segments: aligned Korean and English texts.
        counts: what was mended or dropped while reading.

    Example:
        >>> corpus = malmoi.Corpus.load("docs.jsonl", language="ko")
        >>> corpus
        Corpus('docs', 30 documents)
        >>> corpus.documents[0].title
        '김치 담그기'
    """

    __slots__ = ()

    @classmethod
    def load(
        cls, source: str | Path, language: str = "ko", *, reader: str = "", **settings: Any
    ) -> Corpus:
        """Read a corpus; the kind of its source is seen from the source.

        Args:
            source: a BEIR folder, a folder of `.txt` or `.md` files, a `.jsonl`, `.json`, `.csv`,
                `.tsv` or `.parquet` file with a document a row, a SQuAD, KorQuAD or KLUE-MRC
                `.json`, any of these files with `.gz`, or the name of a corpus that malmoi fetches
                ("libreoffice-help").
            language: of the documents, "ko" or "en".
            reader: "table", "text", "beir", "squad" or "hub" (`source` is a data set's id then),
                where the source doesn't show it.
            **settings: further keys of a recipe's `[corpus]`, such as `limit` (documents at most),
                `id_field`, `title_field`, `text_field`.

        Returns:
            The corpus, with at least one document.

        Raises:
            SourceError: there is no such source, or it is empty, broken or in another language.
            RecipeError: a setting that there is not, or of the wrong type.

        Example:
            >>> malmoi.Corpus.load("docs.jsonl", limit=10)
            Corpus('docs', 10 documents)
        """
        reader = reader or _reader_of(source)
        path = "" if reader == source else str(source)
        values = {"reader": reader, "path": path, "language": language, **settings}
        found = read(read_section(CorpusSection, values, "corpus"))
        return cls(**{field.name: getattr(found, field.name) for field in fields(found)})

    def __repr__(self) -> str:
        counts = [f"{len(self.documents)} documents"]
        counts += [f"{len(self.queries)} queries"] if self.queries else []
        counts += [f"{len(self.segments)} aligned segments"] if self.segments else []
        return f"Corpus({self.name!r}, {', '.join(counts)})"


def _reader_of(source: str | Path) -> str:
    """The reader for a source that names none."""
    path = Path(source).expanduser()
    if source == "libreoffice-help" and not path.exists():
        return "libreoffice-help"
    try:
        return reader_of(path)
    except SourceError as error:
        if path.exists():
            raise
        raise SourceError(
            f'{error} A corpus that malmoi fetches is named "libreoffice-help"; for a data set of '
            'the Hugging Face hub give reader="hub".'
        ) from None
