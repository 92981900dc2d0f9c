"""Mnemonics on where a word comes from: what its roots say, or a relative that one can picture."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from malmoi.core.files import stable_hash
from malmoi.lexicon.facts import Origin, Root, Sense, Word
from malmoi.mnemonics.cards import Anchor
from malmoi.mnemonics.compose.composed import Composed, composed, says
from malmoi.mnemonics.compose.fill import cast, ending, fill, pick, pictures, slots_of
from malmoi.mnemonics.compose.meaning import actors
from malmoi.mnemonics.compose.phrases import MIN_ZIPF, Meaning, upper_first
from malmoi.mnemonics.compose.sounds import pictured
from malmoi.mnemonics.compose.statements import Statement
from malmoi.text.english import family_stem, lower_words

if TYPE_CHECKING:
    from malmoi.lexicon.lookup import Lexicon

PLACES = (
    "against away apart out under over through across around between before after together down "
    "up back forth forward behind beyond above below near off from into toward along with in to"
).split()
"""Glosses of prefixes that can follow a verb, the most telling first."""

_TAKES_OBJECT = frozenset(
    """throw send carry bring take put lead draw place bear hold cut break give make press pour
    bind turn push close seize catch drive cast choose call gather join spread write build cover
    drag pull strike lay set tear stretch squeeze pack mix tie lift raise mark touch shake wash
    loosen fix fasten thrust heap scatter buy sell shut burn sew pluck pick keep""".split()
)
_INTO = {"in": "into"}
_BAD = frozenset("intensive priv negative pejorative see akin same cf esp lit prob perhaps".split())


@dataclass(frozen=True, slots=True)
class Literal:
    """What roots say word for word: a verb phrase ("stand against") or other words."""

    text: str
    verb: bool
    roots: tuple[Root, ...]


def choices(gloss: str) -> list[str]:
    """The alternatives of a gloss, each short and plain, "to" left on verbs."""
    verb = gloss.strip().startswith("to ")
    found = []
    for piece in re.split(r"[,;:]|\bor\b|\bi\.e\.", re.sub(r"\([^)]*\)", " ", gloss)):
        text = " ".join(piece.split()).strip(" .'\"")
        text = re.sub(r"^(?:a|an|the)\s+", "", text)
        if not re.fullmatch(r"[a-z]+(?:[ '-][a-z]+){0,3}", text) or _BAD & set(text.split()):
            continue
        if re.search(r" (?:at|of|on|for|to|upon|with|from) \w+ly$", text):
            continue
        if verb and not text.startswith("to ") and text not in PLACES:
            text = f"to {text}"
        if text not in ("to", "to to"):
            found.append(text)
    return found


def literal(origin: Origin, barred: set[str]) -> Literal | None:
    """The literal reading of an origin, None where its glosses give none."""
    place, verb, others = "", "", []
    used: list[Root] = []
    for root in origin.roots:
        places = [
            p for p in PLACES if p in [c.strip() for c in re.split(r"[,;]|\bor\b", root.gloss)]
        ]
        if places and not place and not verb:
            place = _INTO.get(places[0], places[0])
            used.append(Root(root.form, places[0], root.language))
            continue
        options = choices(root.gloss)
        if not options:
            continue
        used.append(Root(root.form, options[0], root.language))
        if options[0].startswith("to ") and not verb:
            verb = options[0][3:]
        else:
            others.append(options[0])
    if verb == "make" and others:
        return _fresh(Literal(f"make things {others[0]}", True, tuple(used)), barred)
    if verb and len(verb.split()) <= 3:
        return _fresh(Literal(_acted(verb, place), True, tuple(used)), barred)
    if origin.etymon and (options := choices(origin.etymon.gloss)):
        text = next(
            (o for o in options if o.split()[-1] not in ("in", "of", "to", "a")), options[0]
        )
        is_verb = text.startswith("to ")
        text = text.removeprefix("to ")
        return _fresh(Literal(_acted(text, "") if is_verb else text, is_verb, tuple(used)), barred)
    if others and len(others) <= 2 and (len(others) == 2 or not place):
        return _fresh(Literal(" ".join(others), False, tuple(used)), barred)
    return None


def _acted(verb: str, direction: str) -> str:
    """A verb with its object and the prefix's direction: "throw things away"."""
    head, _, rest = verb.partition(" ")
    if not rest and head in _TAKES_OBJECT:
        verb = f"{head} things"
    text = f"{verb} {direction}".strip()
    return f"{text} everything" if text.split()[-1] in _NEEDS_MORE else text


