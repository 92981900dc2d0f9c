"""What a sense means in a few words: one synonym that the learner knows, else a short clause.

A synonym whose own first sense is another thing misleads ("tired" for banal), one that is no
commoner than the word explains nothing; a clause has at most six words and neither "or" nor
brackets. Where neither is left the word has no card.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from malmoi.lexicon.facts import Sense, Word
from malmoi.mnemonics.compose.phrases import (
    countable,
    family_of,
    noun_kind,
    phrase_of,
    takes_object,
    usable_synonym,
    zipf,
)
from malmoi.mnemonics.compose.similarity import near, prepare, stems
from malmoi.mnemonics.compose.verbs import base_of_gerund, third_person
from malmoi.text.english import light_stem, lower_words, with_article
from malmoi.text.stop_words import PREPOSITIONS

if TYPE_CHECKING:
    from malmoi.lexicon.lookup import Lexicon

MAX_WORDS = 6
MIN_NEAR = 0.3
"""Least nearness of a synonym to the definition that it is to stand for."""
MIN_WHOLE = 0.6
"""Least nearness of a shortened definition to the whole: "a device" is no aperture."""
MIN_SAME = 0.7
"""Least nearness of another dictionary's definition that is taken for this sense's."""
MIN_FIRST = 0.45
"""Least nearness of a synonym's own first sense to this one."""
_SYNONYM = 0.1
_CLAUSE = 0.72
"""What a synonym is given before a clause, and what a clause is worth."""


@dataclass(frozen=True, slots=True)
class Meaning:
    """A sense in a few words.

    Attributes:
        pos: the part of speech.
        text: what stands after "is" (adjective, noun with its article) or "to" (verb), or tells how
            (adverb); "" for none. Where a verb takes an object it has "{}" for it.
        synonym: whether it is one word that means the same.
        kind: of a noun: person, thing (takes "a") or abstract; else "".
        object: of a verb: whether it takes an object.
        countable: of a noun: whether it takes "a".
        definition: the sense's own, without brackets.
    """

    pos: str
    text: str
    synonym: bool
    kind: str
    object: bool
    countable: bool
    definition: str

    def predicate(self, *, plural: bool) -> str:
        """What an adjective's noun is or does: "is luxurious", "lasts for years"."""
        head, space, rest = self.text.partition(" ")
        verb = _ACTS.get(head) or (base_of_gerund(head) if rest else "")
        if verb:
            told = f"{verb}{space}{rest}"
            return _plural(told) if plural else third_person(told)
        return f"{'are' if plural else 'is'} {self.text}"

    @property
    def plain(self) -> str:
        """The text without a place for the object."""
        return " ".join(self.text.replace("{}", " ").split())


_ACTS = {"having": "have", "being": "be"}


def _plural(phrase: str) -> str:
    return f"are{phrase.removeprefix('be')}" if phrase.startswith("be ") else phrase


def short_meaning(word: Word, sense: Sense, lexicon: Lexicon) -> Meaning:
    """The best of a sense's synonyms and clauses; its text is "" where none is fit.

    Args:
        word, sense: what is to be told.
        lexicon: tells what a learner knows, and what synonyms mean.
    """
    definition = plain_definition(sense.definition)
    kind = noun_kind(sense, lexicon) if sense.pos == "noun" else ""
    clause = _clause(word, sense, lexicon)
    synonyms = [
        (nearest(w, sense) + 0.07 * min(zipf(w, lexicon), 5.2) - 0.35 + _SYNONYM, w)
        for w in _synonyms(word, sense, lexicon)
        if nearest(w, sense) >= MIN_NEAR
    ]
    best = max(synonyms, default=(0.0, ""))
    if best[1] and (best[0] >= _CLAUSE - 0.42 or not clause):
        text, synonym = best[1], True
        if sense.pos == "noun" and (kind in ("person", "thing") or countable(text, lexicon)):
            text = with_article(text)
    elif clause:
        text, synonym = clause, False
    elif head := _head(word, sense, lexicon):
        text, synonym = head, True
    else:
        text, synonym = "", False
    object_ = sense.pos == "verb" and ("{}" in text or takes_object(word, sense, text, lexicon))
    if text and object_ and "{}" not in text:
        text = _with_object(text, lexicon)
    takes_a = sense.pos == "noun" and (kind in ("person", "thing") or countable(word.term, lexicon))
    return Meaning(sense.pos, text, synonym, kind, object_, takes_a, definition)


