"""What a word goes with: a noun for an adjective, an object for a verb.

Examples of the dictionaries give it, the word's own before its synonyms'; only nouns of
`nouns.txt` are taken, which says whether they are people, things that take "a", or stuff that
takes no article. Where no example of the sense has one, the sentence does without.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING

from malmoi.lexicon.facts import Sense, Word
from malmoi.mnemonics.compose.similarity import near
from malmoi.mnemonics.compose.verb_frames import use_of
from malmoi.mnemonics.compose.verbs import gerund, participle, third_person
from malmoi.text.english import light_stem, lower_words, with_article

if TYPE_CHECKING:
    from collections.abc import Iterator

    from malmoi.lexicon.lookup import Lexicon

_PLURALS = {"person": "people", "child": "children", "man": "men", "woman": "women",
            "wife": "wives", "thief": "thieves"}  # fmt: skip
_OWN, _SECOND, _SYNONYMS = 4.0, 0.7, 0.3
"""What a noun counts in an example of the sense, and of the word or a synonym in GCIDE: what one
old example alone says ("posit an eye") is nothing to learn a word by."""
_PERSON = re.compile(
    r"\b(?:person|people|someone|somebody|persons|unwilling|willing|behavio\w*|temper\w*|manner|"
    r"character|disposition|courage\w*|conduct|opinion|inclined|emotion\w*|disposed|loyal\w*|"
    r"showing|sexual|intelligence|effort|exertion|feeling)\b"
)


@dataclass(frozen=True, slots=True)
class Frame:
    """A noun that goes with the word.

    Attributes:
        noun: the noun, "" for something or someone.
        kind: people, animals, things, stuff.
    """

    noun: str
    kind: str

    @property
    def plural(self) -> bool:
        """Whether the noun is in the plural, as people are."""
        return bool(self.noun) and self.kind == "people"

    @property
    def be(self) -> str:
        """What follows the noun as a subject."""
        return "are" if self.plural else "is"

    @property
    def pronoun(self) -> str:
        """The subject again."""
        return "they" if self.kind == "people" else "it"

    def with_adjective(self, adjective: str) -> str:
        """ "an opulent palace", "docile children", "insipid food", "something arduous"."""
        if not self.noun:
            return f"{'someone' if self.kind == 'people' else 'something'} {adjective}"
        if self.kind == "people":
            return f"{adjective} {_PLURALS.get(self.noun, self.noun + 's')}"
        phrase = f"{adjective} {self.noun}"
        return phrase if self.kind == "stuff" else with_article(phrase)

    @property
    def object(self) -> str:
        """ "a revolt", "someone", "something"."""
        if not self.noun:
            return "someone" if self.kind == "people" else "something"
        return self.noun if self.kind == "stuff" else with_article(self.noun)


def frame_of(word: Word, sense: Sense, lexicon: Lexicon) -> Frame:
    """The noun that an adjective stands before, or a verb's object.

    Args:
        word, sense: the adjective or verb.
        lexicon: its dictionaries have the examples.
    """
    counts: Counter[str] = Counter()
    for text, weight in _examples(word, sense, lexicon):
        for noun in _beside(word, sense, text, lexicon):
            counts[noun] += weight  # type: ignore[assignment]
    nouns = inventory()
    use = use_of(sense.id, lexicon) if sense.pos == "verb" else None
    if use and use.object:
        counts = Counter(
            {n: c for n, c in counts.items() if (nouns[n] == "people") == (use.object == "people")}
        )
    if counts and (use is None or use.object):
        best = max(counts, key=lambda n: (counts[n] + 3 * near(n, sense.definition), n))
        if counts[best] >= _OWN:
            return Frame(best, nouns[best])
    return Frame("", "people" if of_people(sense, lexicon) else "things")


def of_people(sense: Sense, lexicon: Lexicon) -> bool:
    """Whether an adjective is said of people, or a verb done to them, or done by them alone."""
    use = use_of(sense.id, lexicon) if sense.pos == "verb" else None
    if use and use.object and (shown := _shown_object(sense)):
        return shown == "people"
    if use:
        return (use.object or use.subject) == "people"
    return bool(_PERSON.search(sense.definition))


def _shown_object(sense: Sense) -> str:
    """Whether examples do it to people or things: "She was demoted"; "" where none tells."""
    verb = sense.id.split(".")[0]
    forms = "|".join(sorted({third_person(verb), participle(verb), gerund(verb), verb}))
    people = things = 0
    for text in sense.examples:
        found = re.search(rf"\b(?:{forms}) (him|them|me|us|it)\b(?! [a-z]+ing)", text)
        passive = re.search(rf"\b(\w+) (?:was|were|got|been) (?:\w+ly )?{participle(verb)}\b", text)
        for match in filter(None, (found, passive)):
            people += match[1].lower() in ("him", "me", "us", "he", "she", "they", "i", "we")
            things += match[1].lower() == "it"
    return "people" if people > things else "things" if things > people else ""


def _examples(word: Word, sense: Sense, lexicon: Lexicon) -> Iterator[tuple[str, float]]:
    """Texts in which the word, or a synonym in its sense, may be used, with their weight."""
    own = {word.term, word.lemma, *word.inflections}
    for text in sense.examples:
        # A synset's examples are its synonyms' as well: "fix your eyes" is none of "posit".
        yield text, _OWN if own & set(lower_words(text)) else _SYNONYMS
    if lexicon.gcide is None:
        return
    for term, weight in ((word.term, _SECOND), *((s, _SYNONYMS) for s in sense.synonyms[:5])):
        for entry in lexicon.gcide.entries(term):
            if entry.headword.lower() == term and entry.pos == sense.pos:
                for each in entry.senses:
                    if not {"Obs.", "R."} & set(each.labels):
                        for example in each.examples:
                            yield example, weight


def _beside(word: Word, sense: Sense, text: str, lexicon: Lexicon) -> Iterator[str]:
    """Nouns of the list right after the adjective, or as the verb's object."""
    words = lower_words(text)
    own = {word.term, word.lemma, *word.inflections}
    alike = {s.lower() for s in sense.synonyms}
    for at, each in enumerate(words):
        if each not in own and each not in alike and _base(each, lexicon) not in own | alike:
            continue
        after = words[at + 1 :]
        if sense.pos == "verb":
            after = _phrase(after)
        if not after:
            continue
        noun = _listed(after[0])
        if noun and (len(after) == 1 or not _listed(after[1])):
            yield noun


def _base(word: str, lexicon: Lexicon) -> str:
    return lexicon.morphology.lemma(word)


_DETERMINERS = frozenset("the a an his her their my our your its this that these those".split())


def _phrase(words: list[str]) -> list[str]:
    """What follows a determiner, adjectives passed over, from the noun on."""
    if not words or words[0] not in _DETERMINERS:
        return words[:2]
    rest = words[1:4]
    while len(rest) > 1 and not _listed(rest[0]):
        rest = rest[1:]
    return rest


def _listed(word: str) -> str:
    nouns = inventory()
    for form in (word, light_stem(word), _SINGULARS.get(word, "")):
        if form in nouns:
            return form
    return ""


_SINGULARS = {plural: singular for singular, plural in _PLURALS.items()}


@lru_cache(maxsize=1)
def inventory() -> dict[str, str]:
    """Noun → people, animals, things or stuff."""
    text = files(__package__).joinpath("nouns.txt").read_text("utf-8")
    found: dict[str, str] = {}
    for line in text.splitlines():
        kind, colon, nouns = line.partition(": ")
        if colon and not line.startswith("#"):
            found.update(dict.fromkeys(nouns.split(), kind))
    return found
