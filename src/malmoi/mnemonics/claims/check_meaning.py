"""Claims about meaning, looked up in the senses that the lexicon gives."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from malmoi.lexicon.facts import Root, Sense, Word
from malmoi.lexicon.protocol import LexiconLike
from malmoi.mnemonics.claims.claim_text import bare
from malmoi.mnemonics.claims.finding import UNVERIFIED, Finding, contradicted, supported, worst
from malmoi.mnemonics.claims.glosses import SENSES, content, polarity, wide
from malmoi.text.english import stem, tokenize
from malmoi.text.stop_words import ARTICLES

if TYPE_CHECKING:
    from malmoi.mnemonics.claims.reading import RawClaim


def check(claim: RawClaim, word: Word, lexicon: LexiconLike) -> Finding:
    """Look a claim of kind "meaning" up."""
    foreign = bare(claim.subject) != bare(word.term)
    if foreign and claim.relation == "means":
        from malmoi.mnemonics.claims import check_origin

        found = check_origin.root(Root(claim.subject, claim.values[0].gloss), word, lexicon)
        if found.verdict != "unverified":
            return found
    if foreign:
        word = lexicon.word(bare(claim.subject))
    if not word.senses and not word.definitions:
        return UNVERIFIED
    if claim.relation == "pos":
        return _part_of_speech(claim, word)
    if claim.relation == "opposite":
        return worst([_opposite(bare(v.form), word, lexicon) for v in claim.values])
    if claim.relation == "synonym":
        return worst([_synonym(bare(v.form), word, lexicon) for v in claim.values])
    gloss = claim.values[0].gloss or claim.values[0].form
    if _said_by_its_parts(gloss, word):
        # "not beaten: not conquered": the word says the first itself.
        rest = re.search(rf"{re.escape(gloss)}: ([^.;:]+)", claim.sentence)
        if rest is None:
            return supported(f"parts: {' + '.join(part.form for part in word.parts)}")
        gloss = rest[1]
    # "awake | while others sleep": half of a gloss denies nothing.
    goes_on = r"[\"',]*\s+(?:while|because|since|as|so|but|when|if|that)\b"
    cut = re.search(re.escape(gloss) + goes_on, claim.sentence)
    found = means(gloss, word, lexicon, strict=claim.relation == "is" or cut is not None)
    # Another word may be Latin, or a name: what English says of it then proves nothing.
    return UNVERIFIED if foreign and found.verdict == "contradicted" else found


def _said_by_its_parts(gloss: str, word: Word) -> bool:
    """Whether a gloss says what the parts of the word say: "not sure", "having no children"."""
    told, parts = gloss.strip().lower(), word.parts
    if not parts:
        return False
    if parts[-1].form == "-less":
        return bool(re.fullmatch(rf"having no {re.escape(parts[0].form[:3])}[a-z]*", told))
    prefix = parts[0].form if parts[0].kind == "prefix" else ""
    return prefix in _DENIES and told == f"not {word.term.removeprefix(prefix.strip('-'))}"


_DENIES = frozenset("un- in- im- il- ir- non- dis-".split())


def antonyms(word: Word) -> set[str]:
    """Antonyms of every sense."""
    return {bare(a) for s in word.senses for a in s.antonyms} | {bare(a) for a in word.antonyms}


def means(gloss: str, word: Word, lexicon: LexiconLike, *, strict: bool = False) -> Finding:
    """Whether a gloss says what a sense of the word says.

    Every content word of the gloss speaks for or against it: its own synonyms, definitions and
    their words' synonyms for; antonyms, denied words of definitions ("less intense") and their like
    against; a denial in the gloss turns it round.

    Args:
        gloss: what the word is said to mean.
        word: with its senses, definitions and relatives.
        lexicon: looks up the gloss's own words.
        strict: a gloss that has nothing in common with the word is left unverified rather than
            contradicted.
    """
    if source := _quoted_from(gloss, word):
        return supported(source)
    shown = _shown(word)
    told = polarity(gloss)
    votes = _votes(gloss, word, lexicon)
    score = sum(votes.values())
    if score >= 2 and not _half_said(gloss, votes, word, lexicon):
        speaking = sum(vote > 0 for vote in votes.values())
        few = 2 * speaking < len(votes)  # "a large suitcase for long | journeys"
        head = stem(_head(gloss)) if _head(gloss) else ""
        few |= votes.get(head, 1) <= 0 and head not in _GENUS  # "a sharp | knife"
        doubtful = few or min(votes.values()) < 0 or _BY_DEGREE.search(gloss)
        return UNVERIFIED if doubtful and len(votes) > 1 else supported(shown)
    if any(vote > 0 for vote in votes.values()):
        return UNVERIFIED
    if score <= -2 or _indirect(gloss, word, lexicon):
        against = [s for s, vote in votes.items() if vote < 0]
        return contradicted(f"{shown}; against it: {', '.join(against) or gloss}")
    if not strict and not any(votes.values()) and _other_kind(_head(gloss), word, lexicon):
        return contradicted(f"{shown}; {gloss} is a thing of another kind (WordNet)")
    if any(votes.values()) or strict or not told or len(told) > 8 or not _known(gloss, lexicon):
        return UNVERIFIED
    if _FIGURATIVE.search(gloss) or min(told.values(), default=0) < 0:
        return UNVERIFIED
    # Second look, from the other side: the words that define the word's synonyms and relatives.
    about = " ".join([word.term, *word.synonyms[:8], *(r.word for r in word.family[:8])])
    return UNVERIFIED if wide(about, lexicon) & wide(gloss, lexicon) else contradicted(shown)


_THINGS = frozenset("animal artifact body food object plant substance".split())
_NAMED = re.compile(
    r"(?i)^(?:an?|the|some)\s+(?:(?:small|large|big|little|kind|sort|type|species|piece|breed)\s+)*"
    r"(?:of\s+)?((?:[a-z]+\s+){0,2}[a-z]+)"
    r"(?:\s+(?:for|of|with|that|which|who|from|to|used|made)\b.*)?$"
)
"""A gloss that names something: "a large suitcase for long journeys"."""


def _head(gloss: str) -> str:
    """The noun that a gloss names something by, "" for none."""
    match = _NAMED.match(gloss.strip())
    return match[1].split()[-1].lower() if match else ""


def _other_kind(head: str, word: Word, lexicon: LexiconLike) -> bool:
    """Whether a noun names a thing (instrument) and the word never does (candor).

    Adjectives and verbs name none; of a noun no sense may be a thing, nor of the thing's kind.
    """
    if not head or lexicon.wordnet is None or not word.senses:
        return False
    kinds = set(lexicon.wordnet.fields(lexicon.word(head).lemma)[:1])
    own = {*lexicon.wordnet.fields(word.lemma), *lexicon.wordnet.fields(word.term)}
    return bool(kinds) and kinds <= _THINGS and not own & (_THINGS | kinds)


_BY_DEGREE = re.compile(
    r"(?i)\b(?:little|few|hardly|barely|scarcely|nothing|nobody|no\s+one|least|fewer|rarely|seldom|"
    r"never|anything\s+but|too\s+\w+\s+to)\b"
)
"""A degree or denial in a gloss may turn round what its other words say ("eating very little")."""


def _quoted_from(gloss: str, word: Word) -> str:
    """The source of a definition that the gloss is a run of words of, "" for none.

    The run begins a definition or one of its clauses, so that no "not" before it is left out, and
    has two words or more that carry sense, or is the whole clause.
    """
    told = _words_of(gloss)
    if not told or not any(len(w) > 2 for w in told):
        return ""
    defined = [(s.definition, s.source) for s in word.senses] + list(word.definitions)
    for definition, source in defined:
        for part in _readings(definition):
            pieces = re.split(r"(,|\bor\b)", part)
            for i in range(0, len(pieces), 2):
                if _DENIED.search("".join(pieces[:i])):
                    break  # "not plentiful | or abundant"
                for said in (_words_of(pieces[i]), _words_of("".join(pieces[i:]))):
                    run = said[: len(told)] == told and len(content(" ".join(told))) > 1
                    if said == told or run:
                        return f"{source}: {definition[:100]}"
    return ""


def _readings(definition: str) -> Iterator[str]:
    """The clauses of a definition, and each with one word of two that "or" joins alone."""
    for part in re.split(r"[;:.()]", definition):
        yield part
        for kept in (r"\1", r"\2"):
            if (one := re.sub(r"\b(\w+) or (\w+)\b", kept, part)) != part:
                yield one


_DENIED = re.compile(
    r"(?i)\b(?:not|no|never|without|lack\w*|free|opposed|opposite|less|un\w+|dis\w+|neither|nor)\b"
)


def _words_of(text: str) -> list[str]:
    """Stems in lower case, without the article, "to" or "to be" before them."""
    words = tokenize(text.casefold())
    while words and words[0] in ARTICLES | {"to", "be", "is"}:
        words = words[1:]
    return [stem(word) for word in words]


_FIGURATIVE = re.compile(
    r"(?i)\b(?:up|down|off|out|away|over|like|as|others?|while|when|if|until|before|after|even|"
    r"ever|always|on|in|under|around|through|into|all|every|one's|your)\b"
)
"""A gloss that tells a story or an idiom shares no word with a dictionary's and may be right."""

