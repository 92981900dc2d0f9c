"""The translation table of a lexical part: Korean pieces, and the English ones they make active.

    glossary = glossary_table(records, vocabulary, floor=0.3)
    aligned = translation_table(segments, vocabulary)        # alignment.py
    table = merge(glossary, aligned)

Verified synonyms give one too: `malmoi.synonyms.apply.to_table`.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypedDict

from malmoi.encoder.lexical import MAX_TERM_PIECES, Table
from malmoi.encoder.vocabulary import Vocabulary


class TranslatedTerm(TypedDict):
    """What a table takes of a glossary's record: what stands in documents, and word → share."""

    stem: str
    english: dict[str, float]


def glossary_table(
    records: Iterable[TranslatedTerm], vocabulary: Vocabulary, floor: float
) -> Table:
    """A glossary's terms as piece ids → English piece → share (`floor` to 1).

    `records` hold `stem`, what stands in documents, and `english`: word → share of the samples.
    """
    records = [r for r in records if any(share >= floor for share in r["english"].values())]
    stems = vocabulary.encode([record["stem"] for record in records])
    words = sorted({word for record in records for word in record["english"]})
    pieces = dict(zip(words, vocabulary.encode(words), strict=True))
    table: Table = {}
    for record, stem in zip(records, stems, strict=True):
        if not 0 < len(stem) <= MAX_TERM_PIECES:
            continue
        to = table.setdefault(tuple(stem), {})
        for word, share in record["english"].items():
            if share >= floor:
                for piece in pieces[word]:
                    to[piece] = max(to.get(piece, 0.0), share)
    return {term: to for term, to in table.items() if to}


def merge(*tables: Table) -> Table:
    """All tables as one; a translation that several have gets the largest share."""
    merged: Table = {}
    for table in tables:
        for term, to in table.items():
            row = merged.setdefault(term, {})
            for piece, share in to.items():
                row[piece] = max(row.get(piece, 0.0), share)
    return merged