def _with_object(text: str, lexicon: Lexicon) -> str:
    """A verb phrase with "{}" where its object goes: "add {} to the very end"."""
    head, _, rest = text.partition(" ")
    after = rest.partition(" ")[0]
    senses = lexicon.word(after).senses if after else ()
    describes = bool(senses) and senses[0].pos in ("adjective", "adverb")
    if after in PREPOSITIONS | {"as", "up", "down", "out", "off", "away", "en"} or describes:
        return f"{head} {{}} {rest}"
    return text if rest else f"{text} {{}}"


def plain_definition(definition: str) -> str:
    """The first clause of a definition, without brackets."""
    return definition_clauses(definition)[0]


def definition_clauses(definition: str) -> list[str]:
    """The clauses of a definition that semicolons part, without brackets and quotations."""
    text = re.sub(r"\([^)]*\)|\"[^\"]*\"", " ", definition)
    return [" ".join(piece.split()) for piece in text.split(";") if piece.strip()] or [definition]


def _synonyms(word: Word, sense: Sense, lexicon: Lexicon) -> list[str]:
    """Synonyms that are commoner than the word and mean first what it means."""
    family = family_of(word)
    found = [w for w in sense.synonyms if usable_synonym(w, word, family, lexicon)]
    return [w for w in found if _means_first(w, word.term, sense, lexicon)]


def _head(word: Word, sense: Sense, lexicon: Lexicon) -> str:
    """The common adjective that WordNet groups an adjective under, where they mean nearly one."""
    if sense.pos != "adjective" or not lexicon.wordnet:
        return ""
    family = family_of(word)
    heads = [
        (near(w, sense.definition), w)
        for w in lexicon.wordnet.broader(sense.id)
        if usable_synonym(w, word, family, lexicon) and _first_is_near(w, sense, lexicon)
    ]
    return max(heads, default=(0.0, ""))[1]


def _means_first(synonym: str, term: str, sense: Sense, lexicon: Lexicon) -> bool:
    """Whether a synonym's own first sense is this one: "dig" isn't learned as "comprehend"."""
    senses = lexicon.word(synonym).senses
    if not senses or senses[0].pos != sense.pos:
        return False
    return term in senses[0].synonyms or _first_is_near(synonym, sense, lexicon)


def _first_is_near(synonym: str, sense: Sense, lexicon: Lexicon) -> bool:
    senses = lexicon.word(synonym).senses
    if not senses or senses[0].pos != sense.pos:
        return False
    return nearest(plain_definition(senses[0].definition), sense) >= MIN_FIRST


def nearest(text: str, sense: Sense) -> float:
    """How near a text is to a definition, or to the nearest of its clauses."""
    whole = re.sub(r"\([^)]*\)", " ", sense.definition)
    return max(near(text, piece) for piece in (whole, *definition_clauses(sense.definition)))


_ALTERNATIVE = re.compile(r"(?<!two )\bor\b|[(){}\[\]\"`]|\betc\b")


def _clause(word: Word, sense: Sense, lexicon: Lexicon) -> str:
    """A clause of the definition with at most six words and no alternatives, "" for none."""
    whole = plain_definition(sense.definition)
    others = [plain_definition(text) for text, _ in word.definitions[:8]]
    prepare([whole, *others])
    clauses = definition_clauses(sense.definition)[: 1 if sense.pos == "noun" else None]
    for text in [*clauses, *(text for text in others if nearest(text, sense) >= MIN_SAME)]:
        if found := _clause_of(text, word, sense, lexicon):
            return found
    return ""