_GENUS = frozenset(
    map(
        stem,
        """study science branch field person people man woman someone place time animal plant kind
        act action state quality feeling word thing piece part group set type process method
        substance material tool device instrument practice art set give take keep put""".split(),
    )
)


def _half_said(gloss: str, votes: dict[str, int], word: Word, lexicon: LexiconLike) -> bool:
    """Only what many things are ("the study of …") speaks for the gloss, and what it is beside
    them does not: whether that is right isn't known."""
    speaking = {s for s, vote in votes.items() if vote > 0}
    return (
        speaking <= _GENUS
        and len(votes) > len(speaking)
        and not speaking & _own(word, lexicon).names
    )


def _indirect(gloss: str, word: Word, lexicon: LexiconLike) -> bool:
    """Whether the gloss's words are all opposites of the word through the heads of their clusters
    ("frugal", like "thrifty", against "extravagant", like "wasteful"): indirect antonyms (Gross,
    Fischer & Miller 1989). Never where one of them is in the same cluster."""
    told = content(gloss)
    if _FIGURATIVE.search(gloss):
        return False
    if (
        not 1 <= len(told) <= 2
        or lexicon.wordnet is None
        or min(polarity(gloss).values(), default=0) < 0
    ):
        return False
    heads, opposed = _cluster(word, lexicon)
    verdicts = []
    for one in told:
        facts = lexicon.word(one)
        theirs, against = _cluster(facts, lexicon)
        if theirs & heads or not {s.pos for s in facts.senses[:2]} & {"adjective", "adverb"}:
            return False
        verdicts.append(bool(theirs & opposed or against & heads))
    return bool(verdicts) and any(verdicts)


