"""One dictionary between Korean and English out of all that is known of a corpus's words.

    sources = [Source("packages", table), Source("teacher", glossary_table(…)), …]
    dictionary = merge_sources(sources, vocabulary, vectors=USE())
    dictionary.table                 # what the lexical part makes active, in both directions
    dictionary.sources[pair]         # ("vectors", "packages"): who says so

How good a pair of words is depends on what else there is for them. So each word's candidates
compete, with the nearness of their vectors and what each source says of them:

    P(e | k) = softmax over the candidates e of k:   csls(k, e) / T + Σ weight(source) · value

and P(k | e) the same over the candidates k of e. A pair has the larger of the two: an English word
may be one of ten for a Korean one and yet have no other, and the other way round. The constants are
chosen on development queries (docs/experiments.md). A term of several pieces has no vector: it has
the largest value that a source gives it.
"""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from malmoi.corpora.corpus import Segment
from malmoi.encoder.alignment import translation_table
from malmoi.encoder.csls import Csls
from malmoi.encoder.lexical import MAX_TERM_PIECES, Table
from malmoi.encoder.pieces import Pieces
from malmoi.encoder.vocabulary import GENERAL_WORDS, Vocabulary, build
from malmoi.text.general_english import general_english
from malmoi.text.hangul import has_hangul, script_shares
from malmoi.text.transliteration import jamo, loanword, skeleton

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Values = NDArray[np.float64]

TEMPERATURE = 0.1
WEIGHTS = {"packages": 2.5, "aligned": 8.0, "sound": 5.0, "teacher": 4.0, "verified": 4.0}
"""What a source's value of 1 adds to a candidate's logit."""
VECTORS, SOUND = "vectors", "sound"
CANDIDATES = 5
"""Nearest words that are candidates, from either side."""
MAX_TRANSLATIONS = (4, 6)
"""Of one Korean word, and of one English word, the best ones."""
MIN_SHARE = 0.05
MIN_SOUND = 0.7
"""From which likeness of sound on it says anything."""

MIN_KNOWN = 0.5
"""Share of a corpus's running words under which aligned text of another kind says nothing."""
KOREAN_SHARE = 0.4
"""Of a text's letters that are Hangul from which on it is Korean: a syllable says what two or three
Latin letters say."""
LANGUAGE_SHARE = 0.05
"""Of the texts: with fewer of a language, its documents get no translations."""

_LATIN = re.compile(r"[A-Za-z]{2,}")


