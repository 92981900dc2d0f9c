"""What a corpus is made of: counts of the pieces that a vocabulary is built from.

Hangul is counted as kiwi's morphemes, and what stands between marks (`normalizer`) as it is: words,
numbers, and names with signs inside both whole and in parts. Hanja are counted as the words that
they are written in, and one by one.
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from malmoi.core.progress import track
from malmoi.encoder.normalizer import normalizer, piece_of
from malmoi.text.conjugation import allomorphs
from malmoi.text.general_korean import general_words
from malmoi.text.hangul import has_hangul, has_joining_jamo, is_hangul
from malmoi.text.hanja import hanja_matches, reading
from malmoi.text.morphemes import (
    CONTENT_TAGS,
    VERB_TAGS,
    Morpheme,
    irregular_stems,
    korean_morphemes,
)
from malmoi.text.stop_words import FUNCTION_WORDS
from malmoi.text.written import shown, words_of, written_form, written_tokens

PIECE_TAGS = CONTENT_TAGS | {"XPN", "MM"}
"""Prefixes and determiners tell documents apart as well (measured on help pages)."""

MIN_PART = 2
"""Syllables of a compound's part: a single one is mostly no word."""
MAX_PARTS = 4
LEAST_FREQUENCY = 3e-6
"""Of a noun that is looked for in the corpus's compounds; rarer ones are found by chance."""

MAX_HANJA = 8
"""Characters of the longest run of Hanja that is a word."""


@dataclass
class Pieces:
    """How often each piece stands in the texts, how often as content, and how it is written."""

    counts: Counter[str] = field(default_factory=Counter)
    content: Counter[str] = field(default_factory=Counter)
    forms: dict[str, Counter[str]] = field(default_factory=dict)
    names: set[str] = field(default_factory=set)
    """Pieces that are names whole, with signs inside."""
    endings: Counter[str] = field(default_factory=Counter)
    """Particles and endings in another form than kiwi's: 아요, which is 어요 to it."""
    nouns: set[str] = field(default_factory=set)
    """Forms of the texts' nouns."""
    verbs: set[str] = field(default_factory=set)
    """Stems of what the texts conjugate."""

    def __post_init__(self) -> None:
        self._normalizer = normalizer()
        self._pieces: dict[str, str] = {}
        self.function_words = {self._normalizer.normalize_str(word) for word in FUNCTION_WORDS}

    def copied(self) -> Pieces:
        """The same counts, to count more on top of them."""
        return Pieces(
            Counter(self.counts),
            Counter(self.content),
            {piece: Counter(forms) for piece, forms in self.forms.items()},
            set(self.names),
            Counter(self.endings),
            set(self.nouns),
            set(self.verbs),
        )

    def put(self, piece: str, content: bool, form: str) -> None:
        """Count a piece in the tokenizer's spelling, and the form that people read."""
        if not piece or piece.isspace():
            return
        self.counts[piece] += 1
        if content and piece not in self.function_words:
            self.content[piece] += 1
            self.forms.setdefault(piece, Counter())[form] += 1

    def read(self, texts: Sequence[str]) -> None:
        """Count what stands in texts."""
        written = [written_form(text) for text in texts]
        both = zip(written, korean_morphemes(written), strict=True)
        for text, found in track(both, "vocabulary", len(texts)):
            for morpheme in found:
                form = morpheme.form
                if has_hangul(form) or has_joining_jamo(form):
                    if morpheme.tag in {"NNG", "NNP"}:
                        self.nouns.add(form)
                    ending = "다" if morpheme.tag in {"VV", "VA"} else ""
                    if morpheme.tag in VERB_TAGS:
                        self.verbs.add(form)
                    # Letters alone (ㅠㅠ) are no word.
                    content = morpheme.tag in PIECE_TAGS and has_hangul(form)
                    self.put(unicodedata.normalize("NFKD", form), content, form + ending)
                    stands = text[morpheme.start : morpheme.end]
                    if not content and len(stands) == len(form) > 1 and stands != form:
                        self.endings[unicodedata.normalize("NFKD", stands)] += 1
            self.read_words(text)

    def read_words(self, text: str) -> None:
        """Count what a text in written form holds beside Hangul."""
        for token, _, _ in written_tokens(text):
            self._put_token(token)
        for word in (match[0] for match in hanja_matches(text)):
            short = len(word) <= MAX_HANJA
            for each in sorted({word, *word} if short else set(word)):
                self.put(each, True, each)
            if short and is_hangul(read := reading(word)):
                self.put(unicodedata.normalize("NFKD", read), True, read)

    def find(self, words: Mapping[str, int]) -> bool:
        """Count words of the texts that were not seen before; whether there are any."""
        for word, count in words.items():
            piece = unicodedata.normalize("NFKD", word)
            self.counts[piece] = self.content[piece] = count
            self.forms[piece] = Counter({word: count})
        return bool(words)

    def add_headwords(self, pairs: Iterable[tuple[str, str]]) -> None:
        """Count Korean words once whose English stands in the texts, of pairs (Korean, English).

        Those of several morphemes are left out: they are found by them.
        """
        words = sorted({korean for korean, english in pairs if self._stands(english)})
        for word, found in zip(words, korean_morphemes(words), strict=True):
            stem = _verb_stem(word) or (found[0].form if _is_noun(found) else "")
            piece = unicodedata.normalize("NFKD", stem)
            if is_hangul(stem) and piece not in self.counts:
                self.put(piece, True, word)

    def _stands(self, english: str) -> bool:
        tokens = written_tokens(written_form(english))
        pieces = [self._piece(word) for token in tokens for word in words_of(token.form)]
        return bool(pieces) and all(piece in self.counts for piece in pieces)

    def add_parts_of_compounds(self) -> None:
        """Count parts that stand in no text by themselves: a query may ask for 삼성 in 삼성전자."""
        known = {
            form
            for form, word in general_words().items()
            if word.tag in {"NNG", "NNP"} and word.frequency >= LEAST_FREQUENCY
        }
        parts = {
            part for noun in self.nouns for each in compound_parts(noun, known) for part in each
        }
        for part in sorted(parts - self.nouns):
            self.put(unicodedata.normalize("NFKD", part), True, part)

    def add_allomorphs(self) -> None:
        """Count what endings make of the texts' verbs (배워 of 배우) as often as the stem.

        One of one syllable (해) never weighs as the stem; it is mostly no other word either, then.
        """
        irregular = irregular_stems()
        for stem in sorted(self.verbs):
            other = unicodedata.normalize("NFKD", stem)
            for form in allomorphs(stem, stem in irregular):
                piece = unicodedata.normalize("NFKD", form)
                if len(form) > 1 and piece not in self.counts and self.is_content(other):
                    self.content[piece] = self.counts[other]
                    self.forms[piece] = Counter({f"{stem}다": 1})
                self.counts[piece] += self.counts[other]

    def _put_token(self, token: str) -> None:
        for each in words_of(token):
            piece = self._piece(each)
            if "-" in each:
                self.names.add(piece)
            self.put(piece, True, shown(each))

    def _piece(self, form: str) -> str:
        if form not in self._pieces:
            self._pieces[form] = piece_of(form, self._normalizer)
        return self._pieces[form]

    def is_content(self, piece: str) -> bool:
        """Whether a piece may weigh: a form that is mostly a particle or an ending must not, where
        it is by chance a noun."""
        return self.content[piece] >= 0.5 * self.counts[piece] > 0