def _cluster(word: Word, lexicon: LexiconLike) -> tuple[set[str], set[str]]:
    """The names and heads of a word's adjective senses, and the antonyms of all of them."""
    names, against = set[str](), set[str]()
    for sense in [s for s in word.senses if s.pos == "adjective"][:SENSES]:
        heads = lexicon.wordnet.broader(sense.id) if lexicon.wordnet else ()
        names |= {bare(w) for w in (word.lemma, *heads, *sense.synonyms)}
        against |= {bare(a) for a in sense.antonyms}
        for head in heads:
            for other in lexicon.word(head).senses:
                if other.pos == "adjective" and bare(word.lemma) not in map(bare, other.antonyms):
                    against |= {bare(a) for a in other.antonyms}
    return names, against - names


def _votes(gloss: str, word: Word, lexicon: LexiconLike) -> dict[str, int]:
    """Of each stem of a gloss, how it speaks for its being the word's meaning."""
    votes: dict[str, int] = {}
    for told, sign in polarity(gloss).items():
        vote = sign * _vote(told, gloss, word, lexicon)
        # "unwilling to believe": that a definition says "believe" too proves nothing against it.
        votes[told] = vote if sign > 0 or vote > 0 or told in _own(word, lexicon).names else 0
    return votes


def _vote(claimed: str, gloss: str, word: Word, lexicon: LexiconLike) -> int:
    """How one stem of a gloss speaks for (to 3) or against (to -3) its being the word's."""
    own = _own(word, lexicon)
    if claimed in own.names:
        return 3
    if claimed in own.against or any(stem(f"{no}{claimed}") in own.names for no in _NEGATIVE):
        return -3
    if claimed in own.kin:
        return 2
    if claimed in own.said or claimed in own.denied:
        return 2 if claimed in own.said else -2
    spelled = next((w for w in content(gloss) if stem(w) == claimed), claimed)
    facts = lexicon.word(spelled)
    alike = {stem(s) for x in facts.senses[:SENSES] for s in x.synonyms}
    unlike = {stem(a) for x in facts.senses[:SENSES] for a in x.antonyms} | {
        stem(a) for a in facts.antonyms}  # fmt: skip
    if unlike & (own.names | own.kin) or alike & own.against:
        return -2
    if alike & own.names:
        return 2
    if unlike & own.against:
        return 2
    if _above(facts, lexicon) & own.against:
        return -2  # to reveal is to show, which is the opposite of to hide
    return (1 if alike & own.said else 0) - (1 if unlike & own.said or alike & own.denied else 0)


_NEGATIVE = ("dis", "un", "in", "im", "non", "mis")
KIN_SENSES = 2
"""Of so many senses the words above count as the word's own."""


@dataclass(frozen=True)
class _Own:
    """Stems that speak for and against a word: see `means`.

    Attributes:
        names: the word, its synonyms and relatives.
        against: antonyms of these and of `kin`.
        kin: for verbs what is above their first senses: to loathe is to hate.
        said, denied: words of the definitions.
    """

    names: frozenset[str]
    against: frozenset[str]
    kin: frozenset[str]
    said: frozenset[str]
    denied: frozenset[str]


