"""What a sense means in a few words: a short clause of its definition.

A clause has few words and neither "or" nor brackets; where none is left the word has no card. A
synonym alone is none: raters kept one in four of such cards, for it seldom says what the word does
("adrift" for aimless).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from malmoi.lexicon.facts import Sense, Word
from malmoi.mnemonics.compose.clauses import ALL_PREPOSITIONS, EMPTY, PARTICLES, clauses, main
from malmoi.mnemonics.compose.countability import share_counted
from malmoi.mnemonics.compose.frames import inventory
from malmoi.mnemonics.compose.phrases import (
    countable,
    countable_at_all,
    family_of,
    in_slot,
    noun_kind,
    only_intransitive,
    plural_zipf,
    takes_a,
    takes_object,
    unfit,
    zipf,
)
from malmoi.mnemonics.compose.similarity import near, prepare, stems
from malmoi.mnemonics.compose.verbs import base_of_gerund, third_person
from malmoi.text.english import lower_words, with_article

if TYPE_CHECKING:
    from malmoi.lexicon.lookup import Lexicon

MIN_SAME = 0.7
"""Least nearness of another dictionary's definition that is taken for this sense's."""


@dataclass(frozen=True, slots=True)
class Meaning:
    """A sense in a few words.

    Attributes:
        pos: the part of speech.
        text: what stands after "is" (adjective, noun with its article) or "to" (verb), or tells how
            (adverb); "" for none. Where a verb takes an object it has "{}" for it.
        kind: of a noun: person, thing (takes "a") or abstract; else "".
        object: of a verb: whether it takes an object.
        countable: of a noun: whether it takes "a".
        definition: the sense's own, without brackets.
        uncertain: of a noun that takes no "a": whether it may all the same.
    """

    pos: str
    text: str
    kind: str
    object: bool
    countable: bool
    definition: str
    uncertain: bool = False

    @property
    def told(self) -> str:
        """What the card says of the meaning: the clause, or the definition where none is told."""
        return self.plain if self.text else self.definition

    @property
    def infinitive(self) -> str:
        """What it is "to be" an adjective: "to be luxurious", "to have no fear"."""
        head, space, rest = self.text.partition(" ")
        if head == "not" and rest.startswith("having "):
            return f"to have no {_lacked(rest)}"
        verb = _ACTS.get(head) or (base_of_gerund(head) if rest else "")
        if verb:
            return f"to {verb}{space}{_beside(rest)}"
        denied, _, how = rest.partition(" ")
        if head == "not" and how and base_of_gerund(denied):
            return f"not to {base_of_gerund(denied)} {how}"
        return f"not to be {rest}" if head == "not" and rest else f"to be {self.text}"

    def predicate(self, *, plural: bool) -> str:
        """What an adjective's noun is or does: "is luxurious", "lasts for years"."""
        head, space, rest = self.text.partition(" ")
        if head == "not" and rest.startswith("having "):
            return f"{'have' if plural else 'has'} no {_lacked(rest)}"
        verb = _ACTS.get(head) or (base_of_gerund(head) if rest else "")
        if verb:
            told = f"{verb}{space}{_beside(rest, third=not plural)}"
            return _plural(told) if plural else third_person(told)
        denied, _, how = rest.partition(" ")
        if head == "not" and how and base_of_gerund(denied):
            return f"{'do' if plural else 'does'} not {base_of_gerund(denied)} {how}"
        return f"{'are' if plural else 'is'} {self.text}"

    @property
    def plain(self) -> str:
        """The text without a place for the object."""
        return " ".join(self.text.replace("{}", " ").split())


def _lacked(rest: str) -> str:
    """ "having a job" → "job"."""
    return re.sub(r"^having (?:an? )?", "", rest)


def _beside(rest: str, *, third: bool = False) -> str:
    """What follows a verb that was a gerund: "and showing" becomes a verb as well."""

    def told(match: re.Match[str]) -> str:
        verb = _ACTS.get(match[1]) or base_of_gerund(match[1])
        return f" and {third_person(verb) if third else verb} " if verb else match[0]

    return re.sub(r" and (\w+ing) ", told, rest)


