"""Roots to hang a mnemonic on: each with the piece of its gloss that is nearest to the meaning."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from malmoi.lexicon.facts import Origin, Root, Sense, Word
from malmoi.mnemonics.cards import Anchor
from malmoi.mnemonics.compose.anchor import Basis, Says, capitals, kind_of, overlap
from malmoi.mnemonics.compose.meaning import plain_definition
from malmoi.mnemonics.compose.phrases import family_of, surely_counted, upper_first, zipf
from malmoi.mnemonics.compose.root_index import RootIndex
from malmoi.mnemonics.compose.similarity import near, prepare
from malmoi.mnemonics.compose.verb_frames import object_of
from malmoi.text.english import family_stem, lower_words, without_accents
from malmoi.text.stop_words import PREPOSITIONS

if TYPE_CHECKING:
    from malmoi.lexicon.lookup import Lexicon

DIRECTIONS = (
    "against away apart out under through over across around between before after together down "
    "up back forth forward behind beyond above below near off from into toward along with in to"
).split()
"""Glosses of prefixes that can follow a verb, the most telling first."""
_UNFIT = frozenset(
    """that which who intensive priv negative pejorative see akin same cf esp lit prob perhaps
    also not no or and having become word term name e.g a an the much so very pertaining
    relating belonging""".split()
)
_VAGUE = frozenset("make do go have put take give get come set become thing things".split())
"""Words that say nothing of any meaning by themselves."""
MIN_GLOSS_ZIPF = 3.3
"""Zipf frequency of the rarest word of a gloss that explains anything."""
MIN_OWN_LETTERS, MIN_OWN_ZIPF = 4, 3.5
"""Letters that the word shares with a root that is an English word, and how common that is."""
MAX_PIECES = 3
"""Pieces of a gloss, the nearest first, that are tried."""


def pieces(gloss: str) -> list[str]:
    """The alternatives of a gloss, each short and plain, "to" left on verbs."""
    verb = gloss.strip().startswith("to ")
    lead = "to be" if gloss.strip().startswith("to be ") else "to"
    found = []
    for piece in re.split(r"[,;:]|\bor\b|\bi\.e\.", re.sub(r"\([^)]*\)?", " ", gloss)):
        text = " ".join(piece.split()).strip(" .'\"")
        text = re.sub(r"^(?:a|an|the)\s+", "", text)
        if not re.fullmatch(r"[a-z]+(?:[ '-][a-z]+){0,3}", text) or _UNFIT & {text.split()[0]}:
            continue
        last = _UNFIT if text.startswith("to ") or verb else _UNFIT | PREPOSITIONS
        if text.split()[-1] in last and text not in DIRECTIONS:
            continue
        if {"one's", "oneself"} & set(text.split()):
            continue
        if verb and not text.startswith("to ") and text not in DIRECTIONS:
            text = f"{lead} {text}"
        if text not in ("to", "to to"):
            found.append(text)
    return list(dict.fromkeys(found))


def bases(word: Word, sense: Sense, lexicon: Lexicon, index: RootIndex) -> Iterator[Basis]:
    """What the word's roots offer, those that a word which the learner knows has as well.

    A root that none has is nothing that the learner could hang the word on.

    Args:
        word: what the mnemonic is for.
        sense: which piece of a gloss is nearest to it is told.
        lexicon: tells which words of a gloss a learner knows.
        index: common words that have the same root.
    """
    family = family_of(word)
    seen: set[str] = set()
    definition = plain_definition(sense.definition)
    for origin in word.origins:
        for root in _roots(origin, lexicon):
            told = [p for p in pieces(root.gloss) if _explains(p, family, word, lexicon)]
            prepare([*told, definition])
            told.sort(key=lambda p: -near(p, definition))
            if root != origin.etymon and _turned(origin, root):
                continue  # "persuade" is not what dissuade means
            for piece in told[:MAX_PIECES]:
                if f"{root.form}|{piece}" in seen:
                    continue
                seen.add(f"{root.form}|{piece}")
                yield from _of_root(word, root, piece, lexicon, index)


def _roots(origin: Origin, lexicon: Lexicon) -> Iterator[Root]:
    """The roots that carry meaning; a Latin one without a gloss is given the dictionary's."""
    for root in (origin.etymon, *origin.roots):
        if root is None or not re.fullmatch(r"-?[^\W\d_]{2,}-?", root.form):
            continue
        if root.gloss:
            if not _is_prefix(root):
                yield root
        elif root.language == "Latin" and lexicon.etymology:
            glosses = lexicon.etymology.latin(root.form)
            if glosses:
                yield Root(root.form, ", ".join(glosses[:3]), root.language)


