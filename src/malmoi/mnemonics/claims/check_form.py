"""Claims about spelling and parts: checked on the letters, and in the table of affixes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from malmoi.lexicon.facts import Root, Word
from malmoi.lexicon.protocol import LexiconLike
from malmoi.mnemonics.claims import claim_text as reading
from malmoi.mnemonics.claims.affix_meaning import forms_of, named_in, says
from malmoi.mnemonics.claims.claim_text import bare
from malmoi.mnemonics.claims.defined_by import compound_of
from malmoi.mnemonics.claims.finding import UNVERIFIED, Finding, contradicted, supported, worst
from malmoi.mnemonics.claims.glosses import agree
from malmoi.text.english import only_letters, tokenize

if TYPE_CHECKING:
    from malmoi.mnemonics.claims.reading import RawClaim

LETTERS = "spelling"
"""The source of what the letters themselves show."""


def _letters(text: str) -> str:
    return only_letters(bare(text))


def spelling(claim: RawClaim, word: Word, lexicon: LexiconLike) -> Finding:
    """Look a claim of kind "spelling" up: on the letters alone."""
    own = _letters(claim.subject) or word.term
    told = [_letters(v.form) for v in claim.values]
    shown = f"{LETTERS}: {'-'.join(own)}"
    relation = claim.relation
    if relation == "contained":
        return _contained(claim, word)
    if relation == "double":
        found = _yes(_counted(claim.values[0], own), shown)
        part = _PLACE.search(claim.sentence)
        return UNVERIFIED if part and found.verdict == "contradicted" else found
    if relation == "count" and re.search(r"(?i)\bvowels?\b", claim.text):
        vowels = sum(c in "aeiou" for c in own)
        told_vowels = int(claimed_number(claim))
        if told_vowels in {vowels, len({*own} & {*"aeiou"}), vowels + own.count("y")}:
            return supported(f"{LETTERS}: {own}")
        return UNVERIFIED  # vowels may be sounds
    if relation == "count":
        return _yes(int(claimed_number(claim)) == len(own), f"{LETTERS}: {len(own)} letters")
    if not any(told):
        return UNVERIFIED
    if relation in {"starts", "ends"}:
        if told[0] in {"vowel", "consonant"}:
            letter = own[0] if relation == "starts" else own[-1]
            return _yes((letter in "aeiou") == (told[0] == "vowel"), shown)
        edge = own.startswith if relation == "starts" else own.endswith
        joined = "".join(told)
        return _yes(edge(joined) or any(edge(t) for t in told), shown)
    if relation == "backwards":
        return _yes(told[0] == own[::-1], shown)
    if relation == "anagram":
        return _yes(sorted(told[0]) == sorted(own) and told[0] != own, shown)
    if relation == "spelled":
        return _spelled(told[0], own, lexicon)
    if _CHANGED.search(claim.sentence):
        return supported(shown) if all(t in own for t in told) else UNVERIFIED
    return _yes(all(t in own for t in told), shown)


def _contained(claim: RawClaim, word: Word) -> Finding:
    """A piece is somewhere in the word, or at the edge that is named."""
    piece, own = _letters(claim.subject), _letters(word.term)
    as_gloss = rf"(?i)\w['\"]?,\s*['\"]+{re.escape(claim.subject)}"
    if not piece or piece == own or re.search(as_gloss, claim.sentence):
        # "it is found in the north", "the Latin word cras, 'tomorrow', hides in it"
        return UNVERIFIED
    source = f"{LETTERS}: {word.term}"
    if re.search(r"(?i)\bat\s+the\s+(?:very\s+)?(?:end|back|tail)\b", claim.text):
        return _yes(own.endswith(piece), source)
    if re.search(r"(?i)\bat\s+the\s+(?:very\s+)?(?:start|beginning|front|head)\b", claim.text):
        return _yes(own.startswith(piece), source)
    return _yes(piece in own, source)


_PLACE = re.compile(r"(?i)\b(?:middle|end|start|beginning|cent(?:re|er)|near|before|after)\b")
_CHANGED = re.compile(
    r"(?i)\b(?:without|minus|plus|extra|added?|remov\w*|dropp?\w*|los[ei]\w*|take\s+away|swap\w*|"
    r"replac\w*|chang\w*|scrambl\w*|jumbl\w*|rearrang\w*|backwards?|revers\w*|scattered|"
    r"almost|nearly|missing|mis-?spel\w*)\b"
)
"""The letters are not meant as they stand."""


def claimed_number(claim: RawClaim) -> str:
    """The number a claim names."""
    return claim.values[0].form


def _spelled(claimed: str, own: str, lexicon: LexiconLike) -> Finding:
    if claimed == own:
        return supported(f"{LETTERS}: {own}")
    # A British or other spelling that is a word of its own may be right too.
    return UNVERIFIED if lexicon.knows(claimed) else contradicted(f"{LETTERS}: {own}")


def _counted(value: Root, own: str) -> bool:
    letter, many = value.form, value.gloss
    if many == "double":
        return letter * 2 in own
    return own.count(letter) == int(many)


def _yes(true: bool, source: str) -> Finding:
    return supported(source) if true else contradicted(source)


def parts(claim: RawClaim, word: Word, lexicon: LexiconLike) -> Finding:
    """Look a claim of kind "parts" up; of several pieces the worst verdict stands."""
    if claim.relation == "gloss" and len(claim.values) == 1 and not claim.values[0].form:
        values: tuple[Root, ...] = (Root(claim.subject, claim.values[0].gloss),)
    else:
        values = claim.values
    if len(values) == 2 and not any(v.gloss or "-" in v.form for v in values):
        first, second = (_letters(v.form) for v in values)
        if shown := compound_of(word, first, second, lexicon):
            return supported(shown)
    found = [
        _piece(v, claim, word, lexicon)
        for before, v in zip((None, *values), values, strict=False)
        if v.form and not (before and _glosses(before, v, lexicon))
    ]
    return worst(found)


def _glosses(before: Root, value: Root, lexicon: LexiconLike) -> bool:
    """Whether a piece is the gloss of the one before it: "counter, against, with act"."""
    affix = lexicon.morphology.affix(before.form) if lexicon.morphology else None
    if affix is None and lexicon.morphology:
        affix = lexicon.morphology.affix(before.form + "-")
    return affix is not None and value.form.casefold() in {g.casefold() for g in affix.glosses}


def _piece(value: Root, claim: RawClaim, word: Word, lexicon: LexiconLike) -> Finding:
    form = _letters(value.form)
    own = _letters(word.term)
    label = value.form
    forms = forms_of(form)
    at_start, at_end = _kind(value.form, claim)
    held = (
        any(own.startswith(f) for f in forms) if at_start
        else any(own.endswith(f) for f in forms) if at_end
        else any(f in own for f in forms) or _stem_of(form, own)
    )  # fmt: skip
    rooted = _root_of(form, word)
    if not held and not rooted:
        if not (at_start or at_end) and _weakened(form, own):
            return UNVERIFIED
        if at_end and any(f in own for f in forms):  # "the -ful of forgetfulness"
            return UNVERIFIED
        if at_start or at_end or (len(form) > 2 and claim.relation != "made-of"):
            return contradicted(f"{LETTERS}: {word.term}")
        return contradicted(f"{LETTERS}: {word.term}") if not _overlaps(form, own) else UNVERIFIED
    if not rooted and not (at_start or at_end):
        from malmoi.mnemonics.claims import check_origin

        tongue = reading.language(claim.text)
        rooted_in = check_origin.root(
            Root(value.form, value.gloss, value.language or tongue), word, lexicon
        )
        if rooted_in.verdict != "unverified":
            return rooted_in
    part = next((p for p in word.parts if _letters(p.form) in {form, *forms}), None)
    affix = lexicon.morphology.affix(label) if lexicon.morphology else None
    if affix is None and lexicon.morphology:
        affix = lexicon.morphology.affix(form)
    if not value.gloss:
        if part or rooted:
            return supported(part.source if part else rooted[1] if rooted else "")
        if claim.relation != "made-of":
            return UNVERIFIED
        # A word may be cut at will: only what a source names is a piece of it.
        return _named_piece(form, word)
    if at_start or at_end:
        return _affix(value, at_start, word, lexicon, borne_out=bool(part or rooted))
    known = [g for g in (part.gloss if part else "", rooted[0].gloss if rooted else "") if g]
    sources = [
        part.source if part and part.gloss else "",
        rooted[1] if rooted and rooted[0].gloss else "",
    ]
    if affix:
        known += list(affix.glosses)
        sources.append(affix.source)
    if not known:
        known = [s.definition for s in lexicon.word(form).senses]
        sources = ["WordNet"] if known else []
        verdict = agree(value.gloss, known, lexicon)
        return supported("WordNet") if verdict == "yes" else UNVERIFIED
    named = " and ".join(dict.fromkeys(filter(None, sources)))
    shown = f"{named}: {value.form} '{'; '.join(known[:3])}'"
    verdict = agree(value.gloss, known, lexicon)
    return {"yes": supported(shown), "no": contradicted(shown)}.get(verdict, UNVERIFIED)


def _affix(
    value: Root, at_start: bool, word: Word, lexicon: LexiconLike, *, borne_out: bool
) -> Finding:
    """A prefix or suffix with a gloss: it must be one in this word, and mean that in it.

    Args:
        value: the affix and what it is said to mean.
        at_start: it is a prefix.
        word: with its parts and origins.
        lexicon: says whether glosses agree.
        borne_out: a source names the affix in the word; letters alone prove none (REindeer).
    """
    form = _letters(value.form)
    written = f"{form}-" if at_start else f"-{form}"
    verdict, shown = says(value.gloss, written, word, lexicon)
    if verdict == "no":
        return contradicted(shown)
    if at_start and not borne_out and not named_in(written, word):
        named = _cut_otherwise(form, word)
        return contradicted(named) if named else UNVERIFIED
    return supported(shown) if verdict == "yes" else UNVERIFIED


def _cut_otherwise(form: str, word: Word) -> str:
    """Who cuts the word elsewhere than behind these first letters: rein + deer, un-us + vertere."""
    own = _letters(word.term)
    for origin in word.origins:
        roots = [_letters(root.form) for root in origin.roots]
        last = next((r for r in roots[1:] if len(r) > 2 and own.endswith(r)), "")
        longer = [
            r for r in roots[:1] if r.startswith(form) and len(r) in {len(form) + 1, len(form) + 2}
        ]
        if (last and own.removesuffix(last) != form) or (longer and len(roots) > 1):
            return f"{origin.source}: {origin.text[:80]}"
    return ""


def _named_piece(form: str, word: Word) -> Finding:
    """Whether the text of an origin names the piece, or a relative of the word is the piece."""
    for origin in word.origins:
        if form in {bare(w) for w in tokenize(origin.text, "")}:
            return supported(f"{origin.source}: {origin.text[:80]}")
    relative = next((r for r in word.family if bare(r.word) == form), None)
    return supported(relative.source) if relative and len(form) > 2 else UNVERIFIED


def _kind(form: str, claim: RawClaim) -> tuple[bool, bool]:
    """Whether it is told to stand at the beginning, at the end."""
    form = form.strip()
    if form.endswith("-") and not form.startswith("-"):
        return True, False
    if form.startswith("-") and not form.endswith("-"):
        return False, True
    before = claim.text.lower().partition(form.lower())[0]
    labels = re.findall(r"prefix|suffix|root|stem|base", before)
    return bool(labels) and labels[-1] == "prefix", bool(labels) and labels[-1] == "suffix"


def _stem_of(form: str, own: str) -> bool:
    """ "believe" in "believable", "logy" in "biology": all but a last vowel or -y, at least 3."""
    short = form[:-1] if form[-1:] in "aeiouy" else form
    return len(short) >= 3 and short in own


def _weakened(form: str, own: str) -> bool:
    """The root's consonants in order, whatever its vowels are: "cap" in "recipient", "scrib" in
    "script", "mit" in "mission"; a last consonant may be another."""
    frame = [c for c in form.rstrip("aeiouy") if c not in "aeiouy"]
    if len(frame) < 2:
        return form[:2] in own
    between = "[aeiouy]{0,2}"
    last = f"[{frame[-1]}{_TURNS_TO.get(frame[-1], '')}]"
    head = "" if form[0] not in "aeiouy" else "[aeiouy]"
    return re.search(head + between.join([*frame[:-1], last]), own) is not None


_TURNS_TO = {"t": "s", "d": "s", "b": "p", "g": "cx", "c": "gx", "p": "b", "r": "s", "s": "r",
             "v": "u", "h": "cx", "q": "c", "m": "n", "n": "m"}  # fmt: skip
"""What a root's last consonant is turned to in participles and derivatives."""


def _overlaps(form: str, own: str) -> bool:
    return len(form) >= 3 and form[:3] in own


def _root_of(form: str, word: Word) -> tuple[Root, str] | None:
    """A root of the word's origins that the form is, with its source."""
    for origin in word.origins:
        for root in (*origin.roots, *((origin.etymon,) if origin.etymon else ())):
            known = _letters(root.form)
            if known == form or (len(form) > 3 and known.startswith(form)):
                return root, origin.source
    return None
