"""Definitions made short: whole phrases alone, none that lost its object, its noun or its point.

clauses("a shelter for birds; usually of wood", "noun", lexicon)   # ["a shelter for birds"]

A definition is shortened where a person would: of two words that "or" joins one is taken, and what
follows a comma or a relative pronoun may go. What is left must be a phrase (`is_phrase`), which no
noun with its article but without its noun is ("from a gaseous"), nor one that names nothing.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from malmoi.lexicon.facts import PartOfSpeech
from malmoi.mnemonics.compose.similarity import near, stems
from malmoi.mnemonics.compose.verbs import base_of_gerund, base_of_participle, third_person
from malmoi.text.english import family_stem, lower_words, with_article
from malmoi.text.stop_words import (
    ARTICLES,
    CONJUNCTIONS,
    FUNCTION_WORDS,
    MODALS,
    PLACE_AND_TIME,
    POSSESSIVES,
    PREPOSITIONS,
    RARE_PREPOSITIONS,
)

if TYPE_CHECKING:
    from malmoi.lexicon.lookup import Lexicon

MAX_CONTENT = 7
"""Words that mean something in a clause; articles and prepositions aren't counted."""
MAX_WORDS = 12
MIN_WHOLE = 0.72
"""Least nearness of a shortened definition to the whole: "a device" is no aperture."""
MIN_OTHER = 0.55
"""The same where what is left out is another way to say it: "secretly or without explanation"."""
MIN_REST = 0.6
"""The same of what is no noun: "throw away, of something encumbering"."""

ALL_PREPOSITIONS = PREPOSITIONS | PLACE_AND_TIME | RARE_PREPOSITIONS | {"about", "over", "under"}
PARTICLES = frozenset("away apart out down up back off forth forward together over".split())
"""Adverbs that go with a verb and its object: "cut it off"."""
_DETERMINERS = ARTICLES | POSSESSIVES | {"each", "every"}
_ASIDE = re.compile(r"\s*\([^)]*\)\s*|\[[^]]*\]|\"[^\"]*\"")
_HEDGE = re.compile(
    r"[,;:]?\s*\b(?:especially|usually|often|sometimes|typically|generally|as by|as if|such as|"
    r"as (?:of|from|in|with|for|to|on)|e\.g\.|i\.e\.|for example|or the like|etc\.?|used of|"
    r"said of|chiefly|"
    r"including|in general|by extension|with or without|and so on|considered as)\b.*$|"
    r"\s-{1,2}\s.*$",
    re.IGNORECASE,
)
_LEADING = re.compile(
    r"^(?:usually|often|sometimes|originally|formerly|generally|used of [a-z]+|of [a-z]+,)\s+"
)
_UNTOLD = re.compile(
    r"[^A-Za-z ,'-]|\b(?:genus|esp|etc|or|either|this|these|such|former|latter|thereof|"
    r"any one of)\b"
)
_WORD = r"[a-z]+(?:-[a-z]+)*"
_EITHER = re.compile(rf"\b(?:either )?(?P<list>{_WORD}(?:(?:, (?:or )?| or ){_WORD})+)\b")
_BREAKS: dict[str, str] = {
    "noun": r",? (?:and (?:is|are|has|have|was|to|for|with|in|usually)|that|which|who|whose|where|"
    r"when|in which|on which|from which|used|having|"
            r"usually|in|on|at|by|for|from|as|so|during|made|found|produced)\b|,",
    "verb": r",? (?:and (?:with|in|by|from|to)|by|with|when|while|so|as|because|until|in order|"
    r"without|after|before|"
            r"through|for|in|on|at)\b|,",
    "adjective": r",? (?:by|when|because|so|as|in|on|at|for|and (?:exhibiting|showing|having))\b|,",
    "adverb": r",",
}  # fmt: skip
"""Before what a clause of each part of speech may end."""
_QUANTITIES = frozenset(
    """number amount quantity variety series set group collection part portion piece kind sort
    type form state quality act process branch member means way manner lack place area region
    period unit attribute""".split()
)
"""Nouns that tell nothing without what they are of."""
EMPTY = frozenset(
    """person people man woman someone somebody something one thing object device material
    substance structure instrument apparatus matter person's action activity condition property
    fact system science study large small various several certain particular other any
    characteristic event someone organism animal plant chemical compound position""".split()
)
"""Words that tell nothing by themselves."""
_DANGLING = (
    ARTICLES | POSSESSIVES | CONJUNCTIONS | MODALS
    | frozenset("not more less most very too no being is are be been its which that who "
        "as any numerous various several many".split())
)  # fmt: skip


