"""Phrases that a sentence can be built from: the meaning of a sense cut to fit grammar's slots.

Definitions are cut to their first clause, synonyms are taken where the learner knows them. What
can't be said in a slot is left empty, and a template that asks for it isn't used.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from malmoi.lexicon.facts import Sense, Word
from malmoi.text.english import family_stem, lower_words, with_article
from malmoi.text.stop_words import PREPOSITIONS

if TYPE_CHECKING:
    from malmoi.lexicon.lookup import Lexicon

MIN_ZIPF = 3.4
"""Zipf frequency from which a learner at B2 is taken to know a word."""

MAX_PHRASE_WORDS = 12
"""Most words of a definition that a sentence can carry."""

_ASIDE = re.compile(r"\s*\([^)]*\)\s*|\[[^]]*\]")
_HEDGE = re.compile(
    r"[,;:]?\s*\b(?:especially|usually|often|sometimes|typically|generally|as by|such as|as of|"
    r"e\.g\.|for example|or the like|etc\.?|used of|used in|said of|chiefly)\b.*$|\s-{1,2}\s.*$",
    re.IGNORECASE,
)
_CUT = re.compile(r"\s*[;:]\s*")
_DANGLING = PREPOSITIONS | {"about", "upon"}
_CAUSE = re.compile(
    r"^(cause|force|induce|allow|enable|compel|persuade|urge|oblige|help|lead|encourage)\s+(?=to )|"
    r"^(make|render|keep)\s+(?=(?:more|less)\s|\w+$|\w+ (?:or|and) \w+$|\w+ly \w+$)"
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


def upper_first(text: str) -> str:
    """The text with a capital at its beginning."""
    return text[:1].upper() + text[1:]


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a sense means, as phrases ("" where there is none that fits).

    Attributes:
        phrase: adjective: fits after "is"; verb: after "to"; noun: a noun phrase; adverb: a manner.
        short: synonyms that the learner knows ("frank and open"), in the same slot.
        adjective: one such synonym alone (of an adjective).
        opposite: an antonym that the learner knows.
        object: what the verb is done to, from an example ("the angry crowd").
        does: of a verb: the term with an object where it takes one ("placate everyone").
        collocate: the noun that the adjective stands before in an example ("answer").
        kind: noun: person, thing (takes "a") or abstract; else "".
    """

    pos: str
    phrase: str = ""
    short: str = ""
    adjective: str = ""
    opposite: str = ""
    object: str = ""
    does: str = ""
    collocate: str = ""
    kind: str = ""

    @property
    def any(self) -> str:
        """The shorter way to say it."""
        return self.short or self.phrase


def meaning(word: Word, sense: Sense, lexicon: Lexicon) -> Meaning:
    """The phrases of a sense; those that hold the word or one of its family are left out."""
    family = {
        family_stem(word.term),
        family_stem(word.lemma),
        *(family_stem(r.word) for r in word.family),
    }
    phrase = _phrase(sense.definition, sense.pos, family, word, lexicon)
    if not phrase:
        others = (text for text, _ in word.definitions if sense is word.senses[0])
        told = {
            family_stem(w)
            for text in (sense.definition, *sense.synonyms)
            for w in lower_words(text)
        }
        told = {w for w in told if len(w) > 3} - family
        # The dictionaries number senses differently: another's definition must share a word.
        fits = (_phrase(t, sense.pos, family, word, lexicon) for t in others)
        phrase = next((p for p in fits if told & {family_stem(w) for w in lower_words(p)}), "")
    known = [w for w in sense.synonyms if _usable(w, word, family, lexicon)]
    known = [w for w in known if _mostly(w, word.term, sense.pos, lexicon)]
    known.sort(key=lambda w: -_zipf(w, lexicon))
    opposites = [w for w in (*sense.antonyms, *word.antonyms) if _usable(w, word, family, lexicon)]
    kind = noun_kind(sense, lexicon) if sense.pos == "noun" else ""
    if kind in ("person", "thing") and phrase and not _DETERMINED.match(phrase):
        phrase = with_article(phrase)
    short = " and ".join(known[:2]) if sense.pos == "adjective" else (known[0] if known else "")
    does = word.term
    if sense.pos == "verb" and (whom := _whom(word, sense, phrase)):
        does = f"{word.term} {whom}"
        phrase = phrase.replace(" something", f" {whom}")
        short = f"{short} {whom}" if short else ""
    return Meaning(
        pos=sense.pos,
        phrase=phrase,
        short=short,
        adjective=known[0] if known and sense.pos == "adjective" else "",
        opposite=opposites[0] if opposites else "",
        object=_object(word, sense) if sense.pos == "verb" else "",
        does=does if sense.pos == "verb" else "",
        collocate=_collocate(word, sense, lexicon) if sense.pos == "adjective" else "",
        kind=kind,
    )