class WordVectors(Protocol):
    """What embeds words: `malmoi.models.use.USE`, or any dense encoder."""

    def embed_queries(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Vectors [texts, d], rows of length 1."""
        ...


@dataclass(frozen=True)
class Source:
    """What one source says: Korean term (ids of its pieces) → English piece → value (0 to 1).

    `name` is one of `WEIGHTS`, which `trust` (0 to 1) is a factor of.
    """

    name: str
    table: Table
    trust: float = 1.0


@dataclass(frozen=True)
class Dictionary:
    """A merged table, and the names of the sources of each pair (Korean term, English piece)."""

    table: Table = field(default_factory=dict)
    sources: dict[tuple[tuple[int, ...], int], tuple[str, ...]] = field(default_factory=dict)

    def counts(self) -> dict[str, int]:
        """Source → pairs that it has, among those that are used."""
        return dict(Counter(name for names in self.sources.values() for name in names))

    def rows(self, vocabulary: Vocabulary) -> Iterator[dict[str, Any]]:
        """Each pair as people read it, with its share and its sources."""
        for (term, piece), names in sorted(self.sources.items()):
            reverse = self.table.get((piece,), {}).get(term[0], 0.0) if len(term) == 1 else 0.0
            yield {
                "korean": " ".join(map(vocabulary.readable, term)),
                "english": vocabulary.readable(piece),
                "share": self.table.get(term, {}).get(piece, reverse),
                "sources": list(names),
            }


def merge_sources(
    sources: Sequence[Source],
    vocabulary: Vocabulary,
    vectors: WordVectors | None = None,
    reverse: bool = False,
) -> Dictionary:
    """Merge what all sources know of a vocabulary's words.

    Args:
        sources: tables of translations.
        vocabulary: the pieces; those that are words of Korean or English get translations.
        vectors: embeds words (None: other sources alone).
        reverse: give English words of documents their Korean ones, too.

    Returns:
        Shares (MIN_SHARE to 1), of a word at most MAX_TRANSLATIONS.
    """
    korean, english = words_of(vocabulary)
    pairs: dict[tuple[int, int], dict[str, float]] = defaultdict(dict)
    for source in [*sources, _sounds(korean, english)]:
        for term, to in source.table.items():
            if len(term) == 1:
                for piece, value in to.items():
                    if term[0] in korean and piece in english:
                        row = pairs[term[0], piece]
                        row[source.name] = max(row.get(source.name, 0.0), value)
    nearness = _nearness(pairs, korean, english, vectors)
    keys = sorted(pairs)
    weights = WEIGHTS | {s.name: WEIGHTS[s.name] * s.trust for s in sources}
    logits = np.array(
        [nearness.get(k, 0.0) / TEMPERATURE + _evidence(pairs[k], weights) for k in keys]
    )
    shares = _shares(keys, logits)
    found = Dictionary()
    _put(found, keys, shares, pairs, 0)
    if reverse:
        _put(found, keys, shares, pairs, 1)
    for source in sources:
        _put_long(found, source)
    return found


def words_of(vocabulary: Vocabulary) -> tuple[dict[int, str], dict[int, str]]:
    """Korean and English content pieces with the form that people read."""
    forms = {i: vocabulary.readable(i) for i in sorted(vocabulary.content)}
    korean = {i: f for i, f in forms.items() if has_hangul(f) and not re.search("[A-Za-z]", f)}
    return korean, {i: f for i, f in forms.items() if _LATIN.fullmatch(f)}


def _evidence(values: Mapping[str, float], weights: Mapping[str, float]) -> float:
    return sum(weights[name] * value for name, value in values.items() if name != VECTORS)


def corpus_vocabulary(
    texts: Sequence[str],
    english: Sequence[str],
    common_words: int,
    pairs: Iterable[tuple[str, str]] = (),
    read: Pieces | None = None,
) -> Vocabulary:
    """The vocabulary of texts, with the words of the other language that translations may need.

    Args:
        texts: of the corpus.
        english: words and texts in English that stand elsewhere (`vocabulary.build`).
        common_words: English words that are known beside, the commonest ones, where texts are in
            Korean; where this isn't 0 and texts are in English, Korean ones are, too. Half of both
            where texts are in both, since a vocabulary has a limit.
        pairs: terms of dictionaries (Korean, English), whose Korean words are known, too, where
            texts have their English.
        read: what was counted in the texts before (`malmoi.encoder.pieces.count_pieces`).
    """
    in_korean, in_english = languages(texts)
    half = 2 if in_korean and in_english else 1
    common = " ".join(islice(general_english(), common_words // half if in_korean else 0))
    reverse = bool(common_words) and in_english
    return build(
        texts,
        [*english, common],
        general=GENERAL_WORDS // (half if reverse else 1),
        korean=reverse,
        pairs=pairs if reverse else (),
        read=read,
    )


def aligned_source(
    segments: Sequence[Segment], vocabulary: Vocabulary, texts: Sequence[str]
) -> Source:
    """Aligned text as a source, believed as far as it knows the corpus's `texts`."""
    table = aligned_values(translation_table(segments, vocabulary))
    return Source("aligned", table, trust_in(table, vocabulary, texts))


def aligned_values(table: Table) -> Table:
    """The probabilities of IBM model 1 as values: a tenth already says much."""
    return {
        term: {piece: math.log1p(50 * p) / math.log(51) for piece, p in to.items()}
        for term, to in table.items()
    }


def trust_in(table: Table, vocabulary: Vocabulary, texts: Sequence[str]) -> float:
    """How far a table out of other text can be believed in this corpus (0 to 1).

    Aligned strings of office software know nearly all words of its manual, and translate them as it
    does; of an encyclopedia they know half, in other senses. So: the share of the running words
    that it knows, from `MIN_KNOWN` on. Words are the Korean ones, or, where there are none, the
    English ones.
    """
    korean, english = words_of(vocabulary)
    running = Counter(piece for pieces in vocabulary.each(texts) for piece in pieces)
    sides = {i for term in table for i in term}, {i for to in table.values() for i in to}
    for words, known in zip((korean, english), sides, strict=True):
        total = sum(running[i] for i in words)
        if total:
            share = sum(running[i] for i in words if i in known) / total
            return max(0.0, (share - MIN_KNOWN) / (1 - MIN_KNOWN))
    return 0.0


def languages(texts: Sequence[str]) -> tuple[bool, bool]:
    """Whether texts in Korean are at least a twentieth of all, and texts in Latin letters."""
    korean = sum(hangul >= KOREAN_SHARE for hangul, _ in map(script_shares, texts))
    least = LANGUAGE_SHARE * len(texts)
    return korean >= max(least, 1), len(texts) - korean >= max(least, 1)


def _sounds(korean: Mapping[int, str], english: Mapping[int, str]) -> Source:
    """Names and loanwords: the Korean word is the English one as it is heard."""
    by_consonants: dict[str, list[int]] = defaultdict(list)
    for i, form in english.items():
        consonants = skeleton(form.lower())
        if len(form) > 2 and len(consonants) > 1:
            by_consonants[consonants].append(i)
    table: Table = {}
    for i, form in korean.items():
        if len(form) > 1 and not (form.endswith("다") and len(form) > 2):
            for other in by_consonants.get(skeleton(jamo(form)), ()):
                value = (loanword(form, english[other]) - MIN_SOUND) / (1 - MIN_SOUND)
                if value > 0:
                    table.setdefault((i,), {})[other] = value
    return Source(SOUND, table)


def _nearness(
    pairs: dict[tuple[int, int], dict[str, float]],
    korean: Mapping[int, str],
    english: Mapping[int, str],
    vectors: WordVectors | None,
) -> dict[tuple[int, int], float]:
    """CSLS of each pair, and of nearest words, which become pairs."""
    if vectors is None or not korean or not english:
        return {}
    rows, columns = list(korean), list(english)
    csls = Csls.of(
        vectors.embed_queries(list(korean.values())), vectors.embed_queries(list(english.values()))
    )
    for k, e in (csls.nearest(CANDIDATES), csls.nearest_of_right(CANDIDATES)):
        for r, c in zip(k.tolist(), e.tolist(), strict=True):
            pairs[rows[r], columns[c]][VECTORS] = 1.0
    at = {i: n for n, i in enumerate(rows)}, {i: n for n, i in enumerate(columns)}
    keys = sorted(pairs)
    scores = csls.scores(
        np.array([at[0][k] for k, _ in keys], np.int64),
        np.array([at[1][e] for _, e in keys], np.int64),
    )
    return dict(zip(keys, scores.tolist(), strict=True))


def _shares(keys: Sequence[tuple[int, int]], logits: Values) -> Values:
    """The larger of each pair's shares among its Korean and its English word's candidates."""
    best = np.zeros(len(keys))
    for side in (0, 1):
        _, group = np.unique([key[side] for key in keys], return_inverse=True)
        top = np.full(len(keys), -np.inf)
        np.maximum.at(top, group, logits)
        raised = np.exp(logits - top[group])
        best = np.maximum(best, raised / np.bincount(group, raised)[group])
    return best


def _put(
    found: Dictionary,
    keys: Sequence[tuple[int, int]],
    shares: Values,
    pairs: Mapping[tuple[int, int], Mapping[str, float]],
    side: int,
) -> None:
    """Note the best translations of each word of a side.

    Args:
        found: gets them.
        keys: pairs (Korean, English).
        shares: of the pairs.
        pairs: who says so.
        side: 0 for Korean words, 1 for English ones.
    """
    for i in np.lexsort((np.arange(len(keys)), -shares)):
        if shares[i] < MIN_SHARE:
            break
        key = keys[i]
        row = found.table.setdefault((key[side],), {})
        if len(row) < MAX_TRANSLATIONS[side]:
            row[key[1 - side]] = round(float(shares[i]), 4)
            found.sources[(key[0],), key[1]] = tuple(pairs[key])


def _put_long(found: Dictionary, source: Source) -> None:
    for term, to in source.table.items():
        if len(term) > 1:
            row = found.table.setdefault(term, {})
            for piece, value in to.items():
                row[piece] = max(row.get(piece, 0.0), value)
                known = found.sources.get((term, piece), ())
                found.sources[term, piece] = tuple(dict.fromkeys([*known, source.name]))


def pairs_table(pairs: Iterable[tuple[str, str]], vocabulary: Vocabulary) -> Table:
    """Pairs of terms (Korean, English) as a source's table.

    A pair of two words has the value 1; of a term of several, each word of its English is active,
    with the share that it has of the term's equivalents.

    Args:
        pairs: from dictionaries.
        vocabulary: gives the pieces; a term with a word that it doesn't have is left out.
    """
    listed = sorted(set(pairs))
    korean, english = sorted({k for k, _ in listed}), sorted({e for _, e in listed})
    encode = vocabulary.tokenizer.encode_batch
    sides = []
    for texts in (korean, english):
        encodings = encode(texts, add_special_tokens=False)
        sides.append({t: tuple(e.ids) for t, e in zip(texts, encodings, strict=True)})
    counts: dict[tuple[int, ...], int] = defaultdict(int)
    both = []
    for k, e in listed:
        term = tuple(i for i in sides[0][k] if i in vocabulary.content)
        other = tuple(i for i in sides[1][e] if i in vocabulary.content)
        whole = len(term) == len(sides[0][k]) and len(term) <= MAX_TERM_PIECES
        if term and other and whole:
            counts[term] += 1
            both.append((term, other))
    table: Table = {}
    for term, other in both:
        value = 1.0 if len(term) == len(other) == 1 else 1 / counts[term]
        row = table.setdefault(term, {})
        for piece in other:
            row[piece] = max(row.get(piece, 0.0), value)
    return table