def clauses(text: str, pos: PartOfSpeech, lexicon: Lexicon, keep: str = "") -> list[str]:
    """Short forms of a definition's clause: the whole first, then what is left of it, long first.

    Args:
        text: one clause of a definition.
        pos: what it is the meaning of.
        lexicon: tells parts of speech.
        keep: words of which one must stay where the definition has any: the anchor's.
    """
    if _SELF.search(text) or (pos == "verb" and _OBJECT_OF.search(text)):
        return []
    text = re.sub(r"\b(?:two|one) or more\b", "several", text)
    text = re.sub(r"\blacking in\b", "lacking", text)
    text = _EXCEPT.sub(r"\1 and \2", text)
    text = _RELATING.sub(r"\1 to ", text)
    if pos == "adjective":
        text = _OF_WHAT_HAS.sub("", text)
        if _OF_WHAT.match(text):
            return []  # "of purchase orders that have not been filled"
    text = " ".join(_ASIDE.sub(" ", text).split())
    whole = _LEADING.sub("", _HEDGE.sub("", text).strip(" .,"))
    hedged = bool(_HEDGE.search(text))
    if whole[:1].isupper():
        first = whole.split()[0].lower().strip(",")
        proper = _OF_NAMES.search(first) and main(first, lexicon) != "verb"
        if first in FUNCTION_WORDS | ALL_PREPOSITIONS or (
            lexicon.word(first).senses and not proper
        ):
            whole = whole[0].lower() + whole[1:]
    if pos == "noun":
        whole = _one(whole, lexicon)
    kept = stems(keep) & stems(whole)
    told = _one_of_each(whole, kept, lexicon)
    found = []
    for piece in _pieces(told, pos, lexicon):
        if kept and not kept & stems(piece):
            continue
        if not is_phrase(piece, pos, lexicon) or _UNTOLD.search(piece) or _is_list(piece, lexicon):
            continue
        words = lower_words(piece)
        meant = [family_stem(word) for word in words if word not in FUNCTION_WORDS]
        if len(set(meant)) < len(meant) and told != whole:
            continue  # "a broadcast of news on the news"
        if pos == "adjective" and len(words) == 1 and words[0].endswith("ing") and piece != whole:
            continue  # "extending", of what extends across
        if (hedged or piece != told) and _waits(words, pos):
            continue
        if piece != told and told[len(piece) :].strip() in ALL_PREPOSITIONS:
            continue  # "not capable of being improved", of what can't be improved on
        if piece != told and pos == "noun" and _half_told(words, told[len(piece) :], lexicon):
            continue
        if words[0] == "so" and not {"as", "that"} & set(words):
            continue  # "so exceedingly large", of what is as large as a giant
        if len(words) > MAX_WORDS or len(stems(piece)) > MAX_CONTENT:
            continue
        least = MIN_WHOLE if pos == "noun" else MIN_REST
        other = re.match(r",? or (\w+)", told[len(piece) :])
        if other and other[1] in ALL_PREPOSITIONS:
            least = MIN_OTHER
        if piece != told and (near(piece, whole) < least or (pos == "noun" and not _names(piece))):
            continue
        found.append(piece)
    return found


