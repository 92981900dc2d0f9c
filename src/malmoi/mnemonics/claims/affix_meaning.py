"""What an affix means in a word, where its letters may be one of several: in- "not", in- "into".

A source that glosses the affix in the word's own origin, or the word's parts, says which; without
either an affix of several meanings stays undecided.
"""

from __future__ import annotations

import re

from malmoi.lexicon.facts import Root, Word
from malmoi.lexicon.morphology.affixes import Affix, table
from malmoi.lexicon.protocol import LexiconLike
from malmoi.mnemonics.claims.claim_text import bare
from malmoi.mnemonics.claims.glosses import agree, opposed
from malmoi.text.english import only_letters

ALLOMORPHS = {
    "in": "in im il ir ig", "ad": "ad ac af ag al an ap ar as at a",
    "con": "con com col cor co coun", "com": "con com col cor co coun", "ob": "ob oc of op os o",
    "sub": "sub suc suf sug sum sup sur sus su so s", "dis": "dis dif di des de",
    "ex": "ex e ef ec es is s", "ab": "ab a abs", "trans": "trans tra tran tres",
    "syn": "syn sym syl sys sy", "en": "en em", "an": "an a am", "a": "a an", "pro": "pro pur por",
    "un": "un", "re": "re red", "se": "se sed", "epi": "epi ep eph", "cata": "cata cat cath",
    "kata": "cata cat cath", "hypo": "hypo hyp", "contra": "contra contro counter",
    "auto": "auto aut", "pan": "pan pam", "bi": "bi bin bis", "eu": "eu ev",
    "meta": "meta met meth", "ana": "ana an", "apo": "apo ap aph", "para": "para par pa",
    "hyper": "hyper", "anti": "anti ant anth", "ante": "ante anti", "post": "post",
    "prae": "pre prae", "pre": "pre prae", "per": "per pel par pil",
    "inter": "inter intel enter entre", "e": "e ex", "cum": "con com col cor co",
    "super": "super supr sur sopr", "im": "im", "able": "able ible ble", "ible": "ible able ble",
    "ology": "ology logy", "ous": "ous ious eous", "tion": "tion sion", "ion": "ion",
    "ence": "ence ency", "ance": "ance ancy", "ate": "ate", "bene": "bene ben", "male": "male mal",
    "circum": "circum", "peri": "peri", "dia": "dia di",
}  # fmt: skip
"""Forms that an affix takes before certain sounds."""


def forms_of(form: str) -> list[str]:
    """The affix and the forms that it takes before certain sounds."""
    return ALLOMORPHS.get(form, form).split() or [form]


def rows_of(form: str, kind: str) -> list[Affix]:
    """The rows of the table for an affix of a kind ("prefix", "suffix"), one a meaning."""
    letters = only_letters(bare(form))
    return [row for row in table().get(letters, ()) if row.kind in (kind, "root")]


def named_in(form: str, word: Word) -> list[tuple[Root, str]]:
    """The roots of the word's origins that are the affix, with their sources."""
    forms = {*forms_of(only_letters(bare(form)))}
    forms |= {base for base, others in ALLOMORPHS.items() if forms & {*others.split()}}
    return [
        (root, origin.source)
        for origin in word.origins
        for root in origin.roots
        if only_letters(bare(root.form)) in forms
    ]


def meaning(form: str, word: Word, lexicon: LexiconLike) -> tuple[list[str], list[str], list[str]]:
    """What an affix means in a word, what it means only in others, and who says so.

    Args:
        form: the affix as it stands in the word ("ir-").
        word: with its parts and origins.
        lexicon: says whether two glosses agree.

    Returns:
        The glosses that hold in the word (none where its letters have several meanings and no
        source decides), those of the other meanings, and the sources.
    """
    kind = "suffix" if form.startswith("-") else "prefix"
    rows = rows_of(form, kind)
    letters = only_letters(bare(form))
    parts = [p for p in word.parts if only_letters(bare(p.form)) == letters and p.gloss]
    roots = [(root, source) for root, source in named_in(form, word) if root.gloss]
    told = [*(p.gloss for p in parts), *(root.gloss for root, _ in roots)]
    sources = [*(p.source for p in parts), *(source for _, source in roots)]
    if len(rows) < 2:
        table_says = [g for row in rows for g in row.glosses]
        return [*told, *table_says], [], [*sources, *(row.source for row in rows)]
    if not told:
        return [], [], []
    fits = [row for row in rows if agree(row.glosses[0], told, lexicon) == "yes" or
            {*row.glosses} & {w for gloss in told for w in re.split(r"\W+", gloss)}]  # fmt: skip
    here = [g for row in fits for g in row.glosses]
    elsewhere = [g for row in rows if row not in fits for g in row.glosses]
    return [*told, *here], elsewhere if fits else [], sources


def says(gloss: str, form: str, word: Word, lexicon: LexiconLike) -> tuple[str, str]:
    """Whether an affix has this meaning in the word ("yes", "no", "perhaps"), and who tells.

    Args:
        gloss: the meaning that it is said to have.
        form: the affix as it stands in the word ("ir-").
        word: with its parts and origins.
        lexicon: says whether two glosses agree.
    """
    here, elsewhere, sources = meaning(form, word, lexicon)
    shown = f"{' and '.join(dict.fromkeys(sources))}: {form} '{'; '.join(dict.fromkeys(here))}'"
    if not here:
        return "perhaps", ""
    if opposed(gloss, here, lexicon):
        return "no", shown
    if agree(gloss, here, lexicon) == "yes":
        return "yes", shown
    if elsewhere and agree(gloss, elsewhere, lexicon) == "yes":
        return "no", shown
    return agree(gloss, here, lexicon), shown
