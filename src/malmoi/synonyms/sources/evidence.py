"""All that is known of a pair before anyone judges it: evidence from text, packages and sound.

    sources = Sources.open(corpus, folder=None, cache=None)
    sources.evidence("행", "row")
    sources.evidence_of([("행", "row"), ("열", "row")])   # the same, quicker for many

What is said (`NAMES`), each 0 to 1:

| source | direction | value |
|---|---|---|
| packaged | ko→en | share of the Korean term's package entries that name this English term |
| packaged | en→ko | share of the English term's package entries that name this Korean term |
| alignment | ko→en | aligned / segments with the Korean term: P(English term stands for it) |
| alignment | en→ko | aligned / segments with the English term |
| alignment together | both | segments with both, Dice: 2·together / (korean + english) |
| alignment best | ko→en | aligned / aligned of the Korean term's best partner (1: it is the best) |
| alignment best | en→ko | the same for the English term |
| neighbours | both | 1 / (1 + exp(−30 · CSLS)) of the dense model's vectors: .5 where CSLS is 0 |
| neighbours rank | ko→en | 1 / (1 + English reference terms that are nearer to the Korean term) |
| neighbours rank | en→ko | 1 / (1 + Korean reference terms that are nearer to the English term) |
| transliteration | both | how well the Hangul is the English word's sound; unsaid under .3 |
| alignment support | both | m / (m + 5), m the rarer term's segments: how far a 0 may be believed |

`vectors.py` says what the dictionary of vectors does. "packaged" and "alignment" say 0 where they
know the terms and never saw the pair (P(column | 행)); they say nothing of a term that they don't
know.
"""

from __future__ import annotations

import logging
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path

from malmoi.core.errors import SourceError
from malmoi.core.files import cache_folder, stable_share
from malmoi.corpora.corpus import Corpus, Segment
from malmoi.models.dense import DenseEncoder, open_encoder
from malmoi.synonyms.sources import krdict, packaged, vectors
from malmoi.synonyms.sources.aligned import Bitext
from malmoi.synonyms.sources.bitext_file import counted
from malmoi.synonyms.sources.candidates import Evidence, Pair
from malmoi.synonyms.sources.neighbours import Nearness, Neighbours
from malmoi.synonyms.sources.terms import english_keys, korean_keys
from malmoi.synonyms.sources.vectors import WordVectors
from malmoi.text.transliteration import loanword

logger = logging.getLogger(__name__)

NAMES = (
    "packaged",
    "alignment",
    "alignment together",
    "alignment best",
    "alignment support",
    "neighbours",
    "neighbours rank",
    "transliteration",
    *vectors.NAMES,
)
"""Every source that `Sources` speaks for, in the order of its evidence."""
CACHE_NAME = "synonyms"
"""Folder of malmoi's cache that keeps what was opened and fitted."""
_SUPPORT = 5
MAX_REFERENCES = 3000
"""Terms of each language that neighbours are ranked in."""
_MIN_SOUND = 0.3


