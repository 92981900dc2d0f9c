"""Which linguistic feature a text builds on, read from what it says.

A draft's own label is checked against it: a mnemonic labelled "etymology" that speaks only of a
rhyme teaches the wrong thing about why it works.
"""

from __future__ import annotations

import re
from collections import Counter

from malmoi.lexicon.facts import Word
from malmoi.mnemonics.cards import Draft, Feature
from malmoi.mnemonics.claims import find_claims
from malmoi.mnemonics.form import NONE

OF_KIND: dict[str, Feature] = {
    "sound": "phonetics",
    "spelling": "orthography",
    "parts": "morphology",
    "origin": "etymology",
    "meaning": "semantics",
}

CUES: dict[Feature, re.Pattern[str]] = {
    "phonetics": re.compile(
        r"\b(sounds?|rhym\w+|pronounc\w*|pronunciation|syllables?|say it|hear\w*|stress\w*|"
        r"homophones?|echo\w*|aloud|ear)\b",
        re.IGNORECASE,
    ),
    "orthography": re.compile(
        r"\b(letters?|spell\w*|written|hidden|hides|hiding|contains?|looks like|double [a-z]\b|"
        r"vowels?|consonants?|capital)\b",
        re.IGNORECASE,
    ),
    "morphology": re.compile(
        r"\b(prefix\w*|suffix\w*|affix\w*|compound|stem|base word|made (up )?of|ending|"
        r"word parts?|breaks? (down )?into)\b|\b[a-z]{2,6}-(?=\s|$|\W)|(?<=\s)-[a-z]{2,6}\b",
        re.IGNORECASE,
    ),
    "etymology": re.compile(
        r"\b(latin|greek|french|old english|middle english|norse|german\w*|italian|spanish|arabic|"
        r"sanskrit|dutch|origin\w*|derive[sd]?|etymolog\w*|ancestor|cognates?|related to|"
        r"shares? (a|its|the) root|roots?|comes? from|named after)\b",
        re.IGNORECASE,
    ),
    "semantics": re.compile(
        r"\b(synonyms?|antonyms?|opposites?|means?|meaning|contrasts?|similar to|kind of|"
        r"sort of|unlike|as opposed to|the same as|rather than)\b",
        re.IGNORECASE,
    ),
}
"""Words by which a text says what it builds on, where it makes no claim that can be parsed."""

LABELS: tuple[Feature, ...] = ("phonetics", "orthography", "morphology", "etymology", "semantics")


def evidence(term: str, reasoning: str) -> dict[Feature, float]:
    """How strongly a text speaks of each feature; 0 where it doesn't.

    A parsed claim counts 1, a cue word .4. What a word means is said beside every other hook, so
    semantics counts a third where the text speaks of anything else.
    """
    counts: Counter[Feature] = Counter()
    for claim in find_claims(term, reasoning):
        counts[OF_KIND[claim.kind]] += 1.0  # type: ignore[assignment]
    for feature, pattern in CUES.items():
        counts[feature] += 0.4 * len(
            set(map(str.lower, (m[0] for m in pattern.finditer(reasoning))))
        )  # type: ignore[assignment]
    found = {feature: float(counts[feature]) for feature in LABELS}
    if any(found[feature] for feature in LABELS if feature != "semantics"):
        found["semantics"] /= 3
    return found


def classify(term: str, draft: Draft) -> Feature:
    """The feature that a draft's reasoning builds on; "other" where it says nothing of the word.

    Only where the reasoning tells nothing the mnemonic is read.
    """
    if draft.mnemonic.lower().strip(" .") == NONE:
        return "other"
    for text in (draft.reasoning, draft.mnemonic):
        found = evidence(term, text)
        best = max(LABELS, key=lambda feature: found[feature])
        if found[best] > 0:
            return best
    return "other"


def disagrees(draft: Draft, word: Word) -> str:
    """Why a draft's label is wrong, "" where its reasoning speaks of the labelled feature at all."""
    if draft.feature == "other":
        said = classify(word.term, draft)
        return "" if said in ("other", "semantics") else f"wrong feature: {said}, not other"
    found = evidence(word.term, draft.reasoning)
    if found[draft.feature] > 0:
        return ""
    said = classify(word.term, draft)
    return f"wrong feature: {said}, not {draft.feature}"
