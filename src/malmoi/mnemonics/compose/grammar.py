"""Faults of English that a finished sentence must not have: the last check before a card is one.

Rules alone: each is of a kind that raters objected to, and none objects to a sentence that they
called natural (docs/experiments.md).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from malmoi.mnemonics.compose.clauses import ALL_PREPOSITIONS, main
from malmoi.mnemonics.compose.frames import inventory
from malmoi.mnemonics.compose.phrases import takes_a
from malmoi.mnemonics.compose.verbs import base_of_participle, third_person
from malmoi.text.english import with_article
from malmoi.text.stop_words import ARTICLES, DEMONSTRATIVES, POSSESSIVES

if TYPE_CHECKING:
    from malmoi.lexicon.lookup import Lexicon

_WRONG = (
    (re.compile(r"\b(?:an?|the) (?:is|are|was|of|and|or|the|an?|for|to)\b"), "an article alone"),
    (
        re.compile(r"\b(?:of of|to to|is is|are are|the the|a a|for of|of for|is of for)\b"),
        "a word twice",
    ),
    (
        re.compile(
            r"\b(?:of|to|with|for|in|by|and|the|an?|from|as|than|very|into|upon|onto|against|"
            r"among|between|toward|towards|at|like|during)[.:,]"
        ),
        "cut off",
    ),
    (re.compile(r"\b(?<!turn )(?<!move )(?:around|through)[.:,]"), "cut off"),
    (
        re.compile(
            r"\b(?:to|you) (?!interfere|deal|cope|agree|meddle|tamper|comply|part\b|believe)"
            r"[a-z]+ (?:in|with|through|by) (?:it|them)\."
        ),
        "an object of the wrong word",
    ),
    (
        re.compile(r"\bone (?!(?:or|and|of|is|has|was|as|does)\b)[a-z]+[^s']s\b(?= |[.,:])"),
        "one of many",
    ),
    (re.compile(r"\{\}"), "no object"),
    (
        re.compile(
            r"\b[Aa]n? (?:largest|smallest|biggest|highest|lowest|oldest|youngest|best|worst|"
            r"greatest|longest|shortest|finest|latest|earliest|nearest|farthest|strongest|most|"
            r"least|[a-z]{3,}(?<!al)(?<!ut)most)\b"
        ),
        "a superlative that is not the only one",
    ),
    (
        re.compile(r"\b(?:of|to|for|with) (?:through|by|with|from|without|in|on|at|of)\b"),
        "no object of a preposition",
    ),
    (re.compile(r"\b(?:is|be) (?:to|be) (?:is|was|are)\b"), "two verbs"),
    (re.compile(r"\bone'?s?elf\b|\bone's\b"), "somebody's self"),
)


DETERMINERS = (
    ARTICLES | DEMONSTRATIVES | POSSESSIVES
    | frozenset("any all some each every one two three no another many several more most".split())
)  # fmt: skip
_PHRASE = re.compile(r"[a-z]+(?: [a-z]+)*(?=[.:;]|$)")
_BREAK = ALL_PREPOSITIONS | {"that", "which", "who", "but", "is", "are", "be", "not"}


def _bare_nouns(text: str, lexicon: Lexicon) -> list[str]:
    """Counted nouns at the end of a clause after an adjective or noun but no determiner: "someone
    who reads out broadcast news bulletin"."""
    found = []
    for match in _PHRASE.finditer(text):
        words = match[0].split()
        start = max((n + 1 for n, word in enumerate(words[:-1]) if word in _BREAK), default=0)
        phrase = words[start:]
        if not start or len(phrase) < 2 or DETERMINERS & set(phrase):
            continue
        noun, before = phrase[-1], phrase[-2]
        only_noun = main(noun, lexicon) == "noun" and not noun.endswith(("ing", "s"))
        kinds = {sense.pos for sense in lexicon.word(before).senses}
        if only_noun and kinds <= {"noun", "adjective"} and kinds and takes_a(noun, lexicon):
            found.append(noun)
    return found