_ACTS = {"having": "have", "being": "be"}


def _plural(phrase: str) -> str:
    return f"are{phrase.removeprefix('be')}" if phrase.startswith("be ") else phrase


def short_meaning(word: Word, sense: Sense, lexicon: Lexicon, anchor: str = "") -> Meaning:
    """The best of a sense's clauses; its text is "" where none is fit.

    Args:
        word, sense: what is to be told.
        lexicon: tells what a learner knows.
        anchor: the word or words that a card hangs on: they may stand in the clause whatever their
            family, and a definition that has them isn't cut before them.
    """
    definition = plain_definition(sense.definition)
    kind = noun_kind(sense, lexicon) if sense.pos == "noun" else ""
    text = _clause(word, sense, lexicon, anchor)
    object_ = sense.pos == "verb" and ("{}" in text or takes_object(word, sense, text, lexicon))
    if text and object_ and "{}" not in text:
        text = _WITH_SOMETHING.sub(r"\1 {} with something", text)
        text = text if "{}" in text else _OBJECT.sub("{}", text, count=1)
        text = text if "{}" in text else _with_object(text, lexicon)
    count = counted(word, kind, text, lexicon) if sense.pos == "noun" else False
    if sense.pos == "noun" and _not_a_noun(word.term, text, lexicon):
        text = ""
    if object_ and only_intransitive(word, lexicon):
        text = ""  # "to pertain something"
    if count is False and re.match(r"an? (?!quality|state|condition)", text):
        count = None  # "knockdown": what it is takes an article, so it may as well
    return Meaning(sense.pos, text, kind, object_, count is True, definition, count is None)


def _not_a_noun(term: str, text: str, lexicon: Lexicon) -> bool:
    """Whether a noun can't be what its definition says: a participle, several of a thing, or
    what only repeats its parts."""
    if re.match(
        r"(?:occurring|consisting|pertaining|relating|existing|lasting|located|feeling an?)\b", text
    ):
        return True
    if _MASS.search(term) and re.match(r"an? (?![a-z]+'s )", text):
        return True  # "swimwear" is no garment
    if _several(term, lexicon) and re.match(r"(?:an?|something|anything|one)\b", text):
        return True  # "vitals" are no organ
    first = text.removeprefix("a ").partition(" ")[0]
    verb = lexicon.morphology.lemma(first)
    if " " in text and first == third_person(verb) != verb and main(verb, lexicon) == "verb":
        return True  # "predicts the weather" of a weatherman
    # "A person who leads" is any leader, no ringleader.
    told = stems(text) - EMPTY
    if len(told) <= 1 and all(stem in term for stem in told):
        return True
    if term.endswith("s") or (_DETERMINED.match(text) and not text.startswith("the ")):
        return False
    words = lower_words(text)
    end = next((n for n, w in enumerate(words) if n and _ENDS_PHRASE.match(w)), len(words))
    head = words[end - 1] if words else ""
    if main(head, lexicon) == "adjective" and len(words) > end and not _named(head, lexicon):
        return True  # "imposing in size"
    return head.endswith("s") and lexicon.morphology.lemma(head) == head[:-1]


_MASS = re.compile(r"(?:wear|ware|wares|work(?<!framework)(?<!network)|[^e]ery(?<!tery))$")


def _several(term: str, lexicon: Lexicon) -> bool:
    """Whether a noun is a plural that has a meaning of its own: "vitals", "belongings"."""
    if not term.endswith("s") or term.endswith(("ss", "us", "is", "ics", "works", "news")):
        return False
    return bool(lexicon.word(term[:-1]).senses)


def _named(word: str, lexicon: Lexicon) -> bool:
    return any(sense.pos == "noun" for sense in lexicon.word(word).senses)


_OBJECT = re.compile(
    rf"\b(?:something|someone|somebody)(?= (?:{'|'.join(sorted(ALL_PREPOSITIONS))})\b|$)"
)
"""What stands for a verb's object in its definition."""


