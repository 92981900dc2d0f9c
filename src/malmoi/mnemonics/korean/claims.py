"""Checks of a draft in Korean, whoever wrote it: the sound of the Korean words that it names.

    claims_of(word, draft)                     # "columnist ~ 칼 + 엄마": supported, distance 0.03
    judged(draft, word, sense, lexicon)        # what `rewards.assess` needs of it

A Hangul word is named where the text says that it is heard (‘칼’처럼, ‘칼’ 소리, → 칼). Its
distance from the term is computed by `Korean.nearest`, in the list or not. What the text says in
English goes through the checks of English.
"""

from __future__ import annotations

import re
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING

from malmoi.lexicon.facts import Sense, Word, forms
from malmoi.lexicon.keywords.korean import MAX_DISTANCE, SOURCE, Korean, KoreanCover
from malmoi.mnemonics.cards import NO_EXAMPLE, Claim, Draft
from malmoi.mnemonics.claims.glosses import stems
from malmoi.mnemonics.korean.forms import adnominal
from malmoi.text.english import lower_words
from malmoi.text.hangul import hangul_words, has_hangul

if TYPE_CHECKING:
    from malmoi.lexicon.lookup import Lexicon

MIN_UNLIKE = 0.55
"""Distance from which on nobody hears the Korean word in the English one: see docs/korean.md."""

_SENTENCE = re.compile(r"(?<=[.!?])\s+")
_QUOTED = r"[‘'“\"]([가-힣][가-힣,+!·\s]*)[’'”\"]"
_LIKE = (
    r"\s*(?:처럼|(?:와|과|이랑|랑|하고)\s*(?:소리|발음|비슷)|(?:이?라는)?\s*(?:소리|발음)"
    r"|(?:으?로|이?라고)\s*(?:들|읽|발음))"
)
_NAMED = (
    re.compile(r"(?:→|->|~|≈)\s*[‘'“\"]?([가-힣]+)"),
    re.compile(_QUOTED + _LIKE),
    re.compile(r"(?:소리|발음|들어|들으면|들린다|읽으면|읽어)[^.‘'“\"]{0,12}" + _QUOTED),
)
"""Where a Korean text says which Korean words an English one sounds like."""
_GLOSS = re.compile(r"뜻은\s*[‘'“\"]([^’'”\"]+)[’'”\"]")


def is_korean(draft: Draft) -> bool:
    """Whether the mnemonic is written in Hangul."""
    return has_hangul(draft.mnemonic)


def named(draft: Draft) -> tuple[str, ...]:
    """The Korean words that the draft says the term sounds like, in order."""
    found: dict[str, None] = {}
    for text in (draft.reasoning, draft.mnemonic):
        told = _GLOSS.sub("", text)
        hits = [(m.start(), m[1]) for pattern in _NAMED for m in pattern.finditer(told)]
        for _, words in sorted(hits):
            found |= dict.fromkeys(hangul_words(words))
    return tuple(found)


def gloss_in(draft: Draft) -> str:
    """The Korean meaning that the reasoning tells, "" for none."""
    found = _GLOSS.search(draft.reasoning)
    return found[1].strip() if found else ""


def claims_of(word: Word, draft: Draft, korean: Korean | None = None) -> tuple[Claim, ...]:
    """What a draft says in Korean of a word: its sound, computed, and its gloss, unverified.

    Words that make up one of the best covers of the term are one claim, every other word is one of
    its own: supported up to `MAX_DISTANCE`, contradicted from `MIN_UNLIKE` on, unverified between
    the two.

    Raises:
        SourceError: a package with Korean words or English sounds isn't installed.
    """
    korean = korean or _korean()
    words = named(draft)
    cover = _cover(word, words, korean)
    claims = [sound_claim(word.term, cover)] if cover else []
    claims += [_claim(word, each, korean) for each in words if not (cover and each in cover.words)]
    if gloss := gloss_in(draft):
        claims.append(Claim("meaning", f"{word.term} = {gloss}", "unverified"))
    return tuple(claims)


def sound_claim(term: str, cover: KoreanCover) -> Claim:
    """The match as a claim that the computed distance supports."""
    return Claim(
        "sound",
        f"{term} ~ {' + '.join(cover.words)}",
        "supported",
        f"CMUdict /{''.join(cover.phones)}/ and {SOURCE} [{' + '.join(cover.ipa)}]: distance "
        f"{cover.distance:.2f}, {cover.covered:.0%} of the sounds",
    )


def score_of(word: Word, sense: Sense | None, draft: Draft, korean: Korean | None = None) -> float:
    """What a Korean keyword card is worth, 0 to 1.

    0.6 for the sound: the root of the share of the term's sounds that its keywords cover, less for
    their distance. 0.4 for the meaning in the mnemonic: the gloss in the scene counts whole, the
    English definition written out in it (half of its content words or more) half. A mnemonic
    without a keyword that sounds alike, or that doesn't name one, is worth 0.

    Args:
        word, sense: what the card teaches; without a sense its definition can't stand in the
            mnemonic.
        draft: the card's texts.
        korean: sounds and words, `Korean.open()` where None.
    """
    korean = korean or _korean()
    words = [each for each in named(draft) if each in draft.mnemonic]
    covered, distance = _heard(word, tuple(words), korean)
    if not covered:
        return 0.0
    sound: float = (covered * (1 - distance / (2 * MAX_DISTANCE))) ** 0.5
    return round(0.6 * sound + 0.4 * _meant(sense, draft), 4)


