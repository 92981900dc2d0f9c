"""Pairs whose answer is known: what verdicts are calibrated on.

True pairs are drawn from the packaged ones. Each brings false ones that are hard, made of its own
Korean term and another English one:

| kind | the other English term |
|---|---|
| relative | antonym, co-hyponym, broader, narrower of the true one (WordNet) |
| overlap | a packaged term that shares a word with it, or whose Korean shares a beginning or end |
| together | stands in many of the aligned segments of the Korean term |
| neighbour | near the true one in the dense model's space |
| initials | the initials of another term, for a term and its initials |
| swap | from the same package: another country, another button |
| random | from anywhere |

What any package gives as a translation, what shares a synset or a stem with one, and what text
aligns with the Korean term is never a false pair.

A labelled pair's own entry would give it away, and no dictionary holds every pair. So entries of
some are masked (`masking.py`), of true and of false ones alike.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from malmoi.core.files import stable_share
from malmoi.synonyms.sources import krdict
from malmoi.synonyms.sources.aligned import Bitext
from malmoi.synonyms.sources.packaged import LIBREOFFICE, TermPair
from malmoi.synonyms.sources.pivots import Partners
from malmoi.synonyms.sources.related_terms import TermRelations, _same_stem
from malmoi.synonyms.sources.terms import english_keys, english_words, korean_keys
from malmoi.synonyms.verification.verdicts import SHOTS

Kind = Literal["true", "relative", "overlap", "together", "neighbour", "initials", "swap", "random"]
RELATED = ("relative", "overlap", "together", "neighbour", "initials")
"""The kinds that are related but different."""

TRUE = {krdict.PACKAGE: 340, LIBREOFFICE: 220}
"""True pairs a package; of the other packages `OTHERS` each."""
OTHERS = 60
MAX_EQUIVALENTS = 4
"""A headword with more equivalents has some that stand for it in an idiom only."""
MAX_WORDS = 3
SEGMENTS = 50
"""Segments of a term that are read for what stands beside it."""

Mask = Literal["", "entry", "korean", "english", "both"]
MASKS: tuple[tuple[Mask, float], ...] = (
    ("entry", 0.12), ("korean", 0.08), ("english", 0.08), ("both", 0.1),
)  # fmt: skip
"""Shares of the pairs whose own entry, or all entries of a term, are masked. About what the
packages lack of pairs that a person thought of (tests/data/synonyms/dev.tsv: 81 % of the true ones
are listed, 12 % have both terms unknown), the entry rather more."""

Neighbours = Callable[[str], Sequence[str]]
"""English terms near an English term, the nearest first."""


@dataclass(frozen=True, slots=True)
class LabelledPair:
    """A pair with its answer, and the English term of the true pair that it was `made_from`."""

    korean: str
    english: str
    kind: Kind
    package: str
    made_from: str
    masked: Mask = ""

    @property
    def true(self) -> bool:
        """Whether the two are equivalents."""
        return self.kind == "true"

    @property
    def related(self) -> bool:
        """Whether they are related but different."""
        return self.kind in RELATED


class _PackagedPairs:
    """Packaged pairs, looked up in the ways that labelled ones need."""

    def __init__(
        self, pairs: Sequence[TermPair], korean: Partners, relations: TermRelations, bitext: Bitext
    ) -> None:
        self.pairs, self.korean, self.relations, self.bitext = pairs, korean, relations, bitext
        self.by_word: dict[str, list[str]] = defaultdict(list)
        self.by_edge: dict[str, list[str]] = defaultdict(list)
        self.by_package: dict[str, list[str]] = defaultdict(list)
        self.known: dict[str, str] = {}
        for pair in pairs:
            words = pair.english.lower().split()
            if len(words) > MAX_WORDS:
                continue
            self.known.setdefault(" ".join(words), pair.english)
            self.by_package[pair.package].append(pair.english)
            if len(words) > 1:
                for word in words:
                    self.by_word[word].append(pair.english)
            plain = pair.korean.replace(" ", "")
            for edge in {plain[:2] + "…", "…" + plain[-2:]} if len(plain) > 2 else ():
                self.by_edge[edge].append(pair.english)

    def may_be_true(self, keys: Sequence[str], english: str) -> bool:
        """Whether anything hints that the English term translates the Korean one after all."""
        mine = english_keys(english)
        if not mine:
            return True
        same, _ = self.relations.relatives(english)
        words = mine[0].split()
        for key in keys:
            for entry in self.korean.get(key, {}):
                if entry in mine or entry in same:
                    return True
                theirs = entry.split()
                if all(any(_same_stem(w, t) for t in theirs) for w in words):
                    return True
        counts = self.bitext.look_up(keys, mine)
        return counts.aligned > 0 and counts.aligned >= 0.1 * min(counts.korean, counts.english)


def choose(
    pairs: Sequence[TermPair],
    korean: Partners,
    relations: TermRelations,
    bitext: Bitext,
    neighbours: Neighbours | None = None,
    excluding: Collection[tuple[str, str]] = (),
) -> list[LabelledPair]:
    """The labelled pairs, the same for the same packages and text.

    Args:
        pairs: what the packages hold.
        korean: known partners of Korean terms, by key.
        relations: says what is related.
        bitext: aligned text.
        neighbours: of an English term; None where there is no dense model.
        excluding: pairs (Korean, English) that are to be measured on, so never chosen.
    """
    barred = {pair_key(ko, en) for ko, en in [*excluding, *((ko, en) for ko, en, _ in SHOTS)]}
    true = _true(pairs, bitext, barred)
    book = _PackagedPairs(pairs, korean, relations, bitext)
    keys = korean_keys([labelled.korean for labelled in true])
    found: dict[tuple[str, str], LabelledPair] = {}
    for labelled in true:
        found[pair_key(labelled.korean, labelled.english)] = labelled
    for labelled, own in zip(true, keys, strict=True):
        for kind, others in _others(labelled, own, book, neighbours):
            for english in others:
                pair = pair_key(labelled.korean, english)
                if pair in found or pair in barred or book.may_be_true(own, english):
                    continue
                found[pair] = LabelledPair(
                    labelled.korean,
                    english,
                    kind,
                    labelled.package,
                    labelled.english,
                    labelled.masked,
                )
                break
    for labelled in _initials(true):
        pair = pair_key(labelled.korean, labelled.english)
        if pair not in found and pair not in barred:
            found[pair] = labelled
    return list(found.values())


def _initials(true: Sequence[LabelledPair]) -> Iterator[LabelledPair]:
    """Terms of several words with their initials, each followed by two with those of others."""
    long = [c for c in true if len(c.english.split()) >= 2 and c.english.isascii()]
    short = ["".join(word[0] for word in c.english.split()).upper() for c in long]
    for place, (labelled, letters) in enumerate(zip(long, short, strict=True)):
        same = [s for s in short[place + 1 :] + short[:place] if len(s) == len(letters)]
        yield replace(labelled, english=letters, made_from=labelled.english)
        for other in [s for s in dict.fromkeys(same) if s != letters][:2]:
            yield replace(labelled, english=other, made_from=labelled.english, kind="initials")


def draw_mask(salt: str, masks: Sequence[tuple[Mask, float]] = MASKS) -> Mask:
    """A mask, drawn by its share; "" for none."""
    point = stable_share(salt, "mask")
    for mask, share in masks:
        point -= share
        if point < 0:
            return mask
    return ""


def _true(
    pairs: Sequence[TermPair], bitext: Bitext, barred: Collection[tuple[str, str]]
) -> list[LabelledPair]:
    """True pairs of every package, in a fixed order."""
    equivalents = Counter((pair.package, pair.korean) for pair in pairs)
    by_package: dict[str, list[TermPair]] = defaultdict(list)
    for pair in pairs:
        if (
            len(pair.korean) <= 10
            and len(pair.english.split()) <= MAX_WORDS
            and pair.korean.replace(" ", "").isalpha()
            and equivalents[pair.package, pair.korean] <= MAX_EQUIVALENTS
        ):
            by_package[pair.package].append(pair)
    chosen: list[LabelledPair] = []
    for package in sorted(by_package):
        wanted = TRUE.get(package, OTHERS)
        order = sorted(
            by_package[package], key=lambda p: stable_share(f"{p.korean}\t{p.english}", "canary")
        )
        if package == krdict.PACKAGE:
            # Half of them words that are in use in this text, or the rare ones would be most.
            used = [p for p in order if p.english.lower() in bitext.english.index]
            order = [*used[: wanted // 2], *order]
        seen: set[str] = set()
        for p in order:
            if len(seen) < wanted and p.korean not in seen:
                if pair_key(p.korean, p.english) in barred:
                    continue
                seen.add(p.korean)
                mask = draw_mask(f"{p.korean}\t{p.english}")
                chosen.append(LabelledPair(p.korean, p.english, "true", package, p.english, mask))
    return chosen


def _others(
    labelled: LabelledPair, keys: Sequence[str], book: _PackagedPairs, neighbours: Neighbours | None
) -> Iterable[tuple[Kind, list[str]]]:
    """For each kind the English terms that might make a false pair, the best first."""
    english, salt = labelled.english, f"{labelled.korean}\t{labelled.english}"

    def shuffled(terms: Iterable[str]) -> list[str]:
        return sorted(dict.fromkeys(terms), key=lambda term: stable_share(term, salt))[:12]

    _, related = book.relations.relatives(english)
    relatives = shuffled(sorted(related))
    yield "relative", [book.known[term] for term in relatives if term in book.known]
    yield "relative", [term for term in relatives if term not in book.known] or relatives[::-1]
    words = [w for w in english.lower().split() if len(w) > 2]
    yield "overlap", shuffled(t for w in words for t in book.by_word[w][:100])
    plain = labelled.korean.replace(" ", "")
    edges = (plain[:2] + "…", "…" + plain[-2:])
    yield "overlap", shuffled(t for edge in edges for t in book.by_edge[edge][:100])
    yield "together", _together(keys, book.bitext)
    if neighbours is not None:
        yield "neighbour", list(neighbours(english))[:12]
    if stable_share(salt, "few") < 0.3:
        same = book.by_package[labelled.package]
        yield "swap", [same[int(stable_share(salt, f"swap{n}") * len(same))] for n in range(4)]
        place = int(stable_share(salt, "random") * len(book.pairs))
        yield "random", [book.pairs[place].english]


def _together(keys: Sequence[str], bitext: Bitext) -> list[str]:
    """English words by how often they stand in segments with the Korean term."""
    counts: Counter[str] = Counter()
    for key in keys:
        term = bitext.korean.index.get(key)
        if term is None:
            continue
        for number in bitext.korean.segments_of(term)[:SEGMENTS].tolist():
            segment = bitext.segments[bitext.kept[number]]
            # In reading order: that of a set would change from one process to the next.
            counts.update(dict.fromkeys((w.form for w in english_words(segment.english)), 1))
    return [word for word, count in counts.most_common(12) if count > 1 and len(word) > 2]


def pair_key(korean: str, english: str) -> tuple[str, str]:
    """A pair with case, spacing, hyphens and plurals put aside ("e-mail" is "Emails")."""
    keys = english_keys(english)
    return korean.replace(" ", ""), re.sub(r"[\s-]", "", keys[0] if keys else english.lower())
