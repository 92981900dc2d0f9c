"""Phrases that a sentence can be built from: the meaning of a sense cut to fit grammar's slots.

Definitions are cut to their first clause. What can't be said in a slot is left empty, and a
template that asks for it isn't used.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from malmoi.lexicon.facts import Sense, Word
from malmoi.mnemonics.compose.countability import share_counted
from malmoi.mnemonics.compose.verb_frames import use_of
from malmoi.text.english import family_stem
from malmoi.text.stop_words import PREPOSITIONS

if TYPE_CHECKING:
    from malmoi.lexicon.lookup import Lexicon

MIN_ZIPF = 3.4
"""Zipf frequency from which a learner at B2 is taken to know a word."""

MAX_PLURAL_GAP = 1.1
"""How much rarer (Zipf) the plural of a noun that takes "a" may be: "wisdoms" are rarer yet."""

_ASIDE = re.compile(r"\s*\([^)]*\)\s*|\[[^]]*\]")
_DANGLING = PREPOSITIONS | {"about", "upon"}
_CAUSE = re.compile(
    r"^(cause|force|induce|allow|enable|compel|persuade|urge|oblige|help|lead|encourage)\s+(?=to )|"
    r"^(make|render|keep)\s+(?=(?:more|less)\s|\w+$|\w+ (?:or|and) \w+$|\w+ly \w+$)"
)
_PREDICATES = re.compile(
    r"^(?:to do with|of|in|not|no|without|having|having|marked|characterized|characterised|capable|"
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


def upper_first(text: str) -> str:
    """The text with a capital at its beginning."""
    return text[:1].upper() + text[1:]


def zipf(word: str, lexicon: Lexicon) -> float:
    """Zipf frequency, 0 where it isn't known."""
    found = lexicon.frequency.zipf(word)
    return found.value if found else 0.0


def _shares_stem(a: str, b: str) -> bool:
    """Whether one contains the other's stem: such a synonym explains nothing."""
    short, long = sorted((family_stem(a), family_stem(b)), key=len)
    # "Path" is no explanation of "paths", but is one of "footpath" where more is said.
    return len(short) >= 4 and short in long and len(short) > 0.6 * len(long)


def family_of(word: Word) -> set[str]:
    """Stems of the word, its base form and its relatives: what may not explain it."""
    terms = (word.term, word.lemma, *(relative.word for relative in word.family))
    return {family_stem(term) for term in terms}


def unfit(
    words: list[str], family: set[str], word: Word, lexicon: Lexicon, anchor: str = ""
) -> bool:
    """Whether a phrase is circular, harder than the term, or speaks of somebody's self.

    Args:
        words: of the phrase.
        family: stems of the word and its relatives, which explain nothing.
        word: what is explained.
        lexicon: tells how common words are.
        anchor: words that may stand in it all the same: the learner knows them.
    """
    known = {family_stem(w) for w in anchor.split()}
    if {word.term, word.lemma, *word.inflections} & set(words):
        return True
    if any(
        (family_stem(w) in family or _shares_stem(w, word.term)) and family_stem(w) not in known
        for w in words
    ):
        return True
    # Whose self it is depends on the sentence that the phrase is put into.
    if {"oneself", "one's", "itself", "himself", "yourself", "your"} & set(words):
        return True
    own = word.zipf.value if word.zipf else 3.0
    return any(len(w) > 3 and _harder(w, own, lexicon) for w in words)


def _harder(word: str, own: float, lexicon: Lexicon) -> bool:
    """Whether a word is rarer than the term, and no easy one."""
    base = lexicon.morphology.lemma(word)
    most = max(zipf(word, lexicon), zipf(base, lexicon))
    if most >= max(own - 0.4, _MIN_KNOWN):
        return False
    level = lexicon.frequency.cefr(base) or lexicon.frequency.cefr(word)
    return most < 3.0 if level is None else level.value in ("C1", "C2") and most < 3.1


