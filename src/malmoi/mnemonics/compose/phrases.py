"""Phrases that a sentence can be built from: the meaning of a sense cut to fit grammar's slots.

Definitions are cut to their first clause, synonyms are taken where the learner knows them. What
can't be said in a slot is left empty, and a template that asks for it isn't used.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from malmoi.lexicon.facts import Sense, Word

if TYPE_CHECKING:
    from malmoi.lexicon.lookup import Lexicon

KNOWN = 3.4
"""Zipf frequency from which a learner at B2 is taken to know a word."""

LONGEST_PHRASE = 11
"""Most words of a definition that a sentence can carry."""

_WORDS = re.compile(r"[a-z]+(?:['-][a-z]+)*", re.IGNORECASE)
_VOWEL_LETTERS = re.compile(r"^(?:hon(?:est|o)|heir|hour|[aeio]|u(?!ni|s[aeiu]|ti|ro|bi|kul))", re.I)
_ASIDE = re.compile(r"\s*\([^)]*\)\s*|\[[^]]*\]")
_HEDGE = re.compile(
    r"[,;:]?\s*\b(?:especially|usually|often|sometimes|typically|generally|as by|such as|as of|"
    r"e\.g\.|for example|or the like|etc\.?|used of|used in|said of|chiefly)\b.*$|\s-{1,2}\s.*$",
    re.IGNORECASE,
)
_CUT = re.compile(r"\s*[;:]\s*")
_DANGLING = {"of", "to", "for", "with", "from", "into", "on", "in", "about", "at", "by", "upon"}
_CAUSE = re.compile(
    r"^(make|cause|render|get|let|keep|leave|hold|consider|help|force|induce|allow|enable)\s+"
    r"(?!(?:a|an|the|one|one's|someone|something|oneself|it|up|out|off|use|sure|known|his)\b)"
    r"(?=(?:to|more|less|\w+(?:er|ed|ful|ous|able|ible|ent|ant|ive|al|ish|y|less|ic|ary)?)\b)",
)
_PREDICATES = re.compile(
    r"^(?:of|in|not|no|without|having|having|marked|characterized|characterised|capable|"
    r"lacking|full|able|unable|tending|relating|given|\w+ly)\b|\w+(?:ed|ing|ful|ous|able|ible|ent|"
    r"ant|ive|al|ish|less|ic|ary|y|ory|ate|id|le|ile|ese|st|en|ar)\b|^(?:so|too|very|most|more|"
    r"less|as|free|open|hard|soft|great|large|small|big|weak|strong|bad|good|deep|high|low|"
    r"beyond|under|above|out|worthy|easy|difficult|clear|sharp|thin|thick|poor|rich|quick|slow)\b"
)
_PERSON = re.compile(
    r"^(?:a|an|the|one|any|some)?\s*(?:\w+\s){0,2}?(?:person|someone|somebody|one who|people|"
    r"man|woman|member|worker|\w+ist)\b"
)
_ARTICLE = re.compile(r"^(?:an?|one|any)\s+(?!state|quality|feeling|condition|lack|sense)")
_BARE = re.compile(r"^(?:the |a (?:state|quality|feeling|condition|lack|sense) |(?:act|state) of)")


def words_of(text: str) -> list[str]:
    """The words of a text, lower-cased."""
    return [word.lower() for word in _WORDS.findall(text)]


def a(noun: str) -> str:
    """The noun, or noun phrase, with "a" or "an" before it."""
    return f"{'an' if _VOWEL_LETTERS.match(noun) else 'a'} {noun}"


def upper_first(text: str) -> str:
    """The text with a capital at its beginning."""
    return text[:1].upper() + text[1:]


def stem(word: str) -> str:
    """A crude stem: enough to see that frank and frankly, or persist and persistent, agree."""
    word = word.lower().removesuffix("'s")
    for suffix in _SUFFIXES:
        if word.endswith(suffix) and len(word) - len(suffix) >= 3:
            word = word[: -len(suffix)]
            break
    if len(word) > 3 and word[-1] == word[-2] and word[-1] not in "aeiouls":
        word = word[:-1]
    return word[:-1] + "i" if word.endswith("y") and len(word) > 3 else word


_SUFFIXES = tuple(
    sorted(
        "ations ation ingly edly fulness lessness ousness iveness ness ments ment ities ity ance "
        "ence ances ences ible able ibly ably ation ition ions ion ings ing iest ier ily ers er "
        "ors or est ed es s ly ful less ous ive ant ent al ally ize izes ized ise ised e".split(),
        key=len,
        reverse=True,
    )
)


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a sense means, as phrases ("" where there is none that fits).

    Attributes:
        phrase: adjective: fits after "is"; verb: after "to"; noun: a noun phrase; adverb: a manner.
        short: synonyms that the learner knows ("frank and open"), in the same slot.
        adjective: one such synonym alone (of an adjective).
        opposite: an antonym that the learner knows.
        object: what the verb is done to, from an example ("the angry crowd").
        collocate: the noun that the adjective stands before in an example ("answer").
        kind: noun: person, thing (takes "a") or abstract; else "".
    """

    pos: str
    phrase: str = ""
    short: str = ""
    adjective: str = ""
    opposite: str = ""
    object: str = ""
    collocate: str = ""
    kind: str = ""

    @property
    def any(self) -> str:
        """The shorter way to say it."""
        return self.short or self.phrase


