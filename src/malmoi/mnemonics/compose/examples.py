"""An example sentence for a sense: a dictionary's own where it is clean, else a plain one."""

from __future__ import annotations

import re
from collections.abc import Iterable

from malmoi.lexicon.facts import Sense, Word
from malmoi.mnemonics.compose.fill import NAMES, pick
from malmoi.mnemonics.compose.phrases import Meaning, upper_first
from malmoi.text.english import lower_words, with_article
from malmoi.text.stop_words import ARTICLES, DEMONSTRATIVES, POSSESSIVES

MAX_WORDS = 20

_OF_PEOPLE = re.compile(
    r"\b(?:unwilling|willing|person|people|mind|feel|temper|behav|manner|character|speech|emotion|"
    r"will|desire|opinion|showing|courage|conduct|others|attention|concern|money|eager|inclined)"
)

_VERBS = frozenset(
    """is are was were be am has have had do does did can could will would shall should may might
    must 's 're""".split()
)
_PLAIN: dict[str, tuple[str, ...]] = {
    "adjective": (
        "{name} had never met with a more {term} {noun}.",
        "Everyone could see how {term} the {noun} was.",
        "They all agreed that the {noun} was {term}.",
        "It was a {noun} so {term} that {name} could not forget it.",
        "The longer {name} looked at the {noun}, the more {term} it seemed.",
    ),
    "verb": (
        "{name} knew that sooner or later they would have to {does}.",
        "It is not easy to {does} when everybody is watching.",
        "They had no choice but to {does}.",
        "{name} did not want to {does} so early in the morning.",
    ),
    "noun person": (
        "{name} had always wanted to be {a_term}.",
        "Nobody in the village knew that {name} was {a_term}.",
        "The {term} smiled and shook hands with {name}.",
    ),
    "noun thing": (
        "{name} had never seen {a_term} before.",
        "They talked about the {term} all evening.",
        "The {term} was the first thing that {name} noticed.",
    ),
    "noun abstract": (
        "{name} wrote a whole chapter about {term}.",
        "There was too much {term} in the story for {name}.",
        "They talked about {term} all evening.",
    ),
    "adverb": (
        "{name} nodded {term} and closed the door.",
        "The old man spoke {term} about his youth.",
        "{name} did it {term}, as always.",
    ),
}


def example(word: Word, sense: Sense, meaning: Meaning, *seed: object) -> str:
    """A sentence of at most twenty words that holds the term in its sense."""
    for text in sense.examples:
        if said := _whole(text, word, sense.pos):
            return said
    if meaning.pos == "verb" and meaning.object:
        return f"{pick(NAMES, 'example', word.term, *seed)} had to {word.term} {meaning.object}."
    if meaning.pos == "adjective" and meaning.collocate:
        noun = meaning.collocate
        phrase = f"{word.term} {noun}"
        return pick(_FRAMES[:-1], "frame", phrase, *seed).format(f"the {phrase}")
    key = f"noun {meaning.kind}" if meaning.pos == "noun" else meaning.pos
    options = _PLAIN.get(key, _PLAIN["noun abstract"])
    return upper_first(
        pick(options, "example", word.term, *seed).format(
            name=pick(NAMES, "who", word.term, *seed),
            term=word.term,
            a_term=with_article(word.term),
            does=meaning.does,
            noun=pick(
                ("child", "man", "woman", "neighbor")
                if _OF_PEOPLE.search(sense.definition)
                else ("place", "day", "room", "story"),
                "noun",
                word.term,
                *seed,
            ),
        )
    )


_OLD = re.compile(r"\b(?:thou|thee|hath|doth|thy|ye)\b")


def _whole(text: str, word: Word, pos: str) -> str:
    """A dictionary's example made into a sentence, "" where it isn't clean or lacks the term."""
    text = " ".join(text.split()).strip(" ;,")
    words = lower_words(text)
    if not 3 <= len(words) <= MAX_WORDS or not _holds(words, word):
        return ""
    if re.search(r"[\[\]<>|_`~*]|\.\.\.|--|\"|\d", text) or _OLD.search(text):
        return ""
    if text[0].isupper() and text[-1] in ".!?":
        return text
    if _is_sentence(words):
        return upper_first(text).rstrip(".!?") + ("." if text[-1] not in "!?" else text[-1])
    return _framed(text, words, pos)


_FRAMES = (
    "Nobody expected {}.", "Everyone remembers {}.", "She told us about {}.",
    "He could not forget {}.", "They talked about {} for days.", "There was {}.",
)  # fmt: skip


def _framed(text: str, words: list[str], pos: str) -> str:
    """A phrase ("an obstinate child", "placate the gods") set into a short sentence."""
    frame = pick(_FRAMES, "frame", text)
    if len(words) > 6:
        return ""
    if words[0] in {"a", "an", "the", "his", "her", "their", "my", "our", "some", "this", "that"}:
        if pos in ("noun", "adjective"):
            return frame.format(f"{text[0].lower()}{text[1:].rstrip('.')}")
        return ""
    if pos == "adjective" and not text[0].isupper():
        return frame.format(text.rstrip(".")) if words[-1].endswith("s") else ""
    if (
        pos == "verb"
        and not text[0].isupper()
        and words[0].isalpha()
        and not words[0].endswith("s")
    ):
        return f"They had to {text.rstrip('.')}." if not words[0].endswith(("ing", "ed")) else ""
    return ""


def _holds(words: Iterable[str], word: Word) -> bool:
    return bool({word.term, word.lemma, *word.inflections} & set(words))


_FINITE = re.compile(r"^(?:i|you|he|she|it|we|they|there|this|that|who|what|nobody|everyone)$")


def _is_sentence(words: list[str]) -> bool:
    """Whether there is a finite verb: a pronoun as subject, or an auxiliary after the beginning."""
    if _FINITE.match(words[0]) and len(words) > 2 and words[0] not in {"this", "that"}:
        return True
    if any(w in _VERBS for w in words[1:]) or any("'" in w for w in words[:2]):
        return True
    past = [i for i, w in enumerate(words) if w.endswith("ed") and 2 <= i < len(words) - 1]
    return len(words) > 5 and any(words[i - 1] not in _DETERMINERS for i in past)


_DETERMINERS = (ARTICLES | DEMONSTRATIVES | POSSESSIVES) - {"your"}
