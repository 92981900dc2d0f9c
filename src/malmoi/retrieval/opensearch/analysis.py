"""How the cluster makes words of title and text, as the embedded search does as far as it can.

    characters   compatibility and decomposed forms become usual ones, numbers and names are
                 written in one way, Hanja become Hangul, ends of sentences one mark
    tokenizer    nori, compounds as their parts; `standard` where the cluster has no nori
    filters      content morphemes, lower case, English plurals cut

Both the index and every query go through it, so whoever searches need not normalise anything.

**Characters.** Only the plugin analysis-icu normalises Unicode, and it is rarely there; `mapping`
char filters are in every server. Two of them hold Unicode's own tables: what NFKC makes of each
character (ＵＳＢ, ①, ㈜, ｶ), without its accents, and each composed character by its decomposed
form (NFD), all 11,172 syllables of Hangul among them. Hanja become Hangul (see `char_filters.py`).
All that is 430 KB in an index's settings; making the index takes .1 s longer, and analysing text up
to twice as long (500 help pages: .3 and .6 s).

**Ends.** nori cuts the last word of a text otherwise than the same word before a full stop, since
the end of a text costs its lattice something else than a full stop does: "바꿉니다" is 바 + 꿉 +
니다, "바꿉니다." 바 + 꾸 + ㅂ니다; before a line break it is a third case, and the first word of
the next sentence suffers, too. A full stop for all would cut nouns ("이미지 생성." is 생 + 성). A
closing bracket leaves verbs and nouns as they should be, and a space the next word, so every end
of a sentence, a line or the text becomes one, whatever mark it has. Offsets stay right but for
one: where a character is added (an end without a mark), the word before it ends one letter early
in highlights.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any

from malmoi.core.files import stable_hash
from malmoi.retrieval.opensearch.char_filters import (
    hanja_filters,
    mapping,
    replacing,
    rule,
    written_filters,
)
from malmoi.text.hanja import plain
from malmoi.text.unicode import usual_form

INDEX_ANALYZER, SEARCH_ANALYZER = "malmoi", "malmoi_search"

STOP_TAGS = tuple(
    "EP EF EC ETN ETM IC JKS JKC JKG JKO JKB JKV JKQ JX JC MAJ MM NA NNB NNBC NP SC SE SF SP SSC "
    "SSO SY UNA UNKNOWN VCN VCP VSV VX XPN XSA XSN XSV".split()
)
"""Tags of nori that carry no content: all but those of `malmoi.text.morphemes.CONTENT_TAGS`.
Adverbs (MAG) stay, which nori's own list drops: "새로 고침" (refresh) would become "고침"."""

_ACCENTS = re.compile("[\u0300-\u036f]")
_MARK = "[.?!。]"
_LINES = rf"(?<=\S)(?<!{_MARK}){_MARK}*+[^\S\r\n]*+[\r\n]\s*+"
"""A line break with the marks before it and all white space. It becomes a bracket and a space."""
_ENDS = (
    rf"(?<!{_MARK}){_MARK}++(?=[\"'”’)\]}}»」』]*+(?:\s|\z))"  # marks, before closing quotes too
    r"|(?<=[^\s.?!。])(?=\s*+\z)"  # or none at the end of the text
)
"""Every other end. It becomes a bracket. (Possessive, and from the first mark alone: a thousand
dots in a row would else take a thousand times as long.)"""


def analysis(nori: bool, synonyms: Sequence[str] = ()) -> dict[str, Any]:
    """The analyzers of an index: `INDEX_ANALYZER`, and `SEARCH_ANALYZER` with the synonyms.

    Compounds are their parts (`discard`): `mixed` would give a graph of tokens, which synonyms
    can't be made of.

    Args:
        nori: whether the cluster has nori.
        synonyms: rules of tokens (see `synonyms.token_rules`) for searching, or none.
    """
    filters: dict[str, Any] = {"malmoi_plural": {"type": "stemmer", "language": "minimal_english"}}
    tokenizer: dict[str, Any] = {}
    chain = ["lowercase", "malmoi_plural"]
    name = "standard"
    if nori:
        name = "malmoi_nori"
        tokenizer = {name: {"type": "nori_tokenizer", "decompound_mode": "discard"}}
        filters["malmoi_content"] = {"type": "nori_part_of_speech", "stoptags": list(STOP_TAGS)}
        chain = ["malmoi_content", "nori_readingform", *chain]
    searching = chain
    if synonyms:
        filters["malmoi_synonyms"] = {
            "type": "synonym_graph",
            "synonyms": list(synonyms),
            # The rules are tokens already.
            "synonym_analyzer": "whitespace",
        }
        searching = [*chain, "malmoi_synonyms"]
    characters = _char_filters(nori)
    common = {"type": "custom", "char_filter": list(characters), "tokenizer": name}
    return {
        "char_filter": characters,
        "tokenizer": tokenizer,
        "filter": filters,
        "analyzer": {
            INDEX_ANALYZER: {**common, "filter": chain},
            SEARCH_ANALYZER: {**common, "filter": searching},
        },
    }


def analysis_digest(nori: bool) -> str:
    """What tells whether an index analyses text as this version of malmoi does."""
    return stable_hash(analysis(nori))


def request_body(nori: bool) -> dict[str, Any]:
    """What `_analyze` wants, besides the text, to analyse as the index does, without an index."""
    whole = analysis(nori)
    chosen = whole["analyzer"][INDEX_ANALYZER]
    return {
        "char_filter": [whole["char_filter"][name] for name in chosen["char_filter"]],
        "tokenizer": whole["tokenizer"].get(chosen["tokenizer"], chosen["tokenizer"]),
        "filter": [whole["filter"].get(name, name) for name in chosen["filter"]],
    }


def _char_filters(nori: bool) -> dict[str, Any]:
    """Name → char filter, in the order in which they work."""
    filters: dict[str, Any] = {
        "malmoi_compatibility": mapping(_compatibility()),
        "malmoi_composition": mapping(_composition()),
        **{f"malmoi_{name}": each for name, each in written_filters().items()},
        **{f"malmoi_{name}": each for name, each in hanja_filters().items()},
    }
    if nori:
        for name, pattern, end in (("lines", _LINES, ") "), ("ends", _ENDS, ")")):
            filters[f"malmoi_{name}"] = replacing(pattern, end)
    return filters


@cache
def _compatibility() -> tuple[str, ...]:
    """The usual form of each character, without an accent (of Hanja, the one that is read)."""
    return tuple(
        rule(c, form) for c in _characters() if (form := plain(_unaccented(usual_form(c)))) != c
    )


@cache
def _composition() -> tuple[str, ...]:
    """Each character that NFC composes, from its decomposed form; accents are gone already."""
    return tuple(
        rule(parts, c)
        for c in _characters()
        if (parts := unicodedata.normalize("NFD", c)) != c
        and unicodedata.normalize("NFC", parts) == c
        and _unaccented(c) == c
    )


def _unaccented(text: str) -> str:
    """A text without the marks on letters of Latin, Greek and Cyrillic; those of kana stay."""
    plain_letters = _ACCENTS.sub("", unicodedata.normalize("NFD", text))
    return unicodedata.normalize("NFC", plain_letters)


def _characters() -> Iterator[str]:
    """Unicode's basic plane beyond ASCII; the others hold no letter that text is written in."""
    return (chr(c) for c in range(0x80, 0x10000) if not 0xD800 <= c < 0xE000)