_NEEDS_MORE = frozenset("against from into toward with to between beyond of upon on for at".split())


def _fresh(literal: Literal, barred: set[str]) -> Literal | None:
    """None where the literal reading uses the term itself."""
    words = lower_words(literal.text)
    if not words or any(family_stem(w) in barred for w in words):
        return None
    # "Work" tells nothing of "handiwork".
    term = max(barred, key=len, default="")
    return None if any(len(w) >= 4 and w in term for w in words) else literal


def account(word: Word, origin: Origin, shown: Literal | None) -> Statement | None:
    """The sentence that tells the origin; None where too little is known."""
    roots = [r for r in (shown.roots if shown else ()) if _plain_form(r.form)]
    pieces = " + ".join(f"{r.form} '{r.gloss}'" for r in roots)
    etymon = origin.etymon if origin.etymon and _plain_form(origin.etymon.form) else None
    language = etymon.language if etymon else (roots[0].language if roots else "")
    if not language:
        return None
    said = f"{upper_first(word.term)} is from {language} "
    if etymon:
        own = {family_stem(word.term), family_stem(word.lemma)}
        gloss = next(
            (g for g in choices(etymon.gloss) if not own & {*map(family_stem, lower_words(g))}), ""
        )
        said += f"{etymon.form} '{gloss}'" if gloss else etymon.form
        if pieces and [r.form for r in roots] != [etymon.form]:
            return Statement(f"{said}, {pieces}.")
        return Statement(f"{said}.") if gloss or pieces else None
    return Statement(f"{said}{pieces}.") if pieces else None


def _plain_form(form: str) -> bool:
    return bool(re.fullmatch(r"-?[^\W\d_]{2,}-?", form))


def compose(
    word: Word, sense: Sense, meaning: Meaning, lexicon: Lexicon, example: str, seed: int
) -> Iterator[Composed]:
    """Scenes on the literal reading of the roots, and on cognates that one can picture.

    Args:
        word, sense, meaning: what the scenes are for; the word's origins are told.
        lexicon: knows which cognates a learner can picture.
        example: the sentence that every draft ends with.
        seed: chooses among templates.
    """
    barred = {
        family_stem(word.term),
        family_stem(word.lemma),
        *(family_stem(r.word) for r in word.family),
    }
    seen: set[str] = set()
    for origin in word.origins:
        shown = literal(origin, barred)
        told = account(word, origin, shown)
        if told and shown and shown.text not in seen:
            seen.add(shown.text)
            yield from _literally(word, sense, meaning, shown, told, lexicon, example, seed)
        for cognate in map(str.lower, origin.cognates):
            if cognate in seen or family_stem(cognate) in barred or not _pictured(cognate, lexicon):
                continue
            seen.add(cognate)
            related = Statement(f"{upper_first(word.term)} is related to {cognate}.")
            reason = [*([told] if told else []), related, *says(word.term, meaning)]
            for name, text in pictured(word.term, meaning, cognate, 3, "cognate", seed):
                anchors = (Anchor(cognate, "root"),)
                yield composed(word, sense, "etymology", reason, text, example, anchors, name)


def _pictured(word: str, lexicon: Lexicon) -> bool:
    return (
        word in pictures()
        and (z := lexicon.frequency.zipf(word)) is not None
        and z.value >= MIN_ZIPF
    )


def _literally(
    word: Word,
    sense: Sense,
    meaning: Meaning,
    shown: Literal,
    statement: Statement,
    lexicon: Lexicon,
    example: str,
    seed: int,
) -> Iterator[Composed]:
    reason = [statement, *says(word.term, meaning)]
    crowd = [w for w, kind in pictures().items() if kind in ("animal", "person")]
    crowd.sort(key=lambda w: stable_hash(word.term + w))
    for actor in [*actors(word.term, lexicon, 2), pick(crowd[:40], "actor", word.term, seed)]:
        slots = {**slots_of(word.term, meaning, actor, seed), **cast(actor, word.term, seed)}
        slots |= {"lit": shown.text, "Lit": upper_first(shown.text)}
        part = f"{meaning.pos} {'verb' if shown.verb else 'noun'}"
        for template, text in fill("roots", part, slots, 3, word.term, actor, seed):
            tail = ending(meaning, word.term, template.name, seed)
            text = f"{text[:-1]}; {tail}." if tail and text.endswith(".") else text
            anchors = tuple(Anchor(w, "root") for w in lower_words(shown.text))
            yield composed(word, sense, "etymology", reason, text, example, anchors, template.name)
