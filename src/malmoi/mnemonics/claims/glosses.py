"""Whether two glosses say the same: by their words, by synonyms, by what dictionaries say of them.

"to run" and "run or rush" agree; "to stand" and "standing" agree; "to close" and "shut" agree by
WordNet's synonyms; "fire" and "horse" have nothing to do with each other.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from malmoi.lexicon.protocol import LexiconLike
from malmoi.text.english import stem, tokenize
from malmoi.text.stop_words import (
    ADVERBS,
    DEFINITION_WORDS,
    FUNCTION_WORDS,
    OBJECTS,
    PLACE_AND_TIME,
    QUANTIFIERS,
    SOMEONE,
)

_SAY_SENSE = (
    PLACE_AND_TIME
    | (QUANTIFIERS - {"any", "more", "most", "no", "other", "some", "such"})
    | (ADVERBS - {"also", "not", "then", "there", "very"})
    | frozenset("because but nor while did must shall should what why she s t".split())
)
"""Function words that a gloss is told by: "above", "once", "must"."""
STOP = (
    (FUNCTION_WORDS - _SAY_SENSE) | OBJECTS | SOMEONE | DEFINITION_WORDS
    | frozenset(
        """able act become becoming capable cause causes causing characterized condition doing done
        esp full get lack lacking like literally makes mean meaning means one one's ones oneself
        original originally part people related sb somebody sort sth tend tendency tending type
        upon use way word words""".split()
    )
)  # fmt: skip
"""Words of definitions that say nothing of what is defined."""

SENSES = 4
"""Of a gloss's word only so many senses are asked for synonyms: "see" is also "learn, hear"."""


def content(text: str) -> list[str]:
    """The words of a gloss that carry its sense, in order; all of them where none does."""
    text = re.sub(r"\bto-(?=morrow|day|night)", "to", text, flags=re.IGNORECASE)
    words = [w.casefold().removesuffix("'s") for w in tokenize(text, "'")]
    return [w for w in words if w not in STOP and len(w) > 1] or words


def stems(text: str) -> set[str]:
    """Stems of a gloss's content words."""
    return {stem(word) for word in content(text)}


def near(text: str, lexicon: LexiconLike) -> set[str]:
    """Stems of a gloss's content words and of their synonyms in every sense."""
    found = stems(text)
    for word in content(text):
        senses = lexicon.word(word).senses
        # Of "see", "run" or "set" the third sense is far from the first.
        for sense in senses[: 2 if len(senses) > 12 else SENSES]:
            found |= {stem(s) for s in sense.synonyms if " " not in s and "_" not in s}
    return found


def wide(text: str, lexicon: LexiconLike, limit: int = 4) -> set[str]:
    """`near`, the content words of the first definitions of each of its words, and what verbs among
    them are ways of (to placate is to calm)."""
    found = near(text, lexicon)
    for word in content(text):
        facts = lexicon.word(word)
        for sense in facts.senses[:limit]:
            found |= stems(sense.definition)
            if sense.pos == "verb" and lexicon.wordnet:
                found |= {stem(n) for n in lexicon.wordnet.broader(sense.id) if " " not in n}
    return found


def agree(claimed: str, known: Iterable[str], lexicon: LexiconLike) -> str:
    """ "yes" where the words or their synonyms meet, "no" where nothing does, else "perhaps".

    `known` are glosses of one thing; one that agrees is enough. Nothing known: "perhaps".
    """
    glosses = [gloss for gloss in known if gloss.strip()]
    if not glosses or not stems(claimed):
        return "perhaps"
    told = stems(claimed)
    words = {w.casefold() for w in tokenize(claimed, "'")}
    for gloss in glosses:
        small = {w.casefold() for w in tokenize(gloss, "'")}
        # "not" and "in" say all that there is to say of a prefix.
        if told & stems(gloss) or (small <= STOP and small & words):
            return "yes"
    told_near = near(claimed, lexicon)
    for gloss in glosses:
        # From both sides: "see" is "hear" in its fifth sense, "hear" is never "see".
        if told_near & stems(gloss) and told & near(gloss, lexicon):
            return "yes"
    # "forgetful" and "forgotten": stems of one word that Porter keeps apart.
    known = {s[:5] for gloss in glosses for s in stems(gloss) if len(s) > 4}
    if known & {t[:5] for t in told if len(t) > 4}:
        return "perhaps"
    if opposed(claimed, glosses, lexicon):
        return "no"
    told_wide = wide(claimed, lexicon)
    for gloss in glosses:
        if told_wide & near(gloss, lexicon):
            return "perhaps"
        if told_near & near(gloss, lexicon) or told_wide & stems(gloss):
            return "perhaps"
        if told & wide(gloss, lexicon):
            return "perhaps"
    return "no"


def opposed(claimed: str, glosses: Iterable[str], lexicon: LexiconLike) -> bool:
    """ "wake" against "sleep", "too much" against "too little": an antonym of a word of one is a
    word of the other, and no gloss has the claimed words themselves."""
    told, known = stems(claimed), [stems(gloss) for gloss in glosses]
    if any(told <= gloss for gloss in known):
        return False
    against = {stem(a) for w in content(claimed) for a in lexicon.word(w).antonyms}
    theirs = {
        stem(a) for gloss in glosses for w in content(gloss)[:4] for a in lexicon.word(w).antonyms
    }
    return bool(against & set().union(*known) or theirs & told)


_DENIES = re.compile(
    r"(?i)^(?:not|no|never|without|lack|lacks|lacking|absence|less|lessen|reduce|reduced|decrease|"
    r"deprived?|devoid|free|opposed?|opposite|contrary|against|un\w*able|incapable|hardly|refus\w*|"
    r"disinclined|reluctant|averse|loath|cease|stop|stops|avoid\w*|prevent\w*|hid(?:e|es|ing)|"
    r"conceal\w*|rarely|seldom|barely|scarcely|unwilling\w*|fail\w*|rather|little|"
    r"loss|nor|hard|difficult)$"
)
_REACH = 4
"""So many words after a denial are denied."""


def polarity(text: str) -> dict[str, int]:
    """Stems of a gloss's content words: 1 said, -1 denied ("not wasteful", "less intense")."""
    found: dict[str, int] = {}
    denied, listing = 0, False
    # "clear of accusation", "free from fear"
    text = re.sub(r"(?i)\b(?:clear|free|rid|relieve|absolve)d?\s+(?:of|from)\b", "without", text)
    for token in re.findall(r"[^\W\d_]+(?:['-][^\W\d_]+)*|[,;.]", text):
        low = token.casefold()
        if token == "," and listing:
            denied = min(denied + 1, _REACH)  # "clear of accusation, blame or doubt"
        elif not token[0].isalpha() or low in {"but", "although"}:
            denied = 0
        elif _DENIES.match(low) or low.endswith("n't"):
            denied, listing = _REACH, low in {"without", "less", "lacking", "free", "lack"}
            if low not in STOP and len(low) > 4:
                found.setdefault(stem(low), 1)
        else:
            if low not in STOP and len(low) > 1:
                found.setdefault(stem(low), -1 if denied else 1)
            denied -= denied > 0 and low not in STOP
    return found