def judged(
    draft: Draft, word: Word, sense: Sense | None, lexicon: Lexicon
) -> tuple[str, tuple[Claim, ...], float]:
    """(why a Korean draft can't be a card or "", its claims, its score), for `rewards.assess`.

    The gloss doesn't lower the score: no source could verify it, and its claim says so.

    Args:
        draft: a draft that builds on Korean keywords.
        word, sense: what it is for.
        lexicon: looks up the claims of its English sentences.
    """
    from malmoi.mnemonics.claims.checks import check_draft

    korean = _korean()
    claims = claims_of(word, draft, korean)
    claims += check_draft(word, sense, _english(draft), lexicon)
    if false := next((claim for claim in claims if claim.verdict == "contradicted"), None):
        return f"contradicted: {false.text} ({false.source})", claims, 0.0
    if draft.feature != "phonetics":
        return f"wrong feature: phonetics, not {draft.feature}", claims, 0.0
    words = named(draft)
    if not words:
        return "no keyword: the text names no Korean word that the term sounds like", claims, 0.0
    if same := next((each for each in words if korean.is_borrowed(word.term, each)), ""):
        return f"circular: {same} is the English word in Korean", claims, 0.0
    if draft.example != NO_EXAMPLE and not set(lower_words(draft.example)) & forms(word):
        return "example: it doesn't use the term", claims, 0.0
    checkable = [claim for claim in claims if claim.kind != "meaning"]
    supported = sum(claim.verdict == "supported" for claim in checkable)
    verified = supported / len(checkable) if checkable else 0.0
    score = score_of(word, sense, draft, korean) * (0.5 + 0.5 * verified)
    return "", claims, round(score, 4)


@lru_cache(maxsize=1)
def _korean() -> Korean:
    return Korean.open()


def _cover(word: Word, words: tuple[str, ...], korean: Korean) -> KoreanCover | None:
    """The best cover of which every word is named."""
    found = [c for c in korean.keywords(word.term, 12) if set(c.words) <= set(words)]
    return max(found, key=lambda cover: (len(cover.words), cover.score), default=None)


def _claim(word: Word, hangul: str, korean: Korean) -> Claim:
    text = f"{word.term} ~ {hangul}"
    nearest = korean.nearest(word.term, hangul)
    if nearest is None:
        return Claim("sound", text, "unverified")
    distance, start, end = nearest
    said = korean.sounds.say(word.term)
    source = (
        f"CMUdict /{''.join(said[start:end])}/ and 표준 발음법 [{said_in_korean(hangul)}]: "
        f"distance {distance:.2f}"
    )
    if distance <= MAX_DISTANCE:
        return Claim("sound", text, "supported", source)
    if distance >= MIN_UNLIKE:
        return Claim("sound", text, "contradicted", source)
    return Claim("sound", text, "unverified")


def said_in_korean(hangul: str) -> str:
    """IPA of a Hangul word."""
    from malmoi.lexicon.sound.hangul import pronounce

    return "".join(pronounce(hangul))


def _heard(word: Word, words: tuple[str, ...], korean: Korean) -> tuple[float, float]:
    """Share of the term's sounds that the words cover, and their mean distance."""
    cover = _cover(word, words, korean)
    if cover:
        return cover.covered, cover.distance
    said = korean.sounds.say(word.term)
    near = [found for each in words if (found := korean.nearest(word.term, each))]
    near = [found for found in near if found[0] <= MAX_DISTANCE]
    heard = {at for _, start, end in near for at in range(start, end)}
    if not heard:
        return 0.0, 1.0
    return len(heard) / len(said), sum(distance for distance, _, _ in near) / len(near)


def _meant(sense: Sense | None, draft: Draft) -> float:
    """Whether the mnemonic holds the meaning: 1 by its gloss, 0.5 by its definition, else 0."""
    gloss = gloss_in(draft)
    if gloss and (gloss in draft.mnemonic or _as_verb(gloss) in draft.mnemonic):
        return 1.0
    if sense is None:
        return 0.0
    meant = stems(sense.definition.partition(";")[0])
    told = stems(draft.mnemonic) & meant
    return 0.5 if meant and len(told) >= 0.5 * len(meant) else 0.0


def _as_verb(gloss: str) -> str:
    """ "포기하다" as it stands in a scene: "포기하는"."""
    return adnominal(gloss) if gloss.endswith("다") and len(gloss) > 1 else gloss


def _english(draft: Draft) -> Draft:
    """The draft without its Korean sentences and the definition that it quotes."""

    def english(text: str) -> str:
        told = re.sub(r"“[^”]*”", "", text)
        return " ".join(part for part in _SENTENCE.split(told) if not has_hangul(part))

    return replace(draft, reasoning=english(draft.reasoning), mnemonic=english(draft.mnemonic))