_WITH_SOMETHING = re.compile(r"^(provide|supply|furnish|equip|fill|cover|mark|fit) with$")
_TWO_PREPOSITIONS = re.compile(
    r"\b(of|to|for|with|in|on|at) (?=(?:through|by|with|from|without|as|in|after|before)\b)"
)


def _with_object(text: str, lexicon: Lexicon) -> str:
    """A verb phrase with "{}" where its object goes: "crush {}", "add {} to the end".

    One whose verb has its object ("separate the limbs from the body") stays as it is.
    """
    if two := _TWO_PREPOSITIONS.search(text):
        return f"{text[: two.end(1)]} {{}}{text[two.end(1) :]}"  # "become aware of through"
    if re.fullmatch(r"\w+(?: \w+)? and \w+(?: \w+)?", text):
        return f"{text} {{}}"  # "look for and gather"
    words = text.split()
    heads = 3 if len(words) > 2 and words[1] == "and" and main(words[2], lexicon) == "verb" else 1
    head, rest = " ".join(words[:heads]), words[heads:]
    if not rest:
        return f"{head} {{}}"
    if words[0] in _MAKES and main(rest[-1], lexicon) == "adjective" and len(rest) <= 3:
        return f"{head} {{}} {' '.join(rest)}"
    if rest[0] in _AFTER_VERB and len(rest) > 1 and rest[1] in ALL_PREPOSITIONS | {"with"}:
        return text if rest[-1] not in ALL_PREPOSITIONS else f"{text} {{}}"
    if rest[-1] in ALL_PREPOSITIONS and rest[-1] not in _AFTER_VERB:
        return f"{text} {{}}"
    if rest[0] in _GOVERNED and len(rest) > 1 and main(rest[1], lexicon) == "adverb":
        return f"{head} {rest[0]} {{}} {' '.join(rest[1:])}"  # "look at it again"
    if rest[0] in ALL_PREPOSITIONS | _AFTER_VERB or main(rest[0], lexicon) == "adverb":
        return f"{head} {{}} {' '.join(rest)}"
    return text


_GOVERNED = frozenset("at for after into upon".split())
_MAKES = frozenset("make render keep leave turn set hold".split())
_AFTER_VERB = PARTICLES | {"as", "en"}


def counted(word: Word, kind: str, text: str, lexicon: Lexicon) -> bool | None:
    """Whether a noun takes "a"; None where nothing tells it.

    Its plural tells nothing where it is a verb's form as well ("decays", "barters").

    Args:
        word: the noun.
        kind: person, thing or abstract.
        text: what it is; where that takes no article ("knitted clothing") it takes none.
        lexicon: tells how common its plural is.
    """
    plural, common = plural_zipf(word.term, lexicon), zipf(word.term, lexicon)
    named = not any(sense.pos == "verb" for sense in word.senses)
    acts = text.partition(" ")[0].endswith("ing") and _ACTION.search(word.term)
    stuff = inventory().get(word.term) == "stuff"
    if named and not acts and not stuff and common - plural <= MAX_NOUN_GAP:
        return True  # "warships", "meatballs"
    if not _DETERMINED.match(text):
        return False
    if inventory().get(word.term) == "stuff" or _NEVER_COUNTED.search(word.term):
        return False
    if word.term.endswith("ing") and text.startswith("the "):
        return False  # "bricklaying is the craft"
    if kind == "person":
        return True
    if named and countable(word.term, lexicon):
        return True
    half = _second_half(word, lexicon)
    if half and takes_a(half, lexicon) is False and not countable(word.term, lexicon):
        return False  # "buttermilk"
    unseen = common >= _SEEN and not plural
    if kind == "thing" and unseen:
        return True if half and countable(half, lexicon) else None  # nobody counts "cutlery"
    if kind == "thing" and takes_a(word.term, lexicon) is not False:
        return True
    if (
        kind == "thing"
        and not word.parts
        and zipf(word.term, lexicon) < _RARE
        and not _is_vague(text)
    ):
        return True  # so rare that its plural is seldom seen
    gap = common - plural
    if gap <= MAX_GAP and named:
        return True
    if main(word.term, lexicon) == "noun" and gap <= MAX_NOUN_GAP and re.match(r"an? ", text):
        return True  # "a footnote is a printed note", though one may footnote
    if half and plural:
        return inventory().get(half) != "stuff" and countable(half, lexicon)
    seldom = share_counted(word.term, lexicon)
    if plural and common - plural <= MAX_SEEN_GAP and (seldom is None or seldom >= 0.5):
        return True if _of_things(word, text, lexicon) else None  # "a metropolis is an area"
    if half and not plural:
        # Nobody counts "gunfire"; of a rare word no plural was seen, but it may be "a yard".
        never = common >= _COMMON or text.startswith("the ")
        return False if never else _of_things(word, text, lexicon) or None
    if countable(word.term, lexicon):
        return None if any(sense.pos == "verb" for sense in word.senses) else True
    return None if kind != "abstract" or countable_at_all(word.term, lexicon) else False


