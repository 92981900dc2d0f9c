"""Syllables: of phones (maximal onset), and of the spelling where it can be aligned with them."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from functools import lru_cache

_ONSETS = frozenset(
    tuple(onset.split())
    for onset in """
    P R|P L|B R|B L|T R|D R|K R|K L|G R|G L|F R|F L|TH R|SH R|S P|S T|S K|S M|S N|S L|S W|S F|
    T W|D W|K W|G W|TH W|HH W|P Y|B Y|F Y|V Y|M Y|K Y|G Y|HH Y|S P R|S P L|S T R|S K R|S K W|
    S K Y|S P Y|SH M|SH N|SH L""".replace("\n", "").split("|")
)
"""Consonant clusters with which an English syllable begins; a single one may, but not NG."""

# Letters → the phones they may stand for, + joins several, - is silent.
_GRAPHEMES = """
a AE EY AH AA AO EH IH ER|e EH IY AH IH EY - ER|i IH AY IY AH Y ER|o AA OW AH AO UH UW ER IH W+AH
u AH UW UH Y+UW Y+UH Y+AH W Y+ER ER IH EH -|y IY IH AY AH Y ER|ai EY EH AH AY IH|ay EY AY EH
au AO AA AE OW AW|aw AO AA|augh AO AE+F|eigh EY AY|ea IY EH EY IH ER|ee IY IH EY
ei IY EY AY IH EH AH|ey IY EY|eu UW Y+UW ER Y+ER UH Y+UH|ew UW Y+UW OW|ie IY AY IH EH|igh AY
oa OW AO|oe OW IY UW EH|oi OY W+AA|oy OY|oo UW UH AH AO OW|ou AW AH UW OW UH AO ER|ow OW AW
ough OW AO UW AW AH+F AO+F|ue UW Y+UW - EH|ui UW IH W+IY Y+UW AY|uy AY IY|ye AY|ae IY EH EY
eau OW Y+UW|ieu UW|eo IY AH EH|ar AA+R AO+R AH+R ER EH+R AE+R|er ER EH+R IH+R AA+R|ir ER IH+R AY+R
or AO+R ER AA+R|ur ER UH+R Y+UH+R Y+ER AO+R|yr ER IH+R AY+R|ear IH+R ER EH+R AA+R|eer IH+R
ier IH+R ER AY+ER|our AO+R AW+R ER UH+R AW+ER|oor AO+R UH+R|air EH+R|aer EH+R|ayor EY+ER EH+R
ere IH+R EH+R|are EH+R AA+R|ire AY+R AY+ER|ore AO+R|ure Y+UH+R ER UH+R Y+ER|re ER|le AH+L|olo ER
m M AH+M|b B|bb B|c K S SH CH|cc K K+S CH|ch CH K SH|ck K|cqu K+W|cq K|d D JH T|dd D|dg JH|dge JH
dj JH|f F V|ff F|g G JH ZH|gg G JH|gh G - F|gn N|gu G G+W|gue G|h HH -|j JH ZH HH Y|k K|kk K|kn N
l L -|ll L Y|lk K|lf F|lm M|mm M|mb M|mn M|n N NG|nn N|ng NG NG+G|p P|pp P|ph F|pn N|ps S|pt T|q K
qu K+W K|que K|r R|rr R|rh R|rrh R|s S Z SH ZH -|ss S SH Z|sc S S+K SH|sch SH S+K|sh SH|st S|sw S
t T SH CH - D|tt T|th TH DH T|tch CH|ti SH CH|ci SH|si SH ZH|ssi SH|sci SH|ce SH S|ge JH ZH|zi ZH
v V F|vv V|w W -|wh W HH|wr R|x K+S G+Z Z K+SH|z Z S T+S ZH|zz Z T+S|xc K+S|xi K+SH|di JH
tu CH+UW CH+AH CH+ER CH+UH|du JH+UW JH+AH JH+UH|su SH+UH ZH+UW SH+UW ZH+ER|bt T|pb B|mp M|gi JH
ia IH
"""


@lru_cache(maxsize=1)
def _graphemes() -> dict[str, tuple[tuple[str, ...], ...]]:
    table: dict[str, tuple[tuple[str, ...], ...]] = {}
    for entry in _GRAPHEMES.replace("\n", "|").split("|"):
        letters, sounds = (entry.split() or [""])[0], entry.split()[1:]
        options = tuple(() if s == "-" else tuple(s.split("+")) for s in sounds)
        table[letters] = table.get(letters, ()) + options
    return table


def boundaries(phones: Sequence[str]) -> tuple[int, ...]:
    """Where syllables begin: the most consonants that an English syllable may begin with.

    `phones` are ARPAbet; the first syllable begins at 0. No vowel: no syllable, ().
    """
    nuclei = [at for at, phone in enumerate(phones) if phone[-1].isdigit()]
    starts = [0] if nuclei else []
    for before, nucleus in itertools.pairwise(nuclei):
        start = nucleus
        while start - 1 > before and _may_begin(phones[start - 1 : nucleus]):
            start -= 1
        starts.append(start)
    return tuple(starts)


def _may_begin(onset: Sequence[str]) -> bool:
    return onset[0] != "NG" if len(onset) == 1 else tuple(onset) in _ONSETS


def align(word: str, phones: Sequence[str]) -> tuple[str, ...]:
    """The letters of each phone ("knight" → "kn", "igh", "t"), () where they can't be aligned.

    Of several phones for one grapheme ("x") the first has the letters and the others "". Silent
    letters belong to the phone before them.
    """
    bare = tuple(phone.rstrip("012") for phone in phones)
    best = _best(word, bare)
    if best is None:
        return ()
    letters = [""] * len(bare)
    at = 0
    for piece, start, count in best:
        letters[start if count else max(0, start - 1)] += piece
        at += len(piece)
    return tuple(letters)


def _best(word: str, phones: tuple[str, ...]) -> list[tuple[str, int, int]] | None:
    """Fewest pieces (letters, first phone, number of phones) that spell `phones`; None: none do.

    A letter may be silent at a price, so that few words have no alignment at all.
    """
    table = _graphemes()
    ways: dict[tuple[int, int], tuple[float, list[tuple[str, int, int]]]] = {(0, 0): (0.0, [])}
    for at in range(len(word)):
        for done in range(len(phones) + 1):
            here = ways.get((at, done))
            if here is None:
                continue
            price, pieces = here
            steps: list[tuple[str, int, float]] = [(word[at], 0, 2.0)]
            for length in range(1, min(5, len(word) - at) + 1):
                piece = word[at : at + length]
                for sound in table.get(piece, ()):
                    if phones[done : done + len(sound)] == sound:
                        # Single letters with single sounds first: they cut syllables best.
                        silent = 0.6 if not sound else 0.0
                        joined = 0.3 * (len(sound) > 1) + 0.1 * (length > 1)
                        steps.append((piece, len(sound), 0.5 + silent + joined))
            for piece, count, cost in steps:
                key = (at + len(piece), done + count)
                if key not in ways or ways[key][0] > price + cost:
                    ways[key] = (price + cost, [*pieces, (piece, done, count)])
    end = ways.get((len(word), len(phones)))
    return end[1] if end else None


def spelled(word: str, phones: Sequence[str]) -> tuple[str, ...]:
    """The spelling cut into syllables, () where it can't be aligned with the phones."""
    letters = align(word, phones)
    starts = boundaries(phones)
    if not letters or not starts:
        return ()
    ends = [*starts[1:], len(phones)]
    found = tuple("".join(letters[a:b]) for a, b in zip(starts, ends, strict=True))
    return found if all(found) else ()