@lru_cache(maxsize=2000)
def _own_of(
    names: tuple[str, ...],
    antonyms: tuple[str, ...],
    kin: tuple[str, ...],
    definitions: tuple[str, ...],
) -> _Own:
    said, denied = set[str](), set[str]()
    for definition in definitions:
        for found, sign in polarity(definition).items():
            (said if sign > 0 else denied).add(found)
    called = frozenset(stem(n) for n in names if " " not in n)
    above = frozenset(stem(n) for n in kin if " " not in n) - called
    # What one definition says and another denies ("respect" of contempt) speaks for neither.
    return _Own(
        called,
        frozenset(stem(a) for a in antonyms if " " not in a) - called - above,
        above,
        frozenset(said - denied) | (called & said),
        frozenset(denied - said),
    )


def _own(word: Word, lexicon: LexiconLike) -> _Own:
    names = {word.term, word.lemma, *_synonyms(word), *(r.word for r in word.family)}
    definitions = [s.definition for s in word.senses] + [d for d, _ in word.definitions]
    against, above = antonyms(word), list[str]()
    for sense in [s for s in word.senses if s.pos == "verb"][:KIN_SENSES]:
        for synonym in (*sense.synonyms, *_broader(sense, lexicon)):
            # The antonym may stand at another word of the synset: hide, show.
            for other in lexicon.word(synonym).senses[:SENSES]:
                if other.pos == "verb" and (
                    other.definition == sense.definition or synonym not in sense.synonyms
                ):
                    against |= {bare(a) for a in other.antonyms}
        above += _broader(sense, lexicon)
    return _own_of(
        tuple(sorted(names)), tuple(sorted(against)), tuple(sorted(above)), tuple(definitions)
    )


def _broader(sense: Sense, lexicon: LexiconLike) -> tuple[str, ...]:
    return lexicon.wordnet.broader(sense.id) if lexicon.wordnet else ()


def _above(word: Word, lexicon: LexiconLike) -> set[str]:
    """Stems of what is above the first senses of a verb."""
    verbs = [s for s in word.senses if s.pos == "verb"][:KIN_SENSES]
    return {stem(name) for s in verbs for name in _broader(s, lexicon) if " " not in name}


def _known(gloss: str, lexicon: LexiconLike) -> bool:
    return all(lexicon.word(w).senses for w in content(gloss)[:4])


def _shown(word: Word) -> str:
    if word.senses:
        return f"{word.senses[0].source}: {word.senses[0].definition[:100]}"
    return f"{word.definitions[0][1]}: {word.definitions[0][0][:100]}"


def _part_of_speech(claim: RawClaim, word: Word) -> Finding:
    told = claim.values[0].form
    known = {s.pos for s in word.senses}
    if not known:
        return UNVERIFIED
    shown = f"{word.senses[0].source}: {', '.join(sorted(known))}"
    return supported(shown) if told in known else contradicted(shown)


def _synonyms(word: Word) -> set[str]:
    return {bare(s) for s in word.synonyms} | {bare(x) for s in word.senses for x in s.synonyms}


def _synonym(other: str, word: Word, lexicon: LexiconLike) -> Finding:
    facts = lexicon.word(other)
    if other in _synonyms(word) or bare(word.term) in _synonyms(facts):
        return supported(f"WordNet: {word.term}, {other}")
    if other in antonyms(word) or bare(word.term) in antonyms(facts):
        return contradicted(f"WordNet: {other} is an antonym")
    if any(bare(s) in antonyms(facts) for s in _synonyms(word)):
        return contradicted(f"WordNet: {other} is an antonym of a synonym")
    if not facts.senses:
        return UNVERIFIED
    return means(other, word, lexicon)


def _opposite(other: str, word: Word, lexicon: LexiconLike) -> Finding:
    facts = lexicon.word(other)
    against = antonyms(word)
    if other in against or bare(word.term) in antonyms(facts):
        return supported(f"WordNet: {other} is an antonym of {word.term}")
    own, theirs = _synonyms(word), _synonyms(facts)
    if other in own or bare(word.term) in theirs:
        return contradicted(f"WordNet: {other} is a synonym of {word.term}")
    if theirs & against or own & antonyms(facts):
        return supported(f"WordNet: {other} is near an antonym of {word.term}")
    if denied := re.fullmatch(r"(?:un|in|im|ir|il|dis|non-?)(\w{4,})", other):  # noqa: SIM102
        if sum(_votes(denied[1], word, lexicon).values()) >= 2:
            return supported(f"{_shown(word)}: {other} denies it")
    score = sum(_votes(other, word, lexicon).values())
    if score >= 2:
        # A definition may name what a word is against: defence, "against attack".
        about = _own(word, lexicon)
        same = stem(other) in about.names | about.kin
        return contradicted(_shown(word)) if same else UNVERIFIED
    return supported(_shown(word)) if score <= -2 else UNVERIFIED
