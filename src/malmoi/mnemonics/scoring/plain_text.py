"""Whether a mnemonic is a sentence of its own at all, or a list, an echo, a copy of the facts."""

from __future__ import annotations

import re
from collections import Counter
from functools import lru_cache
from itertools import pairwise

from malmoi.lexicon.facts import Sense, Word, forms
from malmoi.mnemonics import form
from malmoi.mnemonics.cards import Draft
from malmoi.text.english import family_stem, lower_words
from malmoi.text.stop_words import (
    ARTICLES,
    BE,
    FUNCTION_WORDS,
    HAVE,
    OBJECTS,
    POSSESSIVES,
    PREPOSITIONS,
    RARE_CONJUNCTIONS,
    RARE_PREPOSITIONS,
    REFLEXIVES,
    SOMEONE,
    SUBJECTS,
)

FUNCTION = (
    FUNCTION_WORDS | BE | OBJECTS | REFLEXIVES | SOMEONE | RARE_PREPOSITIONS | RARE_CONJUNCTIONS
    | frozenset(
        """already always away back either even ever every everybody everyone everything get gets
        got let lets like neither never nobody nothing now often one ours quite rather still
        two""".split()
    )
)  # fmt: skip
"""Words that carry no picture."""

MIN_WORDS, MAX_WORDS = 6, 45
"""Words of a mnemonic."""

TALK = frozenset(
    """mean means meaning meant word words sound sounds sounding start starts begin begins end ends
    rhyme rhymes remember think thinking imagine picture whenever latin greek french english
    spelled spelling letters contains hides hidden related relative root roots prefix suffix
    opposite synonym antonym origin derived comes refers describes definition mnemonic term help
    helps memory associated""".split()
)
"""Words that talk about a word: they make no scene."""

_DETERMINERS = ARTICLES | POSSESSIVES
_NEVER_AFTER = (
    ARTICLES | SUBJECTS | HAVE | (BE - {"am", "being"}) | (PREPOSITIONS - {"into"})
    | frozenset("and but can could if or than that this will would".split())
)  # fmt: skip
"""What no determiner stands before."""
_NEVER_LAST = (
    ARTICLES
    | (POSSESSIVES - {"her", "its"})
    | frozenset("and but for from in of or to with".split())
)
_MAX_RUN = 6
"""Most content words without a function word between them."""

_TAG = re.compile(
    r"\b(?:feature|reasoning|mnemonic|example|term|meaning|origin|parts|sound)\s*:", re.I
)


def content(text: str) -> list[str]:
    """The content words of a text, in order, lower-cased."""
    return [w for w in lower_words(text) if w not in FUNCTION and len(w) > 2]


def find_problem(text: str, word: Word, sense: Sense | None, draft: Draft | None = None) -> str:
    """What makes a text no mnemonic, "" where nothing does.

    Looks at the text alone: the right number of words, the term in it once to three times, no
    list, no repetition, no tag of the form, and most of it not copied from the word's facts.

    Args:
        text: the mnemonic.
        word: must be in the text in one of its forms.
        sense: what is taught: a text that copies its definition is none.
        draft: the whole draft, whose reasoning and example are facts as well; None for a text
            alone.
    """
    words = lower_words(text)
    if not MIN_WORDS <= len(words) <= MAX_WORDS:
        return f"{len(words)} words, expected {MIN_WORDS} to {MAX_WORDS}"
    if not 1 <= sum(w in forms(word) for w in words) <= 3:
        return "the term is missing or repeated"
    if _TAG.search(text):
        return "a tag of the form in the text"
    if _explains(text, word):
        # A word and its anchor return in the second sentence: that is its form.
        return _salad(text, words)
    return _shape(text, words) or _copied(text, words, word, sense, draft)


