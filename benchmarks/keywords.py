"""How well keyword covers sound, and how well their words are known, beside two published ways.

    python benchmarks/keywords.py [--words 300] [--show 20]

Words: drawn at random (fixed seed) from the base forms of CMUdict with Zipf 2 to 4.3 that WordNet
has. Each system gives its best keywords for each:

- malmoi: `Keywords.covers`; it may abstain.
- TransPhoner-like (Savva et al. 2014, "TransPhoner: automated mnemonic keyword generation"): the
  word is cut at syllables in up to three pieces in every way; a piece's keyword is the best sum of
  phonetic similarity (.5), spelling similarity (.2) and imageability (.3, here: concreteness).
- PhoniTale-like (Kang et al. 2025): from the left, the longest run of syllables with a word nearer
  than .3, else the single syllable; the nearest word by panphon distance, however abstract. Theirs
  goes to another language's words and lets a model choose; neither is done here.

Both are our reading of the papers, not the authors' programs; neither abstains, and neither leaves
out relatives, insults aside ("foggy": fog). Printed, with
95 % bootstrap intervals over the words that every system covers: share of the phones covered,
panphon distance, the least concrete keyword's concreteness, the rarest's Zipf, number of keywords.
"""

from __future__ import annotations

import argparse
import difflib
import itertools
import random
import time
from collections.abc import Callable, Sequence
from functools import lru_cache
from statistics import fmean

import numpy as np

from malmoi.cli import console
from malmoi.evaluation.significance import bootstrap
from malmoi.lexicon.keywords.english import Cover, Keywords
from malmoi.lexicon.keywords.inventory import MIN_ZIPF, Keyword, excluded
from malmoi.lexicon.lookup import Lexicon
from malmoi.lexicon.sound.phones import edit_distance, to_ipa
from malmoi.lexicon.sound.syllables import boundaries

SEED = 13
System = Callable[[str, int], list[Cover]]


class Baseline:
    """What both baselines share: words with their sounds, and covers made of pieces."""

    def __init__(self, keywords: Keywords, words: Sequence[Keyword]) -> None:
        self.keywords, self.words = keywords, words
        self.said = [tuple(map(to_ipa, k.phones)) for k in words]

    def pieces(self, word: str) -> tuple[tuple[str, ...], list[int]]:
        """The word's segments and where its syllables begin, with the end."""
        phones = self.keywords.sounds.phones(word)[0]
        return tuple(map(to_ipa, phones)), [*boundaries(phones), len(phones)]

    @lru_cache(maxsize=100_000)  # noqa: B019
    def near(self, piece: tuple[str, ...]) -> list[tuple[float, int]]:
        """(distance, place) of the 40 nearest words of about the piece's length."""
        found = [
            (edit_distance(piece, said), at)
            for at, said in enumerate(self.said)
            if abs(len(said) - len(piece)) <= 1
        ]
        return sorted(found)[:40]

    def cover(self, word: str, chosen: list[tuple[int, int, int]], score: float) -> Cover:
        """A cover of (start, end, place of the keyword)."""
        said = self.pieces(word)[0]
        letters = self.keywords.sounds.letters(word)
        used = [self.words[at] for _, _, at in chosen]
        sizes = [max(end - start, len(self.said[at])) for start, end, at in chosen]
        far = [
            size * edit_distance(said[start:end], self.said[at])
            for size, (start, end, at) in zip(sizes, chosen, strict=True)
        ]
        return Cover(
            words=tuple(k.word for k in used),
            spans=tuple((start, end) for start, end, _ in chosen),
            letters=tuple("".join(letters[start:end]) for start, end, _ in chosen),
            phones=said,
            distance=sum(far) / sum(sizes),
            covered=sum(end - start for start, end, _ in chosen) / len(said),
            concreteness=min(k.concreteness for k in used),
            zipf=min(k.zipf for k in used),
            score=score,
        )


class TransPhonerLike(Baseline):
    """Every cut at syllables; sound, spelling and imageability in one sum."""

    def covers(self, word: str, most: int = 10) -> list[Cover]:
        """The best cuts, the best first."""
        said, cuts = self.pieces(word)
        letters = self.keywords.sounds.letters(word)
        found = []
        for number in range(min(3, len(cuts) - 1)):
            for inner in itertools.combinations(cuts[1:-1], number):
                edges = [0, *inner, len(said)]
                chosen, total = [], 0.0
                for start, end in itertools.pairwise(edges):
                    spelling = "".join(letters[start:end])
                    ways = [
                        (self.worth(distance, at, spelling), at)
                        for distance, at in self.near(said[start:end])
                        if self.words[at].word != word
                    ]
                    if not ways:
                        break
                    worth, at = max(ways)
                    total += worth * (end - start)
                    chosen.append((start, end, at))
                else:
                    found.append(self.cover(word, chosen, total / len(said)))
        return sorted(found, key=lambda c: -c.score)[:most]

    def worth(self, distance: float, at: int, spelling: str) -> float:
        """The sum that keywords are chosen by."""
        word = self.words[at]
        seen = difflib.SequenceMatcher(None, word.word, spelling).ratio()
        return 0.5 * (1 - distance) + 0.2 * seen + 0.3 * (word.concreteness - 1) / 4