def _is_prefix(root: Root) -> bool:
    told = [p.removeprefix("to ") for p in pieces(root.gloss)] or [root.gloss]
    return root.form.endswith("-") or (
        len(root.form) <= 5 and all(p in DIRECTIONS or p in ("not", "again") for p in told)
    )


def _turned(origin: Origin, root: Root) -> bool:
    """Whether a prefix before the root turns its meaning round."""
    if len(origin.roots) < 2 or origin.roots[0].form == root.form:
        return False
    return origin.roots[0].form.strip("-").lower() in NEGATIVE


NEGATIVE = frozenset("dis di de in im il ir a an un ne non ab ex e mis".split())
"""Prefixes that mostly say "not", "away" or "undo"."""


def _explains(piece: str, family: set[str], word: Word, lexicon: Lexicon) -> bool:
    words = [w for w in lower_words(piece) if w not in ("to", "be", "of")]
    if piece in DIRECTIONS or not set(words) - _VAGUE:
        return False
    if not words or any(family_stem(w) in family for w in words):
        return False
    # "Work" tells nothing of "handiwork", a gloss in rare words nothing at all.
    return all(
        not (len(w) >= 4 and w in word.term) and zipf(w, lexicon) >= MIN_GLOSS_ZIPF for w in words
    )


def _of_root(
    word: Word,
    root: Root,
    piece: str,
    lexicon: Lexicon,
    index: RootIndex,
) -> Iterator[Basis]:
    form = without_accents(root.form.lower()).strip("-")
    span = overlap(word.term, form)
    letters = span[1] - span[0]
    trigger = min(1.0, letters / max(3, min(len(form), 6))) if letters else 0.15
    verb = piece.startswith("to ")
    kind: Says = "verb" if verb else kind_of(piece, lexicon)
    if kind == "verb" and not verb and " " not in piece:
        nouns = any(sense.pos == "noun" for sense in lexicon.word(piece).senses)
        kind = "noun" if nouns else "verb"  # 'poison' is a thing, "to poison" a deed
    # "causing fear" takes no article.
    gerund = piece.split()[0].endswith("ing") and " " in piece
    head = piece.split(" of ")[0].split()[-1]
    a = surely_counted(head, lexicon) if kind == "noun" and not gerund else False
    language = _english_name(root.language)
    if not language:
        return
    told = f"{language} {root.form} '{piece}'"
    reason = f"{upper_first(word.term)} is from {told}."
    says = piece.removeprefix("to ")
    if says.startswith("be "):
        says = says.removeprefix("be ")
        kind = "adjective"
    cognate = index.cognate(word, root, piece, lexicon)
    if not cognate:
        # "virulent" is from Latin virus, which is English as well.
        origins = lexicon.word(form).origins
        if origins and not any(_has_root(origin, form, root.language) for origin in origins):
            return  # "malevolent" is of no male
        if letters >= MIN_OWN_LETTERS and form != word.term and zipf(form, lexicon) >= MIN_OWN_ZIPF:
            fact = f"{capitals(word.term, span, first=True)} comes from {told}."
            yield Basis(
                "etymology", Anchor(form, "root"), fact, (reason,), says, kind, trigger,
                countable=a, shown=f"{form} {says}",
                object=object_of(says, lexicon) if kind == "verb" else "",
            )  # fmt: skip
        return
    shared = overlap(word.term, cognate)
    both = f"{upper_first(word.term)} is related to {cognate}."
    fact = (
        f"{capitals(word.term, shared, first=True)}, like "
        f"{capitals(cognate, overlap(cognate, word.term))}, comes from {told}."
    )
    sure = max(trigger, min(1.0, 0.45 + 0.12 * (shared[1] - shared[0])))
    yield Basis(
        "etymology",
        Anchor(cognate, "root"),
        fact,
        (reason, both),
        says,
        kind,
        sure,
        countable=a,
        object=object_of(says, lexicon) if kind == "verb" else "",
        shown=f"{cognate} {says}",
        cognate=cognate,
    )


def _has_root(origin: Origin, form: str, language: str) -> bool:
    return any(
        root and root.language == language and without_accents(root.form.lower()).strip("-") == form
        for root in (origin.etymon, *origin.roots)
    )


def _english_name(language: str) -> str:
    """ "Old English" for what the dictionary calls Anglo-Saxon; "" for what is no language."""
    if language == "Anglo-Saxon":
        return "Old English"
    return language if re.fullmatch(r"[A-Z][a-z]+(?: [A-Z][a-z]+)?", language) else ""