def _zipf(word: str, lexicon: Lexicon) -> float:
    found = lexicon.frequency.zipf(word)
    return found.value if found else 0.0


def _usable(word: str, target: Word, family: set[str], lexicon: Lexicon) -> bool:
    """Whether a synonym or antonym is a single common word, commoner than the term."""
    if not word.isalpha() or not word.islower() or family_stem(word) in family:
        return False
    if _shares_stem(word, target.term):
        return False
    own = target.zipf.value if target.zipf else 0.0
    return _zipf(word, lexicon) >= max(MIN_ZIPF, own + 0.2)


def _shares_stem(a: str, b: str) -> bool:
    """Whether one contains the other's stem: such a synonym explains nothing."""
    short, long = sorted((family_stem(a), family_stem(b)), key=len)
    # "Path" is no explanation of "paths", but is one of "footpath" where more is said.
    return len(short) >= 4 and short in long and len(short) > 0.6 * len(long)


_RELATIVE = re.compile(
    r"\s+(?:that|which|who|whose|whom|where|when|(?:in|on|at|of|from|to|by|for|with) which|"
    r"consisting of|used (?:for|to|in|as)|made (?:of|by|from)|resulting from|so as to|"
    r"in order to)\b.*$"
)
_CAPITAL = frozenset(
    "A An The To One Any Having Being Not Of In With Without Full Somewhat Very Capable Relating "
    "Pertaining Causing Serving Tending Free Extremely Able Given".split()
)
"""Words with which the definitions of a dictionary that capitalizes begin."""
_EMPTY = frozenset("person someone something thing act state quality any one anyone".split())


def _phrase(text: str, pos: str, family: set[str], word: Word, lexicon: Lexicon) -> str:
    """The first clause of a definition that fits the part of speech's slot; "" for none."""
    clauses = _CUT.split(_ASIDE.sub(" ", text).strip())
    # A noun's later clauses are often sentences about it, not names of it.
    for clause in clauses[:1] if pos == "noun" else clauses:
        clause = _HEDGE.sub("", clause).strip(" .,")
        if clause.count("`") or re.search(r"[^A-Za-z ,'-]", clause) or "genus" in clause:
            continue
        if clause.partition(" ")[0] in _CAPITAL:
            clause = clause[0].lower() + clause[1:]
        for tried in _prefixes(clause, pos):
            words = lower_words(tried)
            if not 1 <= len(words) <= MAX_PHRASE_WORDS or _unfit(words, family, word, lexicon):
                continue
            if tried != clause and not {w for w in words if len(w) > 3} - _EMPTY:
                continue
            if fitted := _fit(tried, pos):
                return fitted
    return ""


_BREAKS = frozenset(
    """that which who whose where when having used found made caused marked characterized governed
    chosen located resembling running containing consisting belonging inserted placed given for
    with from by between at on in into to of during through under without especially
    usually""".split()
)
"""Words that a phrase can end before."""
_HALVES = frozenset(
    "means order case terms respect regard front member kind both either a an the".split()
)
"""Words after which a phrase would be half of one ("by means")."""
_EMPTY_HEADS = _EMPTY | frozenset(
    """distance part kind piece group sets member several various numerous either both each
    large small most more first second very being having formed taken process form type other
    another certain same particular period number amount""".split()
)


def _prefixes(clause: str, pos: str) -> list[str]:
    """The clause, then what is left of it before each break, longest first."""
    whole = [clause, clause.partition(", ")[0], _RELATIVE.sub("", clause)]
    if pos == "noun":
        words = clause.split()
        for at in range(len(words) - 1, 1, -1):
            if words[at] in _BREAKS:
                head = [w for w in words[:at] if len(w) > 3 and w not in _EMPTY_HEADS]
                if head and words[at - 1].strip(",") not in _BREAKS | _HALVES:
                    whole.append(" ".join(words[:at]).strip(" ,"))
    return list(dict.fromkeys(whole))


def _unfit(words: list[str], family: set[str], word: Word, lexicon: Lexicon) -> bool:
    """Whether a phrase is circular, harder than the term, or speaks of somebody's self."""
    if any(family_stem(w) in family or _shares_stem(w, word.term) for w in words):
        return True
    # Whose self it is depends on the sentence that the phrase is put into.
    if {"oneself", "one's", "itself", "himself"} & set(words):
        return True
    own = word.zipf.value if word.zipf else 3.0
    return any(len(w) > 3 and _harder(w, own, lexicon) for w in words)


def _harder(word: str, own: float, lexicon: Lexicon) -> bool:
    """Whether a word is rarer than the term, and no easy one."""
    base = lexicon.morphology.lemma(word)
    most = max(_zipf(word, lexicon), _zipf(base, lexicon))
    if most >= own - 0.4:
        return False
    level = lexicon.frequency.cefr(base) or lexicon.frequency.cefr(word)
    return most < 3.2 if level is None else level.value in ("C1", "C2")


