"""Common English words by the roots that sources give them: what else "docere" has become.

The index is read off the dictionaries once (some seconds) and kept in malmoi's cache. Roots are
kept by their trunks, nearly as the check of claims compares them: "vigere" is "vigor".
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from functools import lru_cache
from typing import TYPE_CHECKING

from malmoi.core.files import cache_folder, write_atomically
from malmoi.lexicon.facts import Root, Word
from malmoi.mnemonics.claims.languages_of_origin import GERMANIC, ROMANCE, group
from malmoi.mnemonics.compose.anchor import only_ending, overlap
from malmoi.mnemonics.compose.meaning import plain_definition
from malmoi.mnemonics.compose.phrases import family_of, zipf
from malmoi.mnemonics.compose.similarity import near, prepare
from malmoi.text.english import family_stem, without_accents

if TYPE_CHECKING:
    from malmoi.lexicon.lookup import Lexicon

VERSION = 5
MIN_ZIPF = 3.7
"""Zipf frequency from which a learner at B2 knows a cognate."""
_MIN_ROOT = 3
"""Letters of a root: prefixes are no kinship."""
_MIN_SHOWN = 0.385
"""Least nearness of a root's meaning to a cognate or its definition."""
_MIN_SHARED = 3
"""Letters that a cognate and the word must share, so that the eye finds them."""


class RootIndex:
    """Words by root; empty where GCIDE isn't there."""

    def __init__(self, words: dict[str, list[str]]) -> None:
        self._words = words

    @classmethod
    def open(cls, lexicon: Lexicon) -> RootIndex:
        """The index of the lexicon's GCIDE, from the cache where it has been made."""
        return _opened(lexicon)

    def words(self, root: Root) -> list[str]:
        """Common words that have a root, the most common first."""
        return self._words.get(_key(root), [])

    def cognate(self, word: Word, root: Root, gloss: str, lexicon: Lexicon) -> str:
        """The common word of this root that the term looks most like; "" for none.

        Args:
            word: whose relatives are no cognates, for they need no telling.
            root: what both come from.
            gloss: what the root means: a cognate that still means it is better.
            lexicon: tells how common words are.
        """
        family = family_of(word)
        found = []
        for other in self.words(root):
            start, end = overlap(word.term, other)
            size = end - start
            if size < _MIN_SHARED or family_stem(other) in family or other in word.term:
                continue
            if (
                only_ending(word.term, other, (start, end))
                or word.term in other
                or lexicon.morphology.same_family(word.term, other)
            ):
                continue
            common = min(zipf(other, lexicon), 5.0)
            shown = still_means(other, gloss, lexicon)
            if shown < _MIN_SHOWN:
                continue
            worth = 0.25 * size + 0.5 * common + 1.5 * shown - 0.1 * len(other)
            found.append((round(worth, 4), other))
        return max(found, default=(0.0, ""))[1]


def still_means(word: str, gloss: str, lexicon: Lexicon) -> float:
    """How surely a learner sees in a word what its root means: "doctor" shows less than "dentist"
    does."""
    senses = lexicon.word(word).senses
    told = [word, *(plain_definition(sense.definition) for sense in senses[:2])]
    prepare([gloss, *told])
    plain = gloss.removeprefix("to ")
    return max(near(each, plain) for each in told)


def _key(root: Root) -> str:
    """A root's stock and trunk: Latin and its heirs share theirs, as German and English do."""
    tongue = group(root.language)
    stock = "latin" if tongue in ROMANCE else "germanic" if tongue in GERMANIC else tongue
    form = without_accents(root.form.lower().replace("æ", "ae").replace("œ", "oe")).strip("-")
    verb = _VERB.sub("", form)  # "caedere" and "cedere" stay two, "discere" is no "discus"
    if verb != form:
        return f"{stock}|{verb if len(verb) >= _MIN_ROOT else form}-"
    cut = _NOUN.sub("", form)
    return f"{stock}|{cut if len(cut) > _MIN_ROOT else form}"


_VERB = re.compile(r"(?:are|ere|ire|ari|eri|iri|atus|itus|atum|itum|er|re|ir)$")
_NOUN = re.compile(r"(?:us|um|a|is|es|os|on|e)$")


@lru_cache(maxsize=2)
def _opened(lexicon: Lexicon) -> RootIndex:
    if lexicon.gcide is None:
        return RootIndex({})
    kinds = "roots" if lexicon.etymology else "gcide-roots"
    path = cache_folder() / f"{kinds}-{VERSION}.json"
    if path.exists():
        return RootIndex(json.loads(path.read_text("utf-8")))
    words = _read(lexicon)
    write_atomically(path, json.dumps(words, ensure_ascii=False))
    return RootIndex(words)


def _read(lexicon: Lexicon) -> dict[str, list[str]]:
    gcide = lexicon.gcide
    assert gcide is not None
    common = [w for w in lexicon.frequency.words() if w.isalpha() and zipf(w, lexicon) >= MIN_ZIPF]
    found: dict[str, list[str]] = defaultdict(list)
    for word in common:
        if len(word) < _MIN_ROOT or lexicon.morphology.lemma(word) != word:
            continue
        told = gcide.origins(word)
        if lexicon.etymology:
            told += lexicon.etymology.origins(word)
        for origin in told:
            for root in (*origin.roots, *((origin.etymon,) if origin.etymon else ())):
                form = without_accents(root.form.lower()).strip("-")
                prefix = len(form) <= 5 and lexicon.morphology.affix(f"{form}-") is not None
                if (
                    len(form) >= _MIN_ROOT
                    and not prefix
                    and not root.form.endswith("-")
                    and root.language
                ):
                    listed = found[_key(root)]
                    if word not in listed:
                        listed.append(word)
    return dict(found)