def _waits(words: list[str], pos: str) -> bool:
    """Whether what was cut off is missing: "a river that is formed", "a lamp supported", "a state
    of being so near"."""
    last, so = words[-1], words[-2:-1] == ["so"]
    if so or pos == "adjective":
        return so or last in _LEFT
    if pos != "noun" or len(words) < 2:
        return False
    return bool(base_of_participle(last)) and last not in _ALSO_NOUNS


def _half_told(words: list[str], rest: str, lexicon: Lexicon) -> bool:
    """Whether what is cut off is what the last words need: "an airplane that can land" (on water),
    "an impression of the ridges" (in the skin), "except the swimmer lies" (on his back)."""
    last, before = words[-1], words[-2:-1]
    base = lexicon.morphology.lemma(last)
    if last == third_person(base) != base and main(base, lexicon) == "verb":
        return True
    if before and before[0] in MODALS and "verb" in _kinds(last, lexicon):
        return True
    if before and before[0] in _BE and base_of_participle(last):
        return True
    after = lower_words(rest)[:1]
    the = max((n for n, word in enumerate(words) if word == "the"), default=len(words))
    names = bool(after) and after[0] in _TELL_WHICH and last not in _ONE_OF_ITS_KIND
    return names and the > 0 and not ALL_PREPOSITIONS & set(words[the:])


_TELL_WHICH = frozenset("of in whose between from".split())
_ONE_OF_ITS_KIND = frozenset(
    "earth world sun moon sky sea ground air body public past future present mind law".split()
)
_EXCEPT = re.compile(r"\b((?:except(?: for)?|other than) [A-Za-z]+) or ([A-Za-z]+)")
_RELATING = re.compile(
    r"^(?:of or )?(relating|pertaining) to"
    r"(?: or [a-z]+(?: (?:the )?[a-z]+)? (?:by means of|of|as|by|in|with|from))+ "
)
"""What is told of and in other ways: "relating to or having the nature of a parliament"."""
_OF_WHAT_HAS = re.compile(r"^of an? (?:[a-z]+ )?[a-z]+ (?=having )")
_OF_WHAT = re.compile(r"^of (?:an? )?[a-z]+(?: [a-z]+)? (?:that|who|which) ")
_OF_NAMES = re.compile(r"(?:[ei]?an|ish|ese)$")
"""Adjectives of names: "an American finch"."""


def _one(text: str, lexicon: Lexicon) -> str:
    """ "any large cat" → "a large cat", "any of several small sharks" → "a small shark"."""
    several = re.match(r"(?:any|one|either) of (?:several|various|numerous|many) (.+)", text)
    if several:
        words = several[1].split()
        for at, word in enumerate(words):
            base = lexicon.morphology.lemma(word)
            if word.endswith("s") and base != word and main(base, lexicon) == "noun":
                return with_article(" ".join([*words[:at], base, *words[at + 1 :]]))
    return re.sub(r"^(?:any|either) (?=(?!of\b|other\b|one\b)[a-z]+)(?!\w+s\b)", "a ", text)


def _one_of_each(text: str, kept: set[str], lexicon: Lexicon) -> str:
    """The text with one word of each that "or" joins, where they are of a kind."""
    # "among or involving people", "to cause or tending to cause": what is general stays.
    text = re.sub(r"\b[a-z]+ing or (?=given to [a-z]+ing\b)", "", text)
    text = re.sub(r"^of or (?=(?:relating|pertaining|belonging) to\b)", "", text)
    text = re.sub(r"\b([a-z]+) or (?:not )?(?:tending|serving|intended) to [a-z]+\b", r"\1", text)
    text = re.sub(
        rf"\b({'|'.join(sorted(ALL_PREPOSITIONS))}) or (?:not )?[a-z]+ing (?=[a-z])", r"\1 ", text
    )
    return _EITHER.sub(
        lambda found: (
            _chosen(found["list"], text[found.end() :].split(), kept, lexicon) or found[0]
        ),
        text,
    )


