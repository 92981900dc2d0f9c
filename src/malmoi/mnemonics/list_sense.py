"""Which sense of a word a list means, by what stands beside the word there.

    sense_of(lexicon.word("bank"), "강둑", "", lexicon).definition    # "sloping land …"

A meaning in English is compared with each sense by its words and their synonyms; one in any
language by the vectors of `malmoi.models.use`, where that package is installed: word by word, which
that encoder is good at, and less what the word itself has in common with everything said of it.
The weights were chosen on tests/data/list_senses.tsv (`benchmarks/list_senses.py`).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

from malmoi.lexicon.facts import Sense, Word
from malmoi.lexicon.protocol import LexiconLike
from malmoi.mnemonics.claims.glosses import content, near, stems
from malmoi.text.english import stem

if TYPE_CHECKING:
    from malmoi.models.use import USE

LATER = 0.05
"""What a sense loses for each one before it: of two that fit alike the commoner is meant."""
OWN = 0.3
"""How much of a text's nearness to the word itself counts for nothing."""
NEAREST = 3
"""So many of a definition's words, and of a sense's names, speak for it."""

_POS_BY_FORM = (
    (r"^to [a-z]", {"verb"}), (r"^(?:an?|the) [a-z]", {"noun"}),
    (r"다$", {"verb", "adjective"}), (r"(?:게|히|으로)$", {"adverb"}),
    (r"(?:한|운|된|쁜|큰|있는|없는|스러운)$", {"adjective"}),
    (r"(?:은|는|인|의|적|진|른|린|난)$", {"adjective", "noun"}), (r"[가-힣]$", {"noun"}),
)  # fmt: skip
"""What a meaning's form says of the word's part of speech: 줄어들다, 가벼운."""


def sense_of(word: Word, meaning: str, pos: str, lexicon: LexiconLike) -> Sense | None:
    """The sense that is nearest to what a learner wrote; None where nothing was written.

    Args:
        word: with its senses, the commonest first.
        meaning: in the learner's words or language; "" for none.
        pos: part of speech, "" for none; one that the word hasn't is passed over.
        lexicon: looks the words of an English meaning up.
    """
    if not word.senses or not (meaning or pos):
        return None
    wanted = {pos} if pos else _pos_by_form(meaning)
    senses = [sense for sense in word.senses if sense.pos in wanted] or list(word.senses)
    if not meaning or len(senses) == 1:
        return senses[0]
    said = _by_words(senses, meaning, lexicon)
    like = _by_vectors(word, senses, meaning, lexicon)
    scores = [a + b - LATER * place for place, (a, b) in enumerate(zip(said, like, strict=True))]
    return senses[scores.index(max(scores))]


def _pos_by_form(meaning: str) -> set[str]:
    first = re.split(r"[;,]", meaning)[0].strip()
    return next((pos for pattern, pos in _POS_BY_FORM if re.search(pattern, first)), set())


def _by_words(senses: Sequence[Sense], meaning: str, lexicon: LexiconLike) -> list[float]:
    """Of each sense, 0 to 1: the meaning's words among its synonyms, definition and examples."""
    if not re.search("[A-Za-z]", meaning):
        return [0.0] * len(senses)
    told, alike = stems(meaning), near(meaning, lexicon)
    found = []
    for sense in senses:
        names = {stem(name) for name in sense.synonyms if " " not in name}
        said = names | stems(sense.definition)
        used = {s for example in sense.examples for s in stems(example)}
        votes = [1.0 if one in said else 0.3 if one in used else 0.0 for one in told]
        shared = max(votes, default=0.0) / 2 + sum(votes) / max(len(votes), 1) / 2
        found.append(max(shared, 0.4 * bool(alike & names)))
    return found


def _by_vectors(
    word: Word, senses: Sequence[Sense], meaning: str, lexicon: LexiconLike
) -> list[float]:
    """Of each sense, how near the meaning is to its definition, the words of that, its names."""
    encoder = _encoder()
    if encoder is None:
        return [0.0] * len(senses)
    pieces = [piece for piece in re.split(r"[;,·/]", meaning) if piece.strip()]
    told, own = encoder.embed_queries(pieces), encoder.embed_queries([word.term])

    def nearness(texts: Sequence[str]) -> float:
        if not texts:
            return 0.0
        vectors = encoder.embed_queries(texts)
        by_text = (told @ vectors.T).max(0) - OWN * (own @ vectors.T)[0]
        best = sorted(map(float, by_text), reverse=True)[:NEAREST]
        return sum(best) / len(best)

    found = []
    for sense in senses:
        definition = re.sub(r"\([^)]*\)", "", sense.definition)
        above = lexicon.wordnet.broader(sense.id)[:4] if lexicon.wordnet else ()
        names = [name for name in (*sense.synonyms[:6], *above) if name != word.term]
        defined = [w for w in content(definition) if w != word.term and len(w) > 2]
        found.append(nearness([definition]) / 2 + nearness(names) + nearness(defined))
    return found


@lru_cache(maxsize=1)
def _encoder() -> USE | None:
    """The encoder, once a process; None where its package isn't installed."""
    from malmoi.models.use import USE, installed

    return USE() if installed() else None