_IS_A = re.compile(r"^(?![Ii]t |[Ss]?[Hh]e |[Tt]his )[A-Z]?[a-z]+ is ((?:[a-z]+ )*[a-z]+)")
_ENDS = _BREAK | {"where", "when", "whose", "used", "made", "and", "or"}


def _bare_predicates(text: str, lexicon: Lexicon) -> list[str]:
    """What a noun is said to be without an article that it needs: "Tannery is workplace where"."""
    found = []
    for sentence in re.split(r"(?<=[.:]) ", text):
        match = _IS_A.match(sentence)
        words = match[1].split() if match else []
        end = next((n for n, word in enumerate(words) if word in _ENDS), len(words))
        phrase = words[:end]
        if not phrase or DETERMINERS & set(phrase) or phrase[0].endswith("ing"):
            continue
        noun = phrase[-1]
        if main(noun, lexicon) == "noun" and lexicon.morphology.lemma(noun) == noun:
            stuff = inventory().get(noun) == "stuff" or takes_a(noun, lexicon) is False
            found += [] if stuff else [noun]
    return found


def _verbs_together(text: str, lexicon: Lexicon) -> list[str]:
    """Two verb forms of a kind of which a list was cut: "who acts writes", "situated oriented"."""
    found = []
    for one, other in re.findall(r"\b([a-z]+)(?= ([a-z]+))", text):
        participles = base_of_participle(one) and base_of_participle(other)
        if (participles and main(one, lexicon) != "adjective" and one.endswith("ed")) or (
            _only_verb(one, lexicon) and _only_verb(other, lexicon)
        ):
            found.append(f"{one} {other}")
    return found


def _without_which(text: str, lexicon: Lexicon) -> list[str]:
    """Verbs of a noun that lost its "that": "a device injects fuel"."""
    found = []
    for told in re.findall(r"\bis an? ([A-Za-z' ]+)", text):
        words = told.split()
        if words[-2:-1] == ["the"] and not _JOINS & set(words) and not _verbal(words[:-2]):
            found.append("the")  # "a small Arctic whale the male"
        end = next((n for n, word in enumerate(words) if word in _JOINS), len(words))
        found += [word for word in words[1:end] if _only_verb(word, lexicon)]
    return found


def _verbal(words: list[str]) -> bool:
    return any(word.endswith(("ing", "ed")) for word in words)


_JOINS = (
    frozenset("that which who whose where when how what and as than of to".split())
    | ALL_PREPOSITIONS
)
_BE = frozenset("is are was were has does".split())


def _only_verb(word: str, lexicon: Lexicon) -> bool:
    """Whether a word is the third person of what is a verb first."""
    base = lexicon.morphology.lemma(word)
    return word not in _BE and word == third_person(base) != base and main(base, lexicon) == "verb"


def faults(text: str, lexicon: Lexicon) -> list[str]:
    """What is wrong with a sentence; [] for nothing.

    Args:
        text: the sentence.
        lexicon: tells plurals.
    """
    plain = re.sub(r"\"[^\"]*\"", "so", text)
    found = [name for pattern, name in _WRONG if pattern.search(plain)]
    for noun in re.findall(r"\b(?:an?) ([a-z]+)(?=[.:,]| is\b)", plain):
        base = lexicon.morphology.lemma(noun)
        if noun.endswith("s") and base != noun and base + "s" == noun:
            found.append(f"a plural after an article: {noun}")
    bare = [*_bare_nouns(plain, lexicon), *_bare_predicates(plain, lexicon)]
    found += [f"no article: {noun}" for noun in bare]
    found += [f"no relative: {verb}" for verb in _without_which(plain, lexicon)]
    found += [f"two verbs: {pair}" for pair in _verbs_together(plain, lexicon)]
    for article, word in re.findall(r"\b([Aa]n?) ([a-z]+)", plain):
        if with_article(word).split()[0] != article.lower():
            found.append(f"{article} {word}")
    return found
