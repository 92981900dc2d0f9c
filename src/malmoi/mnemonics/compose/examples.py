"""An example sentence for a sense: a dictionary's own where it is a clean sentence, else none."""

from __future__ import annotations

import re
from collections.abc import Iterable

from malmoi.lexicon.facts import Sense, Word
from malmoi.mnemonics.compose.phrases import upper_first
from malmoi.text.english import lower_words
from malmoi.text.stop_words import ARTICLES, DEMONSTRATIVES, POSSESSIVES

MAX_WORDS = 20

_VERBS = frozenset(
    """is are was were be am has have had do does did can could will would shall should may might
    must 's 're""".split()
)


def example(word: Word, sense: Sense) -> str:
    """A sentence of at most twenty words that holds the term in its sense, "" for none."""
    return next(filter(None, (_whole(text, word) for text in sense.examples)), "")


_SLIP = re.compile(r"\bto (?:made|went|came|took|gave|was|were|had|did)\b|\b(\w+) \1\b")
"""Slips of the pen in examples."""
_OLD = re.compile(r"\b(?:thou|thee|hath|doth|thy|ye)\b")


def _whole(text: str, word: Word) -> str:
    """A dictionary's example made into a sentence, "" where it isn't clean or lacks the term."""
    text = " ".join(text.split()).strip(" ;,")
    words = lower_words(text)
    if not 3 <= len(words) <= MAX_WORDS or not _holds(words, word):
        return ""
    if re.search(r"[\[\]<>|_`~*]|\.\.\.|--|\"|\d", text) or _OLD.search(text):
        return ""
    if _SLIP.search(text):
        return ""
    if text[0].isupper() and text[-1] in ".!?":
        return text
    if _is_sentence(words):
        return upper_first(text).rstrip(".!?") + ("." if text[-1] not in "!?" else text[-1])
    return ""


def _holds(words: Iterable[str], word: Word) -> bool:
    return bool({word.term, word.lemma, *word.inflections} & set(words))


_FINITE = re.compile(r"^(?:i|you|he|she|it|we|they|there|this|that|who|what|nobody|everyone)$")


def _is_sentence(words: list[str]) -> bool:
    """Whether there is a finite verb: a pronoun as subject, or an auxiliary after the beginning."""
    if _FINITE.match(words[0]) and len(words) > 2 and words[0] not in {"this", "that"}:
        return True
    if any(w in _VERBS for w in words[1:]) or any(_CONTRACTED.search(w) for w in words[:2]):
        return True
    past = [i for i, w in enumerate(words) if w.endswith("ed") and 2 <= i < len(words) - 1]
    return len(words) > 5 and any(words[i - 1] not in _DETERMINERS for i in past)


_CONTRACTED = re.compile(r"n't$|'(?:ll|re|ve|m|d)$|^(?:it|that|he|she|there|what|here)'s$")
_DETERMINERS = (ARTICLES | DEMONSTRATIVES | POSSESSIVES) - {"your"}