def _shape(text: str, words: list[str]) -> str:
    carry = [w for w in words if w not in FUNCTION]
    share = 1 - len(carry) / len(words)
    if not 0.18 <= share <= 0.8:
        return "not a sentence: too few or too many function words"
    if len(set(carry)) < 0.7 * len(carry) or max(Counter(carry).values(), default=0) > 3:
        return "repetition"
    pairs = Counter(pairwise(words))
    if max(pairs.values(), default=0) > 2:
        return "repetition"
    thirds = Counter(zip(words, words[1:], words[2:], strict=False))
    if sum(n - 1 for n in thirds.values()) > 2:
        return "repetition"
    if text.count(",") + text.count(";") > max(3, len(words) / 4):
        return "a list"
    return _salad(text, words)


def _salad(text: str, words: list[str]) -> str:
    """What no text may be, explanations neither."""
    pairs_of = pairwise(words)
    if any(a in _DETERMINERS - {"her"} and b in _NEVER_AFTER for a, b in pairs_of):
        return "not a sentence: a word salad"
    if words[-1] in _NEVER_LAST:
        return "not a sentence: cut off"
    run = 0
    for w in words:
        run = 0 if w in FUNCTION else run + 1
        if run > _MAX_RUN:
            return "a list"
    letters = [c for c in text if c.isalpha()]
    if sum(c.isascii() for c in letters) < 0.95 * len(letters):
        return "letters that are not English"
    if sum(c.isupper() for c in letters) > 0.3 * len(letters):
        return "capital letters"
    return ""


def _copied(
    text: str, words: list[str], word: Word, sense: Sense | None, draft: Draft | None
) -> str:
    facts = _facts(word, sense)
    if draft is not None:
        facts = facts | _grams(draft.example)
    own = [tuple(words[i : i + 4]) for i in range(len(words) - 3)]
    if sum(gram in facts for gram in own) > 0.5 * len(own):
        return "a copy of the facts"
    known = _fact_stems(word, sense)
    fresh = {family_stem(w) for w in content(text) if w not in TALK} - known
    if draft is not None:
        fresh -= {family_stem(w) for w in lower_words(draft.reasoning)}
    return "" if len(fresh) >= 2 else "nothing but the facts"


def _explains(text: str, word: Word) -> bool:
    """Whether a fact is followed by a sentence of its own that uses the word: the plain form."""
    first, stop, second = text.partition(". ")
    return (
        bool(stop)
        and len(lower_words(first)) >= 4
        and bool(len(lower_words(second)) >= 4 and set(lower_words(second)) & forms(word))
    )


def _grams(text: str) -> frozenset[tuple[str, ...]]:
    words = lower_words(text)
    return frozenset(tuple(words[i : i + 4]) for i in range(len(words) - 3))


@lru_cache(maxsize=64)
def _known(texts: tuple[str, ...]) -> tuple[frozenset[tuple[str, ...]], frozenset[str]]:
    """Runs of four words, and stems, of texts; kept, for a word has many candidates."""
    grams: frozenset[tuple[str, ...]] = frozenset().union(*map(_grams, texts))
    return grams, frozenset(family_stem(w) for text in texts for w in lower_words(text))


def _facts(word: Word, sense: Sense | None) -> frozenset[tuple[str, ...]]:
    """Runs of four words of all that is known of the word, and of the prompt."""
    texts = [s.definition for s in word.senses]
    texts += [e for s in word.senses for e in s.examples]
    texts += [o.text for o in word.origins]
    texts += [definition for definition, _ in word.definitions]
    if sense is not None:
        texts += [sense.definition, *sense.examples]
    return _known((form.INSTRUCTIONS, *texts))[0]


def _fact_stems(word: Word, sense: Sense | None) -> frozenset[str]:
    """Stems of the words that the facts give to a writer."""
    texts = [word.term, word.lemma, *word.inflections]
    senses = [sense] if sense else list(word.senses)
    for each in senses:
        texts += [each.definition, *each.examples, *each.synonyms, *each.antonyms]
    texts += [o.text for o in word.origins]
    return _known(tuple(texts))[1]