_MIN_KNOWN = 2.6
"""Zipf frequency below which a word is hard whatever it explains: "scapula"."""


def in_slot(clause: str, pos: str) -> str:
    """A clause as it fits after "is" or "to", a verb's with "{}" for an object; else ""."""
    clause = clause.removeprefix("to ") if pos == "verb" else clause
    last = clause.rsplit(" ", 1)[-1].lower()
    if pos == "verb":
        clause = _CAUSE.sub(lambda m: f"{m[0].rstrip()} {{}} ", clause)
        return f"{clause} {{}}" if last in _DANGLING else clause
    if last in _DANGLING or last in {"a", "the", "or", "and"}:
        return ""
    if pos == "adjective":
        clause = re.sub(r"^(?:of or )?(?:relating|pertaining|belonging) to\b", "to do with", clause)
        return clause if _PREDICATES.search(clause.lower()) or " " not in clause else ""
    if pos == "adverb":
        manner = clause.partition(" ")[0] in PREPOSITIONS | {"without", "throughout", "like"}
        return clause if manner or clause.endswith("ly") else ""
    return "" if clause.partition(" ")[0] in _DANGLING else clause


_TRANSITIVE = re.compile(r"^render\b|\{\}|\bsomething\b|\b(?:someone|somebody)\b")
_STAYS = re.compile(
    r"^(?:be|become|go|move|come|stay|remain|grow|fall|live|act|behave|speak|talk|appear|occur|"
    r"happen|lie|stand|sit|walk|run|travel|exist|feel|look|sound|have|undergo|suffer|lose|fail)\b"
)


def takes_object(word: Word, sense: Sense, text: str, lexicon: Lexicon) -> bool:
    """Whether a verb takes an object in this sense.

    Args:
        word, sense: the verb, with examples of its use.
        text: what it means, with "{}" where an object stands.
        lexicon: its second dictionary says of entries whether they are transitive.
    """
    forms = "|".join(map(re.escape, (word.term, word.lemma, *word.inflections)))
    takes = re.compile(
        rf"\b(?:{forms})\s+"
        r"(?:the|a|an|his|her|their|your|my|our|its|him|them|me|us|this|these|that)\b"
    )
    use = use_of(sense.id, lexicon)
    if use:
        return bool(use.object)
    if any(takes.search(e) for e in sense.examples):
        return True
    if _STAYS.match(text):
        return False
    if _TRANSITIVE.search(text):
        return True
    if grammar := _grammar(word, lexicon):
        return any("t" in g for g in grammar) and not any("i" in g[2:] for g in grammar)
    verbs = [s for s in word.senses if s.pos == "verb"]
    return not sense.examples and any(takes.search(e) for s in verbs for e in s.examples)


def only_intransitive(word: Word, lexicon: Lexicon) -> bool:
    """Whether the second dictionary has a verb without an object alone: "pertain"."""
    grammar = _grammar(word, lexicon)
    return bool(grammar) and all(re.match(r"v\. ?i", each) for each in grammar)


def _grammar(word: Word, lexicon: Lexicon) -> set[str]:
    """What the second dictionary says of a verb: "v. t.", "v. i."."""
    entries = lexicon.gcide.entries(word.term) if lexicon.gcide else []
    return {
        e.grammar[:4] for e in entries if e.headword.lower() == word.term and e.pos == "verb"
    } - {""}


def countable(noun: str, lexicon: Lexicon) -> bool:
    """Whether a noun surely takes "a"."""
    return takes_a(noun, lexicon) is True


