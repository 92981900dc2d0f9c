"""Claims about origin, looked up in what the lexicon's sources say of the word's etyma."""

from __future__ import annotations

import re
from collections import defaultdict
from functools import lru_cache
from typing import TYPE_CHECKING

from malmoi.lexicon.facts import Root, Word
from malmoi.lexicon.morphology.affixes import table
from malmoi.lexicon.protocol import LexiconLike
from malmoi.mnemonics.claims import claim_text as reading
from malmoi.mnemonics.claims import homographs
from malmoi.mnemonics.claims.affix_meaning import named_in, rows_of, says
from malmoi.mnemonics.claims.claim_text import bare
from malmoi.mnemonics.claims.defined_by import defined_by
from malmoi.mnemonics.claims.etymon_forms import plain, same_word, similar, trunk
from malmoi.mnemonics.claims.finding import UNVERIFIED, Finding, contradicted, supported, worst
from malmoi.mnemonics.claims.glosses import agree, near, stems
from malmoi.mnemonics.claims.languages_of_origin import (
    ABBREVIATIONS,
    GERMANIC,
    ROMANCE,
    chain,
    group,
    known_roots,
    of_language,
)
from malmoi.text.english import tokenize

if TYPE_CHECKING:
    from malmoi.lexicon.dictionaries.etymology import Etymology
    from malmoi.mnemonics.claims.reading import RawClaim


def check(claim: RawClaim, word: Word, lexicon: LexiconLike) -> Finding:
    """Look a claim of kind "origin" up: in the origins of the homograph that it speaks of."""
    if bare(claim.subject) != bare(word.term) and claim.relation in {"from", "related"}:
        piece = bare(claim.subject) in bare(word.term)
        other = lexicon.word(bare(claim.subject)) if claim.subject.isascii() and not piece else word
        if claim.relation == "from" and not (other and other.origins):
            return UNVERIFIED
        word = other if other and other.origins and claim.relation == "from" else word
    meant = homographs.meant(claim, word, lexicon, same_word)
    found = _look_up(claim, meant, lexicon)
    if meant is word or found.verdict == "supported":
        return found
    of_any = _look_up(claim, word, lexicon)
    if not any(homographs.qualifier(claim, word)):
        # Which homograph is meant wasn't said: another one may come from there.
        return found if of_any.verdict == found.verdict else UNVERIFIED
    if of_any.verdict == "supported" and claim.relation == "from" and meant.origins:
        # It is where another word of these letters comes from.
        return contradicted("; ".join(f"{o.source}: {o.text[:80]}" for o in meant.origins[:2]))
    return found


def _look_up(claim: RawClaim, word: Word, lexicon: LexiconLike) -> Finding:
    if claim.relation == "related" and any(v.language for v in claim.values):
        return worst([root(v, word, lexicon) for v in claim.values])
    if claim.relation == "related" and claim.values[0].form == reading.language(
        claim.values[0].form
    ):
        return of_language(claim.values[0].form, word)
    if claim.relation == "related":
        return worst([_related(bare(v.form), word, lexicon) for v in claim.values])
    if claim.relation == "gloss" and len(claim.values) == 1 and not claim.values[0].form:
        one = Root(
            claim.subject,
            claim.values[0].gloss,
            claim.values[0].language or reading.language(claim.text),
        )
        return root(one, word, lexicon, glossed=True)
    if claim.relation == "named-after":
        return _named(claim, word)
    if claim.relation == "gloss":
        return worst([root(v, word, lexicon, glossed=True) for v in claim.values])
    return worst([
        root(v, word, lexicon, beside=tuple(x for x in claim.values if x is not v))
        for v in claim.values
    ])  # fmt: skip