def _head(text: str) -> str:
    """The noun of a noun phrase: "system" of "a system of conveying mail"."""
    words = lower_words(text)
    end = next((n for n, w in enumerate(words) if n > 1 and _ENDS_PHRASE.match(w)), len(words))
    return words[end - 1] if words else ""


def _is_vague(text: str) -> bool:
    return _head(text) in _VAGUE  # "an airmail"


def _of_things(word: Word, text: str, lexicon: Lexicon) -> bool:
    """Whether what a noun is said to be is one of things that are counted, no act or system."""
    head = _head(text)
    fields = lexicon.wordnet.fields(word.term) if lexicon.wordnet else []
    if not any(sense.definition.startswith(("a ", "an ", "any ")) for sense in word.senses):
        return False  # "small lead shot"
    things = text.startswith(("a ", "an ")) and bool(_COUNTED_FIELDS & set(fields[:1]))
    return things and head not in _VAGUE and countable(head, lexicon)


_COUNTED_FIELDS = frozenset("animal artifact body group location object person plant shape".split())
_ACTION = re.compile(r"(?:ment|ion|ance|ence|al)$")
_VAGUE = frozenset(
    "act system state quality kind sort type form way process feeling lack amount paper".split()
)


def _second_half(word: Word, lexicon: Lexicon) -> str:
    """The noun that a compound ends with, which counts as it does ("schoolyard"); "" for none."""
    if any(part.kind != "stem" for part in word.parts):
        return ""
    term = word.term
    for at in range(3, len(term) - 3):
        first, second = term[:at], term[at:]
        common = min(zipf(first, lexicon), zipf(second, lexicon)) >= MIN_HALF
        if common and main(second, lexicon) == "noun" and lexicon.word(first).senses:
            return second
    return ""


MIN_HALF = 3.9
"""Zipf frequency of the halves of what is taken for a compound."""

_SEEN, _COMMON = 2.0, 3.0
"""Zipf frequency of a noun whose plural would be seen if there were any."""
_RARE, MAX_GAP, MAX_NOUN_GAP, MAX_SEEN_GAP = 3.3, 0.8, 0.6, 1.6
_NEVER_COUNTED = re.compile(
    r"(?:ism|ness|ware|wear|work(?<!framework)|ship(?<!\bship)|hood|ics|ology|"
    r"(?<!air)(?<!space)(?<!water)(?<!hover)craft|(?<!super)power)$"
)


def noun_phrase(text: str, lexicon: Lexicon) -> str:
    """A noun phrase with its article where its head, a noun that is counted, has none."""
    if _DETERMINED.match(text):
        return text
    words = text.split()
    acts = main(words[0], lexicon) in ("verb", "") or words[1:2] in (["a"], ["an"], ["the"])
    if words[0].endswith("ing") and acts:
        return text  # "having only one spouse"
    end = next(
        (
            n
            for n, w in enumerate(words)
            if n and _ENDS_PHRASE.match(w.strip(",")) and not _before_noun(words, n, lexicon)
        ),
        len(words),
    )
    head = words[end - 1].strip(",")
    if lexicon.morphology.lemma(head) != head or inventory().get(head) == "stuff":
        return text
    if inventory().get(head) or countable(head, lexicon):
        return with_article(text)
    return text


