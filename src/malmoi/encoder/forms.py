"""Other forms of a document's words, which its vector has too, with less weight.

    데이터베이스        also 데이터, 베이스          a compound has its parts
    데이터 베이스       also 데이터베이스            words that stand together are the compound
    sm-g998n         also sm, g998n, 998        a name, a number, an address has its parts
    大學              also 대학                   Hanja has its reading
    컨텐츠            also 콘텐츠                 loanwords are spelled in several ways
    배워(서)          also 배우                   a verb is its stem and what endings make of it

Only forms that the vocabulary has: a query finds them by the piece that it is cut into. They are a
`Table` of the lexical part (`Lexical.forms`), so whoever reads a saved model needs none of this.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import combinations, permutations

from malmoi.encoder.lexical import MAX_TERM_PIECES, Table
from malmoi.encoder.normalizer import piece_of
from malmoi.encoder.pieces import compound_parts
from malmoi.encoder.vocabulary import Vocabulary
from malmoi.text.conjugation import allomorphs
from malmoi.text.hangul import is_hangul
from malmoi.text.hanja import is_hanja, readings
from malmoi.text.loanwords import loanword_key, same_loanword
from malmoi.text.morphemes import irregular_stems
from malmoi.text.written import MARK, parts, written_form

PART, WHOLE, NAME_PART, READING, SPELLING = 0.6, 0.8, 0.6, 0.8, 0.8
"""What a form weighs beside the word that stands there: a compound's part, the compound that two
words make, a part of a name, a reading, another spelling."""


def forms_table(vocabulary: Vocabulary) -> Table:
    """Piece or run of pieces → other pieces → their weight beside it (0 to 1)."""
    pieces = {i: vocabulary.tokenizer.id_to_token(i) or "" for i in vocabulary.content}
    ids = {piece: i for i, piece in pieces.items()}
    words = {
        unicodedata.normalize("NFC", p): i
        for p, i in ids.items()
        if is_hangul(unicodedata.normalize("NFC", p))
    }
    table: Table = {}

    def add(term: Sequence[int], to: Mapping[int, float]) -> None:
        row = table.setdefault(tuple(term), {})
        for piece, share in to.items():
            row[piece] = max(row.get(piece, 0.0), share)

    for word, i in words.items():
        for split in compound_parts(word, words):
            found = [words[part] for part in split]
            add([i], dict.fromkeys(found, PART))
            if len(found) <= MAX_TERM_PIECES:
                add(found, {i: WHOLE})
    for piece, i in ids.items():
        if piece.startswith(MARK):
            form = written_form(vocabulary.surface.get(i, ""))
            names = [piece_of(part, vocabulary.tokenizer.normalizer) for part in parts(form)]
            add([i], {ids[name]: NAME_PART for name in names if name in ids})
        elif is_hanja(piece):
            add([i], {ids[part]: NAME_PART for part in _inside(piece) if part in ids})
            add([i], {words[read]: READING for read in readings(piece) if read in words})
    for stem, forms in _allomorphs(words):
        own = [f for f in forms if vocabulary.surface.get(words[f]) == f"{stem}다"]
        for one, other in permutations([stem, *own], 2):
            add([words[one]], {words[other]: 1.0})
    for one, other in _spellings(words):
        add([words[one]], {words[other]: SPELLING})
        add([words[other]], {words[one]: SPELLING})
    return {term: to for term, to in table.items() if to}


def _spellings(words: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Pairs of words that spell one loanword."""
    by_key: dict[str, list[str]] = {}
    for word in sorted(words):
        by_key.setdefault(loanword_key(word), []).append(word)
    for group in by_key.values():
        yield from (pair for pair in combinations(group, 2) if same_loanword(*pair))


def _allomorphs(words: Iterable[str]) -> Iterator[tuple[str, list[str]]]:
    """Verbs among words with what endings make of them, as far as that is among them, too."""
    known, irregular = set(words), irregular_stems()
    for stem in sorted(known):
        if forms := [form for form in allomorphs(stem, stem in irregular) if form in known]:
            yield stem, forms


def _inside(run: str) -> list[str]:
    """The shorter runs inside a run of Hanja, down to two characters."""
    lengths = range(2, len(run))
    return [run[n : n + size] for size in lengths for n in range(len(run) - size + 1)]