def root(
    one: Root,
    word: Word,
    lexicon: LexiconLike,
    *,
    glossed: bool = False,
    beside: tuple[Root, ...] | None = None,
) -> Finding:
    """Language, form and gloss of one root: the first that is denied denies the whole.

    Args:
        one: the root as the text tells it; any of its three parts may be "".
        word: with the origins that sources tell.
        lexicon: says whether two glosses agree.
        glossed: only the gloss was told ("stare means 'to stand'"), not that the word comes of it.
        beside: the roots told with it, if they are said to be all: then it should be the one that
            the sources name and none of those is.
    """
    tongue = of_language(one.language, word) if one.language and not glossed else UNVERIFIED
    if tongue.verdict == "contradicted":
        return UNVERIFIED if _may_be(one, word, lexicon) else tongue
    if not one.form and not one.gloss:
        return tongue
    known = known_roots(word)
    if not one.form:
        verdict = agree(one.gloss, [r.gloss for r, _ in known], lexicon)
        shown = "; ".join(f"{source}: {r.form} '{r.gloss}'" for r, source in known if r.gloss)
        return supported(shown) if verdict == "yes" else UNVERIFIED
    tongues = {"", group(one.language)} if one.language else None
    same = [
        (r, s) for r, s in known
        if similar(r.form, one.form)
        and (tongues is None or not r.language or group(r.language) in tongues)
    ]  # fmt: skip
    if not same or (one.gloss and not any(r.gloss for r, _ in same)):
        texts = _in_texts(one.form, word)
        agreed = one.gloss and agree(one.gloss, [r.gloss for r, _ in texts], lexicon) == "yes"
        same += [(r if agreed else Root(r.form, "", r.language), s) for r, s in texts]
    if one.gloss and rows_of(one.form, "prefix") and named_in(one.form, word):
        return _affix(one, word, lexicon)
    if same:
        found = _same_form(one, same, word, lexicon)
        return _by_table(one, word, lexicon) if found.verdict == "unverified" else found
    if (told := _by_table(one, word, lexicon)).verdict != "unverified":
        return told
    if beside is None or (one.gloss and rows_of(one.form, "prefix")):
        return UNVERIFIED
    left = [(r, s) for r, s in known if not any(similar(r.form, x.form) for x in beside)]
    return _other_form(one, left, word, lexicon, alone=not beside)


def _may_be(one: Root, word: Word, lexicon: LexiconLike) -> bool:
    """A language that the word's own sources don't tell may still be right: they know the form in
    another one, the words they refer to have that language, or Greek shows in Latin spelling."""
    told = group(one.language)
    form = plain(one.form)
    if len(form) > 3 and told in {"greek", *ROMANCE}:  # noqa: SIM102
        if any(plain(r.form) == form for r, _ in known_roots(word)):
            return True
    for origin in word.origins:
        for name in re.findall(r"(?i)\bsee\s+\{([^}]+)\}", origin.text)[:3]:
            if name.isascii() and told in chain(lexicon.word(bare(name)))[0]:
                return True
    forms = [bare(r.form) for r, _ in known_roots(word) if group(r.language) in {"latin", "french"}]
    if told == "greek":
        signs = re.compile(r"ph|th|ch|rh|y|z|ma$|sis$")
        return any(signs.search(form) for form in [*forms, word.term[:-1]])
    return False


def _in_texts(form: str, word: Word) -> list[tuple[Root, str]]:
    """The form as a source's text names it, with the words right after it for a gloss."""
    sought = plain(form)
    found = []
    if len(sought) < 2:
        return []
    for origin in word.origins:
        text = re.sub(r"\{[^}]*\}", "", origin.text)
        for match in re.finditer(r"[^\W\d_]{2,}", text):
            told = plain(match[0])
            if told == plain(word.term) != sought:
                continue  # "OF. temple" says nothing of templum
            if told == sought or (len(sought) > 3 and trunk(told) == trunk(sought)):
                after = re.split(r"[;:,.+({[]|\b(?:akin|see|cf|fr|from)\b", text[match.end() :])[0]
                gloss = after.strip() if origin.source.startswith("GCIDE") else ""
                found.append((Root(match[0], gloss[:60]), origin.source))
    return found


def _same_form(
    root: Root, same: list[tuple[Root, str]], word: Word, lexicon: LexiconLike
) -> Finding:
    exact = [(r, s) for r, s in same if plain(r.form) == plain(root.form)]
    same = exact if any(r.gloss for r, _ in exact) else same
    shown = "; ".join(
        dict.fromkeys(f"{s}: {r.form}" + f" '{r.gloss}'" * bool(r.gloss) for r, s in same)
    )
    if not root.gloss:
        return supported(shown)
    glosses = [r.gloss for r, _ in same if r.gloss]
    latin = _latin(root, lexicon)
    if len(rows_of(root.form, "prefix")) < 2:
        glosses += _affix_glosses(root.form, lexicon)
    verdict = agree(root.gloss, glosses, lexicon) if glosses else "perhaps"
    if verdict == "no" and (
        agree(root.gloss, _definitions(word), lexicon) == "yes"
        or (exact and latin and agree(root.gloss, latin, lexicon) != "no")
    ):
        verdict = "perhaps"  # said in other words, or of what the English word means
    if verdict == "yes":
        return supported(shown)
    if exact or not glosses:
        second = agree(root.gloss, latin, lexicon)
        if second == "yes" and exact and _is_named(root, word):
            return supported(f"{shown}; FreeDict Latin: {root.form} '{'; '.join(latin[:3])}'")
    by = {s for _, s in same}
    texts = [re.sub(r"(?i)\bsee\b", "", o.text) for o in word.origins if o.source in by]
    if any(stems(root.gloss) <= stems(text) for text in texts):
        return supported(shown)
    # Several forms that are only like the one told: which of them is meant can't be known.
    told_of = exact if exact else same
    one_form = any(r.gloss for r, _ in told_of) and (
        bool(exact) or len({trunk(plain(r.form)) for r, _ in same}) == 1
    )
    if verdict == "no" and glosses and one_form:
        return contradicted(shown)
    return UNVERIFIED