def _before_noun(words: list[str], at: int, lexicon: Lexicon) -> bool:
    """Whether a participle stands among adjectives: "wild flowering plant"."""
    return (
        words[at].endswith(("ing", "ed"))
        and at + 1 < len(words)
        and main(words[at - 1], lexicon) == "adjective"
        and main(words[at + 1].strip(","), lexicon) == "noun"
    )


def plain_definition(definition: str) -> str:
    """The first clause of a definition, without brackets."""
    return definition_clauses(definition)[0]


def definition_clauses(definition: str) -> list[str]:
    """The clauses of a definition that semicolons part, without brackets and quotations."""
    text = re.sub(r"\([^)]*\)|\"[^\"]*\"", " ", definition)
    return [" ".join(piece.split()) for piece in text.split(";") if piece.strip()] or [definition]


def nearest(text: str, sense: Sense) -> float:
    """How near a text is to a definition, or to the nearest of its clauses."""
    whole = re.sub(r"\([^)]*\)", " ", sense.definition)
    return max(near(text, piece) for piece in (whole, *definition_clauses(sense.definition)))


def _clause(word: Word, sense: Sense, lexicon: Lexicon, anchor: str) -> str:
    """A clause of the definition, best one of which nothing was cut; "" for none."""
    whole = plain_definition(_said(sense.definition))
    others = [plain_definition(text) for text, _ in word.definitions[:8]]
    prepare([whole, *others])
    first = definition_clauses(_said(sense.definition))[: 1 if sense.pos == "noun" else None]
    alike = [text for text in others if nearest(text, sense) >= MIN_SAME]
    told = ""
    if sense.pos == "noun" and anchor:
        first = [*_joined(definition_clauses(_said(sense.definition)), anchor), *first]
    for text in [*first, *alike]:
        for piece in clauses(text, sense.pos, lexicon, anchor):
            found = _fitted(piece, word, sense.pos, anchor, lexicon)
            if found and len(lower_words(piece)) >= len(lower_words(text)) - 1:
                return found
            told = told or found
    return told


def _joined(parts: list[str], anchor: str) -> list[str]:
    """What a noun is with what it is for, where only that names the anchor: "a shed; used to store
    boats" of a boathouse."""
    known = stems(anchor)
    if known & stems(parts[0]):
        return []
    head = re.split(r",| (?:at|in|on|with|that|which|usually|from)\b", parts[0])[0]
    return [
        f"{start} {part}"
        for part in parts[1:]
        if re.match(r"(?:used|made|worn|built|designed|for|containing|having) ", part)
        and known & stems(part)
        for start in (parts[0], head)
    ]


def _said(definition: str) -> str:
    """A definition whose brackets hold its verb's object, without them: "put (something) under"."""
    definition = re.sub(
        r"\bmember of (?=(?:gang|committee|club|jury)\b)", "member of a ", definition
    )
    return re.sub(r"\((something|someone|somebody)\)", r"\1", definition)


def _fitted(piece: str, word: Word, pos: str, anchor: str, lexicon: Lexicon) -> str:
    """A clause as it stands in a sentence, "" where it says the word itself or harder words."""
    if unfit(lower_words(piece), family_of(word), word, lexicon, anchor):
        return ""
    found = in_slot(piece, pos)
    if pos == "noun":
        found = re.sub(r"^one (?=who\b|in charge\b)", "someone ", found)  # no "one who provides"
        return noun_phrase(found, lexicon) if found else ""
    return found


_DETERMINED = re.compile(
    r"(?:an?|the|one|someone|something|somebody|any|all|some|each|every|two|three|both|no|his|its|"
    r"their|your|half)\b"
)
_ENDS_PHRASE = re.compile(
    r"(?:of|in|on|for|with|that|which|who|whose|to|from|by|at|as|between|under|over|used|made|"
    r"having|and|when|where|around|across|without|against|near|through|"
    r"\w{2,}ing|\w{2,}ed|grown|worn|"
    r"written|built|held|kept|cut|given|taken|known|found|done|sent|set|not)$"
)