def _chosen(listed: str, after: list[str], kept: set[str], lexicon: Lexicon) -> str:
    """One of the words; "" where they aren't of a kind, or go on as a compound."""
    words = re.split(r", (?:or )?| or ", listed)
    if " or " not in listed:
        return ""
    first, last = words[0], words[-1]
    if first in ALL_PREPOSITIONS and last in ALL_PREPOSITIONS:
        return first
    if after[:1] == ["of"] and lexicon.morphology.lemma(last) in _QUANTITIES | {"mass", "piece"}:
        return last  # "glaciers or masses of ice"
    named = [word for word in words if stems(word) & kept]
    if _verb_forms(words):
        # What follows surely goes with the last: "extending or lying across something".
        return named[0] if named else words[-1] if after else words[0]
    kinds = [_kinds(word, lexicon) for word in words]
    alike = set.intersection(*kinds)
    mains = {main(word, lexicon) for word in words}
    adjectives = alike and "adjective" in alike and after and after[0] in ALL_PREPOSITIONS
    if not alike or (len(mains) > 1 and not adjectives and not _endings_agree(words)):
        return ""
    if adjectives and "noun" in mains:
        return words[-1]  # "subject or susceptible to change"
    if (
        "noun" in {main(word, lexicon) for word in words}
        and after
        and (len(after) > 1 or after[0] not in ALL_PREPOSITIONS)
    ):
        # "News or commentary on the news", "machines or machine systems".
        if not after[0].endswith(",") and not _goes_on(after[0]):
            return ""
        last = named[-1] if named else last
        return words[0] if after[0] in _DETERMINERS | _SOME else last
    if named:
        return named[0]
    if after and (after[0] in _SPLIT_OFF or (after[0] in ALL_PREPOSITIONS and len(after) > 1)):
        return last  # "destroyed or broken up"
    return max(words, key=lambda w: (round(_commonness(w, lexicon), 1), -words.index(w)))


_SPLIT_OFF = frozenset("up down out off away apart back".split())
_NEVER_FIRST = frozenset("and or but who which that".split())
_SOME = frozenset("some any many several".split())


def _goes_on(word: str) -> bool:
    """Whether a word begins something else than the second half of a compound."""
    small = ALL_PREPOSITIONS | _DETERMINERS | _SOME
    return word in small or word in ("that", "who", "which", "and", "as", "when", "where")


def _verb_forms(words: list[str]) -> bool:
    """Whether all are participles of one kind: "using or containing", "taught or led"."""
    return all(map(base_of_gerund, words)) or all(map(base_of_participle, words))


def _endings_agree(words: list[str]) -> bool:
    return any(all(w.endswith(e) for w in words) for e in ("ing", "ed", "ly", "s"))


def _commonness(word: str, lexicon: Lexicon) -> float:
    found = lexicon.frequency.zipf(word)
    return min(found.value, 3.8) if found else 0.0


def _kinds(word: str, lexicon: Lexicon) -> set[str]:
    return {sense.pos for sense in lexicon.word(word).senses}


def main(word: str, lexicon: Lexicon) -> str:
    """The part of speech that a word mostly has; "" for none."""
    return next((sense.pos for sense in lexicon.word(word).senses), "")


def _pieces(text: str, pos: str, lexicon: Lexicon) -> list[str]:
    """The text, and what stands before each break and each "or", longest first."""
    breaks = re.compile(rf"{_BREAKS.get(pos, ',')}|,? or\b")
    ends = [
        match.start()
        for match in breaks.finditer(text)
        if match.start() > 2 and not _halved(match[0], text[match.end() :].split(), lexicon)
    ]
    return [text, *(text[:end].strip(" ,") for end in reversed(ends))]


_OBJECT_OF = re.compile(r"\)\s+(?:of|to|for)\b")
"""What is left of "prevent (the efforts) of" has no object."""
_SELF = re.compile(r"\([^)]*\b(?:oneself|one's|itself)\b[^)]*\)")