class PhoniTaleLike(Baseline):
    """Longest run of syllables from the left with a near word, whatever it means."""

    def covers(self, word: str, most: int = 1) -> list[Cover]:
        """The one cover there is."""
        said, cuts = self.pieces(word)
        chosen = []
        first = 0
        while first < len(cuts) - 1:
            for last in range(len(cuts) - 1, first, -1):
                near = self.near(said[cuts[first] : cuts[last]])
                near = [n for n in near if self.words[n[1]].word != word]
                if near and (near[0][0] <= 0.3 or last == first + 1):
                    chosen.append((cuts[first], cuts[last], near[0][1]))
                    break
            first = last
        return [self.cover(word, chosen, 0.0)] if chosen else []


def draw(lexicon: Lexicon, most: int) -> list[str]:
    """Words to cover, the same every time."""
    words = []
    for word in sorted(lexicon.sounds.words()):
        zipf = lexicon.frequency.zipf(word) if word.isalpha() and len(word) > 3 else None
        if zipf and 2 <= zipf.value <= 4.3 and lexicon.wordnet and word in lexicon.wordnet:
            words.append(word)
    random.Random(SEED).shuffle(words)
    return [w for w in words[: 4 * most] if lexicon.morphology.lemma(w) == w][:most]


def any_words(lexicon: Lexicon) -> list[Keyword]:
    """All words as common as a keyword, however abstract (1 where no rating is known)."""
    out, found = excluded(), []
    for word in sorted(lexicon.sounds.words()):
        zipf = lexicon.frequency.zipf(word) if word.isalpha() and word not in out else None
        phones = lexicon.sounds.phones(word)[0]
        rating = lexicon.frequency.concreteness(word)
        if zipf and zipf.value >= MIN_ZIPF and len(phones) >= 2 and rating:
            found.append(Keyword(word, phones, zipf.value, rating.value))
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--words", type=int, default=300)
    parser.add_argument("--show", type=int, default=0, help="print the covers of so many words")
    arguments = parser.parse_args()
    lexicon = Lexicon.open()
    keywords = lexicon.keywords
    words = draw(lexicon, arguments.words)
    keywords.covers("warm")
    systems: dict[str, System] = {
        "malmoi": keywords.covers,
        "TransPhoner-like": TransPhonerLike(keywords, keywords.inventory).covers,
        "PhoniTale-like": PhoniTaleLike(keywords, any_words(lexicon)).covers,
    }
    best: dict[str, dict[str, Cover]] = {}
    speed = {}
    for name, covers in systems.items():
        start = time.perf_counter()
        found = {word: covers(word, 1) for word in words}
        speed[name] = 1000 * (time.perf_counter() - start) / len(words)
        best[name] = {word: c[0] for word, c in found.items() if c}
    good = [
        (name, f"{len(b) / len(words):.3f}",
         f"{fmean(w in b and b[w].covered >= 0.6 and b[w].distance <= 0.25 for w in words):.3f}",
         f"{speed[name]:.1f}")
        for name, b in best.items()
    ]  # fmt: skip
    console.table(
        ("system", "words covered", "≥ .6 covered at ≤ .25", "ms a word"),
        good,
        title=f"{len(words)} words",
    )
    shared = [w for w in words if all(w in b for b in best.values())]
    rows = []
    for name, b in best.items():
        chosen = [b[w] for w in shared]
        values = {
            "covered": [c.covered for c in chosen],
            "distance": [c.distance for c in chosen],
            "concreteness": [c.concreteness for c in chosen],
            "zipf": [c.zipf for c in chosen],
            "keywords": [float(len(c.words)) for c in chosen],
        }
        rows.append((name, *(interval(np.array(v)) for v in values.values())))
    console.table(
        ("system", "phones covered", "panphon distance", "concreteness", "Zipf", "keywords"),
        rows,
        title=f"the {len(shared)} words that all cover",
    )
    for word in words[: arguments.show]:
        line = "; ".join(
            f"{name}: {' + '.join(b[word].words) if word in b else '–'}" for name, b in best.items()
        )
        console.say(f"{word}: {line}")


def interval(values: np.ndarray) -> str:
    """A mean with its 95 % interval."""
    found = bootstrap(values, [str(at) for at in range(len(values))])
    return f"{found.mean:.3f} [{found.low:.3f}, {found.high:.3f}]"


if __name__ == "__main__":
    with console.shown():
        main()
