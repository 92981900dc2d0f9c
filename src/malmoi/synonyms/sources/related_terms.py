"""What the parts and the relatives of two terms say, where nobody has written the pair down.

Source, direction and value of each piece of evidence:

    composition  ko→en  share of the Korean term's parts that a word of the English term translates
    composition  en→ko  share of the English term's words that a part of the Korean term translates
    composed     both   1 if both shares are 1
    initials     both   1 if the capitals are the initials of a known translation (국내총생산, GDP);
                        else .9 · share of the parts with a translation that begins with a letter
                        of their own (세계보건기구, WHO)
    relative     ko→en  1 if a known translation of the Korean term is an antonym, a part, a whole,
                        broader, narrower or of the same kind as the English one (WordNet)
    namesake     ko→en  largest share of words that a known translation shares with the English term

"composition" is said of terms of several parts, "initials" of English terms in capitals; the last
two of Korean terms with a known translation besides the English one itself. `pivots.py` says more
of known partners. A pair's own entry never counts here: these are what is known without it.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Sequence
from functools import lru_cache
from itertools import permutations
from pathlib import Path
from typing import TYPE_CHECKING

from malmoi.core.errors import SourceError
from malmoi.synonyms.sources import pivots
from malmoi.synonyms.sources.candidates import Evidence
from malmoi.synonyms.sources.pivots import Partners, Pivots
from malmoi.synonyms.sources.terms import english_keys, korean_keys, korean_words
from malmoi.text.transliteration import loanword

if TYPE_CHECKING:
    from malmoi.lexicon.dictionaries.wordnet import WordNet
    from malmoi.synonyms.sources.vectors import WordVectors

logger = logging.getLogger(__name__)

NAMES = ("composition", "composed", "initials", "relative", "namesake", *pivots.NAMES)
MAX_PARTS = 5
MIN_LOANWORD = 0.8
"""Least likeness in sound of a part that is a loanword (센터, center)."""
MAX_SENSES = 4
"""Senses of an English word that are looked at, the most frequent first."""
MAX_TRANSLATIONS = 40

_CAPITALS = re.compile(r"[A-Z][A-Z&/.]{1,6}")


class TermRelations:
    """Evidence from the parts of terms and from WordNet.

    Args:
        korean: known partners of Korean terms.
        english: known partners of English terms.
        wordnet: the English WordNet, None where it is not there.
        vectors: a dictionary of vectors, None where there is none.
    """

    def __init__(
        self,
        korean: Partners,
        english: Partners,
        wordnet: WordNet | None = None,
        vectors: WordVectors | None = None,
    ) -> None:
        self._korean, self._english, self._wordnet = korean, english, wordnet
        self._pivots = Pivots(korean, english, wordnet, vectors)
        self._relatives = lru_cache(maxsize=20_000)(self._look_up)

    def evidence_of(self, pairs: Sequence[tuple[str, str]]) -> list[tuple[Evidence, ...]]:
        """What is said of each pair (Korean, English)."""
        texts = [korean for korean, _ in pairs]
        keys = korean_keys(texts)
        words = [[word.form for word in found] for found in korean_words(texts)]
        return [
            tuple(self._of(pair, k, forms))
            for pair, k, forms in zip(pairs, keys, words, strict=True)
        ]

    def _of(self, pair: tuple[str, str], korean: Sequence[str], forms: list[str]) -> list[Evidence]:
        english = pair[1]
        keys = english_keys(english)
        if not korean or not keys:
            return []
        said: list[Evidence] = []
        parts = self.parts(korean, forms)
        words = keys[0].split()
        if len(parts) > 1 or len(words) > 1:
            said += self._composition(parts, words, korean, keys)
        if _CAPITALS.fullmatch(english):
            value, why = self._initials(korean, parts, re.sub("[^A-Z]", "", english))
            said.append(Evidence("initials", value, "both", why))
        said += self._from_translations(korean, keys)
        return said + self._pivots.evidence_of(pair, korean, keys)

    def parts(self, korean: Sequence[str], forms: list[str]) -> list[str]:
        """The parts of a Korean term: kiwi's content morphemes, or the known terms it consists of.

        `korean` are its keys, `forms` kiwi's.
        """
        if len(forms) > 1 or len(korean[-1]) < 4:
            return forms or [korean[0]]
        return self._cut(korean[0]) or forms

    def _cut(self, term: str) -> list[str]:
        """A term as the fewest known terms of two syllables or more (one at its end); [] if none.

        At least two; the term's own entry is no part of it.
        """
        best: list[list[str] | None] = [[], *([None] * len(term))]
        for end in range(1, len(term) + 1):
            for start in range(end):
                before = best[start]
                piece = term[start:end]
                least = 1 if end == len(term) else 2
                if before is None or len(piece) < least or piece == term:
                    continue
                if piece in self._korean and len(before) < MAX_PARTS:
                    now = best[end]
                    if now is None or len(before) + 1 < len(now):
                        best[end] = [*before, piece]
        return best[len(term)] or []

    def _composition(
        self, parts: list[str], words: list[str], korean: Sequence[str], keys: Sequence[str]
    ) -> list[Evidence]:
        known = False
        left = set(range(len(words)))
        matched: list[tuple[str, str]] = []
        for part in parts:
            entries = list(self._korean.get(part, {}))[:MAX_TRANSLATIONS]
            if part in korean:
                entries = [entry for entry in entries if entry not in keys]
            known = known or bool(entries)
            places = self._claimed(part, entries, words, left)
            if places:
                left -= places
                matched.append((part, " ".join(words[place] for place in sorted(places))))
        if not known and not matched:
            return []
        detail = ", ".join(f"{part} {word}" for part, word in matched)
        there, back = len(matched) / len(parts), 1 - len(left) / len(words)
        return [
            Evidence("composition", round(there, 4), "ko→en", detail),
            Evidence("composition", round(back, 4), "en→ko", detail),
            Evidence("composed", float(there == back == 1), "both", detail),
        ]

    def _claimed(self, part: str, entries: list[str], words: list[str], left: set[int]) -> set[int]:
        """Places of the words that a part translates: by the longest of its entries whose words
        all stand there, else by its sound."""
        best: set[int] = set()
        for entry in entries:
            places: set[int] = set()
            for own in entry.split():
                place = next((i for i in sorted(left - places) if _same_stem(words[i], own)), None)
                if place is None:
                    break
                places.add(place)
            else:
                best = max(best, places, key=len)
        if not best and len(part) > 1:
            heard = [i for i in sorted(left) if loanword(part, words[i]) >= MIN_LOANWORD]
            best = set(heard[:1])
        return best

    def _initials(self, korean: Sequence[str], parts: list[str], letters: str) -> tuple[float, str]:
        """Of the known translations' initials, else of the parts' translations."""
        for key in korean:
            for entry in self._korean.get(key, {}):
                if "".join(word[0] for word in entry.split()).upper() == letters:
                    return 1.0, entry
        best: tuple[float, str] = (0.0, "")
        for cut in (parts, self._cut(korean[-1])):
            if len(cut) == len(letters):
                # Korean may put the words in another order: 부가가치세 is a value added tax.
                orders = permutations(letters) if 3 <= len(cut) <= MAX_PARTS else [letters]
                for order in orders:
                    found = [self._beginning(p, c) for p, c in zip(cut, order, strict=True)]
                    share = sum(map(bool, found)) / len(letters)
                    best = max(best, (round(0.9 * share, 4), " ".join(filter(None, found))))
        return best

    def _beginning(self, part: str, letter: str) -> str:
        entries = list(self._korean.get(part, {}))[:MAX_TRANSLATIONS]
        return next((e for e in entries if e.upper().startswith(letter)), "")

    def _from_translations(self, korean: Sequence[str], keys: Sequence[str]) -> list[Evidence]:
        others = [
            entry
            for key in korean
            for entry in list(self._korean.get(key, {}))[:MAX_TRANSLATIONS]
            if entry not in keys
        ]
        if not others:
            return []
        words = set(keys[0].split())
        shares = [len(words & set(o.split())) / len(words | set(o.split())) for o in others]
        best = max(range(len(others)), key=lambda i: shares[i])
        said = [Evidence("namesake", round(shares[best], 4), "ko→en", others[best])]
        same, related = self._relatives(keys[0])
        if self._wordnet is not None and (same or related):
            # A shared synset was tried as evidence as well: it lets in learn for teach.
            found = next((other for other in others if other in related), "")
            said.append(Evidence("relative", float(bool(found)), "ko→en", found))
        return said

    def relatives(self, english: str) -> tuple[frozenset[str], frozenset[str]]:
        """(synonyms, related but different) of an English term, as keys; empty where unknown."""
        keys = english_keys(english)
        return self._relatives(keys[0]) if keys else (frozenset(), frozenset())

    def _look_up(self, term: str) -> tuple[frozenset[str], frozenset[str]]:
        if self._wordnet is None:
            return frozenset(), frozenset()
        same: set[str] = set()
        related: set[str] = set()
        for sense in self._wordnet.senses(term)[:MAX_SENSES]:
            same.update(sense.synonyms)
            related.update(sense.antonyms)
            related.update(self._wordnet.broader(sense.id))
            related.update(self._wordnet.coordinate(sense.id))
        same_keys, related_keys = (
            {key for word in group for key in english_keys(word)[:1]} for group in (same, related)
        )
        return frozenset(same_keys - {term}), frozenset(related_keys - same_keys - {term})


def _same_stem(word: str, other: str) -> bool:
    """Whether two English words are one, or one word's forms (operate, operating, operation).

    >>> _same_stem("operating", "operation"), _same_stem("column", "colour")
    (True, False)
    """
    if word == other:
        return True
    shared = 0
    for a, b in zip(word, other, strict=False):
        if a != b:
            break
        shared += 1
    longer = max(len(word), len(other))
    return shared >= 4 and shared >= min(len(word), len(other)) - 2 and longer - shared <= 4


def open_wordnet(packages: Path | None) -> WordNet | None:
    """WordNet of the Debian package, None (said) where it can't be had."""
    from malmoi.lexicon.dictionaries.wordnet import WordNet

    try:
        return WordNet.open(packages)
    except SourceError as error:
        logger.info(f"without WordNet: {error}")
        return None