def _verb_stem(headword: str) -> str:
    """A verb's or an adjective's without 다, where Korean at large has it; kiwi reads 줄이다 (to
    reduce) by itself as "it is a line"."""
    stem = headword.removesuffix("다")
    word = general_words().get(stem)
    return stem if word and stem != headword and word.tag in {"VV", "VA"} else ""


def _is_noun(found: Sequence[Morpheme]) -> bool:
    return len(found) == 1 and found[0].tag in PIECE_TAGS - {"VV", "VA"}


def count_pieces(
    texts: Sequence[str],
    english: Iterable[str] = (),
    pairs: Iterable[tuple[str, str]] = (),
    read: Pieces | None = None,
) -> Pieces:
    """The pieces of a corpus's texts, of English text that stands elsewhere, and of headwords.

    Args:
        texts: of the corpus.
        english: words and texts in English.
        pairs: terms of dictionaries (Korean, English).
        read: what `Pieces.read` counted in the texts before, which isn't changed.
    """
    pieces = read.copied() if read else Pieces()
    if read is None:
        pieces.read(texts)
    pieces.add_headwords(pairs)
    for text in english:
        pieces.read_words(written_form(text))
    pieces.add_parts_of_compounds()
    pieces.add_allomorphs()
    pieces.counts.update({p: n for p, n in pieces.endings.items() if p not in pieces.counts})
    return pieces


def compound_parts(word: str, words: Container[str]) -> Iterator[tuple[str, ...]]:
    """How a word is two of the `words` joined, or three or four, each of two syllables or more.

    Example:
        >>> list(compound_parts("데이터베이스", {"데이터", "베이스", "이터"}))
        [('데이터', '베이스')]
    """
    ends = range(MIN_PART, len(word) - MIN_PART + 1)
    pairs = [(word[:n], word[n:]) for n in ends if word[:n] in words and word[n:] in words]
    if pairs:
        yield from pairs
        return
    for n in ends:
        if word[:n] in words:
            for rest in compound_parts(word[n:], words):
                if len(rest) < MAX_PARTS:
                    yield (word[:n], *rest)