def _by_table(one: Root, word: Word, lexicon: LexiconLike) -> Finding:
    """A Greek root that our own table explains, where the sources have lost it (GCIDE's "Gr. ?").

    Its letters are in the word, and no source glosses the word's roots itself.
    """
    told = any(r.gloss for r, _ in known_roots(word) if not _affix_glosses(r.form, lexicon))
    if told or not one.gloss or group(one.language) != "greek" or "greek" not in chain(word)[0]:
        return UNVERIFIED
    own, stem_of = plain(word.term), trunk(plain(one.form))
    for letters, rows in table().items():
        piece = plain(letters).removesuffix("o").removesuffix("i")
        if len(piece) > 2 and piece in own and stem_of.startswith(piece) and (
            len(stem_of) - len(piece) < 2
        ):  # fmt: skip
            for row in rows:
                fits = row.kind != "suffix" and group(row.language) == "greek"
                if fits and agree(one.gloss, row.glosses, lexicon) == "yes":
                    return supported(f"{row.source}: {row.form} '{', '.join(row.glosses)}'")
    return UNVERIFIED


def _is_named(root: Root, word: Word) -> bool:
    """Whether a source has the form as an etymon, or names it after a language ("L. solus")."""
    if any(plain(r.form) == plain(root.form) for r, _ in known_roots(word)):
        return True
    named = re.compile(rf"\b(?:{'|'.join(ABBREVIATIONS)})\.\s+{re.escape(bare(root.form))}\b")
    return any(named.search(origin.text) for origin in word.origins)


def _affix(root: Root, word: Word, lexicon: LexiconLike) -> Finding:
    """A prefix among the roots: its letters may mean several things, of which one holds here."""
    verdict, told = says(root.gloss, f"{bare(root.form)}-", word, lexicon)
    if verdict == "yes":
        return supported(told)
    return contradicted(told) if verdict == "no" else UNVERIFIED


def _affix_glosses(form: str, lexicon: LexiconLike) -> list[str]:
    """What the table of affixes says of a preposition or combining form among the roots."""
    for written in (f"{bare(form)}-", f"-{bare(form)}"):
        affix = lexicon.morphology.affix(written) if lexicon.morphology else None
        if affix:
            return list(affix.glosses)
    return []


def _definitions(word: Word) -> list[str]:
    return [s.definition for s in word.senses] + [d for d, _ in word.definitions]


def _latin(root: Root, lexicon: LexiconLike) -> tuple[str, ...]:
    if lexicon.etymology is None or group(root.language) not in {"latin", ""}:
        return ()
    return tuple(lexicon.etymology.latin(bare(root.form)))


def _other_form(
    root: Root, known: list[tuple[Root, str]], word: Word, lexicon: LexiconLike, *, alone: bool
) -> Finding:
    """A root that no source names, against what the sources name where it should stand.

    It is denied where its gloss has nothing to do with theirs, and its form is no piece of the word
    or is known as the origin of other words alone.
    """
    of_language = [(r, s) for r, s in known if _one_stock(r.language, root.language)]
    # What a prefix means says nothing of the root beside it.
    glosses = [
        gloss
        for r, _ in of_language
        if not r.form.endswith("-") and not _affix_glosses(r.form, lexicon)
        for gloss in (r.gloss, *_latin(r, lexicon))
        if gloss
    ]
    if not root.language or not root.gloss or not glosses:
        return UNVERIFIED
    if alone and any(stems(root.gloss) & stems(d) for d in _definitions(word)[:3]):
        return UNVERIFIED  # said of what the English word means
    verdict = agree(root.gloss, glosses, lexicon)
    of_others = verdict != "yes" and _is_of_others(root, of_language, word, lexicon)
    if verdict != "no" and not (of_others and _far(root.gloss, glosses, lexicon)):
        return UNVERIFIED
    if _in_word(root.form, word) and not of_others:
        return UNVERIFIED
    return contradicted("; ".join(f"{s}: {r.form} '{r.gloss}'" for r, s in of_language[:3]))


def _far(gloss: str, glosses: list[str], lexicon: LexiconLike) -> bool:
    """Whether no word of a gloss, nor a synonym, is one of the others or theirs."""
    around = near(gloss, lexicon)
    others = [near(other, lexicon) for other in glosses]
    heads = {s[:4] for s in stems(gloss)}
    return not any(around & other or heads & {s[:4] for s in other} for other in others)


def _one_stock(a: str, b: str) -> bool:
    """Languages whose forms stand for each other in etymologies."""
    a, b = group(a), group(b)
    return a == b or {a, b} <= {"latin", "french"}


