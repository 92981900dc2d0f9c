"""Training queries for a corpus without titles: sentences, phrases and rare words of its own text.

    own = own_pairs(documents, hide)
    bare = untitled(documents, distinct(own, human))     # empty where titles and headings suffice
    own += excerpt_pairs(bare, human, seed, hide)

They are chosen by hash: the same documents and seed give the same excerpts.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import NamedTuple

from malmoi.core.files import stable_share
from malmoi.corpora.corpus import Document
from malmoi.encoder.pairs import TrainingPair, make_pair, normalised
from malmoi.text.morphemes import Morpheme, morphemes
from malmoi.text.stop_words import FUNCTION_WORDS

FEW = 0.5
"""Share of the documents with a title or heading under which the others give excerpts."""
MAX_DOCUMENTS = 5000
"""Documents that give excerpts, chosen by hash: more than a training's steps look at."""
NOUNS = frozenset({"NNG", "NNP", "XR", "SL", "SH"})
KINDS = {"own sentence": 1, "own phrase": 2, "own terms": 1}
"""Kind → excerpts of a document."""
RAREST = 8
"""Words of a document that its terms are chosen from."""
_SENTENCE_END = re.compile(r"\n|(?<=[.!?。！？…])[\"'”’)\]]*\s+")
_MARKS = " .!?。！？…\"'“”‘’"


class Word(NamedTuple):
    """A noun or foreign word as it is spelled, with its suffix, and its place in the text."""

    text: str
    start: int
    end: int
    named: bool
    """False: a number, which is part of phrases and no term."""


def untitled(documents: Sequence[Document], own: Iterable[TrainingPair]) -> list[Document]:
    """Documents without a pair among `own`, if those are most of the corpus; else none."""
    named = {pair["document"] for pair in own}
    bare = [document for document in documents if document.id not in named]
    return bare if len(documents) - len(bare) < FEW * len(documents) else []


def excerpt_pairs(
    documents: Sequence[Document], human: Iterable[str], seed: int, hide: bool
) -> list[TrainingPair]:
    """Sentences, phrases and terms of the documents as their queries.

    Args:
        documents: `untitled` ones.
        human: queries that people wrote, of either split: none of them is taken.
        seed: chooses among a document's excerpts.
        hide: the encoder doesn't see a sentence or phrase while it is the query.
    """
    if len(documents) > MAX_DOCUMENTS:
        order = sorted(documents, key=lambda d: stable_share(d.id, f"{seed} excerpts"))
        kept = {document.id for document in order[:MAX_DOCUMENTS]}
        documents = [document for document in documents if document.id in kept]
    taken = {_bare(text) for text in human}
    texts = [document.full_text.strip() for document in documents]
    words = [noun_words(*each) for each in zip(texts, morphemes(texts), strict=True)]
    spread = Counter(w for found in words for w in {word.text.casefold() for word in found})
    pairs: list[TrainingPair] = []
    for document, text, found in zip(documents, texts, words, strict=True):
        salt = f"{seed} {document.id}"
        used = {*taken, _bare(text)}
        excerpts = {
            "own sentence": sentences(text),
            "own phrase": phrases(text, found),
            "own terms": [terms(found, spread, salt)],
        }
        chosen = [
            (kind, query)
            for kind, candidates in excerpts.items()
            for query in _choose(candidates, used, KINDS[kind], f"{salt} {kind}")
        ]
        if found and not chosen:  # a document of one word can only be asked for by that word
            chosen = [("own terms", query) for query in _choose([text], taken, 1, salt)]
        for kind, query in chosen:
            without = query if hide and kind != "own terms" else ""
            pairs.append(make_pair(query, document.id, kind, without))
    return pairs


def has_excerpts(documents: Iterable[Document]) -> bool:
    """Whether any of the documents has a word that a query could be made of."""
    texts = (document.full_text.strip() for document in documents)
    return any(noun_words(t, next(morphemes([t]))) or list(sentences(t)) for t in texts)


def noun_words(text: str, tokens: Sequence[Morpheme]) -> list[Word]:
    """Nouns, numbers and foreign words of a text in reading order, without English small words."""
    words: list[Word] = []
    for token in tokens:
        spelled = text[token.start : token.end].rstrip(_MARKS)
        if token.tag in {"XSN", "NNB"} and words and words[-1].end == token.start:
            last = words[-1]
            words[-1] = Word(text[last.start : token.end], last.start, token.end, last.named)
        elif token.tag in NOUNS | {"SN"} and spelled.casefold() not in FUNCTION_WORDS:
            end = token.start + len(spelled)
            words.append(Word(spelled, token.start, end, token.tag != "SN"))
    return words


def sentences(text: str) -> Iterator[str]:
    """Sentences of 3 to 25 words, without the marks around them."""
    for sentence in _SENTENCE_END.split(text):
        plain = " ".join(sentence.split()).strip(_MARKS)
        if 3 <= len(plain.split()) <= 25:
            yield plain


def phrases(text: str, words: Sequence[Word]) -> Iterator[str]:
    """Runs of 2 to 4 nouns that nothing but a space parts; a longer run gives several."""
    run: list[Word] = []
    for word in (*words, None):
        joins = word and run and text[run[-1].end : word.start] in {"", " "} and len(run) < 4
        if word is None or not joins:
            if len(run) > 1 and any(each.named for each in run):
                yield text[run[0].start : run[-1].end]
            run = []
        if word is not None:
            run.append(word)


def terms(words: Sequence[Word], spread: Counter[str], salt: str) -> str:
    """Up to three of a document's rarest words, in reading order; never all of several."""
    first = {word.text.casefold(): word for word in reversed(words) if word.named}
    rare = sorted(first, key=lambda w: (spread[w], stable_share(w, salt)))[:RAREST]
    count = min(3, max(1, len(first) - 1))
    chosen = sorted(rare, key=lambda w: stable_share(w, f"{salt} terms"))[:count]
    return " ".join(first[w].text for w in sorted(chosen, key=lambda w: first[w].start))


def _choose(candidates: Iterable[str], used: Collection[str], count: int, salt: str) -> list[str]:
    """`count` different candidates by hash, none of which is `used`."""
    free = {_bare(c): c for c in candidates}
    left = [c for bare, c in free.items() if bare and bare not in used]
    return sorted(left, key=lambda c: stable_share(c, salt))[:count]


def _bare(text: str) -> str:
    """A text without differences of case, of spaces and of the marks around it."""
    return normalised(text).strip(_MARKS)
