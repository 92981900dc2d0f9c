"""Which of a word's origins a claim speaks of: bark of a tree, bark of a dog.

GCIDE tells each origin of an entry, with its part of speech and meanings. A sentence may say which
one it means ("the adjective pale", "mint, the herb"); where it doesn't, it means the word as people
know it. Sources that tell all homographs in one breath are heard only where they agree.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from malmoi.lexicon.facts import Origin, Root, Word
from malmoi.lexicon.protocol import LexiconLike
from malmoi.mnemonics.claims.claim_text import bare
from malmoi.mnemonics.claims.glosses import agree, content, stems, wide

if TYPE_CHECKING:
    from malmoi.mnemonics.claims.reading import RawClaim

Similar = Callable[[str, str], bool]

_POS = re.compile(r"(?i)\b(noun|verb|adjective|adverb)\b")
_FRAME = frozenset(
    """word term name meaning means sense sort kind called known english noun verb adjective adverb
    prefix suffix root origin comes from ultimately originally directly probably actually
    literally really perhaps also itself""".split()
)
_ASIDE = re.compile(
    r"""(?ix)["')]*\s*(?:$|[,(–—]|-\s|(?:as|meaning|that|which|when|in\s+the\s+sense|\w*ly)\b|
    (?:probably|perhaps|also|may|might|must|does|did|is|was)\b)"""
)
"""What may stand between a word and what is said of it: an aside says which word it is."""
KNOWN_SENSES = 3
"""Of a word that isn't told more of, so many of its senses are meant."""


def meant(claim: RawClaim, word: Word, lexicon: LexiconLike, similar: Similar) -> Word:
    """The word with the origins that the claim is about; all of them where it has no homographs.

    Args:
        claim: its sentence may say which word is meant.
        word: with its origins.
        lexicon: says whether two glosses agree.
        similar: whether two forms are of one word.
    """
    told = [o for o in word.origins if o.source.startswith("GCIDE") and _is_account(o)]
    if len(told) < 2 or _one_word(told, similar):
        return _without_strays(word, similar)
    pos, about = qualifier(claim, word)
    chosen = _by_pos(told, pos)
    if about:
        chosen = _by_meaning(chosen, about, lexicon)
    elif not pos:
        chosen = _known_ones(chosen, word, lexicon)
    if len(chosen) == len(told):
        return replace(word, origins=()) if about else word  # an aside that tells neither
    others = [o for o in word.origins if not o.source.startswith("GCIDE")]
    agreeing = [o for o in others if any(_share(o, one, similar) for one in chosen)]
    rest = [o for o in word.origins if o.source.startswith("GCIDE") and not _is_account(o)]
    return replace(word, origins=(*chosen, *rest, *agreeing))


def _without_strays(word: Word, similar: Similar) -> Word:
    """The word without later accounts of a source that nothing else bears out: another word's."""
    seen, kept = set[str](), list[Origin]()
    for origin in word.origins:
        again = origin.source in seen and not origin.source.startswith("GCIDE")
        if not again or any(_share(origin, other, similar) for other in kept):
            kept.append(origin)
        seen.add(origin.source)
    return word if len(kept) == len(word.origins) else replace(word, origins=tuple(kept))


def qualifier(claim: RawClaim, word: Word) -> tuple[str, str]:
    """The part of speech and the words with which a sentence says which word it means.

    "The adjective pale comes" → ("adjective", ""); "Mint, the herb, comes" → ("", "herb").
    """
    at = max(claim.position - len(claim.context), 0)
    before = claim.sentence[:at]
    spoken = re.search(rf"(?i)\b{re.escape(word.term)}\w*\b", before)
    if not spoken or re.search("[:;]", before) or not _ASIDE.match(before[spoken.end() :]):
        return "", ""
    pos = _POS.search(before)
    words = content(re.sub(rf"(?i)\b{re.escape(word.term)}\w*\b", " ", before))
    about = " ".join(w for w in words if w not in _FRAME and len(w) > 2)
    return (pos[1].lower() if pos else ""), about


def _forms(origin: Origin) -> list[Root]:
    roots = (*((origin.etymon,) if origin.etymon else ()), *origin.roots)
    return [root for root in roots if len(bare(root.form)) > 1]


def _is_account(origin: Origin) -> bool:
    """More than a reference to another entry."""
    return bool(_forms(origin) or (origin.meanings and not origin.cognates))


def _one_word(told: list[Origin], similar: Similar) -> bool:
    """Whether all accounts lead to one form: a verb and the noun made of it."""
    return all(_share(told[0], other, similar) for other in told[1:])


def _share(a: Origin, b: Origin, similar: Similar) -> bool:
    return any(similar(x.form, y.form) for x in _forms(a) for y in _forms(b))


def _by_pos(told: list[Origin], pos: str) -> list[Origin]:
    return [o for o in told if o.pos == pos] or told if pos else told


def _by_meaning(told: list[Origin], about: str, lexicon: LexiconLike) -> list[Origin]:
    """The origins whose entries mean what the sentence says, () where none or all do."""
    fits = [o for o in told if agree(about, o.meanings, lexicon) == "yes"]
    if fits and len(fits) < len(told):
        return fits
    around = wide(about, lexicon)
    shared = [len(around & {s for m in o.meanings for s in stems(m)}) for o in told]
    best = max(shared)
    return [o for o, n in zip(told, shared, strict=True) if n == best] if best else []


def _known_ones(told: list[Origin], word: Word, lexicon: LexiconLike) -> list[Origin]:
    """The origins of the senses that people know a word by; all where that isn't told."""
    senses = word.senses[:KNOWN_SENSES]
    found = []
    for origin in told:
        of_pos = [s for s in senses if s.pos == origin.pos or origin.pos == "other"]
        own = {s for m in origin.meanings for s in stems(m)}
        names = [{*stems(s.definition), *(n for x in s.synonyms for n in stems(x))} for s in of_pos]
        if any(own & name for name in names):
            found.append(origin)
    return found or told