def _is_of_others(
    root: Root, known: list[tuple[Root, str]], word: Word, lexicon: LexiconLike
) -> bool:
    """Whether the sources have the form as the origin of other words, and nothing like it here."""
    if lexicon.etymology is None:
        return False
    others = _words_by_form(lexicon.etymology).get(plain(root.form), frozenset())
    if not others or word.term in others:
        return False
    own = trunk(plain(root.form))
    return len(own) < 4 or all(trunk(plain(r.form))[:4] != own[:4] for r, _ in known)


@lru_cache(maxsize=1)
def _words_by_form(etymology: Etymology) -> dict[str, frozenset[str]]:
    """Form of a learned or neighbouring language → the English words that come from it."""
    found: dict[str, set[str]] = defaultdict(set)
    for word, form, language in etymology.forms():
        if group(language) in {"latin", "greek"}:
            found[plain(form)].add(word)
    return {form: frozenset(words) for form, words in found.items()}


def _in_word(form: str, word: Word) -> bool:
    return plain(form)[:3] in plain(word.term)


def _bare_words(text: str) -> set[str]:
    return {bare(word) for word in tokenize(text, "")}


def _named(claim: RawClaim, word: Word) -> Finding:
    told = [bare(part) for v in claim.values for part in v.form.split()]
    told = [t for t in told if t[:4] != bare(word.term)[:4]]
    for origin in word.origins:
        if told and all(t in _bare_words(origin.text) for t in told if len(t) > 2):
            return supported(f"{origin.source}: {origin.text[:80]}")
    for sense in word.senses:
        if told and all(t in _bare_words(sense.definition) for t in told if len(t) > 2):
            return supported(f"{sense.source}: {sense.definition[:80]}")
    return UNVERIFIED


def _related(other: str, word: Word, lexicon: LexiconLike) -> Finding:
    if not other or other == bare(word.term):
        return UNVERIFIED
    if any(r.word == other for r in word.family):
        source = next(r.source for r in word.family if r.word == other)
        return supported(f"{source}: one family")
    if lexicon.morphology and lexicon.morphology.same_family(word.term, other):
        return supported("derivational family")
    if shown := defined_by(word, other, lexicon):
        return supported(shown)
    for origin in word.origins:
        if other in {bare(c) for c in origin.cognates}:
            return supported(f"{origin.source}: {origin.text[:80]}")
    facts = lexicon.word(other)
    for origin in facts.origins:
        if bare(word.term) in {bare(c) for c in origin.cognates}:
            return supported(f"{origin.source}: {origin.text[:80]}")
    ours, theirs = known_roots(word), known_roots(facts)
    for (a, source), (b, _) in ((x, y) for x in ours for y in theirs):
        alike = _akin(a, b)
        if len(plain(a.form)) > 3 and alike and similar(a.form, b.form):
            return supported(f"{source}: {a.form}; {other}: {b.form}")
    if not ours or not theirs:
        return UNVERIFIED
    (our, our_source), (their, their_source) = ours[0], theirs[0]
    shown = f"{word.term}: {our.form} ({our_source}); {other}: {their.form} ({their_source})"
    ends = [
        {plain(r.form)[:3] for r, _ in roots if len(plain(r.form)) > 2} for roots in (ours, theirs)
    ]
    if ends[0] & ends[1]:
        return UNVERIFIED
    # "foot" and "pedestrian", "heart" and "cordial": farther back than the sources go.
    through = [chain(w)[0] for w in (word, facts)]
    if any(bool(a & GERMANIC) != bool(b & GERMANIC) for a, b in [through]):
        return UNVERIFIED
    # "agere" and "actus", "videre" and "visus", "capere" and "cepi"
    first = [{(e[0], e[-1] if e[1] in "aeiou" else e[1]) for e in es} for es in ends]
    if first[0] & first[1]:
        return UNVERIFIED
    return contradicted(shown) if _settled(word) and _settled(facts) else UNVERIFIED


def _akin(a: Root, b: Root) -> bool:
    """Roots alike in form are one where they are of one language, or of Latin and its heirs.

    Latin "pondus" and English "pond" are alike and no kin; where a language isn't told only the
    same form counts.
    """
    languages = {group(a.language), group(b.language)}
    if "" in languages:
        return plain(a.form) == plain(b.form)
    trunks = {trunk(plain(a.form)), trunk(plain(b.form))}
    learned = languages <= ROMANCE | {"greek"}
    return len(languages) == 1 or (learned and len(trunks) == 1 and len(trunks.pop()) > 3)


def _settled(word: Word) -> bool:
    """Enough is known of a word's origin that a relation would show."""
    return any(o.roots and any(len(plain(r.form)) > 3 for r in o.roots) for o in word.origins)