def takes_a(noun: str, lexicon: Lexicon) -> bool | None:
    """Whether a noun takes "a": glosses say it with one, and its plural is used nearly as often.

    False: it stands alone, as "fur" does. None: neither is sure ("bottom").
    """
    most, share = plural_zipf(noun, lexicon), share_counted(noun, lexicon)
    gap = zipf(noun, lexicon) - most if most else 9.0
    if share is None:
        return gap <= MAX_PLURAL_GAP
    if share < _MASS_SHARE:
        return False
    if gap <= (_MAX_COUNT_GAP if share >= _COUNT_SHARE else _MAX_MIXED_GAP):
        return True
    return None if gap < _MAX_COUNT_GAP or share >= _COUNT_SHARE else False


def surely_counted(noun: str, lexicon: Lexicon) -> bool | None:
    """`takes_a`, but None for a noun that glosses never show and no ending tells: "drove"."""
    found = takes_a(noun, lexicon)
    if found is False and share_counted(noun, lexicon) is None and not _ABSTRACT.search(noun):
        return None
    return found


_ABSTRACT = re.compile(r"(?:ness|ity|ty|ion|ism|graphy|logy|ics|ure|ance|ence|ment|hood|ship|dom)$")
_MASS_SHARE, _COUNT_SHARE = 0.3, 0.58
_MAX_MIXED_GAP, _MAX_COUNT_GAP = 0.8, 1.15
"""Shares of "a sword" among it and bare "sword" below and from which a noun is one that isn't and
that is counted; and how much rarer the plural may be of one between them, and of a counted one."""


def plural_of(noun: str, lexicon: Lexicon) -> str:
    """The commonest plural of a noun; "" for none."""
    forms = [w for w in lexicon.morphology.inflections(noun) if w != noun]
    plurals = [w for w in forms if w.endswith("s")] or forms  # "lists", not "listed"
    return max(plurals, key=lambda w: zipf(w, lexicon), default="")


def countable_at_all(noun: str, lexicon: Lexicon) -> bool:
    """Whether a noun's plural is used now and then: it may take "a"."""
    most = plural_zipf(noun, lexicon)
    return most > 0 and most >= zipf(noun, lexicon) - MAX_PLURAL_GAP - 0.8


def plural_zipf(noun: str, lexicon: Lexicon) -> float:
    """Zipf frequency of a noun's commonest plural, 0 where none is known."""
    plurals = [w for w in lexicon.morphology.inflections(noun) if w.endswith("s") or w != noun]
    return max((zipf(w, lexicon) for w in plurals if w[:1] == noun[:1]), default=0.0)


def noun_kind(sense: Sense, lexicon: Lexicon) -> str:
    """person, thing (which takes "a") or abstract (which takes none, as substances do)."""
    definition = _ASIDE.sub(" ", sense.definition).strip().lower()
    if _PERSON.search(definition):
        return "person"
    above = above_of(sense, lexicon)
    if above & {"person", "individual"}:
        return "person"
    if above & _MASS or _BARE.search(definition):
        return "abstract"
    if above & _THINGS and (_ARTICLE.search(definition) or not _DETERMINED.match(definition)):
        return "thing"
    return "abstract"


_DETERMINED = re.compile(
    r"(?:an?|the|one|any|some|someone|somebody|each|two|three|several|many)\b|\w+s\b"
)
"""How a noun phrase begins that takes no "a" any more."""
_MASS = frozenset("substance material matter fluid liquid fabric food abstraction".split())
_THINGS = frozenset(
    "artifact artefact object structure animal organism plant device instrumentality container "
    "garment clothing building vehicle implement tool bird mammal fish insect furniture weapon "
    "tree fruit document".split()
)


def above_of(sense: Sense, lexicon: Lexicon) -> set[str]:
    """Words of what the sense is a kind of, five steps up, each by its most frequent sense."""
    if lexicon.wordnet is None:
        return set()
    found: set[str] = set()
    at = sense.id
    for _ in range(6):
        words = lexicon.wordnet.broader(at)
        found.update(words)
        nouns = [s for w in words[:1] for s in lexicon.word(w).senses if s.pos == "noun"]
        if not nouns or nouns[0].id == at:
            break
        at = nouns[0].id
    return found