def _clause_of(text: str, word: Word, sense: Sense, lexicon: Lexicon) -> str:
    family = family_of(word)
    if text[:1].isupper() and lexicon.word(text.split()[0].lower().strip(",")).senses:
        text = text[0].lower() + text[1:]
    text = _EITHER.sub(lambda either: _first_of(either, lexicon), text)
    tried = [text]
    if sense.pos == "noun":
        tried = _noun_phrases(text, lexicon)
        prepare(tried)
    else:
        cuts = _CUTS if sense.pos == "verb" else ", "
        tried += [text[: match.start()] for match in re.finditer(cuts, text)][::-1]
        prepare(tried)
    tried += [text[: match.start()] for match in re.finditer(r",? or ", text)]
    best = (0.0, "")
    for piece in tried:
        found = phrase_of(piece, sense.pos, family, word, lexicon, MAX_WORDS)
        if not found or _ALTERNATIVE.search(found) or len(lower_words(found)) > MAX_WORDS:
            continue
        cut = len(lower_words(found)) < len(lower_words(text))
        if sense.pos == "noun" and cut and not _is_whole(found, lexicon):
            continue
        if found.split()[-1] in _DANGLING:
            continue
        if "," in found and sense.pos != "noun":
            continue
        same = 1.0 if found == text or found.startswith("to do with ") else near(found, text)
        if same >= MIN_WHOLE and same > best[0]:
            best = (same, found)
    found = best[1]
    if found and sense.pos == "noun" and not _DETERMINED.match(found):
        head = re.split(r" (?:of|in|on|for|with|that|who|to|from|by|at)\b", found)[0].split()[-1]
        if countable(head, lexicon) and lexicon.morphology.lemma(head) == head:
            found = with_article(found)
    return found


_EITHER = re.compile(
    r"\b(\w+)(?:, \w+,?)* or (\w+) "
    r"(?=\w+$|\w+ (?:of|for|in|that|with)\b)"
)
"""In "a useful or valuable quality" the second adjective with its "or"."""
_CUTS = r", |; | (?:in|for|with|from|by|on|at|as|so|through|to|especially|because|when|after) "
_DETERMINED = re.compile(r"(?:an?|the|one|someone|something|any|all|some)\b")
_ENDS_PHRASE = re.compile(
    r"(?:of|in|on|for|with|that|which|who|whose|to|from|by|at|as|between|under|over|used|made|"
    r"having|and|when|where|\w+ing|\w+ed|grown|worn|written|built|held|kept|cut|given|taken|known)$"
)


_EMPTY = stems(
    "a act state quality kind sort form part group person people man woman someone something any "
    "one thing device object material substance structure piece process area place member way "
    "type set line large small large various several several certain particular other"
)
"""Stems of words that alone say next to nothing of what a thing is."""


def _first_of(either: re.Match[str], lexicon: Lexicon) -> str:
    """The first of two adjectives or verbs that "or" joins; all of it where they are none."""
    pos = [[sense.pos for sense in lexicon.word(word).senses[:1]] for word in either.groups()]
    alike = pos[0] == pos[1] and pos[0] in (["adjective"], ["verb"])
    return f"{either[1]} " if alike else either[0]


def _noun_phrases(text: str, lexicon: Lexicon) -> list[str]:
    """The text, and its beginnings that are whole noun phrases, longest first."""
    plain = re.sub(
        r"^(?:any|either|one) (?:of )?(?:an? |the |two |several |various |numerous |group of )*"
        r"(?=\w)", "", text,
    )  # fmt: skip
    plural = plain != text
    words = plain.split()
    found = [] if plural else [text]
    for size in range(min(len(words), MAX_WORDS), 0, -1):
        rest = words[size:]
        if (
            rest
            and not words[size - 1].endswith(",")
            and not _ENDS_PHRASE.match(rest[0].strip(","))
        ):
            continue
        piece = " ".join(words[:size]).strip(" ,")
        if plural:
            last = piece.split()[-1]
            if light_stem(last) == last:
                continue
            piece = piece[: -len(last)] + light_stem(last)
        found.append(piece)
    return found


_DANGLING = frozenset("if as such than not more less very so too".split())


def _is_whole(phrase: str, lexicon: Lexicon) -> bool:
    """Whether a beginning names a thing: "a small boat", not "a device" or "a prominent"."""
    last = phrase.split()[-1]
    if len(stems(phrase) - _EMPTY) < 2 or stems(last) <= _EMPTY:
        return False
    if last.endswith(("ing", "ed")):
        return False
    senses = lexicon.word(last).senses
    return bool(senses) and senses[0].pos == "noun"