def _is_list(piece: str, lexicon: Lexicon) -> bool:
    """Whether a comma stands between other words than two adjectives: "papers, money"."""
    before, comma, after = piece.rpartition(", ")
    if not comma or " and " in after:
        return piece.count(",") > 1
    first = after.split()[0]
    both = {main(first, lexicon), main(before.split()[-1], lexicon)}
    return not (both <= {"adjective", "adverb"} and len(after.split()) > 1)


def _halved(at: str, after: list[str], lexicon: Lexicon) -> bool:
    """Whether "or" stands within a compound: "some air or water current"."""
    if not at.endswith("or") or len(after) < 2 or after[0] in _DETERMINERS | _SOME:
        return False
    if after[0] in ALL_PREPOSITIONS:
        return False  # "secretly or without explanation"
    then = after[1].strip(",")
    return main(then, lexicon) == "noun" and not _goes_on(then)


def is_phrase(text: str, pos: str, lexicon: Lexicon) -> bool:
    """Whether a phrase is whole: its last article has its noun, and nothing dangles.

    Args:
        text: the phrase; a verb's may end with the preposition of its object.
        pos: the part of speech that it explains.
        lexicon: tells which words are nouns.
    """
    words = lower_words(text)
    if not words or words[0] in _NEVER_FIRST:
        return False
    if words[-1] in _DANGLING and words[-2:] not in (["good", "will"], ["free", "will"]):
        return False
    if words[-1] in ALL_PREPOSITIONS and pos not in ("verb", "adverb"):
        return False
    if words[-2:-1] and words[-2] in ("which", "whom", "whose"):
        return False  # "the track on which trams", of those that trams run on
    if not all(_has_noun(words[at + 1 :], lexicon) for at in _determiners(words)):
        return False
    if words[-1] in _QUANTITIES and len(words) > 1 and pos == "noun" and len(words) < 5:
        return words[0] in ("a", "the", "an") and len(words) > 3
    if pos != "noun" or len(words) < 2 or words[-1] in _PRONOUNS or words[-2] in _BE:
        return True
    if words[-1] in _LEFT:
        return False  # "a bread made"
    return not (words[-1].endswith(("ing", "ed")) and main(words[-1], lexicon) in ("verb", ""))


_PRONOUNS = frozenset("something anything nothing everything".split())
_LEFT = frozenset("made given found taken held worn kept cut grown built".split())
"""Participles that say nothing without what follows."""
_BE = frozenset("is are was were be been being".split())


def _determiners(words: list[str]) -> list[int]:
    return [n for n, word in enumerate(words) if word in _DETERMINERS]


def _has_noun(words: list[str], lexicon: Lexicon) -> bool:
    """Whether a noun follows a determiner before the next preposition: no "the concerned with"."""
    stop = ALL_PREPOSITIONS | _DETERMINERS | {"that", "which", "who", "whose", "is", "are"}
    cut = next((n for n, word in enumerate(words) if word in stop), len(words))
    for word in words[:cut]:
        plural = lexicon.morphology.lemma(word) if word.endswith("s") else word
        adjective = word == words[cut - 1] and main(word, lexicon) == "adjective"
        adjective = adjective and word not in _ALSO_NOUNS
        if "noun" in _kinds(word, lexicon) | _kinds(plural, lexicon) and not adjective:
            return True
    return False


_ALSO_NOUNS = frozenset("public wrong right human individual adult criminal loved".split())
"""Adjectives first that are nouns as well: "available to the public"."""


def _names(phrase: str) -> bool:
    """Whether what is left of a noun's definition tells it: no "the branch", "a psychologist"."""
    telling = stems(phrase) - stems(" ".join(EMPTY | _QUANTITIES))
    return len(telling) >= 2 or (len(telling) == 1 and len(lower_words(phrase)) == 3)