def _fit(clause: str, pos: str) -> str:
    clause = clause.removeprefix("to ") if pos == "verb" else clause
    last = clause.rsplit(" ", 1)[-1].lower()
    if pos == "verb":
        clause = _CAUSE.sub(lambda m: f"{m[0].rstrip()} something ", clause)
        return f"{clause} something" if last in _DANGLING else clause
    if last in _DANGLING or last in {"a", "the", "or", "and"}:
        return ""
    if pos == "adjective":
        clause = re.sub(r"^(?:of or )?(?:relating|pertaining) to\b", "about", clause)
        clause = re.sub(
            r"^(?:having|showing|exhibiting|displaying|expressing)\b", "marked by", clause
        )
        return clause if _PREDICATES.search(clause.lower()) or " " not in clause else ""
    if pos == "adverb":
        return clause if clause.startswith(("in ", "with ", "to ", "without ", "at ")) else ""
    return "" if clause.partition(" ")[0] in _DANGLING else clause


def _mostly(synonym: str, term: str, pos: str, lexicon: Lexicon) -> bool:
    """Whether a synonym's own first senses are this one: "dig" isn't learned as "comprehend"."""
    senses = lexicon.word(synonym).senses
    return any(s.pos == pos and term in s.synonyms for s in senses[:2]) and senses[0].pos == pos


_TRANSITIVE = re.compile(r"^render\b|\bsomething\b|\b(?:someone|somebody)\b")
_STAYS = re.compile(
    r"^(?:be|become|go|move|come|stay|remain|grow|fall|live|act|behave|speak|talk|appear|occur|"
    r"happen|lie|stand|sit|walk|run|travel|exist|feel|look|sound|have|undergo|suffer|lose|fail)\b"
)
_ABOUT_PEOPLE = re.compile(
    r"\b(?:someone|somebody|person|people|feel\w*|angry|anger|mind|morale|hostile|favorably|fear|"
    r"afraid|blame|praise|punish|convince|persuade|flatter|cheat|deceive|scold|courage|emotion\w*|"
    r"confidence|spirit|worry|upset|annoy|irritate|disturb|mentally)\b"
)


def _whom(word: Word, sense: Sense, phrase: str) -> str:
    """ "everyone" or "everything" for a verb that takes an object, "" for one that takes none."""
    forms = "|".join(map(re.escape, (word.term, word.lemma, *word.inflections)))
    takes = re.compile(
        rf"\b(?:{forms})\s+"
        r"(?:the|a|an|his|her|their|your|my|our|its|him|them|me|us|this|these|that)\b"
    )
    verbs = [s for s in word.senses if s.pos == "verb"]
    seen = any(takes.search(e) for e in sense.examples) or (
        not sense.examples and any(takes.search(e) for s in verbs for e in s.examples)
    )
    if _STAYS.match(phrase) and not seen:
        return ""
    if seen or _TRANSITIVE.search(phrase):
        return "everyone" if _ABOUT_PEOPLE.search(sense.definition) else "everything"
    return ""


def _object(word: Word, sense: Sense) -> str:
    """The verb's object in an example: a determiner and up to two words before a break."""
    forms = "|".join(map(re.escape, (word.term, word.lemma, *word.inflections)))
    pattern = re.compile(
        rf"\b(?:{forms})\s+"
        r"((?:the|a|an|his|her|their|your|my|our)\s+[a-z]+(?:\s+[a-z]+)?)(?=[.,;!?]|$)"
    )
    for example in sense.examples:
        if found := pattern.search(example):
            return re.sub(r"^(?:his|her|their|your|my|our)\b", "the", found[1])
    return ""


def _collocate(word: Word, sense: Sense, lexicon: Lexicon) -> str:
    """The noun after the adjective in an example, where nothing else can follow."""
    pattern = re.compile(
        rf"\b{re.escape(word.term)}\s+([a-z]{{3,}})(?=[.,;!?]|$| (?:of|in|to|for)\b)"
    )
    for example in sense.examples:
        found = pattern.search(example)
        if found and _zipf(found[1], lexicon) >= MIN_ZIPF and found[1] not in _DANGLING:
            return found[1]
    return ""


def noun_kind(sense: Sense, lexicon: Lexicon) -> str:
    """person, thing (which takes "a") or abstract (which takes none, as substances do)."""
    definition = _ASIDE.sub(" ", sense.definition).strip().lower()
    if _PERSON.search(definition):
        return "person"
    above = _above(sense, lexicon)
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


def _above(sense: Sense, lexicon: Lexicon) -> set[str]:
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