class Sources:
    """Evidence for any pair, from sources that were opened once."""

    def __init__(
        self,
        found: packaged.Packaged,
        bitext: Bitext,
        encoder: DenseEncoder | None = None,
        words: WordVectors | None = None,
    ) -> None:
        """Without an `encoder` nothing is said of neighbours, without `words` not of vectors."""
        self.packaged, self.bitext, self.encoder, self.words = found, bitext, encoder, words
        self._neighbours: Neighbours | None = None
        self.korean: dict[str, Counter[str]] = defaultdict(Counter)
        self.english: dict[str, Counter[str]] = defaultdict(Counter)
        self.names: dict[tuple[str, str], set[str]] = defaultdict(set)
        self.keys: list[str] = []
        """The Korean key of each packaged pair, "" for none."""
        others = [pair.korean for pair in found.pairs if pair.package != krdict.PACKAGE]
        keys = iter(korean_keys(others))
        for pair in found.pairs:
            listed = pair.package == krdict.PACKAGE
            korean = (krdict.key(pair.korean),) if listed else next(keys)
            self.keys.append(korean[0] if korean else "")
            english = english_keys(pair.english)
            if korean and english:
                self.korean[korean[0]][english[0]] += 1
                self.english[english[0]][korean[0]] += 1
                self.names[korean[0], english[0]].add(pair.package)

    @classmethod
    def open(
        cls,
        corpus: Corpus | None,
        folder: Path | None = None,
        cache: Path | None = None,
        dense: bool = True,
    ) -> Sources:
        """Read the packages and align text, for evidence of pairs.

        Args:
            corpus: gives aligned segments; None: those of the packages alone.
            folder: of the Debian packages, fetched where None.
            cache: keeps counts and embeddings, so that only the first opening is slow; malmoi's own
                where None.
            dense: terms are also compared by the embedded e5 and by the dictionary of vectors,
                where they are installed.
        """
        found = packaged.read(folder)
        segments: Sequence[Segment] = corpus.segments if corpus else ()
        place = cache if cache is not None else cache_folder() / CACHE_NAME
        encoder = words = None
        if dense:
            try:
                encoder = open_encoder("", place / "embeddings")
            except SourceError as error:
                logger.info(f"without neighbours: {error}")
            try:
                words = WordVectors.open(place / "embeddings")
            except SourceError as error:
                logger.info(f"without a dictionary of vectors: {error}")
        return cls(found, counted([*segments, *found.segments], place), encoder, words)

    def evidence(self, korean: str, english: str) -> tuple[Evidence, ...]:
        """What the sources say of one pair."""
        return self.evidence_of([(korean, english)])[0]

    def evidence_of(self, pairs: Sequence[tuple[str, str]]) -> list[tuple[Evidence, ...]]:
        """What the sources say of each pair (Korean, English)."""
        korean = korean_keys([ko for ko, _ in pairs])
        near = self.neighbours.compare(pairs) if self.neighbours and pairs else [None] * len(pairs)
        by_vectors = self.words.evidence_of(pairs) if self.words else [[] for _ in pairs]
        return [
            (
                *self.of_packages(k, e),
                *self._of_text(k, e),
                *(_of_nearness(nearness) if nearness else ()),
                *_of_sound(*pair),
                *of_vectors,
            )
            for k, nearness, of_vectors, pair in zip(korean, near, by_vectors, pairs, strict=True)
            for e in (english_keys(pair[1]),)
        ]

    @property
    def neighbours(self) -> Neighbours | None:
        """Both reference vocabularies, embedded when first asked for; None without an encoder."""
        if self._neighbours is None and self.encoder is not None:
            korean, english = self.references()
            self._neighbours = Neighbours(self.encoder, korean, english)
        return self._neighbours

    def references(self) -> tuple[list[str], list[str]]:
        """What a term's rank among its neighbours is counted in: packaged terms of each language.

        Half of them from the dictionary, half from the others, drawn by their hash, so that they
        are of all subjects and the same in every run.
        """
        listed = [p for p in self.packaged.pairs if p.package == krdict.PACKAGE]
        others = [p for p in self.packaged.pairs if p.package != krdict.PACKAGE]
        korean: list[str] = []
        english: list[str] = []
        half = MAX_REFERENCES // 2
        for terms in (listed, others):
            korean += sorted({t.korean for t in terms}, key=stable_share)[:half]
            english += sorted({t.english.lower() for t in terms}, key=stable_share)[:half]
        return korean, english

    def pairs(self, pairs: Iterable[tuple[str, str]]) -> list[Pair]:
        """The pairs with their evidence."""
        every = list(pairs)
        found = self.evidence_of(every)
        return [Pair(ko, en, e) for (ko, en), e in zip(every, found, strict=True)]

    def of_packages(self, korean: Sequence[str], english: Sequence[str]) -> list[Evidence]:
        """What the packages say of a pair's keys, at most one piece of evidence each way.

        `value`: the share of the term's entries that name the other; nothing of an unknown term.
        """
        both = [(k, e) for k in korean for e in english if (k, e) in self.names]
        names = ", ".join(sorted({name for pair in both for name in self.names[pair]}))
        said = []
        for direction, table, keys, others in (
            ("ko→en", self.korean, korean, english),
            ("en→ko", self.english, english, korean),
        ):
            partners: Counter[str] = Counter()
            for key in keys:
                partners.update(table.get(key, {}))
            if not partners:
                continue
            share = round(sum(partners[other] for other in others) / partners.total(), 4)
            others_said = ", ".join(word for word, _ in _most(partners, 3))
            detail = names if both else f"the packages say {others_said}"
            said.append(Evidence("packaged", share, direction, detail))  # type: ignore[arg-type]
        return said

    def _of_text(self, korean: Sequence[str], english: Sequence[str]) -> list[Evidence]:
        counts = self.bitext.look_up(korean, english)
        if not counts.korean or not counts.english:
            return []
        segment = self.bitext.sentence(korean, english)
        detail = f"{counts.aligned} of {counts.korean} and {counts.english} segments"
        example = f"{segment.korean} | {segment.english}" if segment else ""
        rarer = min(counts.korean, counts.english)
        dice = 2 * counts.together / (counts.korean + counts.english)
        of_korean = counts.aligned / max(counts.best_of_korean, 1)
        of_english = counts.aligned / max(counts.best_of_english, 1)
        return [
            Evidence("alignment", round(counts.aligned / counts.korean, 4), "ko→en", example),
            Evidence("alignment", round(counts.aligned / counts.english, 4), "en→ko", detail),
            Evidence("alignment together", round(dice, 4), "both"),
            Evidence("alignment best", round(of_korean, 4), "ko→en"),
            Evidence("alignment best", round(of_english, 4), "en→ko"),
            Evidence("alignment support", round(rarer / (rarer + _SUPPORT), 4), "both"),
        ]


def _of_nearness(nearness: Nearness) -> list[Evidence]:
    english, korean = 1 / (1 + nearness.ahead_of_english), 1 / (1 + nearness.ahead_of_korean)
    return [
        Evidence("neighbours", round(nearness.value, 4), "both", f"CSLS {nearness.csls:.3f}"),
        Evidence("neighbours rank", round(english, 4), "ko→en"),
        Evidence("neighbours rank", round(korean, 4), "en→ko"),
    ]


def _of_sound(korean: str, english: str) -> list[Evidence]:
    value = loanword(korean, english)
    return [Evidence("transliteration", round(value, 4), "both")] if value >= _MIN_SOUND else []


def _most(counts: Counter[str], n: int) -> list[tuple[str, int]]:
    return sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:n]