def meaning(word: Word, sense: Sense, lexicon: Lexicon) -> Meaning:
    """The phrases of a sense; those that hold the word or one of its family are left out."""
    family = {stem(word.term), stem(word.lemma), *(stem(r.word) for r in word.family)}
    phrase = _phrase(sense, family)
    known = [w for w in sense.synonyms if _usable(w, word, family, lexicon)]
    known.sort(key=lambda w: -_zipf(w, lexicon))
    opposites = [w for w in (*sense.antonyms, *word.antonyms) if _usable(w, word, family, lexicon)]
    return Meaning(
        pos=sense.pos,
        phrase=phrase,
        short=" and ".join(known[:2]) if sense.pos == "adjective" else (known[0] if known else ""),
        adjective=known[0] if known and sense.pos == "adjective" else "",
        opposite=opposites[0] if opposites else "",
        object=_object(word, sense) if sense.pos == "verb" else "",
        collocate=_collocate(word, sense, lexicon) if sense.pos == "adjective" else "",
        kind=_noun_kind(sense) if sense.pos == "noun" else "",
    )


def _zipf(word: str, lexicon: Lexicon) -> float:
    found = lexicon.frequency.zipf(word)
    return found.value if found else 0.0


def _usable(word: str, of: Word, family: set[str], lexicon: Lexicon) -> bool:
    """Whether a synonym or antonym is a single common word, commoner than the term."""
    if not word.isalpha() or not word.islower() or stem(word) in family:
        return False
    if _kin(word, of.term):
        return False
    own = of.zipf.value if of.zipf else 0.0
    return _zipf(word, lexicon) >= max(KNOWN, own + 0.2)


def _kin(a: str, b: str) -> bool:
    """Whether one contains the other's stem: such a synonym explains nothing."""
    short, long = sorted((stem(a), stem(b)), key=len)
    return len(short) >= 4 and short in long


def _phrase(sense: Sense, family: set[str]) -> str:
    """The first clause of the definition that fits the part of speech's slot."""
    text = _ASIDE.sub(" ", sense.definition).strip()
    for clause in _CUT.split(text):
        clause = _HEDGE.sub("", clause).strip(" .,")
        if clause.count("`") or '"' in clause or re.search(r"[^A-Za-z ,'-]", clause):
            continue
        words = words_of(clause)
        if len(words) > LONGEST_PHRASE and ", " in clause:
            clause = clause.partition(", ")[0]
            words = words_of(clause)
        if not 1 <= len(words) <= LONGEST_PHRASE or any(stem(w) in family for w in words):
            continue
        if fitted := _fit(clause, sense.pos):
            return fitted
    return ""


def _fit(clause: str, pos: str) -> str:
    clause = clause.removeprefix("to ") if pos == "verb" else clause
    last = clause.rsplit(" ", 1)[-1].lower()
    if pos == "verb":
        clause = _CAUSE.sub(r"\1 something ", clause)
        return f"{clause} something" if last in _DANGLING else clause
    if last in _DANGLING or last in {"a", "the", "or", "and"}:
        return ""
    if pos == "adjective":
        clause = re.sub(r"^of or relating to\b", "about", clause)
        return clause if _PREDICATES.search(clause.lower()) or " " not in clause else ""
    if pos == "adverb":
        return clause if clause.startswith(("in ", "with ", "to ", "without ", "at ")) else ""
    return clause


def _object(word: Word, sense: Sense) -> str:
    """The verb's object in an example: a determiner and up to two words before a break."""
    forms = "|".join(map(re.escape, (word.term, word.lemma, *word.inflections)))
    pattern = re.compile(
        rf"\b(?:{forms})\s+((?:the|a|an|his|her|their|your|my|our)\s+[a-z]+(?:\s+[a-z]+)?)(?=[.,;!?]|$)"
    )
    for example in sense.examples:
        if found := pattern.search(example):
            return re.sub(r"^(?:his|her|their|your|my|our)\b", "the", found[1])
    return ""


def _collocate(word: Word, sense: Sense, lexicon: Lexicon) -> str:
    """The noun after the adjective in an example, where nothing else can follow."""
    pattern = re.compile(rf"\b{re.escape(word.term)}\s+([a-z]{{3,}})(?=[.,;!?]|$| (?:of|in|to|for)\b)")
    for example in sense.examples:
        found = pattern.search(example)
        if found and _zipf(found[1], lexicon) >= KNOWN and found[1] not in _DANGLING:
            return found[1]
    return ""


def _noun_kind(sense: Sense) -> str:
    definition = _ASIDE.sub(" ", sense.definition).strip().lower()
    if _PERSON.search(definition):
        return "person"
    if _BARE.search(definition):
        return "abstract"
    return "thing" if _ARTICLE.search(definition) else "abstract"
